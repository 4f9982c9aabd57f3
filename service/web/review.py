"""One review: its words, what we make of them, what could be answered and why, and how we know."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, url_for

from service.web import review_page
from service.web.acting import actor
from service.web.desk import rows
from service.web.opened import opened
from service.web.review_page import Way

screen = Blueprint("review", __name__)

BASE = "base.html"


@screen.get("/reviews/<int:review_id>")
def review(review_id: int) -> Response:
    """The whole page of one review."""
    one = opened(rows(), review_id)
    if one is None:
        abort(404)
    return review_page.shown(one, at_the_desk(review_id), notice=request.args.get("said", ""))


def at_the_desk(review_id: int) -> Way:
    """How whoever sits at the desk acts on it."""
    return Way(actor(), "desk", url_for("review.review", review_id=review_id))
