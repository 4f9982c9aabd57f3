"""Asking the approvers for words for one review, because nothing approved fits it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request

from service.approval import asking
from service.errors import ApprovalRefused, Overtaken
from service.outcomes.handling import in_hand
from service.web import forms, review_page
from service.web.acting import actor
from service.web.answering import STALE
from service.web.desk import desk, now, rows
from service.web.opened import opened
from service.web.phrases import gettext
from service.web.review import at_the_desk
from service.web.review_page import Kept, Refused

screen = Blueprint("asking", __name__)


@screen.post("/reviews/<int:review_id>/ask")
def asked(review_id: int) -> Response:
    """Ask, with what she would say herself; asked again, the newer draft counts."""
    draft = request.form.get("draft", "")
    if forms.is_stale():
        return _told(review_id, gettext(STALE), draft)
    try:
        with desk().database.transaction() as session:
            asking.ask(session, in_hand(session, review_id), draft, actor().name, now())
    except (ApprovalRefused, Overtaken) as refused:
        return _told(review_id, str(refused), draft)
    return redirect(f"{at_the_desk(review_id).home}?said=ask", 303)  # type: ignore[return-value]


def _told(review_id: int, problem: str, draft: str) -> Response:
    one = opened(rows(), review_id)
    if one is None:
        abort(410, problem)
    kept = Kept("ask", {"draft": draft})
    return review_page.shown(one, at_the_desk(review_id), refused=Refused(problem), kept=kept, status=422)
