"""Places that show other sites' reviews: Yahoo! Local, Bing Maps, Apple Maps. None is stored twice.

US reviews on Yahoo! Local have been Yelp's since 2014; Bing and Apple show partners such as Yelp and
TripAdvisor (facts of November 2026). Whoever reads such a page marks each review with whose it is; watching
asks ``Site.alias_of`` and points the owner to the site itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import SplitResult, parse_qs

from service.domain import ReplyRules, Route
from service.sentences import say
from service.sites.addressed import listing_of
from service.sites.base import ListingAddress, Reading, Site, Way
from service.sites.conclusion import concluded
from service.sites.page import Page

_SOURCE = "yelp"
_YAHOO = re.compile(r"/info-(\d+)(?:-.*)?/?", re.ASCII)
_BING = re.compile(r"ypid[.:=](YN\w+)", re.IGNORECASE | re.ASCII)

_PLACE = re.compile(r"\w{4,64}", re.ASCII)

Listing = Callable[[SplitResult], ListingAddress | None]


def yahoo_local(parts: SplitResult) -> ListingAddress | None:
    """``local.yahoo.com/info-{id}-…``; searches are none."""
    found = _YAHOO.fullmatch(parts.path)
    return (
        ListingAddress("yahoo_local", found[1], f"https://local.yahoo.com/info-{found[1]}") if found else None
    )


def bing_maps(parts: SplitResult) -> ListingAddress | None:
    """``bing.com/maps`` with a place's id (``ypid``); searches are none."""
    found = _BING.search(parts.query) if parts.path.startswith("/maps") else None
    return (
        ListingAddress("bing_maps", found[1], f"https://www.bing.com/maps?ss=ypid.{found[1]}")
        if found
        else None
    )


def apple_maps(parts: SplitResult) -> ListingAddress | None:
    """``maps.apple.com`` with a place's id (``place-id`` since 2024, ``auid`` before)."""
    asked = parse_qs(parts.query)
    for name, path in (("place-id", "place"), ("auid", "")):
        key = asked.get(name, [""])[-1]
        if _PLACE.fullmatch(key):
            return ListingAddress("apple_maps", key, f"https://maps.apple.com/{path}?{name}={key}")
    return None


def _read(listing: Listing, name: str, page: Page, now: datetime | None) -> Reading:
    """What the page's markup holds. Raises NotAListing, PageChanged."""
    del now
    address = listing_of(page, listing, say("no place's page"))
    return concluded(name, address.key if address else None, page.schema, page.schema.items)


def _alias(name: str, title: str, host: str, listing: Listing) -> Site:
    note = say(
        "%(title)s shows other sites' reviews, mostly Yelp's: add the listing there, so each is heard once",
        title=title,
    )
    return Site(
        name=name,
        title=title,
        hosts=(host,),
        listing=listing,
        read=partial(_read, listing, name),
        ways=(Way(Route.HAND, 2, say("the listing on Yelp, added in its place"), note),),
        reply=ReplyRules(
            source=f"{title} has no replies of its own: they are given where the review was written"
        ),
        alias_of=_SOURCE,
    )


SITES = (
    _alias("yahoo_local", "Yahoo! Local", "local.yahoo.com", yahoo_local),
    _alias("bing_maps", "Bing Maps", "bing.com", bing_maps),
    _alias("apple_maps", "Apple Maps", "maps.apple.com", apple_maps),
)
