"""Taking a review at the desk, handing it over, putting it off, writing beside it, closing it."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, request
from sqlmodel import Session

from service.errors import AnswerRefused, Overtaken
from service.models import Person
from service.outcomes import handling
from service.outcomes.handling import Actor, Step
from service.web import forms, review_page
from service.web.acting import actor, step
from service.web.answering import STALE
from service.web.desk import desk, look_again, now, rows
from service.web.opened import Opened, opened
from service.web.people_here import can_have
from service.web.phrases import N_, gettext
from service.web.putting_off import moment
from service.web.review import at_the_desk
from service.web.review_page import Kept, Refused

screen = Blueprint("handling", __name__)

ACTS = "any(claim, release, assign, snooze, wake, note, close, reopen)"
REASONS = (
    N_("We spoke with the person directly."),
    N_("There is nothing to answer."),
    N_("It is not about us."),
    N_("The site was asked to remove it."),
)
GONE = N_("This review's words were erased while you had it open. Nothing was changed.")
_THE_INBOX = re.compile(r"/(\?[\w=&%.~+-]*)?")


@screen.post(f"/reviews/<int:review_id>/<{ACTS}:act>")
def acted(review_id: int, act: str) -> Response:
    """Do it, and lead back to where it was pressed; what cannot be done is said, with what was typed."""
    one = opened(rows(), review_id)
    if one is None:
        abort(410, gettext(GONE))
    if forms.is_stale():
        return _told(one, act, gettext(STALE), 403)
    try:
        with desk().database.transaction() as session:
            _DO[act](session, one, step(actor(), act, request.form.get("words", "")))
    except (AnswerRefused, Overtaken) as refused:
        return _told(one, act, str(refused), 409 if isinstance(refused, Overtaken) else 422)
    back = request.form.get("back", "")
    home = back if _THE_INBOX.fullmatch(back) else f"{at_the_desk(review_id).home}?said={act}"
    return redirect(home, 303)  # type: ignore[return-value]


def _told(one: Opened, act: str, problem: str, status: int) -> Response:
    look_again()
    there = opened(rows(), one.review.id or 0)
    if there is None:
        abort(410, gettext(GONE))
    typed = Kept(act, {name: request.form.get(name, "") for name in ("words", "why", "other", "to", "until")})
    way = at_the_desk(one.review.id or 0)
    return review_page.shown(there, way, refused=Refused(problem), kept=typed, status=status)


def _assign(session: Session, one: Opened, act: Step) -> None:
    chosen = request.form.get("to", "")
    person = session.get(Person, int(chosen)) if chosen.isdecimal() and len(chosen) < 10 else None
    if chosen == "me":
        handling.assign(session, one.review.id or 0, act.who, act)
    elif person is None or not can_have(session, person, one.branch):
        raise AnswerRefused(gettext("Choose somebody who may answer for this branch. Nothing was changed."))
    else:
        handling.assign(session, one.review.id or 0, Actor(person.name, person.id), act)


def _snooze(session: Session, one: Opened, act: Step) -> None:
    until = moment(request.form.get("until", ""), now(), one.zone)
    handling.snooze(session, one.review.id or 0, until, act)


def _close(session: Session, one: Opened, act: Step) -> None:
    why = request.form.get("other", "").strip() or request.form.get("why", "")
    handling.close(session, one.review.id or 0, why, act)


_DO: dict[str, Callable[[Session, Opened, Step], None]] = {
    "claim": lambda session, one, act: handling.claim(session, one.review.id or 0, act),
    "release": lambda session, one, act: handling.release(session, one.review.id or 0, act),
    "assign": _assign,
    "snooze": _snooze,
    "wake": lambda session, one, act: handling.wake(session, one.review.id or 0, act),
    "note": lambda session, one, act: handling.note(
        session, one.review.id or 0, request.form.get("words", ""), act
    ),
    "close": _close,
    "reopen": lambda session, one, act: handling.reopen(session, one.review.id or 0, act),
}
