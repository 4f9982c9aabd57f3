"""What a person's own browser sent of a page, kept as any other look, and what came of each card.

What the owner's own pages show of a reply proves that it was posted, and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from service.domain import OWN_VIEW, Item, ReviewState, Route
from service.models import Listing, Review
from service.sentences import say
from service.sources import capture
from service.sources.capture import Shown
from service.watch.check import Kept, Watch
from service.watch.hearing import hear
from service.watch.whose_card import PageSent, WhoseCard

NOTHING = say("The card shows no review: no words and no stars, or nobody's name.")
ERASED = say("These words were erased here and are not kept again.")
TWINS = say("It may be either of two reviews: the desk asks which.")
GONE = say("That listing is watched no longer.")

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


def keep_page(
    session: Session, watch: Watch, page: PageSent, within: ColumnElement[bool], now: datetime
) -> list[Result]:
    """Keep a page's cards under the listings ``within`` (on listing and branch); one result each, in order.

    In the caller's transaction. Sending a page twice is sending it once.
    """
    whose = WhoseCard(session, page, within)
    placed = [_placed(whose, page, shown, now) for shown in page.cards]
    told: defaultdict[int, list[Item]] = defaultdict(list)
    for one in placed:
        if not isinstance(one, str):
            told[one.listing].append(one.item)
    fates = {listing: _keep(session, watch, page, listing, told[listing], now) for listing in sorted(told)}
    return [
        Result(shown.card, Became.REJECTED, one)
        if isinstance(one, str)
        else Result(shown.card, *fates[one.listing].of(one.item))
        for shown, one in zip(page.cards, placed, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A card as a reading of one listing."""

    listing: int
    item: Item


def _placed(whose: WhoseCard, page: PageSent, shown: Shown, now: datetime) -> _Placed | str:
    """The card under its listing, or why it is not taken."""
    found = whose.listing_of(shown)
    if isinstance(found, str):
        return found
    item = capture.item_of(shown, page.site, page.url, now, in_public=found is whose.public)
    return _Placed(found.id or 0, item) if capture.is_of_a_review(item) else NOTHING


def _keep(
    session: Session, watch: Watch, page: PageSent, listing_id: int, items: Sequence[Item], now: datetime
) -> _Fates:
    key = session.get_one(Listing, listing_id).key
    look = capture.look_of(page.site, key, items, now)
    kept = watch.keep(session, listing_id, Route.CAPTURE, look, now, now)
    _prove_no_more(session, kept)
    return _fates(kept, now)


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
