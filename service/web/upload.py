"""Upload a saved page: the desk's ``shopbell read``. Nothing of the page is kept."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from flask import Blueprint, Flask, Response, make_response, render_template, request
from werkzeug.datastructures import FileStorage

from service.errors import LookFailed
from service.web.shown import safe_link

screen = Blueprint("upload", __name__)

LARGEST = 8_000_000  # bytes; the largest real review page we know has 1.8 MB
ONE_AT_A_TIME = Lock()  # a large page costs a hundred times its size while it is read
LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form carried: the page's bytes, its address and when it was saved, where they were given."""

    body: bytes
    url: str | None
    at: datetime | None


class NotUsable(Exception):
    """The form holds nothing that could be read; says why."""


def install(app: Flask) -> None:
    """Take a whole page here; must come before anybody else looks into the form."""
    app.before_request(_allow_pages)


def _allow_pages() -> None:
    if request.blueprint == screen.name:
        request.max_content_length = LARGEST


@screen.get("/read")
def form() -> str:
    """The form."""
    return render_template("read.html", url="", at="", problem=None, found=None)


@screen.post("/read")
def reading() -> Response:
    """What the page says, or the outcome a look at it would have had."""
    try:
        found, problem = read(_sent()), None
    except NotUsable as refused:
        found, problem = None, str(refused)
    page = render_template(
        "read.html",
        url=request.form.get("url", ""),
        at=request.form.get("at", ""),
        problem=problem,
        found=found,
        safe_link=safe_link,
    )
    return make_response(page, 400 if problem else 200)


def read(sent: Sent) -> dict[str, Any]:
    """The reading in the shape of ``shopbell read --json``."""
    from service.sites import printed
    from service.sites.decode import decode
    from service.sites.reading import read as read_page
    from service.sites.registry import site_for

    with ONE_AT_A_TIME:
        try:
            return printed.printed(read_page(decode(sent.body, None), sent.url, sent.at))
        except LookFailed as failed:
            site = site_for(sent.url) if sent.url else None
            return printed.printed_failure(failed, site.name if site else None)


def _sent() -> Sent:
    body = _body(request.files.get("page"))
    if not body.strip():
        raise NotUsable("Choose the file of a saved page first.")
    url = request.form.get("url", "").strip()
    if url and (safe_link(url) is None or len(url) > LONGEST_ADDRESS):
        raise NotUsable("That is no web address: one begins with https://. You may leave it empty.")
    return Sent(body, url or None, _saved_at(request.form.get("at", "")))


def _body(file: FileStorage | None) -> bytes:
    """The file's bytes; what was put on the disk for a large one is gone at once."""
    if file is None:
        return b""
    with closing(file):
        body: bytes = file.read()
    return body


def _saved_at(text: str) -> datetime | None:
    """What a browser's date-and-time field sends, taken as UTC."""
    if not text:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise NotUsable("Write when it was saved as 2026-11-22T09:00, or leave it empty.") from None
    return given.replace(tzinfo=given.tzinfo or UTC).astimezone(UTC)
