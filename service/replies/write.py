"""A pack as TOML: the one way we write it, so that the same pack is the same bytes. Pure.

Keys stand in a fixed order and what is empty is left out; remarks in a file that was read are not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum

from pydantic import BaseModel

from service.replies.pack import Pack, ReplyItem, Variant

_DELETE = "\x7f"  # the one control character JSON leaves as it is and TOML does not


def written(pack: Pack) -> bytes:
    """The bytes of ``pack``; reading them gives a pack that says the same."""
    return (head(pack) + "".join(f"\n{item_table(item)}" for item in pack.items)).encode()


def head(pack: Pack) -> str:
    """Everything but the items."""
    facts = {
        "format": pack.format,
        "pack": pack.name,
        "serial": pack.serial,
        "title": pack.title,
        "risk": pack.risk,
        "scope": pack.scope,
        "from": pack.effective_from,
        "until": pack.until,
        "author": pack.author,
        "changes": pack.changes,
    }
    fallback = {name.value: value for name, value in pack.fallback.items()}
    return "".join((*_lines(facts), *_table("fallback", fallback)))


def item_table(item: ReplyItem) -> str:
    """One item, as ``[[item]]`` with its blanks."""
    facts = {"id": item.id, "tone": item.tone}
    variants = "".join(f"  {_value(one)},\n" for one in item.variants)
    parts = ["[[item]]\n", *_lines(facts), f"when = {_value(item.when) or '{}'}\n"]
    parts += _lines({"not_for": item.not_for})
    parts.append(f"variants = [\n{variants}]\n")
    for name, blank in item.blank.items():
        parts += _table(f"item.blank.{name}", dict(blank))
    return "".join(parts)


def _table(name: str, facts: Mapping[str, object]) -> Iterator[str]:
    if facts:
        yield f"\n[{name}]\n"
        yield from _lines(facts)


def _lines(facts: Mapping[str, object]) -> Iterator[str]:
    for name, value in facts.items():
        if said := _value(value):
            yield f"{name} = {said}\n"


def _value(value: object) -> str:
    """``value`` in TOML; "" for one that says nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum | str | Variant):
        return _text(value.source if isinstance(value, Variant) else str(value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, BaseModel):
        return _inline(dict(value))
    return _list(value) if isinstance(value, tuple) else ""


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")


def _inline(facts: Mapping[str, object]) -> str:
    said = [f"{name} = {text}" for name, value in facts.items() if (text := _value(value))]
    return f"{{ {', '.join(said)} }}" if said else ""


def _list(values: Iterable[object]) -> str:
    said = [_value(value) for value in values]
    return f"[{', '.join(said)}]" if said else ""
