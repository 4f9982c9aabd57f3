"""Yelp: a listing is an alias under ``/biz/``, the same on every country's domain."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import SplitResult, quote, unquote

from service.domain import LengthUnit, Moment, ReplyRules, Route
from service.sentences import say
from service.sites import dates
from service.sites.addressed import asked, host, listing_of
from service.sites.base import (
    MAILBOX_TO_TEACH,
    READ_BY_EXTENSION,
    ListingAddress,
    Politeness,
    Reading,
    Site,
    Way,
)
from service.sites.beside import joined
from service.sites.conclusion import concluded
from service.sites.page import Page
from service.sites.yelp_cards import of_cards
from service.sites.yelp_state import of_cache, of_state

NAME = "yelp"
_COUNTRIES = (
    "com", "ca", "co.uk", "ie", "com.au", "co.nz", "de", "at", "ch", "fr", "be", "nl", "it", "es", "pt", "se",
    "dk", "no", "fi", "pl", "cz", "com.br", "com.mx", "com.ar", "cl", "com.tr", "com.hk", "com.sg", "com.ph",
    "my", "com.tw", "co.jp",
)  # fmt: skip
_HOSTS = tuple(f"yelp.{country}" for country in _COUNTRIES)
_MONTH_FIRST = ("com", "ca", "com.ph")  # "5/2/2021" is in May here, in February elsewhere
_ALIAS = re.compile(r"/biz/([^/]+)/?(?:reviews)?")
_WORDS = re.compile(r"[\w.'\u2019-]+")
_ENCODED = re.compile(r"[\w-]{22}", re.ASCII)  # an id in place of an alias; only ids know capitals
_NEWEST_FIRST = "date_desc"
_NARROWING = ("q", "rr", "filter", "language")


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/biz/{alias}`` whatever it asks; photos, searches, people and the owners' site are none.

    An alias is the same listing in every country, but each country's pages hold its own language first.
    """
    found = _ALIAS.fullmatch(parts.path)
    key = unquote(found[1]) if found else ""
    home = (parts.hostname or "yelp.com").removeprefix("m.").removeprefix("www.")
    if not _WORDS.fullmatch(key) or home.startswith(("biz.", "blog.")):
        return None
    if not _ENCODED.fullmatch(key):
        key = key.lower()
    home = f"www.{home}" if home in _HOSTS else home
    return ListingAddress(NAME, key, f"https://{home}/biz/{quote(key)}?sort_by={_NEWEST_FIRST}")


def read(page: Page, now: datetime | None) -> Reading:
    """Markup first; state and cards add ids, replies and what the markup leaves out."""
    address = listing_of(page, listing, say("no business page on Yelp"))
    url = address.url if address else None
    day = partial(_day, host=host(page), now=now)
    items = joined(page.schema.items, of_state(page, url, day))
    if not items or not all(item.ids for item in items):
        items = joined(items, of_cards(page, url, day))
    items = items or of_cache(page, url)
    key = address.key if address else None
    return concluded(NAME, key, page.schema, items, newest_first=_newest_first(page))


def owns(page: Page) -> bool:
    """A saved page that tells no address, told by its marks (2016 to 2024)."""
    return 'name="yelp-biz-id"' in page.text or 'content="yelpyelp:business"' in page.text


def _day(shown: str, host: str, now: datetime | None) -> Moment | None:
    country = host.partition("yelp.")[2] or "com"
    order = dates.Order.MONTH_FIRST if country in _MONTH_FIRST else dates.Order.DAY_FIRST
    return dates.parse(shown, now=now, order=order)


def _newest_first(page: Page) -> bool:
    """Whether the page was asked for newest first, from the first review on, and nothing left out."""
    query = asked(page)
    first = query.get("start", "0") == "0"
    return query.get("sort_by") == _NEWEST_FIRST and first and not any(map(query.get, _NARROWING))


SITE = Site(
    name=NAME,
    title="Yelp",
    hosts=_HOSTS,
    listing=listing,
    read=read,
    owns=owns,
    day=_day,
    ways=(
        Way(
            Route.MAIL,
            5,
            MAILBOX_TO_TEACH,
            say("Yelp mails the owner of a claimed listing when a review arrives; the mail may cut its text"),
        ),
        Way(
            Route.PAGE,
            0,
            "",
            say(
                "Yelp turns most servers in data centres away; each look says so when it does: no "
                "steady source"
            ),
        ),
        Way(
            Route.HAND,
            2,
            "",
            say("save the business page in your own browser and bring it in, or paste what you see"),
        ),
        READ_BY_EXTENSION,
        Way(
            Route.API,
            30,
            say("an API key of your own, and support for it, which comes with a later release"),
            say("tells only that the count of reviews changed: Yelp forbids keeping what its API returns"),
        ),
    ),
    reply=ReplyRules(
        limit=5000,
        unit=LengthUnit.CHARACTERS,
        source="Yelp Respond to Reviews API: at most 5,000 characters, no emoji; read in November 2026",
    ),
    # at most one page per listing in six hours is what we hold for polite (facts/sites.md §10, 2026-11)
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
