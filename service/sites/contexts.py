"""Prefixes and aliases of a JSON-LD document's own ``@context``, written out."""

from __future__ import annotations

import re
from typing import Any

_VOCABULARY = re.compile(r"https?://(?:www\.)?schema\.org/?#?\Z")
_DEEPEST = 40  # no real markup nests deeper


def plain(root: Any) -> Any:
    """``root`` with a prefix or alias of its own ``@context`` ("s:Review") written out; else as it is."""
    if isinstance(root, list):
        return [plain(part) if isinstance(part, dict) else part for part in root]
    context = root.get("@context") if isinstance(root, dict) else None
    renames: dict[str, str] = {}
    for part in _flat(context):
        if isinstance(part, dict):
            renames |= {short: full for short, full in part.items() if _is_rename(short, full)}
    return _renamed(root, renames, 0) if renames else root


def _is_rename(short: str, full: Any) -> bool:
    if not isinstance(full, str) or short.startswith("@"):
        return False
    return full in ("@type", "@id", "@value", "@graph") or _VOCABULARY.match(full) is not None


def _renamed(value: Any, renames: dict[str, str], depth: int) -> Any:
    if depth > _DEEPEST:
        return None
    if isinstance(value, list):
        return [_renamed(part, renames, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    spelt: dict[str, Any] = {}
    for key, inner in value.items():
        name = _spelt(key, renames)
        if name == "@type":
            spelt[name] = [_spelt(part, renames) for part in _flat(inner) if isinstance(part, str)]
        elif name != "@context":
            spelt[name] = _renamed(inner, renames, depth + 1)
    return spelt


def _spelt(name: str, renames: dict[str, str]) -> str:
    if name in renames:
        return renames[name] if renames[name].startswith("@") else name
    prefix, colon, rest = name.partition(":")
    return rest if colon and prefix in renames else name


def _flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
