"""JSON-LD as pages really carry it: block by block, so that a broken one never loses the others."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

_MEDIA_TYPE = "application/ld+json"
_ESCAPED_MEDIA_TYPES = tuple(f"application/ld{plus}json" for plus in ("&#x2B;", "&#x2b;", "&#43;"))
_LONGEST_TAG = 2000
_OPENERS = ("<!--", "<![CDATA[", "//", "/*", "*/")
_CLOSERS = ("-->", "]]>", "//", "/*", "*/")
_MOST_WRAPPERS = 8
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")
_BETWEEN = re.compile(r"[\s,;\ufeff]*")
_WRONG_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_REVIEW = re.compile(r'"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/|schema:)?Review"')
_MOST_SALVAGED = 500
_LOOSE = json.JSONDecoder(strict=False)


def documents(text: str) -> list[Any]:
    """Every JSON document in every ``application/ld+json`` block of a page, in page order. Never raises."""
    return [document for block in _blocks(text) for document in _parsed(block)]


def _blocks(text: str) -> Iterator[str]:
    for start in _starts(text):
        yield text[start : _end(text, start)]


def _end(text: str, start: int) -> int:
    end = text.find("</script", start)
    if end < 0:
        end = text.find("</SCRIPT", start)
    return end if end >= 0 else len(text)


def _starts(text: str) -> list[int]:
    """Where the blocks' contents begin: after each opening tag of that type that is not commented out."""
    starts = _starts_after(text, _MEDIA_TYPE)
    if not starts and "application/ld&#" in text:
        starts = sorted(start for mark in _ESCAPED_MEDIA_TYPES for start in _starts_after(text, mark))
    return starts


def _starts_after(text: str, mark: str) -> list[int]:
    starts: list[int] = []
    at = text.find(mark)
    while at >= 0:
        start = _content_start(text, at)
        if start:
            starts.append(start)
            at = _end(text, start)
        at = text.find(mark, at + len(mark))
    return starts


def _content_start(text: str, at: int) -> int | None:
    opening = text.rfind("<", max(0, at - _LONGEST_TAG), at)
    if opening < 0 or text[opening : opening + 7].lower() != "<script" or ">" in text[opening:at]:
        return None
    comment = text.rfind("<!--", max(0, opening - 200), opening)
    if comment >= 0 and not re.search("-->|>", text[comment + 4 : opening]):
        return None
    end = text.find(">", at, at + _LONGEST_TAG)
    return end + 1 if end >= 0 else None


def _parsed(block: str) -> list[Any]:
    try:
        return [orjson.loads(block)]
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        pass
    body = _unwrapped(block)
    if body.startswith(("{&quot;", "[&quot;", "{ &quot;", "{&#34;")):
        body = html.unescape(body)
    found, at = _several(body)
    if at == len(body):
        return found
    mended, whole = _several(mending := _mended(body))
    return mended if whole == len(mending) else found + _salvaged(body[at:])


def _unwrapped(block: str) -> str:
    """``block`` without the CDATA marks and comments that some pages put around their JSON."""
    body = block.strip("\ufeff; \t\r\n")
    for _ in range(_MOST_WRAPPERS):
        bare = body
        for mark in _OPENERS:
            bare = bare.removeprefix(mark)
        for mark in _CLOSERS:
            bare = bare.removesuffix(mark)
        bare = bare.strip("\ufeff; \t\r\n")
        if bare == body:
            break
        body = bare
    return body


def _several(body: str) -> tuple[list[Any], int]:
    """The documents that stand one after the other in ``body``, and where the last sound one ends."""
    found: list[Any] = []
    at = 0
    while at < len(body):
        try:
            document, end = _LOOSE.raw_decode(body, at)
        except (ValueError, RecursionError):
            break
        found.append(document)
        at = _BETWEEN.match(body, end).end()  # type: ignore[union-attr]
    return found, at


def _mended(body: str) -> str:
    return _TRAILING_COMMA.sub("", _WRONG_ESCAPE.sub("", body))


def _salvaged(body: str) -> list[Any]:
    """Each review that is sound in a broken block.

    The work is bounded: a page made to be slow gives up early.
    """
    found: list[Any] = []
    budget = 4 * len(body)
    at = 0
    for mark in islice(_REVIEW.finditer(body), _MOST_SALVAGED):
        start = body.rfind("{", at, mark.start())
        if start < 0 or budget < 0:
            continue
        try:
            document, at = _LOOSE.raw_decode(body, start)
        except json.JSONDecodeError as error:
            budget -= error.pos - start
        except (ValueError, RecursionError):
            budget -= len(body)
        else:
            found.append(document)
    return found
