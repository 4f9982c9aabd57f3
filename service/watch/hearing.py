"""One reading of a review by one route, and the set of them all. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain import Item, Moment, Precision, Route
from service.watch.folding import content_sha256, own_words


@dataclass(frozen=True, slots=True)
class Heard:
    """One reading of a review by one route, first and last told so at these moments (aware UTC).

    Made by ``hear``. One row each: (review, route, content_sha256) is its natural key. ``proven`` is False
    where its teller only says who it is; once proven, a repeat cannot undo it.
    """

    route: Route
    first_seen_at: datetime
    last_seen_at: datetime
    item: Item
    content_sha256: bytes
    proven: bool = True


def hear(route: Route, at: datetime, item: Item, *, proven: bool = True) -> Heard:
    """A reading of ``item`` by ``route`` at ``at``: its own words, and the hash of what it says."""
    own = own_words(item)
    return Heard(route, at, at, own, content_sha256(own), proven)


def collapsed(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """The same readings with repeats of one route's same content made one, in a canonical order."""
    same: defaultdict[tuple[Route, bytes], list[Heard]] = defaultdict(list)
    for reading in heard:
        same[reading.route, reading.content_sha256].append(reading)
    return tuple(_one(same[key]) for key in sorted(same, key=lambda key: (key[0].rank, key[1])))


def _one(repeats: Sequence[Heard]) -> Heard:
    first = repeats[0]
    if all(one == first for one in repeats):
        return first
    in_order = sorted(repeats, key=lambda one: (one.first_seen_at, one.last_seen_at, repr(one.item)))
    return replace(
        in_order[0],
        last_seen_at=max(one.last_seen_at for one in repeats),
        proven=any(one.proven for one in repeats),
        item=replace(
            in_order[0].item,
            ids=tuple(sorted({pair for one in repeats for pair in one.item.ids})),
            posted=_sharpest([one.item.posted for one in in_order]),
            edited=_sharpest([one.item.edited for one in in_order]),
            keep_until=max((one.item.keep_until for one in repeats if one.item.keep_until), default=None),
        ),
    )


def _sharpest(shown: Sequence[Moment | None]) -> Moment | None:
    """Of one content's dates, the first of the most exact: "2 hours ago" was sharper than "a year ago"."""
    return min((one for one in shown if one is not None), key=vagueness, default=None)


def vagueness(moment: Moment | None) -> int:
    """How vague a date is, 0 the most exact; one that names no moment is the vaguest."""
    return Precision.NONE.rank if moment is None or moment.at is None else moment.precision.rank
