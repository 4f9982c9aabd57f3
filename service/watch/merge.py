"""What is true of a review now, from everything that was ever heard of it (CONTRACTS §8.4.2-3). Pure.

The answer is a function of the *set* of readings: their order of arrival, and repeats, cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain import Item, Precision, Route


@dataclass(frozen=True, slots=True)
class Heard:
    """One reading of a review by one route, first and last told so at these moments (aware UTC).

    Made by ``hear``. One row each: (review, route, content_sha256) is its natural key.
    """

    route: Route
    first_seen_at: datetime
    last_seen_at: datetime
    item: Item
    content_sha256: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """Who told a field: stored as ``provenance {field: [route, observed_at, precision]}``."""

    route: Route
    observed_at: datetime
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What the customer said for a while; ``readings`` are the content hashes that told it, best first."""

    item: Item
    first_seen_at: datetime
    last_seen_at: datetime
    readings: tuple[tuple[Route, bytes], ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A review as it stands.

    ``versions`` are in the order they were first heard and ``current`` is the one that stands now.
    ``reply_vanished_at`` is when a route that had shown the owner's reply first showed the review without it.
    ``asks_for_a_look``: a mail, feed or file told something newer than any look has seen.
    """

    item: Item
    provenance: Mapping[str, Told]
    versions: tuple[Version, ...]
    current: int
    reply_vanished_at: datetime | None
    asks_for_a_look: bool


def hear(route: Route, at: datetime, item: Item) -> Heard:
    """A reading of ``item`` by ``route`` at ``at``: its own words, and the hash of what it says."""
    raise NotImplementedError


def collapsed(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """The same readings with repeats of one route's same content made one, in a canonical order."""
    raise NotImplementedError


def merged(heard: Iterable[Heard]) -> Merged:
    """The review as these readings prove it. At least one reading is needed (``ValueError``)."""
    raise NotImplementedError
