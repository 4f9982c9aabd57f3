"""The reviews a Tripadvisor page shows: one card for each, in four generations of markup.

Outline, most semantic first; columns as seen on pages of 2024-04, 2023-08, 2018 and 2015-04::

    card    [data-automation=reviewCard], [data-test-target=HR_CC_CARD], [data-reviewid], div[id^=review_]
    id      [data-reviewid], else the number in a[href*=ShowUserReviews]
    rating  svg > title "5.0 of 5 bubbles", .bubble_50, .bubble_50, img[alt="3 av 5 stjerner"]
    title   [data-test-target=review-title], else the words in a[href*=ShowUserReviews]
    author  a[href*="/Profile/"], the same, .info_text, .username
    when    "Written February 6, 2024" below, "Ann wrote a review Jun 1", .ratingDate[title], the same
    text    the first clamp: [style*=line-break], the same, .entry, the same
    reply   the second clamp, the same, .mgrRspnInline, the same
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.domain import Item, Moment, Precision, Reply
from service.sites import dates, numbers, text, walk

_GENERATIONS = (
    "[data-automation=reviewCard]",
    "[data-test-target=HR_CC_CARD]",
    "[data-reviewid]",
    "div[id^=expanded_review_]",
    "div[id^=review_]",
)
_BODIES = ("[data-test-target=review-body]", '[style*="line-break"]', "q", ".entry")
_CLAMPS = '[style*="line-break"]'  # what shows three lines until "Read more" is pressed
_REVIEW_LINK = 'a[href*="ShowUserReviews"]'
_WRITER = ".username, .scrname, .info_text > div"
_OLD_REPLY = ".mgrRspnInline"
_UNFOLD = ".partnerRvw, .moreLink, .taLnk, button"
_NUMBER = re.compile(r"-r(\d{4,})\b")
_BUBBLES = re.compile(r"\bbubble_(\d)(\d)\b")
_BEST = Decimal(5)
_NOT_A_FIGURE = re.compile(r"[^\d\s,]")
_LONGEST_LINE = 80  # of characters that hold a date and little else


def read(tree: LexborHTMLParser, home: str, now: datetime | None) -> list[Item]:
    """Every review in page order, each once; ``home`` completes the links. Empty places are passed over."""
    items: dict[object, Item] = {}
    for card in next(filter(None, (walk.outermost(tree, selector) for selector in _GENERATIONS)), []):
        item = _item(card, home, now)
        if item.rating is not None or item.text:
            items.setdefault(item.ids or card.mem_id, item)
    answers = {item.reply.text for item in items.values() if item.reply}
    # a list of 2015 shows each reply twice: under its review, and as an unrated review of its own
    return [item for item in items.values() if item.rating is not None or item.text not in answers]


def _item(card: LexborNode, home: str, now: datetime | None) -> Item:
    link = card.css_first(_REVIEW_LINK)
    writer = _writer(card)
    clamps = card.css(_CLAMPS)
    body = next((node for selector in _BODIES if (node := card.css_first(selector))), None)
    posted = _rated(card, now) or _beside(writer, now)
    days = [] if posted and len(clamps) < 2 else list(_days_after(body, card, now))
    answered = days if posted else days[1:]
    words, complete = _words(body)
    rating = _rating(card)
    return Item(
        ids=_ids(card, link),
        rating=rating,
        best=None if rating is None else _BEST,
        author=text.line_of(writer),
        title=_title(card, link),
        text=words,
        text_complete=complete,
        posted=posted or next(iter(days), None),
        reply=_reply(card, clamps[1:2], answered[-1:], now),
        permalink=_permalink(link, home),
    )


def _ids(card: LexborNode, link: LexborNode | None) -> tuple[tuple[str, str], ...]:
    marked = card if "data-reviewid" in card.attributes else card.css_first("[data-reviewid]")
    number = marked.attributes.get("data-reviewid") if marked is not None else None
    linked = _NUMBER.search(walk.href(link))
    number = number or (linked[1] if linked else None) or (card.attributes.get("id") or "").rpartition("_")[2]
    return (("tripadvisor", number),) if number.isdecimal() else ()


def _rating(card: LexborNode) -> Decimal | None:
    """The first rating in the card: those of rooms and service follow it."""
    for title in card.css("svg title"):
        rating, best = numbers.rating(title.text().strip())
        if rating is not None and best in (None, _BEST) and rating <= _BEST:
            return rating
    bubbles = card.css_first('[class*="bubble_"]')
    found = _BUBBLES.search(bubbles.attributes.get("class") or "") if bubbles is not None else None
    if found:
        return Decimal(f"{found[1]}.{found[2]}")
    images = (numbers.rating(image.attributes.get("alt") or "") for image in card.css("img[alt]"))
    return next((rating for rating, best in images if best == _BEST), None)


def _title(card: LexborNode, link: LexborNode | None) -> str | None:
    title = text.line_of(card.css_first("[data-test-target=review-title]")) or text.line_of(link)
    return title.strip('\u201c\u201d\u201e"\u00ab\u00bb ') or None if title else None


def _writer(card: LexborNode) -> LexborNode | None:
    profiles = card.css('a[href*="/Profile/"]')
    return next((link for link in profiles if text.line_of(link)), None) or card.css_first(_WRITER)


def _rated(card: LexborNode, now: datetime | None) -> Moment | None:
    """ ".ratingDate" of 2011 to 2019: its title is the day, its words may be "2 weeks ago"."""
    node = card.css_first(".ratingDate")
    return _day(node, now) if node is not None else None


def _beside(writer: LexborNode | None, now: datetime | None) -> Moment | None:
    """What stands beside the writer's name: "wrote a review Jun 1", or "… Today"."""
    line = text.line_of(writer.parent) if writer is not None else None
    words = (line or "").replace(text.line_of(writer) or "", " ", 1).split()
    return (dated(" ".join(words), now) or dates.parse(words[-1], now=now)) if words else None


def _days_after(body: LexborNode | None, card: LexborNode, now: datetime | None) -> Iterator[Moment]:
    """The full dates that stand alone below the text, in order: "Written …", then "Responded …"."""
    said = {node.mem_id for clamp in card.css(_CLAMPS) for node in clamp.css("div")}
    passed = False
    for block in card.css(f"{', '.join(_BODIES)}, div:not(:has(div))"):
        passed = passed or (body is not None and block.mem_id == body.mem_id)
        moment = _day(block, now) if passed and block.mem_id not in said else None
        if moment is not None and moment.precision is Precision.DAY:
            yield moment


def _day(node: LexborNode, now: datetime | None) -> Moment | None:
    """The day a node shows, else the one in its title: without "relativeDate" that may be stale (2015)."""
    title, words = node.attributes.get("title") or "", text.line_of(node) or ""
    if "relativeDate" in (node.attributes.get("class") or ""):
        return dated(title, now) or dated(words, now)
    shown = dated(words, now)
    return shown if shown and shown.precision is Precision.DAY else dated(title, now) or shown


def dated(line: str, now: datetime | None) -> Moment | None:
    """The date in a short line, shown without the words around it: from its first figure to its last, where
    that is a date, with the word before, or else the whole line."""
    words = line.split()
    figures = [n for n, word in enumerate(words) if any(map(str.isdecimal, word))]
    if not figures or len(line) > _LONGEST_LINE:
        return None
    first, last = figures[0], figures[-1] + 1
    spans = [words[first:last], words[max(0, first - 1) : last], words]
    tried = dict.fromkeys(" ".join(span) for span in spans if _NOT_A_FIGURE.search("".join(span)))
    return next((moment for span in tried if (moment := dates.parse(span, now=now))), None)


def _words(node: LexborNode | None) -> tuple[str | None, bool]:
    """The words in a text, and whether that is all: a cut one ends in dots beside what unfolds it."""
    if node is None:
        return None, True
    folds, shown = node.css_first(_UNFOLD) is not None, node
    if folds:
        fragment = LexborHTMLParser(node.html or "")
        while (unseen := fragment.css_first(_UNFOLD)) is not None:
            unseen.decompose()
        shown = fragment.body or node
    words = text.of(shown, lines="style" in node.attributes)
    dotted = words is not None and words.endswith(("\u2026", "..."))
    return words, not (dotted and (folds or text.of(walk.after(node))))


def _reply(
    card: LexborNode, second: list[LexborNode], answered: list[Moment], now: datetime | None
) -> Reply | None:
    block = card.css_first(_OLD_REPLY)
    if block is not None:
        body = block.css_first(".displayText, .partial_entry, .entry")
        dated = block.css_first(".res_date, .responseDate")
        at = _day(dated, now) if dated is not None else None
    else:
        body, at = next(iter(second), None), next(iter(answered), None)
    words, complete = _words(body)
    return Reply(words, complete, at) if words else None


def _permalink(link: LexborNode | None, home: str) -> str | None:
    parts = walk.target(link, home)
    return parts._replace(query="", fragment="").geturl() if parts else None
