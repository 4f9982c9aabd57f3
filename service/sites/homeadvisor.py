"""HomeAdvisor: reviews in JSON-LD, but their dates there are a day early; the shown ones are right.

The markup tells Denver's time on a twelve-hour clock ("04-27-2021 09:50" for 21:50), the cards UTC's day.
Card outline (2021-05): ``.list-body`` holds rating, name, town, day ("4/28/2021") and ``.review-content``; a
company's response, in no markup, stands behind that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html import escape
from urllib.parse import SplitResult, urlsplit

from selectolax.lexbor import LexborHTMLParser

from service.domain import Item, Moment, Reply, Route
from service.errors import NotAListing
from service.sentences import say
from service.sites import dates, generic, text
from service.sites.base import ListingAddress, Reading, Site, Way
from service.sites.conclusion import concluded
from service.sites.page import Page
from service.sites.walk import after

NAME = "homeadvisor"
_PATH = re.compile(r"/rated\.([\w-]+)\.(\d+)\.html", re.IGNORECASE)
_CARD = "list-body"
_DAY = re.compile(r">\s*(\d{1,2}/\d{1,2}/\d{4})\s*<")
_ANSWERED = re.compile(r"[Rr]espon(?:se|ded)\b|[Rr]epl(?:y|ied)\b")
_LONGEST_CARD, _LONGEST_REST = 20_000, 4_000
_SORTED, _LONGEST_TAG = "Newest First", 300
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
        raise NotAListing(say("no company's own page on HomeAdvisor"))
    told = generic.reading_of(page.schema, NAME)
    choice = page.text.find(_SORTED)
    newest_first = _NEWEST_FIRST.search(page.text, max(0, choice - _LONGEST_TAG), choice) is not None
    items = _as_shown(told.items, _cards(page) if told.items else [])
    return concluded(NAME, address.key if address else None, page.schema, items, newest_first=newest_first)


def _cards(page: Page) -> list[str]:
    """The cards' source; a day between two tags is all that is usually looked for, so no tree is built."""
    first = page.text.find(_CARD)
    return page.text[first:].split(_CARD)[1:] if first >= 0 else []


def _as_shown(items: tuple[Item, ...], cards: list[str]) -> list[Item]:
    """Each item with what the next card in its author's name shows better."""
    shown: list[Item] = []
    for item in items:
        name = escape(item.author or "", quote=False)
        place = next((n for n, card in enumerate(cards) if name and name in card), None)
        shown.append(item if place is None else _with_card(item, cards[place]))
        cards = cards if place is None else cards[place + 1 :]
    return shown


def _with_card(item: Item, card: str) -> Item:
    return replace(item, posted=_shown_day(card) or item.posted, reply=_reply(card) or item.reply)


def _shown_day(card: str) -> Moment | None:
    found = _DAY.search(card)
    return dates.parse(found[1]) if found else None


def _reply(card: str) -> Reply | None:
    """What stands behind the review's own words in its card, under a heading that calls it a response."""
    content = max(0, card.find("review-content", 0, _LONGEST_CARD))
    if not _ANSWERED.search(card, content, content + _LONGEST_REST):
        return None
    source = LexborHTMLParser(f'<div class="{_CARD}{card[:_LONGEST_CARD]}')
    block = after(source.css_first(".list-body .review-content"))
    heading, _, words = (text.of(block) or "").partition("\n")
    return Reply(words) if words and _ANSWERED.search(heading) else None


SITE = Site(
    name=NAME,
    title="HomeAdvisor",
    hosts=("homeadvisor.com",),
    listing=listing,
    read=read,
    ways=(
        Way(Route.PAGE, 0, "", say("the public page: the ten newest reviews")),
        Way(
            Route.HAND, 2, "", say("save the page in your own browser and bring it in, or paste what you see")
        ),
    ),
)
