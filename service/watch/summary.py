"""The one message about reviews that were there before we listened (promise 12).

A page's first hearing is summed up with the look itself. Files and mailboxes come in many parts, and are
summed up at their end, from the rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select
from sqlmodel import Session, col

from service.db import insert_new
from service.domain import EventKind, Moment, Precision, Route
from service.models import Event, Listing, Review, ReviewVersion
from service.watch.moments import span
from service.watch.past import RECENT
from service.watch.store import listing_event


def sum_up(
    session: Session,
    listing_id: int,
    route: Route,
    dedupe_key: str,
    now: datetime,
    *,
    since: datetime | None = None,
) -> int:
    """Write the one BASELINE event about the past that ``route`` brought; answers of how many reviews.

    Counted are past reviews that ``route`` told first, and observed not before ``since``. Where there are
    none, nothing is written; under the same ``dedupe_key`` it is written once.
    """
    listing = session.get(Listing, listing_id)
    brought = _brought(session, listing_id, route, since) if listing else ()
    if listing is None or not brought:
        return 0
    payload: Mapping[str, Any] = {
        "heard": len(brought),
        "unanswered": [row.id for row in brought if _waits(row, now)],
        "route": route.value,
    }
    insert_new(session, Event, [listing_event(listing, EventKind.BASELINE, dedupe_key, payload, now)])
    return len(brought)


def unsummed(session: Session, route: Route, dedupe_key: str) -> list[int]:
    """The listings whose past ``route`` brought some of, and that nobody has been told of under that key."""
    told = exists().where(
        col(Event.kind) == EventKind.BASELINE.value,
        col(Event.listing_id) == col(Review.listing_id),
        col(Event.dedupe_key) == dedupe_key,
    )
    listings = (
        select(col(Review.listing_id))
        .join(ReviewVersion, col(ReviewVersion.review_id) == col(Review.id))
        .where(
            col(Review.baseline),
            col(ReviewVersion.n) == 1,
            col(ReviewVersion.route) == route.value,
            ~told,
        )
    )
    return sorted(number for number in set(session.execute(listings).scalars()) if number is not None)


def _brought(session: Session, listing_id: int, route: Route, since: datetime | None) -> Sequence[Row[Any]]:
    query = (
        select(
            col(Review.id),
            col(Review.posted_at),
            col(Review.posted_precision),
            col(Review.reply_text),
            col(ReviewVersion.seen_at),
        )
        .join(ReviewVersion, col(ReviewVersion.review_id) == col(Review.id))
        .where(
            col(Review.listing_id) == listing_id,
            col(Review.baseline),
            col(ReviewVersion.n) == 1,
            col(ReviewVersion.route) == route.value,
        )
        .order_by(col(Review.id))
    )
    if since is not None:
        query = query.where(col(ReviewVersion.seen_at) >= since)
    return session.execute(query).all()


def _waits(row: Row[Any], now: datetime) -> bool:
    posted = span(Moment("", row.posted_at, Precision(row.posted_precision)), row.seen_at)
    return row.reply_text is None and posted is not None and posted.latest >= now - RECENT
