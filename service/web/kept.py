"""What somebody had typed when her session ended: kept in the page, shown again, sent when she says so.

The fields travel in one sealed input, so that nobody else can put words there; they are bound to the browser
and, where it is known, to the person. Passwords, passphrases and secret addresses are never among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.people import sessions
from service.web import cookie, ways
from service.web.desk import desk
from service.web.me import me

FIELD = "kept"
MOST = 512 * 1024  # bytes of a form that is kept; the longest paste is some 400 kB
GOOD_FOR = 24 * 3600  # seconds
SECRET_NAMES = ("pass", "secret", "token")
SECRET_FIELDS = frozenset(
    {("feeds.add", "url"), ("begin.channel", "target"), ("channels.add", "target"), ("hooks.add", "url")}
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was not sent: its address and its fields, in order."""

    to: str
    fields: tuple[tuple[str, str], ...]


def sealed() -> str:
    """The form of this request, sealed for the page that asks to sign in; "" where it cannot be kept."""
    if not can_be_kept():
        return ""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not _is_secret(name) and name != "form_token"
    ]
    with desk().database.reading() as session:
        person = sessions.whose(session, cookie.token())
    return _seal().dumps(
        {"to": request.full_path.rstrip("?"), "fields": fields, "person": person, "in": browser()}
    )


def can_be_kept() -> bool:
    """Whether this request is a form of ours whose fields fit into a page; files never do."""
    fits = (request.content_length or 0) <= MOST
    return fits and request.mimetype == "application/x-www-form-urlencoded"


def opened(text: str) -> Kept | None:
    """The form in a sealed input; None where it is not this browser's, another person's, or too old."""
    try:
        told: dict[str, Any] = _seal().loads(text, max_age=GOOD_FOR)
    except BadSignature:
        return None
    if told["in"] != browser() or told["person"] not in (None, me().id):
        return None
    return Kept(told["to"], tuple((name, value) for name, value in told["fields"]))


def shown_again(kept: Kept, status: int = 200, *, told: str = "", first: str = "") -> Response:
    """The page that shows what was typed, with a press that sends it.

    ``told`` says why it was not sent, where that is not a session that ended; ``first`` is an address to go
    to before it can be.
    """
    to = ways.inside(kept.to)
    page = render_template("kept.html", to=to, fields=kept.fields, told=told, first=first)
    return make_response(page, status)


def of_this_request() -> Kept:
    """The form of this request, as it would be kept."""
    kept = opened(sealed())
    return kept or Kept(request.path, ())


def _is_secret(name: str) -> bool:
    plain = name.casefold()
    return any(part in plain for part in SECRET_NAMES) or (request.endpoint, name) in SECRET_FIELDS


def browser() -> str:
    """By what this browser is known again; "" where it is not yet."""
    return request.cookies.get("shopbell_form", "")


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk().secret, salt="shopbell.kept")
