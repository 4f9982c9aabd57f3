"""Of which listing is a card that a person's own browser sent?

What cannot be mistaken decides: the page's own address, an id that is known, a link on the card; else that
there is one listing alone. The public page of a listing that is not ours, a competitor's perhaps, is never
taken for ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from service.models import Branch, Listing, Review, ReviewKey
from service.sentences import say
from service.sites.base import Site
from service.sources import capture
from service.sources.capture import Shown

NO_LISTING = say("No listing of yours on this site is watched. Add its address at the desk first.")
NOT_OURS = say("This page is of a listing that is not watched here. Add its address at the desk first.")
WHICH = say("Nothing on the card says which of your listings it is of. Open that listing's own page.")


@dataclass(frozen=True, slots=True)
class PageSent:
    """A page of ``site``: its address without what it asks, and the cards on it."""

    site: Site
    url: str
    cards: tuple[Shown, ...]


class WhoseCard:
    """Which of the listings a card is of."""

    def __init__(self, session: Session, page: PageSent, within: ColumnElement[bool]) -> None:
        self._page = page
        self._listings = {listing.id: listing for listing in _listings(session, page.site, within)}
        self._by_key = {listing.key: listing for listing in self._listings.values()}
        self._known = _owners(session, page)
        self._address = capture.listing_at(page.url, page.site)
        self.public = self._by_key.get(self._address.key) if self._address else None

    def listing_of(self, shown: Shown) -> Listing | str:
        """The listing, or why there is none."""
        if not self._listings:
            return NO_LISTING
        if self.public is not None:
            return self.public
        named = self._named(shown)
        if named is not None:
            return named
        if self._address is not None:
            return NOT_OURS
        return next(iter(self._listings.values())) if len(self._listings) == 1 else WHICH

    def _named(self, shown: Shown) -> Listing | None:
        """By the ids of a review that is known, or by the card's own link."""
        ids = capture.own_ids(shown.ids, self._page.site)
        owner = next((self._known[pair] for pair in ids if pair in self._known), None)
        address = capture.listing_at(shown.permalink, self._page.site)
        return self._listings.get(owner) or (self._by_key.get(address.key) if address else None)


def _listings(session: Session, site: Site, within: ColumnElement[bool]) -> Sequence[Listing]:
    query = (
        select(Listing)
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(
            col(Listing.site) == site.name,
            col(Listing.alias_of).is_(None),
            col(Listing.removed_at).is_(None),
            col(Listing.account_id).is_(None),
            within,
        )
        .order_by(col(Listing.id))
    )
    return session.scalars(query).all()


def _owners(session: Session, page: PageSent) -> Mapping[tuple[str, str], int]:
    """The listing of each review whose id stands on the page."""
    pairs = {pair for shown in page.cards for pair in capture.own_ids(shown.ids, page.site)}
    query = (
        select(col(ReviewKey.id_kind), col(ReviewKey.value), col(Review.listing_id))
        .join(Review, col(Review.id) == col(ReviewKey.review_id))
        .where(col(ReviewKey.site) == page.site.name, col(ReviewKey.value).in_({value for _, value in pairs}))
    )
    return {(kind, value): listing for kind, value, listing in session.execute(query)} if pairs else {}
