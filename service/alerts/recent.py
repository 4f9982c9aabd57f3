"""The owner's replies that stand in public lately, so that the next one does not sound the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from service.models import Branch, Listing, Review
from service.replies.repeats import Recent

LATELY = timedelta(days=90)  # by the review's own date, which is indexed; readers look at three months
MOST = 60


def recent_replies(
    session: Session, review: Review, listing: Listing, branch: Branch | None, now: datetime
) -> tuple[Recent, ...]:
    """Replies on the same site at this branch, its region and its brand, newest reviews first."""
    near = [col(Branch.id) == branch.id] if branch else []
    near += [col(Branch.region) == branch.region] if branch and branch.region else []
    near += [col(Branch.brand) == branch.brand] if branch and branch.brand else []
    rows = session.execute(
        select(col(Review.reply_text), col(Branch.id), col(Branch.region))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(
            col(Listing.site) == listing.site,
            or_(col(Listing.id) == listing.id, *near),
            col(Review.id) != review.id,
            col(Review.posted_at) >= now - LATELY,
            col(Review.reply_text).is_not(None),
            col(Review.removed_at).is_(None),
            col(Review.erased_at).is_(None),
        )
        .order_by(col(Review.posted_at).desc(), col(Review.id).desc())
        .limit(MOST)
    )
    return tuple(Recent(text, _where(branch, place, region)) for text, place, region in rows)


def _where(branch: Branch | None, place: int | None, region: str | None) -> str:
    if branch is None or place is None or place == branch.id:
        return "this branch"
    return "a branch nearby" if region and region == branch.region else "another branch of the owner"
