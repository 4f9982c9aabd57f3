"""Questions that only a person can answer: is this one review, or are these two?"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service.errors import AnswerRefused
from service.models import Question
from service.people.may import Act
from service.watch.keeping import keeper
from service.watch.questions import ANOTHER, Choice, answer, open_questions
from service.web.desk import desk, now, rows
from service.web.me import is_of_hers, me
from service.web.phrases import gettext

screen = Blueprint("questions", __name__)


@screen.get("/questions")
def questions() -> str:
    """Those that wait, the oldest first."""
    return _page()


@screen.post("/questions/<int:number>")
def answered(number: int) -> Response:
    """Carry out an answer; the second of two people is told that the first was quicker."""
    choice = _choice(request.form.get("choice", ""))
    if choice is None:
        return make_response(_page(gettext("Choose one of the answers first.")), 400)
    try:
        with desk().database.transaction() as session:
            told = answer(session, keeper(desk().database), number, choice, me().name, now())
    except AnswerRefused as refused:
        return make_response(_page(str(refused)), 409)
    done = "already" if told.already else "done"
    return redirect(url_for(".questions", answered=done), 303)  # type: ignore[return-value]


def _choice(typed: str) -> Choice | None:
    if typed == ANOTHER:
        return ANOTHER
    return int(typed) if typed.isdigit() and len(typed) < 19 else None


def _page(problem: str | None = None) -> str:
    hers = open_questions(rows(), is_of_hers(Question.listing_id, Act.DECIDE))
    return render_template("questions.html", questions=hers, problem=problem, another=ANOTHER)
