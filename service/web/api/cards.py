"""A card on a page as an extension sends it, and as it is compared with what we know."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from service.domain import Item
from service.sites.base import Site as SiteFile
from service.sites.registry import SITES, site_for, site_named
from service.sources import capture
from service.sources.capture import Shown
from service.watch.cards import Card
from service.watch.folding import OPENING
from service.web.api.shapes import Asked, Id, line, words

MOST_CARDS = 50
MOST_IDS = 10
LONGEST_URL = 2000

Url = Annotated[str, line(LONGEST_URL)]
"""A page's address; what it asks is cut off unread."""

Handle = Annotated[str, line(40, 1)]
"""The page's own name for a card: only given back."""

IdPair = tuple[Annotated[str, line(40, 1)], Annotated[str, line(200, 1)]]
Rating = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]


class CardAsked(Asked):
    """What a page shows of one review. ``chosen`` is the candidate a person says it is."""

    card: Handle
    ids: Annotated[list[IdPair], Field(max_length=MOST_IDS)]
    author: Annotated[str, words(200)] | None
    rating: Rating | None
    recommends: bool | None
    date_shown: Annotated[str, words(120)] | None
    opening: Annotated[str, words(OPENING)] | None
    replied: bool
    chosen: Id | None = None


def card_of(asked: CardAsked, site: SiteFile, url: str, now: datetime) -> Card:
    """The card as its review is looked for; only the first words of its text are known."""
    shown = Shown(
        card=asked.card,
        ids=tuple(asked.ids),
        author=asked.author,
        rating=asked.rating,
        recommends=asked.recommends,
        date_shown=asked.date_shown,
        text=asked.opening,
        text_complete=asked.opening is not None and len(asked.opening) < OPENING,
    )
    item: Item = capture.item_of(shown, site, url, now, in_public=False)
    return Card(item, asked.chosen)


def plain(url: str) -> str:
    """An address without what it asks; "" for what is none."""
    try:
        return urlsplit(url.strip())._replace(query="", fragment="").geturl()
    except ValueError:
        return ""


def known_site(name: str | None, url: str) -> SiteFile | None:
    """The site a page is of, as the extension says, else by its host; None where neither is known."""
    told = site_named(name) if name else None
    return told or _by_host(url)


def _by_host(url: str) -> SiteFile | None:
    found = site_for(url)
    return found if found in SITES else None
