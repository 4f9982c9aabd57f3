"""Any site we know nothing special about: structured data decides, under the name of its host."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

from service.domain import Business, Item, Route
from service.errors import NotAListing
from service.sentences import say
from service.sites import numbers, schemaorg, state
from service.sites.base import ListingAddress, Politeness, Reading, Site, Way
from service.sites.extent import reached
from service.sites.page import Page
from service.sites.schemaorg import Facts

_HOST = re.compile(r"(?=.{4,253}\Z)[a-z0-9-]+(\.[a-z0-9-]+)+|\[?[0-9a-f:]*:[0-9a-f:]+\]?|localhost")
_NO_HOST = "web"
_SECOND_LEVEL = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gov", "govt", "ltd", "ne", "net", "nom", "or", "org", "plc"}
)


def name_of(host: str) -> str:
    """The registrable part of a host: "www.hotels.com" and "uk.hotels.com" are both "hotels.com"."""
    if re.fullmatch(r"[\d.]+|.*:.*", host):
        return host
    labels = host.removeprefix("www.").split(".")
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if second_level else labels[-2:])


@lru_cache(maxsize=1024)
def site_of(name: str) -> Site | None:
    """The site under a host's own name, or None where ``name`` is no host's ("web" is that of no host)."""
    if name == _NO_HOST:
        return UNKNOWN
    return _site(name) if _HOST.fullmatch(name) else None


def _site(name: str) -> Site:
    return Site(
        name=name,
        title=name,
        hosts=(name,),
        listing=lambda parts: _listing(name, parts),
        read=lambda page, _now: read(page, name),
        ways=(
            Way(Route.PAGE, 0, "", say("the public page, where its markup or its state holds the reviews")),
            Way(
                Route.HAND,
                2,
                "",
                say("save the page in your own browser and bring it in, or paste what you see"),
            ),
        ),
    )


def read(page: Page, name: str) -> Reading:
    """The reading of a page by its markup, else by the reviews in its state.

    Raises NotAListing where it speaks of no one business, PageChanged where it counts reviews and shows none.
    """
    address = _listing(name, urlsplit(page.address)) if page.address else None
    facts = page.schema
    if not facts.items and not facts.others and not facts.is_work:
        facts = _with_state(facts, page)
    if _is_front(page) and not (facts.items and facts.is_business):
        raise NotAListing(say("a site's front page, without reviews of a business"))
    return reading_of(facts, name, address.key if address else None)


def reading_of(facts: Facts, name: str, key: str | None = None) -> Reading:
    """The markup's facts as the reading of the site called ``name``; ``key`` is the listing's.

    Raises NotAListing where they are about many things, or about a thing nobody visits.
    """
    _refuse_lists(facts)
    return Reading(
        site=name,
        listing_key=key,
        business=facts.business,
        site_total=facts.site_total,
        rating=facts.rating,
        best=facts.best,
        items=tuple(_named(item, name) if item.ids else item for item in facts.items),
        coverage=reached(facts.items, facts.site_total),
    )


def _with_state(facts: Facts, page: Page) -> Facts:
    """``facts`` with the reviews in the page's state, where one place has them."""
    told = state.reviews(page.text)
    business = facts.business or (Business(told.place) if told and told.place else None)
    if told is None or business is None:
        return facts
    heard = schemaorg.of_nodes([{"@type": ("LocalBusiness",), "review": told.reviews}], page.address)
    total = facts.site_total if facts.site_total is not None else numbers.count(told.total)
    return replace(facts, business=business, site_total=total, items=heard.items, is_business=True)


def _refuse_lists(facts: Facts) -> None:
    if facts.is_work and not (facts.is_business and facts.items):
        raise NotAListing(say("the page is about an article or a work, not a business"))
    if facts.business is None and facts.others > 1:
        raise NotAListing(
            say("a list: %(others)s rated things, none of them the page's own", others=facts.others)
        )
    if facts.business is not None and not facts.is_business and not facts.items:
        raise NotAListing(say("the page is about goods, and shows no reviews"))


def _is_front(page: Page) -> bool:
    return page.address is not None and urlsplit(page.address).path in ("", "/")


def _named(item: Item, name: str) -> Item:
    return replace(item, ids=tuple((name, value) for _, value in item.ids))


def _listing(name: str, parts: SplitResult) -> ListingAddress | None:
    path = parts.path.rstrip("/") or "/"
    key = f"{parts.netloc}{path}?{parts.query}" if parts.query else f"{parts.netloc}{path}"
    return ListingAddress(name, key, parts._replace(fragment="").geturl())


UNKNOWN = replace(
    _site(_NO_HOST),
    title="the web",
    route=Route.FEED,
    politeness=Politeness(gap=timedelta(minutes=15), budget=24.0),  # feed readers ask once an hour
    ways=(
        Way(
            Route.FEED,
            3,
            "",
            say("a Google Alert that delivers to a feed: what Google finds, as it finds it"),
        ),
        Way(Route.FEED, 1, "", say("the feed of a blog, a forum or a news site (RSS, Atom, JSON Feed)")),
    ),
)
"""Mentions anywhere on the web, heard by feeds; and a saved page that tells no address."""
