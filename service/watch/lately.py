"""What came lately to a listing and to its branch: what a judgement must know beyond the review itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import case, func, or_, select
from sqlmodel import Session, col

from service.domain import Scale
from service.models import Branch, Listing, Review
from service.replies.burst import USUAL
from service.replies.due import zone
from service.replies.triage import POOR_STARS


@dataclass(frozen=True, slots=True)
class Lately:
    """``praised`` counts the praise of the branch's day that expects a reply; ``poor_at`` are the moments
    (aware UTC) of the listing's poor reviews, as ``burst`` wants them."""

    praised: int = 0
    poor_at: tuple[datetime, ...] = ()


Recall = Callable[[], Lately]


def lately(session: Session, listing: Listing, branch: Branch | None, now: datetime) -> Lately:
    """What was stored before this look; two small queries, asked only where something is to be judged."""
    return Lately(_praised(session, branch, now) if branch else 0, _poor_at(session, listing, now))


def _praised(session: Session, branch: Branch, now: datetime) -> int:
    today = now.astimezone(zone(branch.tz)).replace(hour=0, minute=0, second=0, microsecond=0)
    judged = session.execute(
        select(col(Review.triage))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .where(
            col(Listing.branch_id) == branch.id,
            col(Review.first_seen_at) >= today.astimezone(UTC),
            col(Review.baseline).is_(False),
        )
    ).scalars()
    return sum(bool(((one or {}).get("answer") or {}).get("counts")) for one in judged)


def _poor_at(session: Session, listing: Listing, now: datetime) -> tuple[datetime, ...]:
    """A review of the listing's past counts where its day is known; else all came on the first one."""
    best = func.coalesce(col(Review.best), case((col(Review.scale) == Scale.POINTS10.value, 10.0), else_=5.0))
    rows = session.execute(
        select(col(Review.posted_at), col(Review.first_seen_at)).where(
            col(Review.listing_id) == listing.id,
            or_(col(Review.recommends).is_(False), col(Review.rating) * 5 <= POOR_STARS * best),
            func.coalesce(col(Review.posted_at), col(Review.first_seen_at)) > now - USUAL,
            or_(col(Review.baseline).is_(False), col(Review.posted_at).is_not(None)),
        )
    )
    return tuple(posted or seen for posted, seen in rows)
