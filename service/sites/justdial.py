"""Justdial: reviews in JSON-LD alone and without stars; votes and reviews are one number.

A further stand-alone Review by "Anonymous", of positive and negative notes only, is the site's own summary;
the general reading leaves it out, because it says neither when nor what.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from service.domain import Route
from service.errors import NotAListing
from service.sentences import say
from service.sites import generic
from service.sites.base import ListingAddress, Reading, Site, Way
from service.sites.page import Page

NAME = "justdial"
_PATH = re.compile(r"(/[^/]+/[^/]+/([\w.-]+_BZDET))(?:/.*)?", re.IGNORECASE)


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/{city}/{name}/{code}_BZDET`` and the pages below it; categories (``/nct-…``) are none."""
    found = _PATH.fullmatch(parts.path)
    return ListingAddress(NAME, found[2].upper(), f"https://www.justdial.com{found[1]}") if found else None


def read(page: Page, now: datetime | None) -> Reading:
    """The reading of the markup; ``now`` is not needed, all dates are days."""
    del now
    address = listing(urlsplit(page.address or ""))
    if page.address and address is None:
        raise NotAListing(say("no business's own page on Justdial"))
    return generic.reading_of(page.schema, NAME, address.key if address else None)


SITE = Site(
    name=NAME,
    title="Justdial",
    hosts=("justdial.com",),
    listing=listing,
    read=read,
    ways=(
        Way(Route.PAGE, 0, "", say("the public page: the ten newest reviews, without their stars")),
        Way(
            Route.HAND, 2, "", say("save the page in your own browser and bring it in, or paste what you see")
        ),
    ),
)
