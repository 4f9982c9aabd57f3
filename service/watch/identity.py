"""Whose review is this? One review from many routes (CONTRACTS §8.4.1). Pure, and indexed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain import Item, Route
from service.watch.merge import Heard


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
    reading of it. ``mark`` is ``mark(item)`` as it was stored: it outlives an erasure, when ``item`` and
    ``heard`` are empty, so that erased words do not come back by another route.
    """

    id: int
    ids: frozenset[tuple[str, str]]
    item: Item
    heard: tuple[Heard, ...]
    missed_at: datetime | None = None
    removed_at: datetime | None = None
    erased: bool = False
    mark: bytes | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The answer for one item; ``candidates`` holds the one review, or those a person must choose from."""

    likeness: Likeness
    candidates: tuple[KnownReview, ...] = ()


class Index:
    """The known reviews of one listing, ready to be asked about."""

    def __init__(self, known: Iterable[KnownReview]) -> None:
        raise NotImplementedError


def mark(item: Item) -> bytes | None:
    """A hash by which erased words are recognised; None where there is too little to recognise."""
    raise NotImplementedError


def same_review(item: Item, index: Index, route: Route, seen_at: datetime) -> Match:
    """Which known review ``item`` is, taken alone (a card in the extension)."""
    raise NotImplementedError


def matched(items: Sequence[Item], index: Index, route: Route, seen_at: datetime) -> tuple[Match, ...]:
    """The same for all items of one observation, in order; no two of them claim one review by likeness."""
    raise NotImplementedError
