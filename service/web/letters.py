"""Where links in alerts lead: one review, one listing, or the end of a channel's alerts.

A signed token is the whole proof, so these pages work from anywhere and without a cookie. Opening one changes
nothing: mail scanners follow every link. What may be done by one, and why no more, ``people/links`` says.
"""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Response, abort, make_response, render_template, request

from service.alerts.unsubscribe import unsubscribe
from service.errors import LastRecipient, LinkRefused
from service.models import Channel, Person
from service.outcomes.handling import Actor
from service.people.links import Links, Opened, Purpose
from service.web import answering, review_page
from service.web.desk import desk, now, rows
from service.web.health import watched_one
from service.web.opened import opened
from service.web.phrases import gettext
from service.web.review_page import Way

screen = Blueprint("letters", __name__)


@screen.get("/r/<token>")
def one_review(token: str) -> Response:
    """The one review the link was made for; while the alert is young, with a link to act by.

    A link that was sent to a channel ends with it, and with its person.
    """
    link = _opened(Purpose.REVIEW, token)
    who = _sent_to(link)
    if who is None and link.channel is not None:
        _refuse_left()
    if who is None or not link.is_young(Purpose.REVIEW, now()):
        return _page(link.subject, None)
    return _page(link.subject, _way(_links().token(Purpose.ANSWER, link.subject, now(), link.channel), who))


@screen.get("/a/<token>")
def one_answer(token: str) -> Response:
    """The same page, again: where she comes back to."""
    return _page(*_acting(token))


@screen.post("/a/<token>/copy")
def copy(token: str) -> Response:
    """Take the review and the words along."""
    return answering.copy(*_acting(token))


@screen.get("/a/<token>/copied/<int:posting_id>")
def copied(token: str, posting_id: int) -> Response:
    """The finished text."""
    return answering.finished(*_acting(token), posting_id)


@screen.post("/a/<token>/copied/<int:posting_id>")
def told(token: str, posting_id: int) -> Response:
    """What became of it."""
    return answering.told(*_acting(token), posting_id)


@screen.get("/l/<token>")
def one_listing(token: str) -> str:
    """How the one listing the link was made for is heard."""
    one = watched_one(rows(), _subject(Purpose.LISTING, token))
    if one is None:
        abort(410, gettext("The listing this link led to is no longer watched."))
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


def _page(review_id: int, way: Way | None) -> Response:
    one = opened(rows(), review_id)
    if one is None:
        abort(410, gettext("The review this link led to is gone."))
    return review_page.shown(one, way, notice=request.args.get("said", ""), told=False)


def _acting(token: str) -> tuple[int, Way]:
    link = _opened(Purpose.ANSWER, token)
    who = _sent_to(link)
    if who is None:
        _refuse_left()
    return link.subject, _way(token, who)


def _refuse_left() -> NoReturn:
    abort(410, gettext("The person this link was sent to is no longer here. Nothing was changed."))


def _way(token: str, who: Actor) -> Way:
    return Way(who, "link", f"/{Purpose.ANSWER}/{token}", "letter.html")


def _sent_to(link: Opened) -> Actor | None:
    """Whose channel the alert went to; None where that is not known, or she has left."""
    channel = rows().get(Channel, link.channel) if link.channel is not None else None
    person = rows().get(Person, channel.person_id) if channel else None
    return Actor(person.name, person.id) if person and person.disabled_at is None else None


def _subject(purpose: Purpose, token: str) -> int:
    return _opened(purpose, token).subject


def _opened(purpose: Purpose, token: str) -> Opened:
    try:
        return _links().opened(purpose, token, now())
    except LinkRefused as refused:
        abort(410, str(refused))


def _links() -> Links:
    return Links(desk().secret, desk().settings.public_url)
