"""The week in figures, for the weekly digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from service.alerts.facts import Week
from service.alerts.timing import WEEK
from service.domain import Health, Kind, ReviewState
from service.models import CaseFile, CaseState, Listing, ListingSource, Review

_DONE = (ReviewState.ANSWERED, ReviewState.SUBMITTED, ReviewState.CLOSED)  # reminders stop at submitted
_OPEN = [state.value for state in ReviewState if state not in _DONE]


def week_until(session: Session, end: datetime, now: datetime) -> Week:
    """What was heard in the seven days before ``end``, and what waits or cannot be heard at ``now``."""
    ours = (
        col(Review.kind) != Kind.MENTION.value,
        col(Review.baseline).is_(False),
        col(Review.erased_at).is_(None),
        col(Review.removed_at).is_(None),
    )
    waiting = (*ours, col(Review.state).in_(_OPEN), col(Review.reply_text).is_(None))
    heard = (col(Review.first_seen_at) >= end - WEEK, col(Review.first_seen_at) < end)
    watched = (col(Listing.active).is_(True),)
    bad = [health.value for health in Health if health is not Health.OK]
    return Week(
        new=_count(session, Review, *ours, *heard),
        waiting=_count(session, Review, *waiting),
        overdue=_count(session, Review, *waiting, col(Review.due_public_at) < now),
        watched=_count(session, Listing, *watched),
        unheard=_count(session, Listing, *watched, ~_is_heard(bad)),
        offline=_cases(session, col(CaseFile.state).in_((CaseState.OPEN, CaseState.WAITING))),
        unreported=_cases(session, *_is_unreported(now)),
    )


def _is_heard(bad: list[str]) -> ColumnElement[bool]:
    """A listing is heard where one of its routes is, and so it is not where none has ever been."""
    return (
        select(col(ListingSource.id))
        .where(col(ListingSource.listing_id) == col(Listing.id), col(ListingSource.health).not_in(bad))
        .exists()
    )


def _is_unreported(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(CaseFile.state) == CaseState.RESOLVED,
        col(CaseFile.report_back_due) < now,
        col(CaseFile.reported_at).is_(None),
    )


def _cases(session: Session, *where: ColumnElement[bool]) -> int:
    there = (col(Review.erased_at).is_(None), col(Review.removed_at).is_(None))
    cases = select(func.count()).select_from(CaseFile)
    joined = cases.join(Review, col(Review.id) == col(CaseFile.review_id)).where(*there, *where)
    n: int = session.execute(joined).scalar_one()
    return n


def _count(session: Session, model: type[Review] | type[Listing], *where: ColumnElement[bool]) -> int:
    n: int = session.execute(select(func.count()).select_from(model).where(*where)).scalar_one()
    return n
