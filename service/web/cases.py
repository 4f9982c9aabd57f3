"""Taking a review offline at the desk, and keeping its case: attempts, answers, what came of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, request
from sqlmodel import Session

from service.errors import AnswerRefused, Overtaken
from service.outcomes import cases
from service.outcomes.handling import Step
from service.web import forms, review_page
from service.web.acting import actor, step
from service.web.answering import STALE
from service.web.desk import desk, look_again, rows
from service.web.handling import GONE
from service.web.opened import opened
from service.web.phrases import gettext
from service.web.review import at_the_desk
from service.web.review_page import Kept, Refused

screen = Blueprint("cases", __name__)

ACTS = "any(open, add, end, reopen)"


@screen.post(f"/reviews/<int:review_id>/case/<{ACTS}:act>")
def acted(review_id: int, act: str) -> Response:
    """Do it, and lead back to the case; what cannot be done is said, with what was typed."""
    if opened(rows(), review_id) is None:
        abort(410, gettext(GONE))
    if forms.is_stale():
        return _told(review_id, act, gettext(STALE), 403)
    said = (request.form.get(name, "") for name in ("kind", "outcome", "words"))
    try:
        with desk().database.transaction() as session:
            _DO[act](session, review_id, step(actor(), f"case {act}", *said))
    except (AnswerRefused, Overtaken) as refused:
        return _told(review_id, act, str(refused), 409 if isinstance(refused, Overtaken) else 422)
    return redirect(f"{at_the_desk(review_id).home}?said=case_{act}#case", 303)  # type: ignore[return-value]


def _told(review_id: int, act: str, problem: str, status: int) -> Response:
    look_again()
    there = opened(rows(), review_id)
    if there is None:
        abort(410, gettext(GONE))
    typed = {name: request.form.get(name, "") for name in ("kind", "outcome", "words")}
    way, refused = at_the_desk(review_id), Refused(problem)
    return review_page.shown(there, way, refused=refused, kept=Kept(f"case_{act}", typed), status=status)


def _add(session: Session, review_id: int, act: Step) -> None:
    cases.add(session, review_id, request.form.get("kind", ""), request.form.get("words", ""), act)


def _end(session: Session, review_id: int, act: Step) -> None:
    cases.end(session, review_id, request.form.get("outcome", ""), request.form.get("words", ""), act)


_DO: dict[str, Callable[[Session, int, Step], None]] = {
    "open": cases.take_offline,
    "add": _add,
    "end": _end,
    "reopen": cases.reopen,
}
