"""Whose word counts for one field of a review (CONTRACTS §8.4.2). Pure.

First what the field itself asks for (complete before cut, exact before vague), then whose origin is proven,
then the better route, then the newest; a posting date is the exception: the earliest sight of "2 hours ago"
is the sharpest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from service.domain import Item
from service.watch.hearing import Heard

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Best(Generic[T]):
    """A field's value and the reading that told it; both None where nobody said anything."""

    value: T | None
    told: Heard | None


def best(
    readings: Iterable[Heard],
    value: Callable[[Item], T | None],
    order: Callable[[Item], tuple[Any, ...]] = lambda _item: (),
    *,
    earliest: bool = False,
) -> Best[T]:
    """The best-told ``value``; ``order`` sorts the better reading first, before route and time do."""

    def rank(reading: Heard) -> tuple[Any, ...]:
        seen = reading.first_seen_at.timestamp() if earliest else -reading.last_seen_at.timestamp()
        return *order(reading.item), not reading.proven, reading.route.rank, seen, reading.content_sha256

    given = [one for one in readings if value(one.item) is not None]
    told = given[0] if len(given) == 1 else min(given, key=rank, default=None)
    return Best(value(told.item) if told else None, told)
