"""Microdata, and RDFa Lite which differs only in its attributes' names, as the same nodes JSON-LD gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.sites import text
from service.sites.nodes import Node, Seen

_PROPERTIES = (
    r"(?i:reviews?|aggregateRating|rating|ratingValue|reviewBody|reviewRating|reviewCount|ratingCount"
    r"|reviewer|dtreviewed)\b"
)
_TYPE = re.compile(r"https?://(?:www\.)?(?:schema|data-vocabulary|rdf\.data-vocabulary)\.org/#?([\w-]+)[/#]?")
_SHORT_TYPE = re.compile(r"(?:(?:schema|s|v):)?([\w-]+)")
_FOR_PEOPLE = frozenset(
    {"author", "name", "reviewBody", "description", "publisher", "itemReviewed", "creator"}
)
_ADDRESSES = {"a": "href", "area": "href", "link": "href", "img": "src", "iframe": "src", "object": "data"}
_OLD_NAMES = {  # data-vocabulary.org, schema.org's forerunner
    "reviewer": "author",
    "dtreviewed": "datePublished",
    "summary": "name",
    "itemreviewed": "itemReviewed",
    "votes": "ratingCount",
    "count": "reviewCount",
    "average": "ratingValue",
    "best": "bestRating",
    "worst": "worstRating",
    "Review-aggregate": "AggregateRating",
}
_Attributes = Mapping[str, str | None]
_DEEPEST = 150  # ancestors searched for a property's owner
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """The attributes that mark a scope, its type, its name for itself, and a property."""

    scope: str
    type: str
    identity: str
    property: str
    mark: str  # what follows a scope in a page's source, where scripts use the same word
    telling: re.Pattern[str]  # a fixed start is found ten times faster than one in any case


MICRODATA = Dialect(
    "itemscope", "itemtype", "itemid", "itemprop", "", re.compile(rf"""itemprop\s*=\s*["']?{_PROPERTIES}""")
)
RDFA = Dialect(
    "typeof",
    "typeof",
    "resource",
    "property",
    "=",
    re.compile(rf"""property\s*=\s*["']?(?:\w+:)?{_PROPERTIES}"""),
)


def spoken(page: str) -> Iterator[Dialect]:
    """The dialects in which a page may speak of reviews, judged without building the tree."""
    for dialect in (MICRODATA, RDFA):
        if f"{dialect.scope}{dialect.mark}" in page and dialect.telling.search(page):
            yield dialect


def items(tree: LexborHTMLParser, dialect: Dialect = MICRODATA) -> list[Node]:
    """The page's top-level items in page order, their properties and nested items within. Never raises."""
    found = tree.css(f"[{dialect.scope}],[{dialect.property}]")[:_MOST]
    marked = {node.mem_id: (node, node.attributes) for node in found}
    scopes = {key: _scope(held, dialect) for key, (_, held) in marked.items() if dialect.scope in held}
    top: list[Node] = []
    for key, (node, attributes) in marked.items():
        owner = _owner(node, scopes) if attributes.get(dialect.property) else None
        if owner is not None:
            _give(owner, node, attributes.get(dialect.property) or "", attributes, scopes)
        elif key in scopes:
            top.append(scopes[key])
    for key, scope in scopes.items():
        for reference in (marked[key][1].get("itemref") or "").split():
            _give_referred(scope, tree, reference, scopes)
    return top


def _scope(attributes: _Attributes, dialect: Dialect) -> Node:
    scope: Node = {"@type": _types(attributes.get(dialect.type) or "", dialect is RDFA)}
    if identity := attributes.get(dialect.identity):
        scope["@id"] = identity
    return scope


@lru_cache(maxsize=256)
def _types(told: str, short: bool) -> tuple[str, ...]:
    found = [_TYPE.fullmatch(name) or (short and _SHORT_TYPE.fullmatch(name)) for name in told.split()]
    return tuple(_OLD_NAMES.get(name[1], name[1]) for name in found if name)


def _owner(node: LexborNode, scopes: dict[int, Node]) -> Node | None:
    """The scope a property belongs to: the nearest one around it."""
    parent = node.parent
    for _ in range(_DEEPEST):
        if parent is None:
            return None
        if parent.mem_id in scopes:
            return scopes[parent.mem_id]
        parent = parent.parent
    return None


def _give(owner: Node, node: LexborNode, told: str, attributes: _Attributes, scopes: dict[int, Node]) -> None:
    scope = scopes.get(node.mem_id)
    for name in _names(told):
        held = scope or _value(node, name, attributes)
        if held is not None:
            _add(owner, name, held)


@lru_cache(maxsize=256)
def _names(told: str) -> tuple[str, ...]:
    bare = (name.rpartition("/")[2].rpartition(":")[2] for name in told.split())
    return tuple(_OLD_NAMES.get(name, name) for name in bare)


def _add(owner: Node, name: str, told: Any) -> None:
    held = owner.get(name)
    if held is None:
        owner[name] = told
    elif isinstance(held, list):
        held.append(told)
    else:
        owner[name] = [held, told]


def _give_referred(owner: Node, tree: LexborHTMLParser, name: str, scopes: dict[int, Node]) -> None:
    """Give ``owner`` the properties under the element called ``name`` that no scope inside it holds."""
    root = tree.css_first(f'[id="{name}"]') if re.fullmatch(r"[\w:.-]+", name) else None
    if root is None:
        return
    for node in {n.mem_id: n for n in (root, *root.css("[itemprop]"))}.values():
        if (names := node.attributes.get("itemprop")) and _owner(node, scopes) is None:
            _give(owner, node, names, node.attributes, scopes)


def _value(node: LexborNode, name: str, attributes: _Attributes) -> Any:
    """What a property says: its machine form where it has one, for people's words what a person sees."""
    told = attributes.get("content") or attributes.get("datetime")
    if told:
        return told
    if name in _FOR_PEOPLE and (words := text.of(node)):
        return Seen(words)
    if node.tag in _ADDRESSES:
        return attributes.get(_ADDRESSES[node.tag])
    machine = attributes.get("value") or (attributes.get("title") if node.tag == "abbr" else None)
    return machine or text.of(node)
