"""BBB: reviews and complaints of one business, each on its own page. Its "A+" is no customer's rating."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import SplitResult

from service.domain import Business, ReplyRules, Route
from service.sentences import say
from service.sites import bbb_reviews, numbers, text
from service.sites.addressed import listing_of
from service.sites.base import (
    MAILBOX_TO_TEACH,
    WRITTEN_BY_EXTENSION,
    ListingAddress,
    Politeness,
    Reading,
    Site,
    Way,
)
from service.sites.beside import joined
from service.sites.conclusion import concluded, filled
from service.sites.embedded import assigned, dig
from service.sites.page import Page
from service.sites.schemaorg import Facts

NAME = "bbb"
_STEP = "[!-.0-~]{1,200}"  # one step of an address, in ASCII
_PATH = re.compile(
    rf"((?:/[a-z]{{2}}){{1,2}}/{_STEP}/{_STEP}/profile/{_STEP}/{_STEP}-(\d{{4}}-\d+))"
    r"(?:/addressId/\d+)?(/complaints)?(?:/.*)?",
    re.ASCII,
)
_COMPLAINTS = "#complaints"
_TAGS = r"\s*(?:<[^>]{0,200}>\s*){0,9}"
_COUNTED = re.compile(
    rf"(?:This business has|Average of){_TAGS}([\d,]+){_TAGS}(?:customer )?(review|complaint)", re.IGNORECASE
)
_AVERAGE = re.compile(rf">\s*(\d(?:\.\d+)?){_TAGS}/\s*5 stars", re.IGNORECASE)  # 2026-09


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/…/profile/{trade}/{name}-{bureau}-{number}``: its reviews, or its ``/complaints``.

    Complaints are a listing of their own: a page of reviews cannot speak for them.
    """
    found = _PATH.fullmatch(parts.path)
    if not found:
        return None
    profile, key, complaints = found.groups()
    url = f"https://www.bbb.org{profile}{complaints or '/customer-reviews'}"
    return ListingAddress(NAME, f"{key}{_COMPLAINTS}" if complaints else key, url)


def read(page: Page, now: datetime | None) -> Reading:
    """State first, cards where there is none; ``now`` is not needed, all dates are days."""
    del now
    address = listing_of(page, listing, say("no business profile on BBB"))
    key, url = (address.key, address.url) if address else (None, None)
    profile = dig(assigned(page.text, "window.__PRELOADED_STATE__"), "businessProfile")
    if key and key.endswith(_COMPLAINTS):
        facts = filled(_told(profile, page, "complaint"), Facts(page.schema.business))
        return concluded(NAME, key, facts, bbb_reviews.complaints(page, url))
    items = joined(page.schema.items, bbb_reviews.of_state(profile, url)) or bbb_reviews.of_cards(page, url)
    facts = filled(_with_stars(_told(profile, page, "review"), profile, page), page.schema)
    return concluded(NAME, key, facts, items, newest_first=_newest_first(profile))


def owns(page: Page) -> bool:
    """A saved page that tells no address, told by its title (2021 to 2026)."""
    return "Better Business Bureau" in (page.title or "") and "businessProfile" in page.text


def _told(profile: object, page: Page, kind: str) -> Facts:
    """The business, and how many reviews or complaints of it BBB counts."""
    total = numbers.count(dig(profile, "reviewsComplaintsSummary", f"{kind}sTotal"))
    if total is None:
        printed = (n for n, of in _COUNTED.findall(page.text) if of.casefold() == kind)
        total = numbers.count(next(printed, None))
    return Facts(
        business=Business(
            text.line(dig(profile, "names", "primary")),
            phone=text.line(dig(profile, "contactInformation", "phoneNumber")),
        ),
        site_total=total,
    )


def _with_stars(facts: Facts, profile: object, page: Page) -> Facts:
    """The customers' average, where BBB shows one: without reviews it stands at 0."""
    summary = dig(profile, "reviewsComplaintsSummary")
    average = numbers.decimal(dig(summary, "averageOfReviewStarRatings"))
    if summary is None and (printed := _AVERAGE.search(page.text)):
        average = Decimal(printed[1])
    shown = facts.site_total and dig(summary, "displayAverageOfReviewStarRatings") is not False
    return replace(facts, rating=average, best=Decimal(5)) if shown and average else facts


def _newest_first(profile: object) -> bool:
    feed = dig(profile, "customerReviews")
    return str(dig(feed, "sort")).startswith("reviewDate desc") and dig(feed, "page") == 1


SITE = Site(
    name=NAME,
    title="BBB",
    hosts=("bbb.org",),
    listing=listing,
    read=read,
    owns=owns,
    ways=(
        Way(
            Route.MAIL,
            5,
            MAILBOX_TO_TEACH,
            say(
                "BBB mails each complaint and each review to the business, a complaint with 14 days to answer"
            ),
        ),
        Way(
            Route.PAGE,
            0,
            "",
            say(
                "the public page of reviews; add its /complaints page too. BBB may check for a browser first"
            ),
        ),
        Way(
            Route.HAND, 2, "", say("save the page in your own browser and bring it in, or paste what you see")
        ),
        WRITTEN_BY_EXTENSION,
    ),
    reply=ReplyRules(
        source="BBB states no limit that was found; complaints are due within 14 calendar days (2024)"
    ),
    # at most one page per listing in six hours is what we hold for polite (facts/sites.md §10, 2026-11)
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
