"""Read a saved page, see what it says, and keep its reviews where a person says so.

Until she does, the page waits like any other file that was brought (two days), and no review is made of it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, make_response, render_template, request
from werkzeug.datastructures import FileStorage

from service.errors import LookFailed
from service.sites.base import Reading
from service.sources.files import Extent, File, Format
from service.watch import imports, places
from service.web.bringing import choices
from service.web.desk import desk, now, rows
from service.web.phrases import gettext
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


@dataclass(frozen=True, slots=True)
class Offer:
    """Keeping what was read: the run that waits (None: no listing of ours is on that site), the listings to
    choose from, and the one that the page itself names."""

    run_id: int | None
    choices: tuple[tuple[int, str], ...]
    listing: int | None


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
    return render_template("read.html", url="", at="", problem=None, found=None, offer=None)


@screen.post("/read")
def reading() -> Response:
    """What the page says, or the outcome a look at it would have had."""
    found, offer, problem = None, None, None
    try:
        sent = _sent()
        found, reading = read(sent)
        offer = _offer(sent, reading) if reading and reading.items else None
    except NotUsable as refused:
        problem = str(refused)
    page = render_template(
        "read.html",
        url=request.form.get("url", ""),
        at=request.form.get("at", ""),
        problem=problem,
        found=found,
        offer=offer,
        safe_link=safe_link,
    )
    return make_response(page, 400 if problem else 200)


def read(sent: Sent) -> tuple[dict[str, Any], Reading | None]:
    """The reading in the shape of ``shopbell read --json``, and itself; None where the page is none."""
    from service.sites import printed
    from service.sites.decode import decode
    from service.sites.reading import read as read_page
    from service.sites.registry import site_for

    with ONE_AT_A_TIME:
        try:
            reading = read_page(decode(sent.body, None), sent.url, sent.at)
        except LookFailed as failed:
            site = site_for(sent.url) if sent.url else None
            return printed.printed_failure(failed, site.name if site else None), None
        return printed.printed(reading), reading


def _offer(sent: Sent, reading: Reading) -> Offer:
    """Which listings the page's reviews can be kept for; the page waits until somebody says."""
    ours = [place for place in places.all_places(rows()) if place.site == reading.site]
    if not ours:
        return Offer(None, (), None)
    key = reading.listing_key or _key_of(sent.url)
    listing = next((place.listing_id for place in ours if place.key == key), None)
    file = File(Format.PAGE, sent.body, url=sent.url, saved_at=sent.at)
    title = reading.business.name if reading.business and reading.business.name else gettext("A saved page")
    begun = imports.Begun(title, file, Extent(len(reading.items), ()), listing)
    with desk().database.transaction() as session:
        return Offer(imports.begin(session, begun, now()), tuple(choices(ours)), listing)


def _key_of(url: str | None) -> str | None:
    from service.sites.registry import site_for

    site = site_for(url) if url else None
    address = site.listing(urlsplit(url)) if site and url else None
    return address.key if address else None


def _sent() -> Sent:
    body = _body(request.files.get("page"))
    if not body.strip():
        raise NotUsable(gettext("Choose the file of a saved page first."))
    url = request.form.get("url", "").strip()
    if url and (safe_link(url) is None or len(url) > LONGEST_ADDRESS):
        raise NotUsable(gettext("That is no web address: one begins with https://. You may leave it empty."))
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
        raise NotUsable(gettext("Write when it was saved as 2026-11-22T09:00, or leave it empty.")) from None
    return given.replace(tzinfo=given.tzinfo or UTC).astimezone(UTC)
