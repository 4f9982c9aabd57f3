"""Which one business a page is about, and which of its markup's reviews are that business's."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from service.sites import kinds, nodes
from service.sites.nodes import Found, Graph, Node

REVIEW_KEYS = ("review", "reviews")
_CLAIMING = frozenset({*REVIEW_KEYS, "@reverse"})
_REVIEWS = frozenset({"Review", "UserReview", "Recommendation", "EmployerReview"})
_MANY = 3  # so many businesses, or namesakes, on one page are a list, whatever its title says
_OWN_KEYS = frozenset({"", "mainEntity", "mainEntityOfPage", "about", "itemReviewed"})


@dataclass(slots=True)
class Subject:
    """One thing a page rates: the nodes that describe it, and its reviews as each of them tells them."""

    parts: list[Node]
    listed: bool
    tellings: list[list[Node]] = field(default_factory=list)
    stands_alone: bool = False  # it is described outside its reviews too

    @property
    def reviews(self) -> list[Node]:
        """All its reviews; one that two blocks of the page tell stands here twice."""
        return [review for telling in self.tellings for review in telling]

    def value(self, *names: str) -> object:
        """The first of these properties any of its nodes has."""
        return next((held for part in self.parts if (held := nodes.value(part, *names)) is not None), None)

    @property
    def name(self) -> str | None:
        return nodes.words(self.value("name", "legalName"))

    @property
    def url(self) -> str | None:
        return next((url for part in self.parts if (url := nodes.address_of(part, "url", "@id"))), None)

    @property
    def types(self) -> frozenset[str]:
        """Its types, in small letters: pages are not careful about them."""
        return frozenset(name.lower() for part in self.parts for name in nodes.types(part))

    @property
    def is_heard_of(self) -> bool:
        """Rated or reviewed, and not merely described."""
        return bool(self.tellings) or self.value("aggregateRating") is not None

    @property
    def is_business(self) -> bool:
        """A place, an organisation or a service rather than a thing sold or written."""
        return bool(self.types) and not self.types & (kinds.GOODS | kinds.WORKS)

    @property
    def is_work(self) -> bool:
        """Something written or filmed, which no customer visits."""
        return bool(self.types & kinds.WORKS)


@dataclass(frozen=True, slots=True)
class Choice:
    """The page's one subject, or None; ``others`` counts what else the page rates, and ``work`` says that the
    page is that of an article, a recipe or the like."""

    subject: Subject | None
    others: int
    work: bool


def choose(graph: Graph, address: str | None, title: str | None) -> Choice:
    """The one thing the page is about. A list of many is about none of them."""
    _hang_ratings(graph)
    claims = _claims(graph)
    subjects = _grouped(graph, claims)
    loose = [review for review, owner in claims if owner is None]
    own = [subject for subject in subjects if not subject.listed]
    work = any(map(_is_work_s_page, graph.found))
    if not subjects and len(loose) > 1:
        return Choice(Subject([], listed=False, tellings=[loose]), 0, work)
    chosen = _most_fitting(own, address, title)
    if chosen is None:
        return Choice(None, len(subjects), work)
    if len(own) == 1 and loose:
        chosen.tellings.append(loose)
    if len(chosen.reviews) == 1 and not chosen.stands_alone:
        return Choice(None, len(subjects), work)  # somebody's article about a place, or one review's own page
    return Choice(chosen, len(subjects) - 1, work)


def _hang_ratings(graph: Graph) -> None:
    """Hang each rating that names what it is about on that thing."""
    for found in graph.found:
        if "itemReviewed" in found.node and "AggregateRating" in nodes.types(found.node):
            for about in graph.nodes(found.node.get("itemReviewed")):
                about.setdefault("aggregateRating", found.node)


def _claims(graph: Graph) -> list[tuple[Node, Node | None]]:
    """Each review once, with the node it is about where that is said."""
    claims: list[tuple[Node, Node | None]] = []
    seen: set[int] = set()
    by_themselves: list[Node] = []
    for found in graph.found:
        if is_review(found.node):
            by_themselves.append(found.node)
        elif not _CLAIMING.isdisjoint(found.node):
            claims += _claimed(graph, found.node, seen)
    return claims + [(review, _about(graph, review)) for review in by_themselves if id(review) not in seen]


def _claimed(graph: Graph, node: Node, seen: set[int]) -> list[tuple[Node, Node | None]]:
    fresh = [review for review in _reviews_under(graph, node) if id(review) not in seen]
    seen.update(map(id, fresh))
    return [(review, node) for review in {id(review): review for review in fresh}.values()]


def _about(graph: Graph, review: Node) -> Node | None:
    named = graph.nodes(review.get("itemReviewed")) or graph.nodes(
        nodes.value(_reverse(review), *REVIEW_KEYS)
    )
    return named[0] if named else None


def _reviews_under(graph: Graph, node: Node) -> list[Node]:
    """The reviews a node claims as its own, by its properties or by theirs turned round."""
    own = [part for name in REVIEW_KEYS for part in graph.nodes(node.get(name)) if _may_be_review(part)]
    return own + [part for part in graph.nodes(_reverse(node).get("itemReviewed")) if is_review(part)]


def is_review(node: Node) -> bool:
    """A customer's review by its own type."""
    return not _REVIEWS.isdisjoint(nodes.types(node))


def _may_be_review(node: Node) -> bool:
    told = nodes.types(node)
    return not told or not _REVIEWS.isdisjoint(told)


def _reverse(node: Node) -> Node:
    reverse = node.get("@reverse")
    return reverse if isinstance(reverse, dict) else {}


def _grouped(graph: Graph, claims: list[tuple[Node, Node | None]]) -> list[Subject]:
    """All that is rated or is a place, in page order, the same thing told twice as one."""
    reviewed = {id(owner) for _, owner in claims}
    by_name: dict[str, list[Subject]] = {}
    by_node: dict[int, Subject] = {}
    for found in graph.found:
        if id(found.node) in reviewed or _is_rated(found.node) or _is_place(found):
            by_node[id(found.node)] = _subject_of(found, by_name)
    told: dict[int, list[Node]] = {}
    for review, owner in claims:
        if owner is not None and id(owner) in by_node:
            told.setdefault(id(owner), []).append(review)
    for owner_id, telling in told.items():
        by_node[owner_id].tellings.append(telling)
    return list({id(subject): subject for subject in by_node.values()}.values())


def _subject_of(found: Found, by_name: dict[str, list[Subject]]) -> Subject:
    """The subject a node describes: one known by the same name, and not by another address, or a new one."""
    namesakes = by_name.setdefault(nodes.folded(nodes.words(found.node.get("name"))), [])
    subject = next((known for known in namesakes[:_MANY] if _same(known, found.node)), None)
    if subject is None:
        namesakes.append(subject := Subject([], listed=True))
    subject.parts.append(found.node)
    subject.listed &= found.listed
    subject.stands_alone |= found.key != "itemReviewed" or _is_rated(found.node)
    return subject


def _is_rated(node: Node) -> bool:
    return "aggregateRating" in node and bool(node["aggregateRating"]) and not is_review(node)


def _is_work_s_page(found: Found) -> bool:
    """An article or a recipe, not listed, and told as what the page is."""
    if found.listed or found.key not in _OWN_KEYS or found.key == "itemReviewed":
        return False
    return not kinds.PAGES_OF_THEIR_OWN.isdisjoint(map(str.lower, nodes.types(found.node)))


def _is_place(found: Found) -> bool:
    """A business described without a word of its rating; the site's own imprint is none."""
    if found.key not in _OWN_KEYS:
        return False
    told = nodes.types(found.node)
    return bool(
        told
        and nodes.value(found.node, "name") is not None
        and nodes.value(found.node, "address", "telephone") is not None
        and not (kinds.VAGUE | kinds.GOODS | kinds.WORKS).intersection(map(str.lower, told))
    )


def _same(subject: Subject, node: Node) -> bool:
    if subject.name is None:
        return False
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in (
            (_path(subject.url), _path(nodes.address_of(node, "url", "@id"))),
            (_street(subject.value("address")), _street(nodes.value(node, "address"))),
        )
    )


def _most_fitting(own: list[Subject], address: str | None, title: str | None) -> Subject | None:
    """What the page is about: the only thing, or the one its address, its title or its reviews single out."""
    pool = [subject for subject in own if subject.is_business] or own
    pool = [subject for subject in pool if subject.is_heard_of] or pool
    if len(pool) == 1:
        return pool[0]
    here = _path(address)
    addressed = [subject for subject in pool if here and here == _path(subject.url)]
    if len(addressed) == 1:
        return addressed[0]
    heard = [subject for subject in pool if subject.reviews]
    named = [subject for subject in pool if _is_named(subject, title)]
    if len(named) == 1 and (len(pool) <= _MANY or heard == named):
        return named[0]
    alone = len(heard) == 1 and len(heard[0].reviews) > 1 and not named
    return heard[0] if alone else None


def _is_named(subject: Subject, title: str | None) -> bool:
    name = nodes.folded(subject.name)
    return bool(name) and f" {name} " in f" {nodes.folded(title)} "


def _path(address: str | None) -> str | None:
    """Host and path of an address, for comparing; None where there is none or it is a site's front page."""
    try:
        parts = urlsplit(address or "")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = parts.path.rstrip("/").casefold()
    return host + path if host and path else None


def _street(address: object) -> str | None:
    if isinstance(address, dict):
        address = nodes.value(address, "streetAddress")
    return nodes.folded(nodes.words(address)) or None
