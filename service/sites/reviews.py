"""One review in schema.org markup, as an item."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin, urlsplit

from service.domain import Item, Kind, Moment, Precision, Reply, Scale
from service.sites import dates, nodes, numbers
from service.sites.nodes import Graph, Node

_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")
_LASTING = re.compile(
    r"(?=[\w-]*\d)[\w-]{6,}"
)  # "review-3" counts places on a page, "6456c1a2" names a review
_PLACE_ON_PAGE = re.compile(r"(?i)(?:review|comment|rating|item)s?[-_]?\d{1,5}")
_USUAL = {"@type", "author", "datePublished", "reviewBody", "description", "reviewRating"}
_ORGANISATIONS = frozenset({"Organization", "Corporation", "LocalBusiness"})


@dataclass(frozen=True, slots=True)
class About:
    """What all reviews of a page share."""

    name: str | None
    best: Decimal | None
    address: str | None
    order: dates.Order = dates.Order.MONTH_FIRST


def item(graph: Graph, node: Node, about: About) -> Item | None:
    """The review in ``node``; None where it says nothing, or is about something else than ``about``."""
    text = nodes.body(nodes.value(node, "reviewBody", "description", "text", "articleBody"))
    posted = _moment(nodes.value(node, "datePublished", "dateCreated", "uploadDate"), about.order)
    author = _name(graph, nodes.value(node, "author", "creator"))
    rating, best = rating_of(graph, node)
    if rating is None and text is None and not (author and posted):
        return None
    best = best or about.best
    if rating is not None and best is not None and not 0 <= rating <= best:
        rating = None
    told = Item(
        kind=Kind.RECOMMENDATION if "Recommendation" in nodes.types(node) else Kind.REVIEW,
        scale=scale_of(rating, best),
        rating=rating,
        best=best if rating is not None else None,
        author=author,
        text=text,
        text_complete=not (text or "").endswith("…"),
        posted=posted,
    )
    return told if node.keys() <= _USUAL else _with_more(graph, node, about, told)


def _with_more(graph: Graph, node: Node, about: About, told: Item) -> Item | None:
    """``told`` with what fewer reviews have."""
    if _about_another(graph, node, about.name):
        return None
    edited = _moment(nodes.value(node, "dateModified"), about.order)
    return replace(
        told,
        ids=_ids(node),
        title=_title(node, {told.text, told.author, about.name}),
        language=_language(nodes.value(node, "inLanguage")),
        edited=edited if edited and told.posted and edited.at != told.posted.at else None,
        reply=_reply(graph, node, about),
        permalink=_permalink(node, about.address),
        syndicated_from=_publisher(graph, node, about),
    )


def rating_of(graph: Graph, node: Node) -> tuple[Decimal | None, Decimal | None]:
    """A review's own rating and the best possible, where it says so; an unfilled 0 is none."""
    held = nodes.value(node, "reviewRating", "rating", "ratingValue")
    overall = [part for part in graph.nodes(held) if "reviewAspect" not in part]
    if not overall:
        return numbers.rating(nodes.words(held))
    return scored(overall[0])


def scored(node: Node) -> tuple[Decimal | None, Decimal | None]:
    """The value and the best value of a Rating or AggregateRating."""
    rating, best = numbers.rating(nodes.words(node.get("ratingValue")))
    best = numbers.decimal(nodes.words(node.get("bestRating"))) or best
    if not rating and rating is not None and numbers.decimal(nodes.words(node.get("worstRating"))) != 0:
        return None, best
    return rating, best


def scale_of(rating: Decimal | None, best: Decimal | None) -> Scale:
    """Stars up to five, points above; nothing where nothing was given."""
    if rating is None:
        return Scale.NONE
    return Scale.POINTS10 if best is not None and best > 5 else Scale.STARS5


def _moment(value: Any, order: dates.Order) -> Moment | None:
    shown = nodes.words(value)
    if shown is None:
        return None
    return dates.parse(shown, order=order) or Moment(shown, None, Precision.NONE)


def _name(graph: Graph, value: Any) -> str | None:
    """A person's name: a string, a node, a reference, the first of a list; an address is no name."""
    for node in graph.nodes(value):
        names = [nodes.words(nodes.value(node, key)) for key in ("givenName", "familyName")]
        if full := nodes.words(nodes.value(node, "name", "alternateName")) or " ".join(filter(None, names)):
            return full
    name = nodes.words(value)
    return None if name is None or name.startswith(("http://", "https://", "/", "#", "_:")) else name


def _title(node: Node, known: set[str | None]) -> str | None:
    title = nodes.words(nodes.value(node, "headline", "name"))
    return None if title in known else title


def _language(value: Any) -> str | None:
    told = nodes.words(value)
    return told if told and _LANGUAGE.fullmatch(told) and len(told) <= 12 else None


def _about_another(graph: Graph, node: Node, name: str | None) -> bool:
    """Whether the review names another thing: "Foo" and "Foo Oceanside" may be one, "Bar" is not."""
    about = nodes.value(node, "itemReviewed")
    other = next((n for part in graph.nodes(about) if (n := nodes.words(nodes.value(part, "name")))), None)
    if other is None:
        return False
    mine, theirs = nodes.folded(name), nodes.folded(other)
    return bool(mine and theirs) and mine not in theirs and theirs not in mine


def _permalink(node: Node, address: str | None) -> str | None:
    url = nodes.words(nodes.value(node, "url"))
    if url is None:
        return None
    try:
        full = urljoin(address or "", url)
        here, there = urlsplit(address or ""), urlsplit(full)
    except ValueError:
        return None
    same = (here.netloc, here.path, here.query) == (there.netloc, there.path, there.query)
    return full if there.scheme in ("http", "https") and not (same and not there.fragment) else None


def _ids(node: Node) -> tuple[tuple[str, str], ...]:
    """The review's lasting name, where the markup gives one; a mere place on the page is none."""
    for part in nodes.parts(nodes.value(node, "identifier")):
        if name := nodes.words(nodes.value(part, "value") if isinstance(part, dict) else part):
            return (("schema", name),)
    name = node.get("@id")
    if not isinstance(name, str):
        return ()
    last = re.split(r"[/#?=&]", name.strip())[-1]
    lasts = _LASTING.fullmatch(last) and not _PLACE_ON_PAGE.fullmatch(last)
    return (("schema", name.strip()),) if lasts else ()


def _reply(graph: Graph, node: Node, about: About) -> Reply | None:
    for comment in graph.nodes(nodes.value(node, "comment", "reviewReply", "ownerResponse")):
        text = nodes.body(nodes.value(comment, "text", "commentText", "description", "articleBody"))
        if text and _by_owner(graph, comment, about.name):
            return Reply(
                text,
                at=_moment(nodes.value(comment, "datePublished", "dateCreated", "dateModified"), about.order),
            )
    return None


def _by_owner(graph: Graph, comment: Node, business: str | None) -> bool:
    """An answer by the business: an organisation's, or one signed with the business's name, or unsigned."""
    author = nodes.value(comment, "author", "creator")
    if any(_ORGANISATIONS.intersection(nodes.types(part)) for part in graph.nodes(author)):
        return True
    name = _name(graph, author)
    return name is None or (business is not None and business.casefold() in name.casefold())


def _publisher(graph: Graph, node: Node, about: About) -> str | None:
    """Who first published the review, where that is neither the page's site nor the business itself."""
    name = _name(graph, nodes.value(node, "publisher", "sourceOrganization"))
    if name is None or about.address is None:
        return None
    host = (urlsplit(about.address).hostname or "").casefold()
    folded = re.sub(r"\W", "", name.casefold().removesuffix(".com"))
    own = (about.name or "").casefold()
    return None if folded in host.replace("-", "").replace(".", "") or name.casefold() == own else name
