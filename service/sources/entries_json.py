"""JSON Feed (jsonfeed.org, versions 1 and 1.1) to entries. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from service.sources.entry import MOST_ENTRIES, Entry, Written

_VERSION = "https://jsonfeed.org/version/"


def read(text: str) -> Written | None:
    """The feed that ``text`` is; None where it is none."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    version = _text(told.get("version")) if isinstance(told, dict) else None
    items = told.get("items") if version and version.startswith(_VERSION) else None
    if version is None or not isinstance(items, list):
        return None
    entries = tuple(_entry(one) for one in items[:MOST_ENTRIES] if isinstance(one, dict))
    form = "JSON Feed 1.1" if version == f"{_VERSION}1.1" else "JSON Feed"
    return Written(form, _text(told.get("title")), _text(told.get("language")), entries)


def _entry(one: Mapping[str, Any]) -> Entry:
    whole = _text(one.get("content_text")) or _text(one.get("content_html"))
    published, updated = (_text(one.get(name)) for name in ("date_published", "date_modified"))
    shown = published or updated or ""
    return Entry(
        id=_name(one.get("id")),
        link=_text(one.get("url")) or _text(one.get("external_url")),
        title=_text(one.get("title")),
        text=whole or _text(one.get("summary")),
        is_whole=whole is not None,
        author=_author(one),
        posted=_moment(shown),
        shown=shown,
        language=_text(one.get("language")),
    )


def _author(one: Mapping[str, Any]) -> str | None:
    listed = one.get("authors")
    told = [*(listed if isinstance(listed, list) else ()), one.get("author")]
    names = (_text(author.get("name")) for author in told if isinstance(author, dict))
    return next((name for name in names if name), None)


def _moment(shown: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(shown)
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _name(value: object) -> str | None:
    """Version 1 lets an id be a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None
