"""RSS and Atom to entries, by feedparser. Pure: it is given a stream, so it opens no address and no file.

Its own cleaning of HTML is left off: every text becomes plain words here, and none of its markup is kept.
Entities that a document declares itself are never expanded, and nothing outside it is fetched.
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from service.sources.entry import MOST_ENTRIES, Entry, Written

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_STUMBLES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""On mangled markup feedparser raises Python's own errors; fuzzing met the first and the last of these."""

_ENCODING = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def read(text: str) -> Written | None:
    """The feed that ``text`` is; None where it is none."""
    import feedparser

    stream = io.BytesIO(_ENCODING.sub("", text, count=1).encode("utf-8", "replace"))
    try:
        found = feedparser.parse(
            stream, response_headers=_HEADERS, sanitize_html=False, resolve_relative_uris=False
        )
    except _STUMBLES:
        return None
    version = found.get("version")
    if not version:
        return None
    entries = tuple(_entry(one) for one in islice(found.entries, MOST_ENTRIES))
    form = feedparser.api.SUPPORTED_VERSIONS.get(version, "RSS or Atom")
    return Written(form, _text(found.feed.get("title")), _text(found.feed.get("language")), entries)


def _entry(one: dict[str, Any]) -> Entry:
    words, is_whole = _words(one)
    published = _at(one, "published")
    told = "published" if published else "updated"
    return Entry(
        id=_text(one.get("id")),
        link=_link(one),
        title=_text(one.get("title")),
        text=words,
        is_whole=is_whole,
        author=_author(one),
        posted=published or _at(one, "updated"),
        shown=_text(dict.get(one, told)) or "",
        language=_text((one.get("title_detail") or {}).get("language")),
    )


def _link(one: Mapping[str, Any]) -> str | None:
    """An RSS guid stands in for a link, but only where it is an address and not a mere number."""
    link = _text(one.get("link"))
    return None if link and one.get("guidislink") and "://" not in link else link


def _words(one: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The whole content where the feed gives it, else its summary."""
    contents = [text for text in _contents(one) if text]
    if contents:
        return max(contents, key=len), True
    return _text(one.get("summary")), False


def _contents(one: Mapping[str, Any]) -> Iterator[str | None]:
    for part in one.get("content") or ():
        if str(part.get("type", "")).startswith("text/") or "html" in str(part.get("type", "")):
            yield _text(part.get("value"))


def _author(one: Mapping[str, Any]) -> str | None:
    detail = one.get("author_detail") or {}
    name = _text(detail.get("name")) or _text(one.get("author"))
    return name if name and "@" not in name else None


def _at(one: dict[str, Any], name: str) -> datetime | None:
    parsed = dict.get(one, f"{name}_parsed")  # its own get() gives one date for another, with a warning
    if not parsed:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
