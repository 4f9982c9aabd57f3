"""The owner's replies that stand in public lately, so that the next one does not sound the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session, col

from service.models import Branch, Listing, Review
from service.replies.repeats import Recent

LATELY = timedelta(days=90)  # by the review's own date, which is indexed; readers look at three months
MOST = 60  # one more is read, because the review's own may be among them


class Nearby(NamedTuple):
    """A reply that stands near a listing, and the review it answers."""

    review: int
    reply: Recent


def recent_replies(
    session: Session, review: Review, listing: Listing, branch: Branch | None, now: datetime
) -> tuple[Recent, ...]:
    """Replies on the same site at this branch, its region and its brand, newest reviews first."""
    return beside(review, recent_by_listing(session, [(listing, branch)], now)[listing.id])


def beside(review: Review, near: Iterable[Nearby]) -> tuple[Recent, ...]:
    """Those of other reviews: no reply repeats itself."""
    return tuple(one.reply for one in near if one.review != review.id)[:MOST]


def recent_by_listing(
    session: Session, places: Sequence[tuple[Listing, Branch | None]], now: datetime
) -> Mapping[int | None, tuple[Nearby, ...]]:
    """What stands near each of several listings, by the listing's id, at the price of one."""
    own = {listing.id: (listing, branch) for listing, branch in places}
    stand = _standing(session, list(own.values()), now)
    near = _nearest(stand, own)
    texts = _texts(session, {one.id for found in near.values() for one in found})
    return {
        number: tuple(
            Nearby(one.id, Recent(texts[one.id], _where(own[number][1], one.branch, one.region)))
            for one in found
        )
        for number, found in near.items()
    }


_Place = tuple[str, str, int | str]  # its site, what kind of place it is, and which


class _Stands(NamedTuple):
    """A review whose reply stands in public, and where."""

    id: int
    site: str
    listing: int
    branch: int | None
    region: str | None
    brand: str | None


def _standing(
    session: Session, places: Sequence[tuple[Listing, Branch | None]], now: datetime
) -> list[_Stands]:
    """Every reply near any of the places, newest reviews first; of one place no more than are used."""
    branches = [branch for _, branch in places if branch]
    near = [
        col(Listing.id).in_([listing.id for listing, _ in places]),
        col(Branch.id).in_([branch.id for branch in branches]),
        col(Branch.region).in_({branch.region for branch in branches if branch.region}),
        col(Branch.brand).in_({branch.brand for branch in branches if branch.brand}),
    ]
    columns = (Review.id, Listing.site, Listing.id, Branch.id, Branch.region, Branch.brand)
    query = (
        select(*map(col, columns))
        .select_from(Review)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(
            col(Listing.site).in_({listing.site for listing, _ in places}),
            or_(*near),
            col(Review.posted_at) >= now - LATELY,
            col(Review.reply_text).is_not(None),
            col(Review.removed_at).is_(None),
            col(Review.erased_at).is_(None),
        )
        .order_by(col(Review.posted_at).desc(), col(Review.id).desc())
    )
    if len(places) == 1:
        query = query.limit(MOST + 1)
    return [_Stands(*row) for row in session.execute(query)] if places else []


def _nearest(
    stand: Sequence[_Stands], own: Mapping[int | None, tuple[Listing, Branch | None]]
) -> Mapping[int | None, list[_Stands]]:
    """What stands near each listing, newest reviews first; all that stands is gone through once."""
    by_place: defaultdict[_Place, list[int]] = defaultdict(list)
    for rank, one in enumerate(stand):
        for place in _places(one.site, one.listing, one.branch, one.region, one.brand):
            by_place[place].append(rank)
    return {
        number: [stand[rank] for rank in _first(by_place[place] for place in _places_of(*where))]
        for number, where in own.items()
    }


def _first(ranks: Iterable[Sequence[int]]) -> list[int]:
    """The lowest of several rising lists, each once."""
    return sorted(set(chain.from_iterable(some[: MOST + 1] for some in ranks)))[: MOST + 1]


def _places_of(listing: Listing, branch: Branch | None) -> list[_Place]:
    """Where a reply near a listing stands; without a branch, at the listing itself."""
    if branch is None:
        return _places(listing.site, listing.id, None, None, None)
    return _places(listing.site, listing.id, branch.id, branch.region, branch.brand)


def _places(
    site: str, listing: int | None, branch: int | None, region: str | None, brand: str | None
) -> list[_Place]:
    named = (("listing", listing), ("branch", branch), ("region", region), ("brand", brand))
    return [(site, kind, which) for kind, which in named if which is not None and which != ""]


def _texts(session: Session, wanted: Collection[int]) -> Mapping[int, str]:
    texts = select(col(Review.id), col(Review.reply_text)).where(col(Review.id).in_(wanted))
    return {row[0]: row[1] for row in session.execute(texts)} if wanted else {}


def _where(branch: Branch | None, place: int | None, region: str | None) -> str:
    if branch is None or place is None or place == branch.id:
        return "this branch"
    return "a branch nearby" if region and region == branch.region else "another branch of the owner"
