"""Whose review is this? One review from many routes (CONTRACTS §8.4.1). Pure, and indexed.

An equal id settles it, and two different ids of one kind settle the contrary. Then a route's card is
recognised when that route shows it again. Only then likeness counts, and two that are alike are a question to
a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from service.domain import Item, Route
from service.watch.faces import NEAR, Face, face, mark
from service.watch.folding import content_sha256, own_words
from service.watch.hearing import Heard


class Likeness(StrEnum):
    """How surely an item is a known review."""

    EXACT = "exact"
    LIKELY = "likely"
    NEW = "new"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class KnownReview:
    """A stored review of one listing, as watching needs it.

    ``ids`` are all its ``review_key`` rows of the listing's site; ``item`` its current facts; ``heard`` every
    reading of it. ``removed_by`` is the route whose looks proved it gone. ``elsewhere``: stored under another
    listing of the site, known because it owns an id that was just read; it is never missed here, and it
    ``moves_here`` where that listing's page is the coarser one. ``mark`` is ``faces.mark(item)`` as it was
    stored: it outlives an erasure, when ``item`` and ``heard`` are empty, and so do the ``marks`` of all that
    was heard: erased words do not come back by another route.
    """

    id: int
    ids: frozenset[tuple[str, str]]
    item: Item
    heard: tuple[Heard, ...]
    missed_at: datetime | None = None
    removed_at: datetime | None = None
    removed_by: Route | None = None
    elsewhere: bool = False
    moves_here: bool = False
    erased: bool = False
    mark: bytes | None = None
    marks: frozenset[bytes] = frozenset()

    def is_another_than(self, item: Item) -> bool:
        """Whether an id of the same kind, but of another value, rules out that ``item`` is this review."""
        kinds = {kind for kind, _ in item.ids} & {kind for kind, _ in self.ids}
        return bool(kinds) and self.ids.isdisjoint(item.ids)


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one item; ``candidates`` holds the one review, or those a person must choose from.

    Two exact candidates mean that an id of each stands on one item: they are one review, stored twice.
    """

    likeness: Likeness
    candidates: tuple[KnownReview, ...] = ()


Seen = tuple[KnownReview, Face]


class Index:
    """The known reviews of one listing, ready to be asked about; what likeness needs is built when asked."""

    def __init__(self, known: Iterable[KnownReview]) -> None:
        self._known = tuple(known)
        self._by_id = {pair: review for review in self._known for pair in review.ids}

    def with_ids(self, item: Item) -> tuple[KnownReview, ...]:
        """Those that own one of the item's ids, lowest first."""
        owners = {review.id: review for pair in item.ids if (review := self._by_id.get(pair))}
        return tuple(owners[number] for number in sorted(owners))

    def erased_like(self, item: Item) -> tuple[KnownReview, ...]:
        """Erased reviews whose mark the item bears."""
        sign = mark(item) if self._by_mark else None
        bearers = self._by_mark.get(sign, ()) if sign else ()
        return tuple(review for review in bearers if not review.is_another_than(item))

    def on_card(self, looks: Face) -> Iterator[Seen]:
        """Those that the same route has shown on the same card."""
        return (seen for seen in self._faces.by_card[looks.card] if seen[1].apart(looks) <= NEAR)

    def like(self, looks: Face) -> Iterator[Seen]:
        """Those that look alike, whoever showed them."""
        faces = self._faces
        pool = faces.by_author[looks.author] if looks.translated else faces.by_stem[looks.stem]
        translated = () if looks.translated else faces.translated[looks.author]
        return (seen for seen in (*pool, *translated) if seen[1].like(looks))

    @cached_property
    def _by_mark(self) -> Mapping[bytes, list[KnownReview]]:
        marks: defaultdict[bytes, list[KnownReview]] = defaultdict(list)
        for review in self._known:
            own = {review.mark} if review.mark else set()
            for sign in (own | review.marks) if review.erased else ():
                marks[sign].append(review)
        return marks

    @cached_property
    def _faces(self) -> _Faces:
        faces = _Faces()
        for review in self._known:
            for heard in review.heard:
                faces.add(review, face(heard.route, heard.item, heard.first_seen_at))
        return faces


class _Faces:
    def __init__(self) -> None:
        self.by_card: defaultdict[tuple[object, ...], list[Seen]] = defaultdict(list)
        self.by_stem: defaultdict[tuple[str, str], list[Seen]] = defaultdict(list)
        self.by_author: defaultdict[str, list[Seen]] = defaultdict(list)
        self.translated: defaultdict[str, list[Seen]] = defaultdict(list)

    def add(self, review: KnownReview, looks: Face) -> None:
        self.by_card[looks.card].append((review, looks))
        self.by_stem[looks.stem].append((review, looks))
        self.by_author[looks.author].append((review, looks))
        if looks.translated:
            self.translated[looks.author].append((review, looks))


def same_review(item: Item, index: Index, route: Route, seen_at: datetime) -> Match:
    """Which known review ``item`` is, taken alone (a card in the extension)."""
    return matched([item], index, route, seen_at)[0]


def matched(items: Sequence[Item], index: Index, route: Route, seen_at: datetime) -> tuple[Match, ...]:
    """The same for all items of one observation, in order; no two of them claim one review by likeness."""
    return _Matching(items, index, route, seen_at).matches()


class _Matching:
    """One observation's items on their way to their reviews: each step takes some, the rest go on."""

    def __init__(self, items: Sequence[Item], index: Index, route: Route, seen_at: datetime) -> None:
        self._items = [own_words(item) for item in items]
        self._index, self._route, self._seen_at = index, route, seen_at
        self._found: dict[int, Match] = {}
        self._claimed: set[int] = set()

    def matches(self) -> tuple[Match, ...]:
        for number, item in enumerate(self._items):
            self._take(number, Likeness.EXACT, self._index.with_ids(item))
        for number in self._open():
            self._take(number, Likeness.LIKELY, self._index.erased_like(self._items[number]))
        faces = {number: face(self._route, self._items[number], self._seen_at) for number in self._open()}
        if self._route is not Route.MAIL:  # a second mail is a second message, not the same card again
            self._recognise(faces)
        self._compare(faces)
        return tuple(self._found.get(number, Match(Likeness.NEW)) for number in range(len(self._items)))

    def _recognise(self, faces: Mapping[int, Face]) -> None:
        for number in self._open():
            shown = self._candidates(number, faces[number], self._index.on_card(faces[number]))
            self._take(number, Likeness.LIKELY, self._unclaimed(shown)[:1])

    def _compare(self, faces: Mapping[int, Face]) -> None:
        """Two items that want one review: the nearer in time has it, and the other is a review of its own."""
        alike = {
            number: self._candidates(number, faces[number], self._index.like(faces[number]))
            for number in self._open()
        }
        clear = [number for number, seen in alike.items() if len(seen) == 1]
        for number in sorted(clear, key=lambda number: alike[number][0].apart):
            self._take(number, Likeness.LIKELY, self._unclaimed(alike[number]))
        for number in (number for number, seen in alike.items() if len(seen) > 1):
            left = self._unclaimed(alike[number])
            left = self._told_before(number, left) or left
            self._take(number, Likeness.LIKELY if len(left) == 1 else Likeness.ASK, left)

    def _told_before(self, number: int, reviews: tuple[KnownReview, ...]) -> tuple[KnownReview, ...]:
        """Those of which this route has told the very same: a message that comes twice is no new question."""
        told = (self._route, content_sha256(self._items[number]))
        return tuple(
            review
            for review in reviews
            if any((heard.route, heard.content_sha256) == told for heard in review.heard)
        )

    def _open(self) -> list[int]:
        return [number for number in range(len(self._items)) if number not in self._found]

    def _take(self, number: int, likeness: Likeness, reviews: tuple[KnownReview, ...]) -> None:
        if not reviews:
            return
        self._found[number] = Match(likeness, reviews)
        if likeness is not Likeness.ASK:
            self._claimed.update(review.id for review in reviews if not review.erased)

    def _candidates(self, number: int, looks: Face, seen: Iterable[Seen]) -> list[_Candidate]:
        """Whom no id rules out, the nearest in time first."""
        nearest: dict[int, _Candidate] = {}
        for review, other in seen:
            one = _Candidate(other.apart(looks), review.id, review)
            if review.erased or review.is_another_than(self._items[number]):
                continue
            nearest[review.id] = min(one, nearest.get(review.id, one), key=lambda one: one.apart)
        return sorted(nearest.values(), key=lambda one: (one.apart, one.number))

    def _unclaimed(self, candidates: Iterable[_Candidate]) -> tuple[KnownReview, ...]:
        return tuple(one.review for one in candidates if one.number not in self._claimed)


class _Candidate(NamedTuple):
    apart: timedelta
    number: int
    review: KnownReview
