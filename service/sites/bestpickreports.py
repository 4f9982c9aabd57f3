"""Best Pick Reports: microdata throughout; authors carry their town ("Janet W. | Wayne, PA").

A body of "No review comments provided" is what the page shows where a customer gave stars alone.
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

NAME = "bestpickreports"
_PATH = re.compile(r"/([\w-]+/[\w-]+/[\w-]+)/?")


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/{category}/{town}/{company}``: a company has one page for each of its trades."""
    found = _PATH.fullmatch(parts.path)
    if not found or found[1].startswith(("content/", "help/", "Content/")):
        return None
    return ListingAddress(NAME, found[1].casefold(), f"https://www.bestpickreports.com/{found[1]}")


def read(page: Page, now: datetime | None) -> Reading:
    """The reading of the markup; ``now`` is not needed, all dates are days."""
    del now
    address = listing(urlsplit(page.address or ""))
    if page.address and address is None:
        raise NotAListing(say("no company's own page on Best Pick Reports"))
    return generic.reading_of(page.schema, NAME, address.key if address else None)


SITE = Site(
    name=NAME,
    title="Best Pick Reports",
    hosts=("bestpickreports.com",),
    listing=listing,
    read=read,
    ways=(
        Way(Route.PAGE, 0, "", say("the public page, as far as it is loaded before anybody scrolls")),
        Way(
            Route.HAND,
            2,
            "",
            say(
                "scroll to the end in your own browser, save the page and bring it in, or paste what you see"
            ),
        ),
    ),
)
