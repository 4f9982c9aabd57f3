"""``/suggest``: what could be answered to the reviews on a page, or to those of its site that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from service.models import Branch, Listing, Review
from service.outcomes import showing
from service.outcomes.postings import Used
from service.outcomes.showing import Shown
from service.people.devices import Scope
from service.people.may import Act
from service.sites.base import Site as SiteFile
from service.sites.generic import UNKNOWN
from service.watch.carded import Stored, on_page
from service.watch.cards import CardMatch, Sureness
from service.web.api.cards import MOST_CARDS, CardAsked, Url, card_of, known_site, plain
from service.web.api.endpoint import Call, Endpoint
from service.web.api.reviews import OfferedTold, ReviewTold, Telling, within_reach
from service.web.api.shapes import Asked, Site, Told
from service.web.shelves import most_urgent_first, on_shelf

TTL = 120  # seconds for which a suggestion may be used before it is confirmed anew
MOST_OPEN = 20
MOST_BYTES = 256 * 1024

Matches = Sequence[tuple[CardMatch, tuple[Stored, ...]]]


class SuggestAsked(Asked):
    """A page and the cards on it. In ``anywhere`` mode no card need be known."""

    site: Site | None
    url: Url
    mode: Literal["site", "anywhere"]
    cards: Annotated[list[CardAsked], Field(max_length=MOST_CARDS)]


class MatchedTold(Told):
    """Which review a card is. ``candidates`` are those a person chooses from."""

    card: str
    match: Literal["exact", "likely", "ask", "none"]
    offered: OfferedTold | None
    candidates: list[ReviewTold]


class SuggestTold(Told):
    """How things stand at ``state_at``; good for ``ttl`` seconds."""

    state_at: datetime
    ttl: int
    site: str | None
    cards: list[MatchedTold]
    open: list[OfferedTold]


def suggest(call: Call, asked: SuggestAsked) -> SuggestTold:
    """Which of our reviews the cards on a page are, and the approved replies that fit them."""
    with call.database.reading() as session:
        told = _told(session, call, asked)
        news = showing.not_shown_yet(session, _shown(told), call.who.key)
    if news:
        with call.database.transaction() as session:
            showing.store(session, news, call.who.key, call.who.who.name, call.now)
    return told


def _told(session: Session, call: Call, asked: SuggestAsked) -> SuggestTold:
    site = known_site(asked.site, asked.url)
    hers = within_reach(call.who, Act.READ, call.now)
    matches = _matched(session, asked, site, hers, call.now)
    site = site if site and _has_listing(session, site, hers) else None
    waiting = _open(session, site, hers, call.now) if asked.mode == "anywhere" else []
    stored = {one.review.id: one for one in (*(s for _, found in matches for s in found), *waiting)}
    telling = Telling(session, call.who, list(stored.values()), call.now)
    return SuggestTold(
        state_at=call.now,
        ttl=TTL,
        site=site.name if site else None,
        cards=_cards(asked, matches, telling),
        open=[telling.offered(one) for one in waiting],
    )


def _matched(
    session: Session, asked: SuggestAsked, site: SiteFile | None, hers: ColumnElement[bool], now: datetime
) -> Matches:
    cards = [card_of(one, site or UNKNOWN, plain(asked.url), now) for one in asked.cards]
    return on_page(session, cards, hers, site.name if site else None, now)


def _has_listing(session: Session, site: SiteFile, hers: ColumnElement[bool]) -> bool:
    """Whether any review of hers is of that site."""
    there = _stored().where(col(Listing.site) == site.name, hers).limit(1)
    return session.execute(there.with_only_columns(col(Review.id))).first() is not None


def _open(session: Session, site: SiteFile | None, hers: ColumnElement[bool], now: datetime) -> list[Stored]:
    """Those that wait for a reply, the most urgent first."""
    waiting = _stored().where(hers, on_shelf("open", now)).order_by(*most_urgent_first()).limit(MOST_OPEN)
    if site is not None:
        waiting = waiting.where(col(Listing.site) == site.name)
    return [Stored(*row) for row in session.execute(waiting)]


def _stored() -> Any:  # its exact type has no name
    return (
        select(Review, Listing, Branch)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
    )


def _cards(asked: SuggestAsked, matches: Matches, telling: Telling) -> list[MatchedTold]:
    told = []
    for card, (match, found) in zip(asked.cards, matches, strict=True):
        is_sure = match.sureness in (Sureness.EXACT, Sureness.LIKELY)
        told.append(
            MatchedTold(
                card=card.card,
                match=match.sureness.value,
                offered=telling.offered(found[0], replied=card.replied) if is_sure else None,
                candidates=[] if is_sure else [telling.review(one) for one in found],
            )
        )
    return told


def _shown(told: SuggestTold) -> list[Shown]:
    """What stands before her eyes: the best reply to each review that has none."""
    offered = [*(one.offered for one in told.cards if one.offered), *told.open]
    return [
        Shown(
            one.review.id,
            one.review.branch,
            Used(best.pack, bytes.fromhex(best.sha256), best.item, best.variant),
        )
        for one in offered
        if one.review.answered is None
        for best in one.suggestions[:1]
    ]


ENDPOINTS = (Endpoint("/suggest", suggest, SuggestAsked, SuggestTold, scope=Scope.SUGGEST, most=MOST_BYTES),)
