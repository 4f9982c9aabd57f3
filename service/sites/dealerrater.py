"""DealerRater: stars are told by a class name only, and a review's text stands on the page in two pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import SplitResult

from selectolax.lexbor import LexborNode

from service.domain import Item, Moment, Reply, ReplyRules, Route
from service.sentences import say
from service.sites import dates, text
from service.sites.addressed import listing_of
from service.sites.base import WRITTEN_BY_EXTENSION, ListingAddress, Politeness, Reading, Site, Way
from service.sites.conclusion import concluded
from service.sites.page import Page

NAME = "dealerrater"
_STARS = Decimal(5)
_PATH = re.compile(r"/dealer/([!-.0-~]+?)(?:-dealer)?-reviews?-(\d+)(?:/.*)?", re.ASCII)
_ANCHOR = re.compile(r"(?:^|#)r(\d{4,})$")
_TENTHS = re.compile(r"\brating-(\d\d)\b")
_PIECES = (".review-whole", ".review-content", ".review-snippet")  # 2022, to 2021, what is left
_BY = re.compile(r"^(?:by|-)\s+", re.IGNORECASE)
_LONGEST_DATE = 40


def listing(parts: SplitResult) -> ListingAddress | None:
    """``/dealer/{name}-dealer-reviews-{id}/``, its pages and its overview; employees are none."""
    found = _PATH.fullmatch(parts.path)
    if not found:
        return None
    host = "www.dealerrater.ca" if (parts.hostname or "").endswith(".ca") else "www.dealerrater.com"
    return ListingAddress(NAME, found[2], f"https://{host}/dealer/{found[1]}-dealer-reviews-{found[2]}/")


def read(page: Page, now: datetime | None) -> Reading:
    """The business from the markup, its reviews from the cards; ``now`` is not needed, all dates are days."""
    del now
    address = listing_of(page, listing, say("no dealer's review page on DealerRater"))
    items = tuple(_item(key, card) for key, card in _cards(page)) or page.schema.items
    return concluded(NAME, address.key if address else None, page.schema, items)


def owns(page: Page) -> bool:
    """A saved page that tells no address, told by its own name for itself (2021, 2022)."""
    return 'content="DealerRater' in page.text or '"name": "DealerRater"' in page.text


def _cards(page: Page) -> Iterator[tuple[str | None, LexborNode]]:
    """Each review's id and block. In the list it begins with an anchor such as ``r9162312`` (2020 to 2022).

    On the dealer's overview, where the three newest stand, only the link to the rest of a text names the id.
    """
    anchors = [(_id_in(anchor, "name"), anchor.parent) for anchor in page.tree.css("a[name^=r]")]
    if found := [(key, block) for key, block in anchors if key and block]:
        yield from found
        return
    for block in page.tree.css(".review-entry"):
        yield _id_in(block.css_first("a[href*='#r']"), "href"), block


def _id_in(anchor: LexborNode | None, attribute: str) -> str | None:
    found = _ANCHOR.search(anchor.attributes.get(attribute) or "") if anchor else None
    return found[1] if found else None


def _item(key: str | None, card: LexborNode) -> Item:
    headline, words = text.line_of(card.css_first("h3")), _words(card)
    shared = key and card.css_first("a[href*='/consumer/social/']")
    return Item(
        ids=(("dealerrater", key),) if key else (),
        rating=_rating(card),
        best=_STARS,
        author=_author(card),
        title=None if _opens(headline, words) else headline,
        text=words,
        text_complete=card.css_first(".review-whole, .review-content:not(.review-snippet)") is not None,
        posted=_first_date(card),
        reply=_reply(card.css_first(".public-messages")),
        permalink=f"https://www.dealerrater.com/consumer/social/{key}" if shared else None,
    )


def _words(card: LexborNode) -> str | None:
    """In 2022 the first words stand apart, as if they were a title, and the rest twice: cut and whole."""
    opening = card.css_first("span.review-title")
    rest = next((found for piece in _PIECES if (found := card.css_first(piece))), None)
    parted = " " if rest and rest.text()[:1].isspace() else ""
    return f"{text.of(opening) or ''}{parted}{text.of(rest) or ''}".strip() or None


def _opens(headline: str | None, words: str | None) -> bool:
    """To 2021 a headline was the text's own first words, in quotes and cut."""
    start = (headline or "").strip('"“”. …')
    return bool(start) and (words or "").startswith(start)


def _rating(card: LexborNode) -> Decimal | None:
    """The first stars on a card are the dealer's; those of aspects and employees follow."""
    drawn = (node.attributes.get("class") or "" for node in card.css("[class*=rating-]"))
    tenths = next((found for names in drawn if (found := _TENTHS.search(names))), None)
    return Decimal(tenths[1]) / 10 or None if tenths else None


def _author(card: LexborNode) -> str | None:
    name = text.line_of(card.css_first("span.notranslate"))
    return _BY.sub("", name) or None if name else None


def _first_date(block: LexborNode) -> Moment | None:
    lines = (line for line in (text.of(block) or "").splitlines() if len(line) <= _LONGEST_DATE)
    return next((moment for line in lines if (moment := dates.parse(line))), None)


def _reply(block: LexborNode | None) -> Reply | None:
    words = text.of(block.css_first(".review-response")) if block else None
    return Reply(words, at=_first_date(block)) if block and words else None


SITE = Site(
    name=NAME,
    title="DealerRater",
    hosts=("dealerrater.com", "dealerrater.ca"),
    listing=listing,
    read=read,
    owns=owns,
    ways=(
        Way(Route.PAGE, 0, "", say("the public page of reviews, ten at a time, looked at politely")),
        Way(
            Route.MAIL,
            5,
            say("how its mails look: show us one, and a later release reads it"),
            say("DealerRater mails a dealer who has an account there; how those mails look is not known yet"),
        ),
        Way(
            Route.HAND, 2, "", say("save the page in your own browser and bring it in, or paste what you see")
        ),
        WRITTEN_BY_EXTENSION,
    ),
    reply=ReplyRules(source="DealerRater states no limit that was found (November 2026)"),
    # at most one page per listing in six hours is what we hold for polite (facts/sites.md §10, 2026-11)
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
