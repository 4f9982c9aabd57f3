"""Reviews marked up by agreed class names (h-review, hReview), as the same nodes schema.org markup gives.

https://microformats.org/wiki/h-review and /wiki/hreview; an aggregate is an hReview-aggregate of its own.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.sites import text
from service.sites.nodes import Node

_MOST = 1_000
_PROPERTIES = {  # each where it stands, the best place first
    "author": (".p-author", ".reviewer .fn", ".reviewer"),
    "name": ("h1.p-name, h2.p-name, h3.p-name, h4.p-name", ".summary"),
    "reviewBody": (".e-content", ".p-description", ".description"),
    "datePublished": (".dt-published", ".dt-reviewed", ".dtreviewed"),
    "url": (".u-url", "a.permalink, a[rel~=bookmark]"),
}


def may_tell(page: str) -> bool:
    """Whether a page may hold such reviews, judged without building the tree."""
    return "hreview" in page or "h-review" in page


def items(tree: LexborHTMLParser) -> list[Node]:
    """The page's reviews and aggregates in page order, each naming what it is about. Never raises."""
    marked = tree.css(".h-review, .hreview, .h-review-aggregate, .hreview-aggregate")[:_MOST]
    kind = "LocalBusiness" if tree.css_first(".hrecipe, .h-recipe") is None else "Recipe"
    return [_item(node, kind) for node in {node.mem_id: node for node in marked}.values()]


def _item(node: LexborNode, kind: str) -> Node:
    about = _words(node, ".p-item .p-name", ".p-item", ".item .fn", ".item")
    told: Node = {"itemReviewed": {"@type": (kind,), "name": about}} if about else {}
    rating = _rating(node)
    if "aggregate" in (node.attributes.get("class") or ""):
        count = _words(node, ".p-count", ".count", ".p-votes", ".votes")
        return told | rating | {"@type": ("AggregateRating",), "reviewCount": count}
    said = {name: words for name, places in _PROPERTIES.items() if (words := _words(node, *places))}
    return told | said | {"@type": ("Review",), "reviewRating": rating}


def _rating(node: LexborNode) -> Node:
    found = node.css_first(".p-rating, .rating")
    if found is None:
        return {}
    return {
        "@type": ("Rating",),
        "ratingValue": _words(found, ".value, .value-title, .p-average, .average") or _said(found),
        "bestRating": _words(node, ".p-best, .best"),
        "worstRating": _words(node, ".p-worst, .worst"),
    }


def _words(node: LexborNode, *places: str) -> str | None:
    return next((said for place in places if (said := _said(node.css_first(place)))), None)


def _said(node: LexborNode | None) -> str | None:
    """What an element says by the value class pattern: its machine form, else its words."""
    if node is None:
        return None
    attributes = node.attributes
    machine = attributes.get("datetime") or attributes.get("value") or attributes.get("content")
    if node.tag == "abbr" or "value-title" in (attributes.get("class") or ""):
        machine = machine or attributes.get("title")
    if node.tag == "a" and "u-url" in (attributes.get("class") or ""):
        machine = attributes.get("href")
    return machine or text.of(node)
