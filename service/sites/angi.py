"""Angi (once Angie's List): reviews with their own day and the day of the work, names only since 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import SplitResult

from selectolax.lexbor import LexborNode

from service.domain import Business, Item, Reply, ReplyRules, Route
from service.sentences import say
from service.sites import dates, numbers, text
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
from service.sites.conclusion import concluded, filled
from service.sites.embedded import dicts, dig, holding, in_scripts, under
from service.sites.flight import records
from service.sites.page import Page
from service.sites.schemaorg import Facts

NAME = "angi"
_STARS = Decimal(5)
_PATH = re.compile(r"(/companylist/[!-~]+-reviews-(\d+))(?:\.htm)?/?", re.ASCII)
_KEY_IN_BUTTON = re.compile(r"more-btn-(\d+)$")


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/companylist/…-reviews-{id}.htm``; the lists of a trade or a town are none."""
    found = _PATH.fullmatch(parts.path)
    return ListingAddress(NAME, found[2], f"https://www.angi.com{found[1]}.htm") if found else None


def read(page: Page, now: datetime | None) -> Reading:
    """The page's state has whole texts, ids and the average as shown; the cards are what is left without it.

    ``now`` is not needed: all dates are exact, to the day or (2026) to the month.
    """
    del now
    address = listing_of(page, listing, say("no company's page on Angi"))
    profile = _profile(page)
    streamed = _streamed(page)
    facts = filled(filled(_as_shown(profile), streamed), page.schema)
    if facts.rating is not None:  # told as 4.75112275579375 where the page shows 4.8 (2021, 2026)
        facts = replace(facts, rating=facts.rating.quantize(Decimal("0.1"), ROUND_HALF_UP))
    told = tuple(map(_entry, _entries(profile))) or streamed.items
    items = told or tuple(_cards(page)) or page.schema.items
    return concluded(NAME, address.key if address else None, facts, items)


def owns(page: Page) -> bool:
    """A saved page that tells no address, told by its own name for itself (2021), or a block's (2026)."""
    return 'content="Angi"' in page.text or "businessProfileHero" in page.text


def _profile(page: Page) -> object:
    """The provider's record in the page's state (2021: under ``leaf``), or None."""
    for state in in_scripts(page.text, 'id="__NEXT_DATA__"'):
        for record in under(dig(state, "props"), "leaf"):
            if dicts(dig(record, "reviews")):
                return record
    return None


def _as_shown(profile: object) -> Facts:
    shown = dig(profile, "displayMetrics")
    return Facts(
        business=Business(text.line(dig(profile, "contactInfo", "name"))),
        rating=numbers.decimal(dig(shown, "starRating")),
        best=_STARS,
        site_total=numbers.count(dig(shown, "reviewCount")),
    )


def _entries(profile: object) -> list[dict[str, object]]:
    return [entry for entry in dicts(dig(profile, "reviews")) if entry.get("id") or entry.get("reviewText")]


def _entry(entry: dict[str, object]) -> Item:
    day = entry.get("reportDate")  # "dateOfService" is when the work was done
    answer = text.clean(dig(entry, "retort", "text"))
    overall = next((r for r in dicts(entry.get("ratings")) if r.get("ratingType") == "Overall"), {})
    return Item(
        ids=(("angi", str(entry["id"])),) if entry.get("id") else (),
        rating=numbers.decimal(overall.get("starRating")),
        best=_STARS,
        text=text.clean(entry.get("reviewText")),
        posted=dates.parse(day) if isinstance(day, str) else None,
        reply=Reply(answer) if answer else None,
    )


def _streamed(page: Page) -> Facts:
    """2026-09: a company's blocks, in the rows that the page streams."""
    blocks = list(records(page.text, '"overallRating"', '"reviewId"'))
    head = next((block for row in blocks for block in holding(row, "overallRating")), None)
    feed = next((block for row in blocks for block in holding(row, "totalCount") if "reviews" in block), None)
    total = numbers.count(dig(head, "reviewCount"))
    return Facts(
        business=Business(text.line(dig(head, "name")), phone=text.line(dig(head, "phoneNumber"))),
        rating=numbers.decimal(dig(head, "overallRating")),
        best=_STARS if head else None,
        site_total=total if total is not None else numbers.count(dig(feed, "totalCount")),
        items=tuple(map(_row, dicts(dig(feed, "reviews")))),
    )


def _row(entry: dict[str, object]) -> Item:
    month = text.line(entry.get("dateLabel"))
    answer = text.clean(entry.get("responseText"))
    key = entry.get("reviewId")
    return Item(
        ids=(("angi", key),) if isinstance(key, str) else (),
        rating=numbers.decimal(entry.get("rating")),
        best=_STARS,
        author=text.line(entry.get("reviewerName")),
        text=text.clean(entry.get("text")),
        posted=dates.parse(month) if month else None,
        reply=Reply(answer) if answer else None,
    )


def _cards(page: Page) -> Iterator[Item]:
    """2021-07: a card's own stars and date stand above its text, its sub-scores and the other date below."""
    for card in page.tree.css("div.review-card"):
        body = card.css_first(".review-card__review-text")
        stars = card.css_first(".review-card__grade-container .rating-number") or card.css_first(
            ".rating-number"
        )
        if body is None and stars is None:
            continue
        words = text.of(body)
        day = text.line_of(card.css_first(".review-card__report-date"))
        key = _key(card)
        yield Item(
            ids=(("angi", key),) if key else (),
            rating=numbers.decimal(text.line_of(stars)),
            best=_STARS,
            text=words,
            text_complete=not (words or "").endswith(("...", "…")),
            posted=dates.parse(day) if day else None,
            reply=_reply(card.css_first(".review-card__service-provider-response")),
        )


def _key(card: LexborNode) -> str | None:
    """The review's id, which only the button under a long text names."""
    button = card.css_first("[id*='more-btn-']")
    found = _KEY_IN_BUTTON.search(button.attributes.get("id") or "") if button else None
    return found[1] if found else None


def _reply(block: LexborNode | None) -> Reply | None:
    if block is None:
        return None
    heading = text.line_of(block.css_first("p:first-child")) or ""
    words = (text.of(block) or "").removeprefix(heading).strip()
    return Reply(words) if words else None


SITE = Site(
    name=NAME,
    title="Angi",
    hosts=("angi.com", "angieslist.com"),
    listing=listing,
    read=read,
    owns=owns,
    ways=(
        Way(
            Route.MAIL,
            5,
            MAILBOX_TO_TEACH,
            say(
                "Angi mails its members' firms; how those mails look is not known yet, so the first "
                "will ask you"
            ),
        ),
        Way(Route.PAGE, 0, "", say("the public company page shows its first 10 to 25 reviews")),
        Way(
            Route.HAND,
            2,
            "",
            say("save the company page in your own browser and bring it in, or paste what you see"),
        ),
        WRITTEN_BY_EXTENSION,
    ),
    reply=ReplyRules(source="Angi states no limit that was found (November 2026)"),
    # at most one page per listing in six hours is what we hold for polite (facts/sites.md §10, 2026-11)
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
