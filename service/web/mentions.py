"""Saying that a mention was read: all that an urgent one waits for, since nobody answers it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, url_for

from service.domain import Kind, ReviewState
from service.models import Review
from service.web.desk import desk
from service.web.phrases import gettext

screen = Blueprint("mentions", __name__)


@screen.post("/mentions/<int:review_id>/read")
def read(review_id: int) -> Response:
    """A person has read it: it is due no longer. Saying so twice changes nothing."""
    with desk().database.transaction() as session:
        mention = session.get(Review, review_id, with_for_update=True)
        if mention is None or mention.kind != Kind.MENTION or mention.erased_at is not None:
            abort(404, gettext("That is no mention we hold."))
        if mention.state == ReviewState.NEW:
            mention.state = ReviewState.SEEN.value
        mention.due_claim_at = None
    return redirect(url_for("review.review", review_id=review_id), 303)  # type: ignore[return-value]
