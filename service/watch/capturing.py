"""What a person's own browser sent of a page, kept as any look: whose each card is, and what came of it.

Whose a card is follows from what cannot be mistaken: the page's own address, an id that is known, a link on
the card; else from there being one listing alone. The public page of a listing that is not ours, a
competitor's perhaps, is never taken for ours. What the owner's own pages show of a reply proves that it was
posted, and no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlmodel import Session, col

from service.domain import OWN_VIEW, Item, ReviewState, Route
from service.models import Branch, Listing, Review, ReviewKey
from service.sites.base import Site
from service.sources import capture
from service.sources.capture import Shown
from service.watch.check import Kept, Watch
from service.watch.hearing import hear

NO_LISTING = "No listing of yours on this site is watched. Add its address at the desk first."
NOT_OURS = "This page is of a listing that is not watched here. Add its address at the desk first."
WHICH = "Nothing on the card says which of your listings it is of. Open that listing's own page."
NOTHING = "The card shows no review: no words and no stars, or nobody's name."
ERASED = "These words were erased here and are not kept again."
TWINS = "It may be either of two reviews: the desk asks which."
GONE = "That listing is watched no longer."

_WAITING = (ReviewState.NEW, ReviewState.SEEN, ReviewState.CLAIMED, ReviewState.INSERTED)


class Became(StrEnum):
    """What came of one card."""

    NEW = "new"
    MERGED = "merged"
    UNCHANGED = "unchanged"
    ASK = "ask"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of the card of that name, and why where a person should know."""

    card: str
    became: Became
    why: str | None = None


@dataclass(frozen=True, slots=True)
class PageSent:
    """A page of ``site``: its address without what it asks, and the cards on it."""

    site: Site
    url: str
    cards: tuple[Shown, ...]


@dataclass(slots=True)
class _OfListing:
    """What goes to one listing: cards with their readings."""

    listing: Listing
    items: list[tuple[int, Item]] = field(default_factory=list)


def keep_page(
    session: Session, watch: Watch, page: PageSent, within: ColumnElement[bool], now: datetime
) -> list[Result]:
    """Keep a page's cards under the listings ``within`` (on listing and branch); one result each, in order.

    In the caller's transaction. Sending a page twice is sending it once.
    """
    results: dict[int, Result] = {}
    sent: dict[int, _OfListing] = {}
    whose = _Whose(session, page, within)
    for number, shown in enumerate(page.cards):
        found = whose.listing_of(shown)
        if isinstance(found, str):
            results[number] = Result(shown.card, Became.REJECTED, found)
            continue
        item = capture.item_of(shown, page.site, page.url, now, in_public=found is whose.public)
        if not capture.is_of_a_review(item):
            results[number] = Result(shown.card, Became.REJECTED, NOTHING)
            continue
        own = sent.setdefault(found.id or 0, _OfListing(found))
        own.items.append((number, item))
    for listing_id in sorted(sent):  # one order for all: nobody waits in a circle
        results |= _keep(session, watch, page, sent[listing_id], now)
    return [results[number] for number in range(len(page.cards))]


class _Whose:
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


def _keep(
    session: Session, watch: Watch, page: PageSent, own: _OfListing, now: datetime
) -> dict[int, Result]:
    listing = own.listing
    look = capture.look_of(page.site, listing.key, [item for _, item in own.items], now)
    kept = watch.keep(session, listing.id or 0, Route.CAPTURE, look, now, now)
    _prove_no_more(session, kept)
    fates = _fates(kept, now)
    return {number: Result(page.cards[number].card, *fates.of(item)) for number, item in own.items}


def _fates(kept: Kept, now: datetime) -> _Fates:
    changes = kept.changes
    if changes is None:
        return _Fates(now, gone=True)
    return _Fates(
        now,
        asked={one.heard.content_sha256 for one in changes.questions},
        new={(heard.content_sha256, heard.item.ids) for one in changes.arrivals for heard in one.heard},
        merged={heard.content_sha256 for one in changes.updates for heard in one.heard},
        seen={one.content_sha256 for one in changes.sightings},
    )


@dataclass(frozen=True, slots=True)
class _Fates:
    """What keeping came to, by what was said. What is nowhere in it bears the marks of erased words."""

    now: datetime
    asked: Set[bytes] = frozenset()
    new: Set[tuple[bytes, tuple[tuple[str, str], ...]]] = frozenset()
    merged: Set[bytes] = frozenset()
    seen: Set[bytes] = frozenset()
    gone: bool = False

    def of(self, item: Item) -> tuple[Became, str | None]:
        """What came of one card."""
        heard = hear(Route.CAPTURE, self.now, item)
        said = heard.content_sha256
        if self.gone:
            return Became.REJECTED, GONE
        if said in self.asked:
            return Became.ASK, TWINS
        if (said, heard.item.ids) in self.new:
            return Became.NEW, None
        if said in self.merged:
            return Became.MERGED, None
        return (Became.UNCHANGED, None) if said in self.seen else (Became.REJECTED, ERASED)


def _prove_no_more(session: Session, kept: Kept) -> None:
    """A reply that only the owner's own pages show was posted; that the public sees it is not proved.

    Of the past nobody claims anything: what was answered before we listened stays so.
    """
    posted = {"state": ReviewState.SUBMITTED.value}
    own = col(Review.reply_state) == OWN_VIEW
    fresh = col(Review.id).in_(kept.arrived) & col(Review.baseline).is_(False)
    told = [one.review for one in kept.changes.updates] if kept.changes else []
    waiting = col(Review.id).in_(told) & col(Review.state).in_([state.value for state in _WAITING])
    for these in (fresh, waiting):
        now_posted = update(Review).where(own, these).values(posted)
        session.execute(now_posted.execution_options(synchronize_session=False))
