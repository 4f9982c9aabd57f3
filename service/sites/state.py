"""Reviews in the state a page carries for its own scripts, on sites we know nothing about.

Careful: a list named after reviews, of entries that each hold a rating, words, and a person or a day. Lists
of several places, or a list whose entries are about several, give none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from service.sites.embedded import assigned, in_scripts
from service.sites.nodes import Node

_SCRIPTS = ('id="__NEXT_DATA__"', 'type="application/json"', "data-apollo-state")
_ASSIGNED = re.compile(r"\b(?:window|self)\.(\w*(?:STATE|DATA|PROPS|STORE|[Ss]tate|[Dd]ata)\w*)\s*=\s*[\[{]")
_MOST_ASSIGNED = 10
_DEEPEST = 30
_MOST_VALUES = 200_000

_RATING = (
    "rating", "score", "stars", "starrating", "ratingvalue", "overallrating", "reviewrating", "reviewscore",
    "reviewrate", "rate",
)  # fmt: skip
_BODY = (
    "text", "reviewtext", "body", "reviewbody", "comment", "comments", "content", "reviewcontent", "review",
    "description", "message",
)  # fmt: skip
_TITLE = ("title", "headline", "reviewtitle", "subject")
_AUTHOR = (
    "author", "authorname", "reviewer", "reviewername", "user", "username", "customer", "customername",
    "consumer", "guest", "guestname", "displayname", "nickname", "createdby", "name",
)  # fmt: skip
_DAY = (
    "date", "reviewdate", "createdat", "created", "createddate", "datecreated", "creationdate", "publishedat",
    "publisheddate", "datepublished", "submittedat", "submissiondate", "submissiontime", "postedat", "time",
    "timestamp",
)  # fmt: skip
_NAME = ("id", "reviewid", "uuid", "guid")
_REPLY = ("ownerresponse", "ownerreply", "businessresponse", "managementresponse", "response", "reply")
_ABOUT = (
    "business",
    "company",
    "listing",
    "place",
    "venue",
    "restaurant",
    "hotel",
    "property",
    "product",
    "provider",
)
_INNER = ("value", "text", "name", "displayname", "fullname", "firstname", "localizedtext", "ratingvalue")
_TOTAL = ("reviewcount", "reviewscount", "totalreviews", "totalreviewcount", "numreviews", "numberofreviews")
_BEST = ("max", "bestrating", "best", "maxrating", "outof")


@dataclass(frozen=True, slots=True)
class Told:
    """The reviews of one list, as nodes; the name and the count of the place that holds it, where told."""

    place: str | None
    total: str | None
    reviews: list[Node]


def reviews(page: str) -> Told | None:
    """The one list of reviews in a page's state; None where there is none, or lists of several places."""
    if '"' not in page or "eview" not in page:
        return None
    tellings = [told for value in _states(page) for told in _tellings(value)]
    if not tellings or len({told.place for told in tellings if told.place}) > 1:
        return None
    return max(tellings, key=lambda told: len(told.reviews))


def _states(page: str) -> Iterator[object]:
    names = [found[1] for found in _ASSIGNED.finditer(page)][:_MOST_ASSIGNED]
    yield from chain.from_iterable(in_scripts(page, mark) for mark in _SCRIPTS)
    yield from (assigned(page, f".{name}") for name in dict.fromkeys(names))


def _tellings(state: object) -> Iterator[Told]:
    """Every list of reviews anywhere in a state, with the name of the object around it."""
    waiting: list[tuple[object, str, Node, int]] = [(state, "", {}, 0)]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        value, key, holder, depth = waiting.pop()
        if isinstance(value, list) and "review" in key.lower():
            told = [node for entry in value if (node := _node(entry))]
            if told and len(told) >= len(value) / 2 and len({node["about"] for node in told}) == 1:
                yield Told(_text(holder, ("name", "title")), _text(_folded(holder), _TOTAL), told)
                continue
        if depth < _DEEPEST:
            waiting.extend(_children(value, key, holder, depth))


def _children(value: object, key: str, holder: Node, depth: int) -> Iterator[tuple[object, str, Node, int]]:
    """What lies in a value; a list called "nodes" within "reviews" is still the list of reviews."""
    if isinstance(value, list):
        for inner in value:
            if isinstance(inner, dict | list):
                yield inner, "", holder, depth + 1
    elif isinstance(value, dict):
        reviews_here = "review" in key.lower()
        for name, inner in value.items():
            if isinstance(inner, dict | list):
                yield (
                    inner,
                    f"{key} {name}" if reviews_here else name,
                    holder if reviews_here else value,
                    depth + 1,
                )


def _node(entry: object) -> Node | None:
    """An entry as a Review node, where it has what a review has."""
    if isinstance(entry, dict) and isinstance(entry.get("node"), dict):
        entry = entry["node"]  # an edge of a graph query
    if not isinstance(entry, dict):
        return None
    known = _folded(entry)
    rating, body, title = _text(known, _RATING), _text(known, _BODY), _text(known, _TITLE)
    author, day = _text(known, _AUTHOR), _text(known, _DAY)
    if rating is None or not (body or title) or not (author or day):
        return None
    held: Node = next((known[name] for name in _RATING if isinstance(known.get(name), dict)), {})
    reply = _text(known, _REPLY)
    return {
        "@type": ("Review",),
        "about": _text(known, _ABOUT),
        "identifier": _text(known, _NAME),
        "author": author,
        "name": title,
        "reviewBody": body,
        "datePublished": day,
        "reviewRating": {"@type": ("Rating",), "ratingValue": rating, "bestRating": _text(held, _BEST)},
        "comment": {"text": reply} if reply else None,
    }


def _folded(entry: Node) -> Node:
    return {key.replace("_", "").lower(): value for key, value in entry.items()}


def _text(known: Any, names: tuple[str, ...]) -> str | None:
    """The first of these that is said, as text; one level of wrapping is opened."""
    for name in names:
        value = known.get(name)
        if isinstance(value, dict):
            folded = _folded(value)
            value = next(
                (folded[key] for key in _INNER if isinstance(folded.get(key), str | int | float)), None
            )
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value
    return None
