"""Saying that a judgement is wrong: kept for whoever writes the packs; the judgement stays as it is."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request

from service.errors import AnswerRefused, Overtaken
from service.outcomes.wrong import say_wrong
from service.web import forms, review_page
from service.web.acting import actor, step
from service.web.answering import STALE
from service.web.desk import desk, rows
from service.web.opened import opened
from service.web.phrases import gettext
from service.web.review import at_the_desk
from service.web.review_page import Kept, Refused

screen = Blueprint("wrong", __name__)


@screen.post("/reviews/<int:review_id>/wrong")
def said(review_id: int) -> Response:
    """Keep the verdict."""
    field, should_be = request.form.get("field", ""), request.form.get("should_be", "")
    if forms.is_stale():
        return _told(review_id, gettext(STALE), field, should_be)
    try:
        with desk().database.transaction() as session:
            say_wrong(session, review_id, field, should_be, step(actor(), field, should_be))
    except (AnswerRefused, Overtaken) as refused:
        return _told(review_id, str(refused), field, should_be)
    return redirect(f"{at_the_desk(review_id).home}?said=wrong", 303)  # type: ignore[return-value]


def _told(review_id: int, problem: str, field: str, should_be: str) -> Response:
    one = opened(rows(), review_id)
    if one is None:
        abort(410, problem)
    kept = Kept("wrong", {"field": field, "should_be": should_be})
    return review_page.shown(one, at_the_desk(review_id), refused=Refused(problem), kept=kept, status=422)
