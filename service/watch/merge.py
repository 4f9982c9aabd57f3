"""What is true of a review now, from everything that was ever heard of it (CONTRACTS §8.4.2-3). Pure.

The answer is a function of the *set* of readings: their order of arrival, and repeats, cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from service.domain import Item, Kind, Moment, Precision, Reply, Route
from service.watch.answer import Answer, answered
from service.watch.hearing import Heard, collapsed, vagueness
from service.watch.ranking import Best, best
from service.watch.versions import Version, said, standing, versions

__all__ = ["Heard", "Merged", "Told", "merged"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """Who told a field: stored as ``provenance {field: [route, observed_at, precision]}``."""

    route: Route
    observed_at: datetime
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """A review as it stands.

    ``versions`` are in the order they were first told; ``current`` is the one that stands now.
    ``asks_for_a_look``: a mail, feed or file told something newer than any look has seen. ``proven``: not
    only mails of unproven origin tell of it.
    """

    item: Item
    provenance: Mapping[str, Told]
    versions: tuple[Version, ...]
    current: Version
    answer: Answer
    asks_for_a_look: bool
    proven: bool = True


@dataclass(frozen=True, slots=True)
class _Fields:
    kind: Best[Kind]
    author: Best[str]
    permalink: Best[str]
    syndicated_from: Best[str]
    posted: Best[Moment]
    text: Best[str]
    title: Best[str]
    language: Best[str]
    rating: Best[Decimal]
    recommends: Best[bool]
    edited: Best[Moment]
    reply: Best[Reply]


def merged(heard: Iterable[Heard]) -> Merged:
    """The review as these readings prove it. At least one reading is needed (``ValueError``)."""
    readings = collapsed(heard)
    if not readings:
        raise ValueError("a review of which nothing was heard is not a review")
    found = versions(map(said, readings))
    current = standing(found)
    answer = answered(readings)
    chosen = _fields(readings, current, answer)
    return Merged(
        _item(chosen, readings),
        _provenance(chosen),
        tuple(found),
        current,
        answer,
        _asks_for_a_look(readings, current),
        any(one.proven for one in readings),
    )


def _fields(readings: Sequence[Heard], current: Version, answer: Answer) -> _Fields:
    moments = [one for one in readings if not one.route.sees_the_present and not current.has(one)]

    def now(
        value: Callable[[Item], T | None], order: Callable[[Item], tuple[Any, ...]] = lambda _: ()
    ) -> Best[T]:
        """What the customer says now; a moment of another version fills only what nobody gave."""
        given = best(current.readings, value, order)
        return given if given.told else best(moments, value, order)

    return _Fields(
        kind=best(readings, lambda item: item.kind),
        author=best(readings, lambda item: item.author),
        permalink=best(readings, lambda item: item.permalink),
        syndicated_from=best(readings, lambda item: item.syndicated_from),
        posted=best(
            readings, lambda item: item.posted, lambda item: (vagueness(item.posted),), earliest=True
        ),
        text=now(lambda item: item.text, lambda item: (not item.text_complete, item.translated)),
        title=now(lambda item: item.title, lambda item: (item.translated,)),
        language=now(lambda item: item.language, lambda item: (item.translated,)),
        rating=now(lambda item: item.rating),
        recommends=now(lambda item: item.recommends),
        edited=now(lambda item: item.edited, lambda item: (vagueness(item.edited),)),
        reply=Best(answer.reply, answer.told),
    )


def _item(chosen: _Fields, readings: Sequence[Heard]) -> Item:
    first = readings[0].item
    words = chosen.text.told
    scored = chosen.rating.told or chosen.recommends.told
    return Item(
        ids=tuple(sorted({pair for one in readings for pair in one.item.ids})),
        kind=chosen.kind.value or first.kind,
        scale=scored.item.scale if scored else first.scale,
        rating=chosen.rating.value,
        best=scored.item.best if scored else None,
        recommends=chosen.recommends.value,
        author=chosen.author.value,
        title=chosen.title.value,
        text=chosen.text.value,
        text_complete=words.item.text_complete if words else any(one.item.text_complete for one in readings),
        translated=words is not None and words.item.translated,
        language=chosen.language.value,
        posted=chosen.posted.value,
        edited=chosen.edited.value,
        reply=chosen.reply.value,
        permalink=chosen.permalink.value,
        syndicated_from=chosen.syndicated_from.value,
        keep_until=_keep_until(chosen),
    )


def _keep_until(chosen: _Fields) -> datetime | None:
    """No longer than the strictest of those whose words are in it allows."""
    tellers = (getattr(chosen, field.name).told for field in fields(chosen))
    return min((one.item.keep_until for one in tellers if one and one.item.keep_until), default=None)


def _provenance(chosen: _Fields) -> dict[str, Told]:
    bests: dict[str, Best[Any]] = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
    return {
        name: Told(one.told.route, one.told.first_seen_at, _precision(one.value))
        for name, one in bests.items()
        if one.told
    }


def _precision(value: object) -> Precision | None:
    return value.precision if isinstance(value, Moment) else None


def _asks_for_a_look(readings: Sequence[Heard], current: Version) -> bool:
    seen = max((one.last_seen_at for one in readings if one.route.sees_the_present), default=None)
    return seen is not None and any(
        one.first_seen_at > seen
        for one in readings
        if not one.route.sees_the_present and not current.has(one)
    )
