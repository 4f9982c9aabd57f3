"""What is known of a reply that a review has already: as its site told us, or as we posted it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from service.domain import ReviewState
from service.models import Posting, PostingEvent, PostingState, Review

_POSTED = (PostingState.SUBMITTED, PostingState.SEEN_IN_PUBLIC)
_NOT_THERE = (ReviewState.REJECTED, ReviewState.VANISHED)  # it was posted, and the site shows it no more


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply that stands, or was posted. ``by`` is "site" or "us"; ``text`` is None where nobody told it."""

    by: str
    text: str | None
    at: datetime | None


def answered(session: Session, reviews: Collection[Review]) -> Mapping[int | None, Answered]:
    """The reply of each of ``reviews`` that has one."""
    posted = _posted_on(session, [review.id for review in reviews if review.state not in _NOT_THERE])
    by_site = {
        review.id: Answered("site", review.reply_text, review.reply_at)
        for review in reviews
        if review.reply_text is not None and review.reply_state != "rejected"
    }
    return {**posted, **by_site}


def _posted_on(session: Session, reviews: Collection[int | None]) -> dict[int | None, Answered]:
    """The newest posting of each review that somebody says is posted."""
    last = func.max(col(PostingEvent.at))
    query = (
        select(col(Posting.review_id), col(Posting.text), last)
        .outerjoin(PostingEvent, col(PostingEvent.posting_id) == col(Posting.id))
        .where(col(Posting.review_id).in_(reviews), col(Posting.state).in_([one.value for one in _POSTED]))
        .group_by(col(Posting.id), col(Posting.review_id), col(Posting.text))
        .order_by(col(Posting.id))
    )
    return {review: Answered("us", text, at) for review, text, at in session.execute(query)}
