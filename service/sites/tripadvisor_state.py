"""The reviews Tripadvisor sends as data with a page: exact days, whole texts, replies, in every language.

The page's own scripts read answers of its data service, kept as JSON inside JavaScript strings, one or two
strings deep (2023-08), or the same once more percent-encoded in a script's address (2024-04). The answer that
holds the reviews has ``reviewListPage.reviews``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from json import JSONDecoder
from urllib.parse import unquote

import orjson

from service.domain import Item, Reply
from service.sites import dates, embedded, numbers, text

_MARK = re.compile(r'reviewListPage((?:%5C|\\){1,7})(?:%22%3A|":)')
_USUAL = {
    "%5C": "\\", "%22": '"', "%2C": ",", "%3A": ":", "%7B": "{", "%7D": "}", "%20": " ", "%2F": "/",
}  # fmt: skip
_DECODER = JSONDecoder(strict=False)
_MOST_MARKS = 20
_HOME = "https://www.tripadvisor.com"


def read(page: str) -> tuple[Item, ...]:
    """The reviews in a page's embedded data, in its order; empty where there are none we can find."""
    return next(filter(None, map(_items, _lists(page))), ())


def _items(reviews: object) -> tuple[Item, ...]:
    return tuple(map(_item, embedded.dicts(embedded.dig(reviews, "reviews"))))


def _lists(page: str) -> Iterator[object]:
    """What stands behind each mark: JSON within one string or two, in plain or percent-encoded."""
    for found in islice(_MARK.finditer(page), _MOST_MARKS):
        encoded = found[1].startswith("%5C")
        brace, backslash, quote = ("%7D", "%5C", "%22") if encoded else ("}", "\\", '"')
        depth = found[1].count(backslash)
        # the string's own closing quote has half the backslashes of those inside it
        end = page.find(brace + backslash * (depth // 2) + quote, found.end())
        if end >= 0:
            literal = page[found.end() : end + len(brace)]
            yield _unescaped(_decoded(literal) if encoded else literal, depth)


def _decoded(literal: str) -> str:
    for code, character in _USUAL.items():  # most of what there is; unquote alone takes four times as long
        literal = literal.replace(code, character)
    return unquote(literal)


def _unescaped(literal: str, depth: int) -> object:
    try:
        for _ in range(depth.bit_length()):  # 1 backslash: one string deep; 3: two
            literal = orjson.loads(f'"{literal}"')
        value: object = _DECODER.raw_decode(literal.lstrip())[0]
    except (ValueError, TypeError, RecursionError):
        return None
    return value


def _item(review: dict[str, object]) -> Item:
    number = review.get("id")
    rating = numbers.decimal(review.get("rating"))
    translated = bool(review.get("translationType"))
    return Item(
        ids=(("tripadvisor", str(number)),) if isinstance(number, int) else (),
        rating=rating,
        best=Decimal(5) if rating is not None else None,
        author=text.line(embedded.dig(review, "userProfile", "displayName"))
        or text.line(review.get("username")),
        title=text.line(review.get("title")),
        text=text.clean(review.get("text")),
        translated=translated,
        language=text.line(review.get("language")),
        posted=dates.parse(str(review.get("publishedDate") or "")),
        reply=_reply(review.get("mgmtResponse")),
        permalink=_link(review.get("url")),
    )


def _reply(answer: object) -> Reply | None:
    words = text.clean(embedded.dig(answer, "text"))
    return Reply(words, at=dates.parse(str(embedded.dig(answer, "publishedDate") or ""))) if words else None


def _link(path: object) -> str | None:
    return f"{_HOME}{path}" if isinstance(path, str) and path.startswith("/ShowUserReviews-") else None
