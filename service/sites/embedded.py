"""The state a page carries for its own scripts: JSON in a script tag, or assigned to a name.

What comes back is whatever stands there, so it is walked with ``dig``, ``dicts``, ``under`` and ``holding``,
which answer nothing where a shape is not as expected.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder

import orjson

_DEEPEST = 24
_DECODER = JSONDecoder(strict=False)


def in_scripts(text: str, mark: str) -> Iterator[object]:
    """The JSON in each script tag whose attributes hold ``mark``; comments and escaped quotes are undone.

    A script that holds no JSON is passed over.
    """
    place = text.find(mark)
    while place >= 0:
        start = text.find(">", place)
        end = text.find("</script", start)
        if start < 0 or end < 0:
            return
        if text.startswith("<script", text.rfind("<", 0, place)):
            value = parsed(text[start + 1 : end])
            if value is not None:
                yield value
            place = end
        place = text.find(mark, place + 1)


def assigned(text: str, name: str) -> object:
    """The JSON assigned to ``name`` in a script (``window.__STATE__ = {…};``), or None."""
    found = re.search(rf"{re.escape(name)}\s*=\s*(?=[\[{{])", text)
    if not found:
        return None
    end = text.find("</script>", found.end())
    whole = text[found.end() : end if end > 0 else len(text)].strip().rstrip(";")
    value = parsed(whole)
    return value if value is not None else _first(whole)


def parsed(script: str) -> object:
    """What a script's text says as JSON, or None."""
    script = script.strip().removeprefix("<!--").removesuffix("-->").strip()
    if script.startswith(("{&quot;", "[&quot;", "[{&quot;")):
        script = html.unescape(script)
    try:
        value: object = orjson.loads(script)
    except orjson.JSONDecodeError:
        return None
    return value


def dig(value: object, *path: str) -> object:
    """What lies at ``path`` in nested objects, or None."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def dicts(value: object) -> list[dict[str, object]]:
    """The objects in a list, in order; none where it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def under(value: object, key: str) -> Iterator[object]:
    """Everything that stands under ``key`` anywhere within ``value``, outermost first."""
    return (holder[key] for holder in holding(value, key))


def holding(value: object, key: str, depth: int = _DEEPEST) -> Iterator[dict[str, object]]:
    """The objects anywhere within ``value`` that have ``key``, outermost first."""
    if depth <= 0:
        return
    if isinstance(value, dict):
        if key in value:
            yield value
        children: object = value.values()
    elif isinstance(value, list):
        children = value
    else:
        return
    for child in children:  # type: ignore[attr-defined]
        if isinstance(child, dict | list):
            yield from holding(child, key, depth - 1)


def _first(script: str) -> object:
    try:
        value: object = _DECODER.raw_decode(script)[0]
    except (JSONDecodeError, RecursionError):
        return None
    return value
