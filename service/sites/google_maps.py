"""Google Maps: what a page about one business says.

Two sources in one page, joined by review id: the cards its scripts have drawn (``google_maps_cards``) decide
which reviews are on the page and in which order; the state it was sent with (``google_maps_state``) knows
exact times and whole texts, and is all there is in a page whose scripts have not run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from selectolax.lexbor import LexborNode

from service.domain import Business, Item, LengthUnit, Reply, ReplyRules, Route
from service.errors import NotAListing, SignedOut, Walled
from service.sentences import say
from service.sites import (
    addressed,
    google_maps_address,
    google_maps_cards,
    google_maps_state,
    numbers,
    text,
    walls,
)
from service.sites.base import MAILBOX, READ_BY_EXTENSION, Politeness, Reading, Site, Way
from service.sites.conclusion import concluded
from service.sites.google_maps_state import Place
from service.sites.page import Page
from service.sites.schemaorg import Facts

_COUNT_ALONE = re.compile(r"\(\s*\d[\d.,'\u2019\s]*\)")
_FIGURES = re.compile(r"\d[\d.,'\u2019\u00a0\u202f]*")
_RETRY = "/httpservice/retry/enablejs"
_WALLS = (  # pages of 2021 to 2026-06, in every language
    (_RETRY, say("Google shows this page to browsers only: it asks to be retried with scripts")),
    ("google.com/sorry/", say("Google asks whether a person is looking (unusual traffic)")),
    ('action="https://consent.google.', say("Google asks for consent to cookies first")),
)


def read(page: Page, now: datetime | None) -> Reading:
    """What a saved or fetched page of Maps says about one business.

    Raises Walled, SignedOut or NotAListing for what such a page may be instead, and PageChanged where a
    business's page yields no review.
    """
    if "/maps/contrib/" in addressed.path(page):
        raise NotAListing(say("one person's reviews of many places"))
    place = google_maps_state.read(page.text) or Place()
    cards = google_maps_cards.read(page.tree, now)
    if not cards and not place.items:
        _expect_a_place(page, place)
    key = place.cid or google_maps_address.key(page.address)
    return concluded("google_maps", key, _facts(page, place), _joined(cards, place.items))


def owns(page: Page) -> bool:
    """Whether a page that tells no address is Google's: Maps, a piece of its review list, or its wall."""
    return (
        "window.APP_INITIALIZATION_STATE" in page.text
        or ("data-review-id=" in page.text and "google.com/maps/contrib/" in page.text)
        or (page.title == "Google Search" and _RETRY in page.text)
    )


def _expect_a_place(page: Page, place: Place) -> None:
    """Raise for every kind of page that is not one business's; pass where it is."""
    for mark, evidence in _WALLS:
        if mark in page.text:
            raise Walled(evidence)
    walls.suspect(page)
    if page.tree.css_first("#identifierId, form[action*='accounts.google.com']"):
        raise SignedOut(say("Google asks to sign in"))
    found = len(page.tree.css('[role=feed] a[href*="/maps/place/"]'))
    if found:
        raise NotAListing(say("a list of %(found)s businesses that a search found", found=found))
    if place.business is None and _name(page) is None:
        raise NotAListing(say("no business named on the page"))
    if _counted(page, place) is None and page.tree.css_first('a[href*="accounts.google.com/ServiceLogin"]'):
        raise SignedOut(
            say("Google's limited view: a business, but no reviews for a visitor who is not signed in")
        )


def _joined(cards: Sequence[Item], told: Sequence[Item]) -> tuple[Item, ...]:
    """The cards, each with what the state knows better of the same review; the state's own without cards."""
    known = {item.ids: item for item in told if item.ids}
    return tuple(_with(known.get(card.ids), card) for card in cards) or tuple(told)


def _with(told: Item | None, card: Item) -> Item:
    if told is None:
        return card
    whole = told if told.text and not card.text_complete else card
    return replace(
        card,
        text=whole.text,
        text_complete=whole.text_complete,
        language=told.language or card.language,
        posted=told.posted or card.posted,
        edited=told.edited or card.edited,
        reply=_reply_with(told.reply, card.reply),
        permalink=told.permalink,
    )


def _reply_with(told: Reply | None, card: Reply | None) -> Reply | None:
    if told is None or card is None:
        return card or told
    return replace(card if card.text_complete else told, at=told.at or card.at)


def _facts(page: Page, place: Place) -> Facts:
    rating = place.rating if place.rating is not None else _average(page)
    return Facts(
        business=place.business or _business(page),
        rating=rating,
        best=None if rating is None else Decimal(5),
        site_total=_counted(page, place),
    )


def _counted(page: Page, place: Place) -> int | None:
    return place.site_total if place.site_total is not None else _total(page)


def _main(page: Page) -> LexborNode | None:
    """The pane about the business: [role=main][aria-label] (2021 to 2026); the last, beside an open list."""
    return next(reversed(page.tree.css("[role=main][aria-label]")), None)


def _business(page: Page) -> Business | None:
    name = _name(page)
    return Business(name, _address(page), _phone(page)) if name else None


def _name(page: Page) -> str | None:
    main = _main(page)
    if main is not None:
        return text.line_of(main.css_first("h1")) or text.line(main.attributes.get("aria-label"))
    shared = page.tree.css_first('meta[itemprop=name][content*="·"], meta[property="og:title"][content*="·"]')
    return (
        text.line((shared.attributes.get("content") or "").partition("·")[0]) if shared is not None else None
    )


def _address(page: Page) -> str | None:
    button = page.tree.css_first("[data-item-id=address][aria-label]")  # "Address: 1 High Street"
    return text.line((button.attributes.get("aria-label") or "").partition(":")[2]) if button else None


def _phone(page: Page) -> str | None:
    button = page.tree.css_first('[data-item-id^="phone:tel:"]')
    return (
        text.line((button.attributes.get("data-item-id") or "").removeprefix("phone:tel:"))
        if button
        else None
    )


def _average(page: Page) -> Decimal | None:
    main = _main(page)
    for node in main.css("span[role=img][aria-label], div[role=img][aria-label]") if main is not None else []:
        rating = numbers.decimal(node.attributes.get("aria-label"))
        if rating is not None and 1 <= rating <= 5:
            return rating
    return None


def _total(page: Page) -> int | None:
    """The count beside the average, "(1,234)"; else the sum of the table of stars ("5 stars, 17 reviews")."""
    main = _main(page)
    if main is None:
        return None
    counts = [node for node in main.css("[aria-label]") if _COUNT_ALONE.fullmatch(node.text().strip())]
    if counts:
        return numbers.count(counts[0].text())
    rows = [
        _FIGURES.findall(row.attributes.get("aria-label") or "")
        for row in main.css("tr[role=img][aria-label]")
    ]
    if len(rows) != 5 or any(len(row) != 2 for row in rows):
        return None
    return sum(numbers.count(row[1]) or 0 for row in rows)


SITE = Site(
    name="google_maps",
    title="Google Maps",
    hosts=google_maps_address.HOSTS,
    listing=google_maps_address.listing,
    read=read,
    owns=owns,
    needs_browser=True,
    ways=(
        Way(
            Route.MAIL,
            10,
            MAILBOX,
            say(
                "Google mails the owners of a profile about each new review within minutes, if they "
                "switched that on in the Business Profile; the mail may cut its text"
            ),
        ),
        Way(
            Route.HAND,
            2,
            "",
            say(
                "every review you ever had, with its reply: at takeout.google.com choose Google "
                "Business Profile, and bring the archive in as it comes. Newer ones: signed in, "
                "paste what you see or save the page"
            ),
        ),
        READ_BY_EXTENSION,
        Way(
            Route.API,
            60,
            say(
                "Google's approval of a project of your own, which can take weeks, and support for "
                "the owner API, which comes with a later release"
            ),
            say("the best there is, and free: every review in full, replies and their moderation"),
        ),
        Way(
            Route.PAGE,
            0,
            say("the optional browser; `shopbell doctor` says how to add it"),
            say(
                "a glimpse, never the whole: since 2026 Google shows signed-out visitors five "
                "reviews at most, often none, and turns servers away"
            ),
        ),
    ),
    reply=ReplyRules(
        limit=4096,
        unit=LengthUnit.BYTES,
        one_shot=False,
        source="Google My Business API v4, accounts.locations.reviews.updateReply: at most 4096 bytes; a"
        " second reply replaces the first (read 2026-11)",
    ),
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
