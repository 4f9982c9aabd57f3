"""Yelp's reviews as its pages show them: cards with ids (to 2019), and cards without (from 2019 on)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborNode

from service.domain import Item, Moment, Reply
from service.sites import numbers, text
from service.sites.page import Page
from service.sites.yelp_state import Day, permalink

if TYPE_CHECKING:
    from bs4 import Tag

_STARS = Decimal(5)
_ID_IN_LINK = re.compile(r"(?:hrid|reviewid|review_id)=([\w-]{22})")
_LONGEST_DATE = 40
Part = Decimal | Moment | str


def of_cards(page: Page, address: str | None, day: Day) -> tuple[Item, ...]:
    """The reviews on the page's cards in page order; ``day`` reads a date as this country writes it."""
    return _with_ids(page, address, day) or _without_ids(page, address, day)


def _with_ids(page: Page, address: str | None, day: Day) -> tuple[Item, ...]:
    """2013 to 2019: ``data-review-id`` on a card that names its writer (2016-05); votes carry it as well."""
    if "data-review-id" not in page.text:
        return ()
    cards = (card for card in page.tree.css("[data-review-id]") if card.css_first("a[href*='userid=']"))
    return tuple(_older(card, address, day) for card in cards)


def _older(card: LexborNode, address: str | None, day: Day) -> Item:
    key = card.attributes.get("data-review-id")
    content = card.css_first(".review-content") or card
    return Item(
        ids=(("yelp", key),) if key else (),
        rating=_star_title(content),
        best=_STARS,
        author=_writer(card),
        text=text.of(content.css_first("p[lang]") or content.css_first("p[itemprop=description]")),
        language=(node.attributes.get("lang") if (node := content.css_first("p[lang]")) else None),
        posted=_own_day(content.css_first(".rating-qualifier"), day),
        reply=_older_reply(card.css_first(".biz-owner-reply"), day),
        permalink=permalink(address, key),
    )


def _older_reply(block: LexborNode | None, day: Day) -> Reply | None:
    """The owner's comment under a card; a long one stands there twice, cut and whole."""
    if block is None:
        return None
    versions = [text.of(node) for node in block.css(".js-content-toggleable:not(.review-footer)")]
    whole = max((words for words in versions if words), key=len, default=None)
    said = whole or text.of(block.css_first("p") or block.css_first(".js-expandable-comment"))
    return Reply(said, at=_own_day(block.css_first(".bullet-after"), day)) if said else None


def _star_title(content: LexborNode) -> Decimal | None:
    drawn = content.css_first("i[title], div[title]")
    return numbers.decimal(drawn.attributes.get("title")) if drawn else None


def _writer(card: LexborNode) -> str | None:
    return next((name for link in card.css("a[href*='userid=']") if (name := text.line_of(link))), None)


def _own_day(node: LexborNode | None, day: Day) -> Moment | None:
    """The date in a node's own words, without the "Updated review" that may stand within it."""
    shown = text.line(node.text(deep=False)) if node else None
    return day(shown) if shown else None


def _without_ids(page: Page, address: str | None, day: Day) -> tuple[Item, ...]:
    """From 2019 on: list entries that name a writer and show stars; only roles and links are stable."""
    if 'href="/user_details' not in page.text:
        return ()
    from bs4 import BeautifulSoup

    found = (
        BeautifulSoup(card.html or "", "lxml")
        for card in page.tree.css("li")
        if card.css_first("a[href*='/user_details']") and card.css_first("[role=img][aria-label]")
    )
    items = (_newer(card, address, day) for card in found)
    return tuple(item for item in items if item is not None)


def _newer(card: Tag, address: str | None, day: Day) -> Item | None:
    shown = list(_shown(card, day))
    stars = next((part for part in shown if isinstance(part, Decimal)), None)
    if stars is None:
        return None
    before, words, after = _around_text(shown[shown.index(stars) + 1 :])
    link = _ID_IN_LINK.search(str(card))
    key = link[1] if link else None
    return Item(
        ids=(("yelp", key),) if key else (),
        rating=stars,
        best=_STARS,
        author=next(
            (name for a in card.select("a[href*='/user_details']") if (name := text.line(a.text))), None
        ),
        text=words,
        text_complete=not (words or "").endswith(("…", "...")),
        posted=next((part for part in before if isinstance(part, Moment)), None),
        reply=_newer_reply(after),
        permalink=permalink(address, key),
    )


def _around_text(parts: list[Part]) -> tuple[list[Part], str | None, list[Part]]:
    """What stands before the first text, that text, and what stands behind it."""
    for n, part in enumerate(parts):
        if isinstance(part, str):
            return parts[:n], part, parts[n + 1 :]
    return parts, None, []


def _newer_reply(after: list[Part]) -> Reply | None:
    """The owner's words follow the review's; an earlier version of the review brings its own stars."""
    past = next((n for n, part in enumerate(after) if isinstance(part, Decimal)), len(after))
    before, words, _ = _around_text(after[:past])
    at = next((part for part in before if isinstance(part, Moment)), None)
    return Reply(words, at=at) if words else None


def _shown(card: Tag, day: Day) -> Iterator[Part]:
    """What a card shows, in its own order: stars, dates and texts, by role, label and language mark."""
    for tag in card.find_all(True):
        label = tag.get("aria-label")
        if (
            tag.get("role") == "img"
            and isinstance(label, str)
            and (stars := numbers.decimal(label)) is not None
        ):
            yield stars
        elif tag.has_attr("lang") and tag.name in ("span", "p"):
            if words := text.clean((tag.find_parent("p") or tag).decode_contents()):
                yield words
        elif moment := _moment(tag, day):
            yield moment


def _moment(tag: Tag, day: Day) -> Moment | None:
    alone = (tag.string or "").strip()
    return day(alone) if 0 < len(alone) <= _LONGEST_DATE and not tag.find_parent(lang=True) else None
