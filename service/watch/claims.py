"""Who is due: listings are claimed by a short lease, so that no two workers look at one listing at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session, col

from service.models import Listing
from service.watch.due import hinted_look_at

LEASE = timedelta(minutes=5)  # longer than any look may take: 60 s to fetch, and a browser's 90 s
LOOK_AHEAD = 200  # due listings considered in one round, so that one busy host hides no other


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(Listing.active),
        col(Listing.alias_of).is_(None),
        col(Listing.next_look_at) <= now,
        or_(col(Listing.look_lease_until).is_(None), col(Listing.look_lease_until) < now),
    )


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a round would find anybody; asked first, because claiming waits for other writers."""
    return session.execute(select(col(Listing.id)).where(_due(now)).limit(1)).first() is not None


def claim(
    session: Session, now: datetime, most: int, host_is_free: Callable[[str], bool] = lambda _url: True
) -> list[int]:
    """Claim up to ``most`` due listings, longest due first, one for each host that is free now.

    A claim that is not followed by a look (the process died) lapses after ``LEASE``.
    """
    statement = select(Listing.id, Listing.url).where(_due(now)).order_by(col(Listing.next_look_at))  # type: ignore[call-overload]
    rows = session.execute(statement.limit(LOOK_AHEAD).with_for_update(skip_locked=True))
    first_of_host: dict[str, int] = {}
    for listing_id, url in rows:
        if host_is_free(url):
            first_of_host.setdefault(urlsplit(url).netloc, listing_id)
    chosen = list(islice(first_of_host.values(), most))
    if chosen:
        lease = update(Listing).where(col(Listing.id).in_(chosen)).values(look_lease_until=now + LEASE)
        session.execute(lease)
    return chosen


def hint(session: Session, listing_id: int, gap: timedelta, now: datetime) -> datetime | None:
    """Bring the next look forward; answers when it will be, None where the listing is not watched.

    Never inside the site's ``gap``, nor before what its Retry-After allows, nor into a look under way.
    """
    listing = session.get(Listing, listing_id)
    return hint_at(listing, gap, now) if listing else None


def hint_at(listing: Listing, gap: timedelta, now: datetime) -> datetime | None:
    """The same for a listing that is at hand."""
    if listing.next_look_at is None:
        return None
    listing.hinted_at = now
    listing.next_look_at = hinted_look_at(
        now, listing.next_look_at, gap, listing.last_look_at, listing.not_before, listing.look_lease_until
    )
    return listing.next_look_at
