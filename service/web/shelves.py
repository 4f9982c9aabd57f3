"""Where a review lies in the inbox, in which order, and what of it is due next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_
from sqlmodel import col

from service.domain import Kind, ReviewState, Urgency
from service.models import CaseFile, CaseState, Review
from service.web.phrases import N_, Phrases

OPEN_STATES = (
    ReviewState.NEW,
    ReviewState.SEEN,
    ReviewState.CLAIMED,
    ReviewState.INSERTED,
    ReviewState.REJECTED,
    ReviewState.VANISHED,  # the reply did, so the review waits again
)

SHELVES = Phrases(
    {
        "open": N_("Needs a reply"),
        "posted": N_("Posted, not seen in public yet"),
        "past": N_("From before we listened"),
        "case": N_("Taken offline"),
        "mentions": N_("Mentions"),
        "answered": N_("Answered"),
        "ended": N_("Closed, or gone from the site"),
        "all": N_("Everything"),
    }
)


def due_at(review: Review) -> datetime | None:
    """What is due next: somebody to take it, then the reply in public; nothing once it is over."""
    if review.state not in OPEN_STATES or review.baseline or review.removed_at:
        return None
    if review.state in (ReviewState.NEW, ReviewState.SEEN) and review.due_claim_at:
        return review.due_claim_at
    return review.due_public_at


def on_shelf(shelf: str, moment: datetime) -> ColumnElement[bool]:
    """Whether a review lies on ``shelf`` at ``moment``.

    What a person says she posted waits for a look, and for nobody: it has a shelf of its own.
    A mention needs no reply: it lies on a shelf of its own, and among the open ones only while its flags want
    a person to read it.
    """
    kept, there = col(Review.erased_at).is_(None), col(Review.removed_at).is_(None)
    unanswered = col(Review.state).in_(OPEN_STATES) & kept & there
    is_review = col(Review.kind) != Kind.MENTION
    wants_somebody = is_review | col(Review.due_claim_at).is_not(None)
    awake = or_(col(Review.snoozed_until).is_(None), col(Review.snoozed_until) <= moment)
    return {
        "open": and_(unanswered, awake, wants_somebody, col(Review.baseline).is_(False)),
        "posted": (col(Review.state) == ReviewState.SUBMITTED) & kept & there,
        "past": and_(unanswered, is_review, col(Review.baseline).is_(True)),
        "case": kept & there & is_offline(),
        "mentions": and_(kept, there, ~is_review),
        "answered": (col(Review.state) == ReviewState.ANSWERED) & kept & there,
        "ended": kept & or_(col(Review.state) == ReviewState.CLOSED, ~there),
        "all": kept,
    }[shelf]


def is_offline() -> ColumnElement[bool]:
    """Whether a review's case still runs, or was settled and is to be reported back."""
    its_own = col(CaseFile.review_id) == col(Review.id)
    return exists().where(its_own, runs_or_is_owed()).correlate(Review)


def runs_or_is_owed() -> ColumnElement[bool]:
    """The same of a case itself."""
    runs = col(CaseFile.state).in_((CaseState.OPEN, CaseState.WAITING))
    owed = and_(
        col(CaseFile.state) == CaseState.RESOLVED,
        col(CaseFile.report_back_due).is_not(None),
        col(CaseFile.reported_at).is_(None),
    )
    return runs | owed


def most_urgent_first() -> tuple[ColumnElement[Any], ...]:
    """Held, then what nobody judged (it may be anything), then urgent, normal, calm; then by what is due."""
    rank = case(
        (col(Review.urgency) == Urgency.HELD, 0),
        (col(Review.urgency).is_(None), 1),
        (col(Review.urgency) == Urgency.HIGH, 2),
        (col(Review.urgency) == Urgency.NORMAL, 3),
        else_=4,
    )
    heard = func.coalesce(col(Review.posted_at), col(Review.first_seen_at))
    return (rank, next_due().asc().nulls_last(), heard.desc(), col(Review.id).desc())


def next_due() -> ColumnElement[Any]:
    """``due_at`` of an open review, where rows are compared."""
    unclaimed = col(Review.state).in_((ReviewState.NEW, ReviewState.SEEN))
    first = func.coalesce(col(Review.due_claim_at), col(Review.due_public_at))
    return case((unclaimed, first), else_=col(Review.due_public_at))
