"""Trustpilot: a business unit is a domain; its branches, where it has any, are locations of that domain."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import SplitResult, quote, unquote

from service.domain import Business, Item, ReplyRules, Route
from service.errors import SignedOut
from service.sentences import say
from service.sites import numbers, text
from service.sites.addressed import asked, listing_of, path
from service.sites.base import MAILBOX, WRITTEN_BY_EXTENSION, ListingAddress, Politeness, Reading, Site, Way
from service.sites.beside import joined
from service.sites.conclusion import concluded, filled
from service.sites.embedded import dig
from service.sites.page import Page
from service.sites.schemaorg import Facts
from service.sites.trustpilot_reviews import next_data, of_cards, of_state

NAME = "trustpilot"
_COUNTRIES = ("com", "dk", "de", "fr", "se", "nl", "be", "at", "ch", "ie", "es", "it", "no", "fi", "pt", "jp")
_PATH = re.compile(r"/review/([^/]+)(?:/location/([^/]+))?(?:/.*)?")
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
_PLACE = re.compile(r"[\w .,'&()-]*")
_NARROWING = ("stars", "date", "search", "aspects", "topics", "verified", "replies")
_SIGN_IN = ("/users/connect", "/login", "/signin")
_LAST_OPEN_PAGE = 10  # from the 11th on a sign-in page stands there, with status 200 (2026-11)


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/review/{domain}``: its pages and filters, its ``/location/{name}``, its old single reviews."""
    found = _PATH.fullmatch(parts.path)
    domain, place = (unquote(found[1]).lower(), unquote(found[2] or "")) if found else ("", "")
    if not _DOMAIN.fullmatch(domain) or not _PLACE.fullmatch(place):
        return None
    steps = f"/review/{quote(domain)}" + (f"/location/{quote(place)}" if place else "")
    key = f"{domain}#{place}" if place else domain
    return ListingAddress(NAME, key, f"https://www.trustpilot.com{steps}?languages=all&sort=recency")


def read(page: Page, now: datetime | None) -> Reading:
    """The page's state says all there is; without one, the markup, completed by the cards.

    ``now`` is not needed: all dates are exact.
    """
    del now
    if path(page).startswith(_SIGN_IN):
        raise SignedOut(say("Trustpilot sent us to its sign-in page"))
    address = listing_of(page, listing, say("no company's review page on Trustpilot"))
    state = next_data(page)
    items = of_state(state) or _marked_up(page)
    facts = _of_unit(dig(state, "businessUnit"))
    if facts.site_total is None:
        facts = filled(page.schema, facts)
    if facts.site_total is None:
        facts = filled(facts, _as_shown(page))
    if not items:
        _check_sign_in(page, facts)
    newest_first = _newest_first(state) if state else _asked_newest_first(page)
    return concluded(NAME, address.key if address else None, facts, items, newest_first=newest_first)


def owns(page: Page) -> bool:
    """A saved page that tells no address, told by the marks of its business unit (2021 to 2025)."""
    return "data-business-unit-json-ld" in page.text or "trustpilot:company" in page.text


def _marked_up(page: Page) -> tuple[Item, ...]:
    return joined(page.schema.items, of_cards(page))


def _of_unit(unit: object) -> Facts:
    contact = dig(unit, "contactInfo")
    address = [text.line(dig(contact, part)) for part in ("address", "city", "zipCode", "country")]
    return Facts(
        business=Business(
            name=text.line(dig(unit, "displayName")),
            address=", ".join(part for part in address if part) or None,
            phone=text.line(dig(contact, "phone")),
        ),
        rating=numbers.decimal(dig(unit, "trustScore")),
        best=Decimal(5),
        site_total=numbers.count(dig(unit, "numberOfReviews")),
    )


def _as_shown(page: Page) -> Facts:
    tree = page.tree
    return Facts(
        business=Business(text.line_of(tree.css_first("h1 span"))),
        rating=numbers.decimal(text.line_of(tree.css_first("[data-rating-typography]"))),
        best=Decimal(5),
        site_total=numbers.count(text.line_of(tree.css_first("[data-reviews-count-typography]"))),
    )


def _check_sign_in(page: Page, facts: Facts) -> None:
    """Raise SignedOut where a sign-in page stands in place of a later page of reviews."""
    number = numbers.count(asked(page).get("page"))
    if number is not None and number > _LAST_OPEN_PAGE:
        raise SignedOut(
            say("page %(number)s shown only to people who signed in", number=number),
            say("no review readable"),
        )
    if facts.site_total is None and page.tree.css_first("form[action*='login'], input[type=password]"):
        raise SignedOut(say("a sign-in form stands where the reviews should"))


def _newest_first(state: dict[str, object]) -> bool:
    """Whether the page's own filters say: all languages, nothing narrowed, by date, first page."""
    chosen, shown = dig(state, "filters", "selected"), dig(state, "filters", "pagination", "currentPage")
    every_language = dig(chosen, "languages") == "all" or not dig(
        state, "filters", "reviewStatistics", "hasMultipleLanguages"
    )
    narrowed = any(dig(chosen, name) for name in _NARROWING)
    return dig(chosen, "sort") == "recency" and every_language and not narrowed and shown == 1


def _asked_newest_first(page: Page) -> bool:
    query = asked(page)
    narrowed = any(query.get(name) for name in _NARROWING)
    in_order = query.get("sort") == "recency" and query.get("languages") == "all"
    return in_order and not narrowed and query.get("page", "1") == "1"


SITE = Site(
    name=NAME,
    title="Trustpilot",
    hosts=tuple(f"trustpilot.{country}" for country in _COUNTRIES),
    listing=listing,
    read=read,
    owns=owns,
    ways=(
        Way(
            Route.MAIL,
            5,
            MAILBOX,
            say(
                "Trustpilot mails the owner each new review within minutes: free, and nothing stands "
                "in its way"
            ),
        ),
        Way(
            Route.PAGE,
            0,
            "",
            say("Trustpilot turns most servers away (403); each look says so when it does: no steady source"),
        ),
        Way(
            Route.HAND,
            2,
            "",
            say("save the review page in your own browser and bring it in, or paste what you see"),
        ),
        WRITTEN_BY_EXTENSION,
        Way(
            Route.API,
            60,
            say("Trustpilot's paid API module, and support for it, which comes with a later release"),
            say("whole reviews and replies, and a call the moment one arrives"),
        ),
    ),
    reply=ReplyRules(
        source="Trustpilot Guidelines for Businesses, version 7, May 2025: no limit on length stated"
    ),
    # at most one page per listing in six hours is what we hold for polite (facts/sites.md §10, 2026-11)
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
