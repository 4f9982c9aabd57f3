"""Which stored reviews a message could be about, so that a file of thousands need not load them all.

A review is known again by an id, by its author, or by the mark that outlived its erasure (``identity``); all
others are strangers to whatever is told, and a message, unlike a page, says nothing of those it leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from service.domain import Item
from service.models import Listing, Review, ReviewKey, ReviewVersion
from service.watch.folding import folded

MOST = 2000  # beyond that many, loading all of the listing is no dearer


def candidates(session: Session, listing: Listing, items: Sequence[Item]) -> list[int] | None:
    """The ids of ``listing``'s reviews that any of ``items`` could be; None where that may be nearly all."""
    authors = {folded(item.author) for item in items}
    found = {number for number, author in _authors(session, listing) if folded(author) in authors}
    found |= _with_ids(session, listing, {pair for item in items for pair in item.ids})
    erased = select(col(Review.id)).where(
        col(Review.listing_id) == listing.id, col(Review.erased_at).is_not(None)
    )
    found |= {number for number in session.scalars(erased) if number is not None}
    return sorted(found) if len(found) <= MOST else None


def _authors(session: Session, listing: Listing) -> Sequence[tuple[int, str | None]]:
    """Every name that anybody told of each review."""
    query = (
        select(col(ReviewVersion.review_id), col(ReviewVersion.item)["author"].as_string())
        .join(Review, col(Review.id) == col(ReviewVersion.review_id))
        .where(col(Review.listing_id) == listing.id)
    )
    return [(number, author) for number, author in session.execute(query)]


def _with_ids(session: Session, listing: Listing, pairs: set[tuple[str, str]]) -> set[int]:
    if not pairs:
        return set()
    query = (
        select(col(ReviewKey.review_id), col(ReviewKey.id_kind), col(ReviewKey.value))
        .join(Review, col(Review.id) == col(ReviewKey.review_id))
        .where(col(Review.listing_id) == listing.id, col(ReviewKey.site) == listing.site)
    )
    return {number for number, kind, value in session.execute(query) if (kind, value) in pairs}
