"""schema.org markup as one graph of nodes, whether JSON-LD or microdata carried it.

A node is a plain dict: property names, ``@type``, ``@id``. Values may be nodes, lists, references or text, as
wild as pages write them; the functions here are how the rest asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.sites import text

Node = dict[str, Any]

_PREFIXES = ("schema:", "http://schema.org/", "https://schema.org/")
_VOCABULARY = re.compile(r"https?://(?:www\.)?schema\.org/?#?\Z")
_DEEPEST = 40  # no real markup nests deeper
_MOST_NODES = 50_000
_LISTING_KEYS = frozenset(
    {
        "itemListElement",
        "isRelatedTo",
        "isSimilarTo",
        "hasOfferCatalog",
        "makesOffer",
        "offers",
        "containsPlace",
        "containedInPlace",
        "branchOf",
        "department",
        "subOrganization",
        "parentOrganization",
        "hasPart",
        "mentions",
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A node, and where it was found: under which property, of which node, inside a list of things or not."""

    node: Node
    key: str = ""
    owner: Node | None = None
    listed: bool = False


class Graph:
    """All nodes of a page in page order, with references resolved."""

    def __init__(self, roots: list[Any]) -> None:
        self._by_id: dict[str, Node] = {}
        self.found = list(_walk([_plain(root) for root in roots]))
        for found in self.found:
            self._index(found.node)

    def __bool__(self) -> bool:
        return bool(self.found)

    def nodes(self, value: Any) -> list[Node]:
        """The nodes in a value: itself, those in its list, those it refers to by ``@id``."""
        found: list[Node] = []
        for part in parts(value):
            node = self._resolved(part)
            if node is not None:
                found.append(node)
        return found

    def _resolved(self, value: Any) -> Node | None:
        if isinstance(value, str):
            return self._by_id.get(value)
        if not isinstance(value, dict):
            return None
        reference = value.get("@id")
        if isinstance(reference, str) and len(value) <= 2:
            return self._by_id.get(reference, value)
        return value

    def _index(self, node: Node) -> None:
        name = node.get("@id")
        if not isinstance(name, str) or len(node) == 1:
            return
        known = self._by_id.setdefault(name, node)
        if known is not node:
            for key, value in node.items():
                known.setdefault(key, value)


def types(node: Node) -> tuple[str, ...]:
    """A node's types by their bare names ("Review")."""
    return tuple(_bare(name) for name in parts(node.get("@type")) if isinstance(name, str))


def value(node: Node, *names: str) -> Any:
    """The first of these properties that is there and not empty; None where none is."""
    for name in names:
        for key in (name, *(prefix + name for prefix in _PREFIXES)):
            held = node.get(key)
            if held not in (None, "", [], {}):
                return held
    return None


def words(value: Any) -> str | None:
    """The first text in a value: a string, a figure, ``@value``, the ``name`` of a node, of a list."""
    return next((told for part in parts(value) if (told := text.line(_said(part)))), None)


def _said(part: Any) -> Any:
    if isinstance(part, dict):
        part = part.get("@value", part.get("name", part.get("schema:name")))
    if isinstance(part, list):
        part = next((inner for inner in part if isinstance(inner, str | int | float)), None)
    if isinstance(part, int | float) and not isinstance(part, bool):
        return _figure(part)
    return part


def _figure(number: float) -> str | None:
    return str(number) if abs(number) < 10**15 else None  # also not for nan and infinity


def body(value: Any) -> str | None:
    """A value's text with its line breaks; the parts of a list one after the other."""
    said = (part.get("@value", part.get("text")) if isinstance(part, dict) else part for part in parts(value))
    return "\n".join(words for part in said if (words := text.clean(part))) or None


def address_of(node: Node, *names: str) -> str | None:
    """The first absolute http(s) address among these properties."""
    for part in parts(value(node, *names)):
        held = (part.get("@id") or part.get("url")) if isinstance(part, dict) else part
        if isinstance(held, str) and held.strip().startswith(("https://", "http://")):
            return held.strip()
    return None


def parts(value: Any) -> list[Any]:
    """A value as a flat list: lists of lists, ``@list`` and ``@set`` opened."""
    flat: list[Any] = []
    waiting = [(value, 0)]
    while waiting and len(flat) < _MOST_NODES:
        part, depth = waiting.pop()
        if isinstance(part, dict):
            inner = part.get("@list", part.get("@set"))
            part = part if inner is None else inner
        if isinstance(part, list) and depth < _DEEPEST:
            waiting.extend((inner, depth + 1) for inner in reversed(part))
        elif part is not None and not isinstance(part, list):
            flat.append(part)
    return flat


def _walk(roots: list[Any]) -> Iterator[Found]:
    """Every node once, parents before children, in page order; a cycle ends where it closes."""
    seen: set[int] = set()
    waiting: list[tuple[Any, Found, int]] = [(root, Found({}), 0) for root in reversed(roots)]
    while waiting and len(seen) < _MOST_NODES:
        value, place, depth = waiting.pop()
        if isinstance(value, list) and depth < _DEEPEST:
            waiting.extend((part, place, depth + 1) for part in reversed(value))
        if not isinstance(value, dict) or id(value) in seen or depth >= _DEEPEST:
            continue
        seen.add(id(value))
        found = Found(value, place.key, place.owner, place.listed)
        yield found
        for key, inner in reversed(value.items()):
            if isinstance(inner, dict | list):
                waiting.append((inner, _under(key, found), depth + 1))


def _under(key: str, found: Found) -> Found:
    if key in ("@graph", "@list", "@set", "@reverse"):
        return Found({}, found.key, found.owner, found.listed)
    bare = _bare(key)
    return Found({}, bare, found.node, found.listed or bare in _LISTING_KEYS)


def _bare(name: str) -> str:
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name


def _plain(root: Any) -> Any:
    """``root`` with a prefix or alias of its own ``@context`` ("s:Review") written out; else as it is."""
    context = root.get("@context") if isinstance(root, dict) else None
    renames: dict[str, str] = {}
    for part in parts(context):
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
    spelt: Node = {}
    for key, inner in value.items():
        name = _spelt(key, renames)
        if name == "@type":
            spelt[name] = [_spelt(part, renames) for part in parts(inner) if isinstance(part, str)]
        elif name != "@context":
            spelt[name] = _renamed(inner, renames, depth + 1)
    return spelt


def _spelt(name: str, renames: dict[str, str]) -> str:
    if name in renames:
        return renames[name] if renames[name].startswith("@") else name
    prefix, colon, rest = name.partition(":")
    return rest if colon and prefix in renames else name
