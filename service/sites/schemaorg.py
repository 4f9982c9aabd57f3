"""schema.org markup in all its real shapes: JSON-LD first, microdata where it adds something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from service.domain import Business, Item
from service.sites import figures, jsonld, microdata, microformats, nodes, numbers, reviews, subjects
from service.sites.beside import joined
from service.sites.nodes import Graph, Node
from service.sites.subjects import Subject

_MOST_COMPARED = 1_000  # each of one telling with each of the other


@dataclass(frozen=True, slots=True)
class Facts:
    """What the markup says about the one thing the page is about, and its reviews in page order.

    ``site_total`` is the number of reviews, or of ratings where only those are counted. ``is_business`` is
    False for goods; ``is_work`` True where the page, or what it rates, is an article, a recipe or the like,
    which is nobody's branch. ``others`` counts the further rated things: where there is no ``business``, the
    page is a list of so many.
    """

    business: Business | None = None
    rating: Decimal | None = None
    best: Decimal | None = None
    site_total: int | None = None
    items: tuple[Item, ...] = ()
    is_business: bool = False
    is_work: bool = False
    others: int = 0


def read(
    text: str,
    tree: Callable[[], LexborHTMLParser],
    address: str | None = None,
    title: str | None = None,
) -> Facts:
    """Read the markup in ``text``; ``tree`` is called only where microdata adds something. Never raises.

    ``address`` and ``title`` of the page decide which of several things it is about, and whose a review is.
    """
    facts = of_nodes(jsonld.documents(text), address, title)
    others = _marked(text, tree)
    while not _is_whole(facts) and (items := next(others, None)) is not None:
        facts = _filled(facts, of_nodes(items, address, title))
    return facts


def _marked(text: str, tree: Callable[[], LexborHTMLParser]) -> Iterator[list[Node]]:
    """What each other markup says, read only when asked for."""
    for dialect in microdata.spoken(text):
        yield microdata.items(tree(), dialect)
    if microformats.may_tell(text):
        yield microformats.items(tree())


def of_nodes(roots: list[Any], address: str | None = None, title: str | None = None) -> Facts:
    """What a graph of nodes says about its one subject, whoever marked it up. Never raises."""
    graph = Graph(roots)
    choice = subjects.choose(graph, address, title)
    if choice.subject is None:
        return Facts(others=choice.others, is_work=choice.work)
    facts = _facts_of(graph, choice.subject, choice.others, address)
    return replace(facts, is_work=facts.is_work or choice.work)


def _facts_of(graph: Graph, subject: Subject, others: int, address: str | None) -> Facts:
    overall = next(iter(graph.nodes(subject.value("aggregateRating"))), None) or _loose_rating(graph)
    rating, best = reviews.scored(overall) if overall else (None, None)
    best = best or _usual_best(graph, [rating, *(reviews.rating_of(graph, r)[0] for r in subject.reviews)])
    about = reviews.About(subject.name, best, address, _order(subject, address))
    tellings = [
        [item for review in telling if (item := reviews.item(graph, review, about))]
        for telling in subject.tellings
    ]
    return Facts(
        business=_business(graph, subject),
        rating=rating,
        best=best if rating is not None else None,
        site_total=_total(overall, subject),
        items=_once(tellings) if len(tellings) > 1 else tuple(*tellings),
        is_business=subject.is_business,
        is_work=subject.is_work,
        others=others,
    )


def _loose_rating(graph: Graph) -> Node | None:
    """The page's one AggregateRating that hangs on nothing, as hand-written microdata has it."""
    loose = [
        f.node for f in graph.found if f.key != "aggregateRating" and "AggregateRating" in nodes.types(f.node)
    ]
    return loose[0] if len(loose) == 1 else None


def _usual_best(graph: Graph, given: list[Decimal | None]) -> Decimal | None:
    """Five where nothing is said (schema.org's own default), unless a rating on the page is higher."""
    highest = max((rating for rating in given if rating is not None), default=None)
    if highest is None:
        return None
    return next((best for best in (Decimal(5), Decimal(10), Decimal(100)) if highest <= best), None)


def _order(subject: Subject, address: str | None) -> figures.Order:
    """How the page writes "5/2/2021": told by a date with one reading only, else by its country."""
    shown = (review.get("datePublished") for review in subject.reviews)
    return figures.order_of([date for date in shown if isinstance(date, str)]) or figures.order_in(
        _host(address)
    )


def _host(address: str | None) -> str:
    try:
        return urlsplit(address or "").hostname or ""
    except ValueError:
        return ""


def _total(overall: Node | None, subject: Subject) -> int | None:
    for name in ("reviewCount", "ratingCount"):
        for held in (nodes.value(overall, name) if overall else None, subject.value(name)):
            total = numbers.count(nodes.words(held))
            if total is not None:
                return total
    return None


def _business(graph: Graph, subject: Subject) -> Business | None:
    name = subject.name
    address = _address(graph, subject.value("address", "location"))
    phone = nodes.words(subject.value("telephone"))
    return Business(name, address, phone) if name or address or phone else None


def _address(graph: Graph, held: Any) -> str | None:
    """ "1 Main Street, Springfield, IL 62701, US": what is there of it, in that order."""
    for node in graph.nodes(held):
        inner = next(iter(graph.nodes(nodes.value(node, "address"))), node)
        street, town, region, code, country = (
            nodes.words(nodes.value(inner, name))
            for name in ("streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry")
        )
        area = " ".join(part for part in (region, code) if part) or None
        if told := ", ".join(part for part in (street, town, area, country) if part):
            return told
    return nodes.words(held) if not graph.nodes(held) else None


def _is_whole(facts: Facts) -> bool:
    """Whether nothing that other markup might add is missing."""
    told = facts.business and facts.rating is not None and facts.site_total is not None
    return bool(
        told and any(item.text for item in facts.items) and all(i.author and i.posted for i in facts.items)
    )


def _once(tellings: list[list[Item]]) -> tuple[Item, ...]:
    """The items of all tellings; what a later one only repeats is left out."""
    items: list[Item] = []
    for telling in tellings:
        known = Counter(items)
        for item in telling:
            known[item] -= 1
            if known[item] < 0:
                items.append(item)
    return tuple(items)


def _filled(first: Facts, second: Facts) -> Facts:
    """``first``, with ``second`` filling what it lacks; reviews found only in ``second`` are added.

    A list of many stays one, unless ``second`` tells the reviews of one business; and nothing is taken from
    the markup of another business.
    """
    work = first.is_work or second.is_work
    if replace(first, is_work=False) == Facts() or (
        second.items and not first.items and _are_strangers(first, second)
    ):
        return replace(second, is_work=work)  # what stood alone in the first was the site's own imprint
    if _are_strangers(first, second) or (
        first.business is None and len(second.items) < 2 and not first.items
    ):
        return replace(first, is_work=work)
    return replace(
        first,
        business=_filled_business(first.business, second.business),
        rating=first.rating if first.rating is not None else second.rating,
        best=first.best if first.rating is not None else second.best,
        site_total=first.site_total if first.site_total is not None else second.site_total,
        items=_filled_items(first.items, second.items),
        is_business=first.is_business or second.is_business,
        is_work=work,
    )


def _are_strangers(first: Facts, second: Facts) -> bool:
    here, there = (nodes.folded(facts.business.name if facts.business else None) for facts in (first, second))
    return bool(here and there) and here not in there and there not in here


def _filled_business(first: Business | None, second: Business | None) -> Business | None:
    if first is None or second is None:
        return first or second
    return Business(first.name or second.name, first.address or second.address, first.phone or second.phone)


def _filled_items(first: tuple[Item, ...], second: tuple[Item, ...]) -> tuple[Item, ...]:
    """Each review once; where a page has more than anybody reads, the first telling stands alone."""
    if first and second and len(first) + len(second) > _MOST_COMPARED:
        return first
    return joined(first, second)
