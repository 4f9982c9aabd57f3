"""Where links in alerts lead: one review, one listing, or the end of a channel's alerts.

A signed token is the whole proof, so these pages work from anywhere and without a cookie. Opening one changes
nothing: mail scanners follow every link.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template

from service.alerts.unsubscribe import unsubscribe
from service.errors import LastRecipient, LinkRefused
from service.people.links import Links, Purpose
from service.web.answers import answer_for
from service.web.desk import desk, now, rows
from service.web.health import watched_one
from service.web.review import opened

screen = Blueprint("letters", __name__)


@screen.get("/r/<token>")
def one_review(token: str) -> str:
    """The one review the link was made for."""
    one = opened(rows(), _subject(Purpose.REVIEW, token))
    if one is None:
        abort(410, "The review this link led to is gone.")
    answer = answer_for(rows(), one.review, one.listing, one.branch, now())
    return render_template("letter_review.html", one=one, told=None, answer=answer)


@screen.get("/l/<token>")
def one_listing(token: str) -> str:
    """How the one listing the link was made for is heard."""
    one = watched_one(rows(), _subject(Purpose.LISTING, token))
    if one is None:
        abort(410, "The listing this link led to is no longer watched.")
    return render_template("letter_listing.html", one=one, actions=False)


@screen.get("/u/<token>")
def leave(token: str) -> str:
    """Ask whether this channel's alerts shall end."""
    _subject(Purpose.UNSUBSCRIBE, token)
    return render_template("leave.html", stopped=None, refused=None)


@screen.post("/u/<token>")
def left(token: str) -> Response:
    """End this channel's alerts: a person's press, or her mail program's (RFC 8058, without a cookie)."""
    try:
        with desk().database.transaction() as session:
            stopped = unsubscribe(session, _links(), token, now(), contact=desk().settings.contact)
    except LinkRefused as refused:
        abort(410, str(refused))
    except LastRecipient as refused:
        return make_response(render_template("leave.html", stopped=None, refused=str(refused)), 409)
    return make_response(render_template("leave.html", stopped=stopped, refused=None))


def _subject(purpose: Purpose, token: str) -> int:
    try:
        return _links().read(purpose, token, now())
    except LinkRefused as refused:
        abort(410, str(refused))


def _links() -> Links:
    return Links(desk().secret, desk().settings.public_url)
