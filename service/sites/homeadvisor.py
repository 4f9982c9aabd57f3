"""HomeAdvisor: reviews in JSON-LD, but their dates there are a day early; the shown ones are right.

The markup tells Denver's time on a twelve-hour clock ("04-27-2021 09:50" for 21:50), the cards UTC's day.
Card outline (2021-05): ``.list-body`` holds rating, name, town, day ("4/28/2021") and ``.review-content``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html import escape
from itertools import pairwise
from urllib.parse import SplitResult, urlsplit

from service.domain import Item, Moment, Route
from service.errors import NotAListing
from service.sites import dates, generic
from service.sites.base import ListingAddress, Reading, Site, Way
from service.sites.conclusion import concluded
from service.sites.page import Page

NAME = "homeadvisor"
_PATH = re.compile(r"/rated\.([\w-]+)\.(\d+)\.html", re.IGNORECASE)
_CARD = re.compile(r"""list-body[ "']""")
_DAY = re.compile(r">\s*(\d{1,2}/\d{1,2}/\d{4})\s*<")
_SORTED = "Newest First"
_NEWEST_FIRST = re.compile(r"<option[^>]*\bselected[^>]*\bvalue=[\"']newest[\"']")


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/rated.{Name}.{number}.html``; the number is the company's own."""
    found = _PATH.fullmatch(parts.path)
    if not found:
        return None
    return ListingAddress(NAME, found[2], f"https://www.homeadvisor.com/rated.{found[1]}.{found[2]}.html")


def read(page: Page, now: datetime | None) -> Reading:
    """The markup's reviews with the days the cards show; ``now`` is not needed."""
    del now
    address = listing(urlsplit(page.address or ""))
    if page.address and address is None:
        raise NotAListing("no company's own page on HomeAdvisor")
    told = generic.reading_of(page.schema, NAME)
    newest_first = _SORTED in page.text and _NEWEST_FIRST.search(page.text) is not None
    items = _with_shown_days(told.items, _cards(page) if told.items else [])
    return concluded(NAME, address.key if address else None, page.schema, items, newest_first=newest_first)


def _cards(page: Page) -> list[str]:
    """The cards' source; a day between two tags is all that is looked for, so no tree is built."""
    starts = [found.start() for found in _CARD.finditer(page.text)]
    return [page.text[start:end] for start, end in pairwise([*starts, len(page.text)])]


def _with_shown_days(items: tuple[Item, ...], cards: list[str]) -> tuple[Item, ...]:
    """Each item with its card's day, where the cards stand in the items' order and name the same people."""
    if len(items) != len(cards):
        return items
    return tuple(_with_shown_day(item, card) for item, card in zip(items, cards, strict=True))


def _with_shown_day(item: Item, card: str) -> Item:
    shown = _shown_day(card)
    return replace(item, posted=shown) if shown and escape(item.author or "", quote=False) in card else item


def _shown_day(card: str) -> Moment | None:
    found = _DAY.search(card)
    return dates.parse(found[1]) if found else None


SITE = Site(
    name=NAME,
    title="HomeAdvisor",
    hosts=("homeadvisor.com",),
    listing=listing,
    read=read,
    ways=(
        Way(Route.PAGE, 0, "", "the public page: the ten newest reviews"),
        Way(Route.HAND, 2, "", "save the page in your own browser and upload it here"),
    ),
)
