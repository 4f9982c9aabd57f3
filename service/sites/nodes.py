"""schema.org markup as one graph of nodes, whether JSON-LD or microdata carried it.

A node is a plain dict: property names, ``@type``, ``@id``. Values may be nodes, lists, references or text, as
wild as pages write them; the functions here are how the rest asks.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from service.sites import contexts, text

Node = dict[str, Any]

_PREFIXES = ("schema:", "http://schema.org/", "https://schema.org/")
_WORD = re.compile(r"\w+")
_DEEPEST = 40  # no real markup nests deeper
_MOST_NODES = 50_000
_LEAVES = frozenset(
    {"author", "reviewRating", "aggregateRating", "address", "geo", "image", "logo", "contactPoint"}
    | {"openingHoursSpecification", "potentialAction"}
)
_NESTED = (dict, list)
_INDIRECT = frozenset({"@id", "@list", "@set"})
_TRANSPARENT = frozenset({"@graph", "@list", "@set", "@reverse"})
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


class Seen(str):
    """Words as a person sees them on the page, with nothing left in them to resolve."""

    __slots__ = ()


class Found(NamedTuple):
    """A node, and where it was found: under which property, of which node, inside a list of things or not."""

    node: Node
    key: str
    owner: Node | None
    listed: bool


class Graph:
    """All nodes of a page in page order, with references resolved."""

    def __init__(self, roots: list[Any]) -> None:
        self._by_id: dict[str, Node] = {}
        self.found = _walked([contexts.plain(root) for root in roots])
        for found in self.found:
            if "@id" in found.node:
                self._index(found.node)

    def nodes(self, value: Any) -> list[Node]:
        """The nodes in a value: itself, those in its list, those it refers to by ``@id``."""
        if value is None:
            return []
        if isinstance(value, dict) and value.keys().isdisjoint(_INDIRECT):
            return [value]
        return [node for part in parts(value) if (node := self._resolved(part)) is not None]

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
    held = node.get("@type")
    return held if isinstance(held, tuple) else _bare_types(held)


def value(node: Node, *names: str) -> Any:
    """The first of these properties that is there and not empty; None where none is."""
    for name in names:
        held = node.get(name)
        if held or held == 0:
            return held
    return None


def words(value: Any) -> str | None:
    """The first text in a value: a string, a figure, ``@value``, the ``name`` of a node, of a list."""
    if value is None or isinstance(value, str):
        return text.line(value)
    if isinstance(value, float):
        return _figure(value)
    return next((told for part in parts(value) if (told := text.line(_said(part)))), None)


def _said(part: Any) -> Any:
    if isinstance(part, dict):
        part = part.get("@value", part.get("name"))
    if isinstance(part, list):
        part = next((inner for inner in part if isinstance(inner, str | int | float)), None)
    if isinstance(part, int | float) and not isinstance(part, bool):
        return _figure(part)
    return part


def _figure(number: float) -> str | None:
    return str(number) if abs(number) < 10**15 else None  # also not for nan and infinity


def body(value: Any) -> str | None:
    """A value's text with its line breaks; the parts of a list one after the other."""
    if isinstance(value, Seen):
        return str(value)
    if value is None or isinstance(value, str):
        return text.clean(value)
    said = (part.get("@value", part.get("text")) if isinstance(part, dict) else part for part in parts(value))
    return "\n".join(words for part in said if (words := text.clean(part))) or None


def folded(name: str | None) -> str:
    """A name for comparing: its words alone, in one case; "" for none."""
    return " ".join(_WORD.findall((name or "").casefold()))


def address_of(node: Node, *names: str) -> str | None:
    """The first absolute http(s) address among these properties."""
    for part in parts(value(node, *names)):
        held = (part.get("@id") or part.get("url")) if isinstance(part, dict) else part
        if isinstance(held, str) and held.strip().startswith(("https://", "http://")):
            return held.strip()
    return None


def parts(value: Any) -> list[Any]:
    """A value as a flat list: lists of lists, ``@list`` and ``@set`` opened."""
    if isinstance(value, str):
        return [value]
    flat: list[Any] = []
    waiting = [(value, 0)]
    while waiting and len(flat) < _MOST_NODES:
        part, depth = waiting.pop()
        if isinstance(part, dict) and ("@list" in part or "@set" in part):
            part = part.get("@list", part.get("@set"))
        if not isinstance(part, list):
            if part is not None:
                flat.append(part)
        elif depth < _DEEPEST:
            waiting.extend((inner, depth + 1) for inner in reversed(part))
    return flat


def _walked(roots: list[Any]) -> list[Found]:
    """Every node once, parents before children, in page order; a cycle ends where it closes.

    Leaves such as a review's author are left where they are. On the way each node's names and types are made
    bare, in place.
    """
    found: list[Found] = []
    seen: set[int] = set()
    waiting: list[tuple[Any, str, Node | None, bool, int]] = [
        (root, "", None, False, 0) for root in reversed(roots)
    ]
    while waiting and len(seen) < _MOST_NODES:
        value, key, owner, listed, depth = waiting.pop()
        if isinstance(value, list):
            if depth < _DEEPEST:
                waiting.extend((part, key, owner, listed, depth + 1) for part in reversed(value))
        elif isinstance(value, dict) and id(value) not in seen and depth < _DEEPEST:
            seen.add(id(value))
            _make_bare(value)
            found.append(Found(value, key, owner, listed))
            for name, inner in reversed(value.items()):
                if not isinstance(inner, _NESTED) or (name in _LEAVES and _is_plain_leaf(inner)):
                    continue
                if name in _TRANSPARENT:
                    waiting.append((inner, key, owner, listed, depth + 1))
                else:
                    waiting.append((inner, name, value, listed or name in _LISTING_KEYS, depth + 1))
    return found


def _make_bare(node: Node) -> None:
    if ":" in "".join(node):
        for name in list(node):
            node.setdefault(_bare(name), node[name])
    if "@type" in node:
        node["@type"] = types(node)


def _bare_types(held: Any) -> tuple[str, ...]:
    if isinstance(held, str):
        return (_bare(held),)
    return tuple(_bare(name) for name in parts(held) if isinstance(name, str))


def _is_plain_leaf(value: Any) -> bool:
    """A node nobody looks for on its own, refers to, or has to rename."""
    return isinstance(value, dict) and "@id" not in value and ":" not in "".join(value)


def _bare(name: str) -> str:
    if ":" not in name:
        return name
    for prefix in _PREFIXES:
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name
