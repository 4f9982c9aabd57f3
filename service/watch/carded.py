"""The stored reviews that the cards of a page could be: found by one query, whatever the page claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from service.domain import Item, Moment, Precision, Route, Scale
from service.models import Branch, Listing, Review, ReviewKey
from service.watch.cards import Card, CardMatch, recognise
from service.watch.folding import folded
from service.watch.hearing import hear
from service.watch.identity import KnownReview

MOST = 2000
"""Reviews that one page's cards are held against: so many bear its names only where names tell nothing."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A review with where it stands."""

    review: Review
    listing: Listing
    branch: Branch | None


def on_page(
    session: Session, cards: Sequence[Card], within: ColumnElement[bool], site: str | None, seen_at: datetime
) -> list[tuple[CardMatch, tuple[Stored, ...]]]:
    """What each card is among the reviews ``within`` (a condition on review, listing, branch) of ``site``.

    Each match comes with its candidates, in their order. Erased reviews are no candidates.
    """
    found = _possible(session, cards, within, site)
    matches = recognise(cards, [known for _, known in found], seen_at)
    by_id = {stored.review.id: stored for stored, _ in found}
    return [(match, tuple(by_id[number] for number in match.candidates)) for match in matches]


def _possible(
    session: Session, cards: Sequence[Card], within: ColumnElement[bool], site: str | None
) -> list[tuple[Stored, KnownReview]]:
    names = {name for card in cards if (name := folded(card.item.author))}
    values = {value for card in cards for _, value in card.item.ids}
    if not names and not values:
        return []
    its_ids = and_(col(ReviewKey.review_id) == col(Review.id), col(ReviewKey.site) == col(Listing.site))
    owners = select(col(ReviewKey.review_id)).where(col(ReviewKey.value).in_(values))
    query = (
        select(Review, Listing, Branch, col(ReviewKey.id_kind), col(ReviewKey.value))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .outerjoin(ReviewKey, its_ids)
        .where(
            within,
            col(Review.erased_at).is_(None),
            or_(col(Review.author_folded).in_(names), col(Review.id).in_(owners)),
        )
        .order_by(col(Review.id).desc())
        .limit(MOST)
    )
    if site is not None:
        query = query.where(col(Listing.site) == site)
    rows = session.execute(query).all()
    return [_stored(list(same)) for _, same in groupby(rows, key=lambda row: row[0].id)]


def _stored(rows: Sequence[Any]) -> tuple[Stored, KnownReview]:
    """One review with its ids; each row holds one of them."""
    review, listing, branch, _, _ = rows[0]
    ids = frozenset((row[3], row[4]) for row in rows if row[3] is not None)
    item = item_of(review)
    heard = hear(_told_by(review), review.first_seen_at, item)
    return Stored(review, listing, branch), KnownReview(review.id or 0, ids, item, (heard,))


def item_of(review: Review) -> Item:
    """What stands in a review's row, as far as whose it is can be told by it."""
    return Item(
        scale=Scale(review.scale),
        rating=None if review.rating is None else Decimal(str(review.rating)),
        best=None if review.best is None else Decimal(str(review.best)),
        recommends=review.recommends,
        author=review.author,
        text=review.text,
        text_complete=review.text_complete,
        posted=_posted(review),
    )


def _posted(review: Review) -> Moment | None:
    precision = Precision(review.posted_precision)
    if precision is Precision.NONE:
        return None
    return Moment(review.posted_shown or "", review.posted_at, precision)


def _told_by(review: Review) -> Route:
    """A page, or a mail where no date is known but the moment at which it was told.

    Never a capture: a card is no repeat of what another browser once showed.
    """
    told = (review.provenance.get("author") or [Route.PAGE.value])[0]
    return Route.PAGE if Route(told).sees_the_present else Route.MAIL
