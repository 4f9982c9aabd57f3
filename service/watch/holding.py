"""Who may write: a listing, and a site's reviews, are one writer's at a time, taken in one order.

SQLite has one writer as it is. On PostgreSQL two listings of a site may show the same review, so whoever
writes reviews holds the site first, then the listing, then rows: in that order nobody waits in a circle.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import one_at_a_time
from service.models import Listing

OURS = {"key_share": True}  # rows that only refer to the listing may be written meanwhile


def hold(session: Session, listing_id: int) -> Listing | None:
    """The listing, ours until the transaction ends; None where there is none."""
    return session.get(Listing, listing_id, with_for_update=OURS, populate_existing=True)


def hold_reviews(session: Session, listing_id: int) -> Listing | None:
    """The same, and all reviews of its site with it."""
    site = session.execute(
        select(col(Listing.site)).where(col(Listing.id) == listing_id)
    ).scalar_one_or_none()
    if site is None:
        return None
    one_at_a_time(session, f"reviews of {site}")
    return hold(session, listing_id)
