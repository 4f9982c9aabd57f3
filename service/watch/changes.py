"""What reconciling answers: the shapes between the pure heart and the store. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from service.domain import ChangeKind, Item, Route
from service.watch.hearing import Heard
from service.watch.merge import Merged

EVER = datetime.min.replace(tzinfo=UTC)
"""Back to the very first review."""


@dataclass(frozen=True, slots=True)
class RouteState:
    """What one route has done for one listing so far (a ``listing_source`` row).

    ``began_at``: when it was first heard; what was posted before is the past. ``back_to``: everything posted
    since then has been seen by it at least once, None where it never saw an unbroken stretch, and
    ``EVER`` where it saw all. ``site_total``: the site's own count at the last look.
    """

    began_at: datetime
    back_to: datetime | None = None
    site_total: int | None = None


@dataclass(frozen=True, slots=True)
class KnownFact:
    """One ``listing_fact`` row: ``drift_since`` is when it was first seen to differ, None while it agrees."""

    field: str  # "name", "address" or "phone"
    route: Route
    value: str
    seen_at: datetime
    drift_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListingState:
    """What reconciling must know of a listing besides its reviews.

    ``watched_since`` is when the listing was added: the start for mails and files, whose route has no first
    hearing of its own. ``answers`` are what persons said, by the question's key: the review that was read,
    None where it is one of its own.
    """

    watched_since: datetime
    routes: Mapping[Route, RouteState] = field(default_factory=dict)
    facts: tuple[KnownFact, ...] = ()
    answers: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A review never heard before; a ``past`` one was there before we listened: no bell, nothing due."""

    heard: tuple[Heard, ...]
    merged: Merged
    mark: bytes | None
    past: bool


@dataclass(frozen=True, slots=True)
class Update:
    """A known review read anew: upsert the ``heard`` rows, set the current fields from ``merged``.

    ``heard`` are whole rows, repeats of a stored one already made one with it. Not every update is an event:
    a better route may only have told a field better. ``judge_again`` says that what triage reads is not what
    it was, edited or not: a mail's cut text may have hidden the worst of it.
    """

    review: int
    heard: tuple[Heard, ...]
    merged: Merged
    judge_again: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    """A known review that says what it said: that row's ``last_seen_at`` becomes ``observed_at``."""

    review: int
    content_sha256: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One event. Its subject is a known review's id, or an index into ``Changes.arrivals``, or the listing.

    ``dedupe_key`` is the same however often the same change is found; ``fields`` say what differs.
    """

    kind: ChangeKind
    at: datetime
    dedupe_key: str
    review: int | None = None
    arrival: int | None = None
    before: Item | None = None
    after: Item | None = None
    fields: tuple[str, ...] = ()
    fact: KnownFact | None = None
    fact_before: KnownFact | None = None


class QuestionKind(StrEnum):
    """What a person is asked."""

    TWINS = "twins"  # which of these reviews is it, or is it another?
    DOUBLED = "doubled"  # are these reviews one?


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can tell. ``past``: read as the listing's past, so it is no news either way."""

    kind: QuestionKind
    dedupe_key: str
    heard: Heard
    candidates: tuple[int, ...]
    why: str
    past: bool = False


class AlarmKind(StrEnum):
    """Ways a look can be wrong about the world: about us, never news about customers."""

    NOTHING_SHOWN = "nothing_shown"
    TOTAL_FELL = "total_fell"
    MASS_DISAPPEARANCE = "mass_disappearance"
    MASS_EDIT = "mass_edit"
    MASS_REPLY_LOSS = "mass_reply_loss"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A look that is not believed; ``evidence`` are short phrases with counts, never page text."""

    kind: AlarmKind
    evidence: tuple[str, ...]
    dedupe_key: str


@dataclass(frozen=True, slots=True)
class BaselineSummary:
    """The one message about a listing's past: indices into ``Changes.arrivals``."""

    total: int
    unanswered: tuple[int, ...]  # posted in the last 30 days and without an owner's reply


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything a look came to; applying it twice is harmless.

    ``cleared`` reviews lose their ``missed_at``, ``missed`` ones get it (``observed_at``). Removed and
    restored ones are among ``changes``: they set or clear ``removed_at`` and ``removed_by`` (``route``), and
    clear ``missed_at``. A reply that stands is in ``merged``, whether or not it made an event. ``facts`` are
    upserted. ``state`` is what the route's row becomes, None where nothing was learnt. ``erased`` are reviews
    whose words came again: they are not kept, and whatever brought them must not keep them either.
    """

    route: Route
    observed_at: datetime
    arrivals: tuple[Arrival, ...] = ()
    updates: tuple[Update, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    cleared: tuple[int, ...] = ()
    missed: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    questions: tuple[Question, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    facts: tuple[KnownFact, ...] = ()
    state: RouteState | None = None
    summary: BaselineSummary | None = None
    asks_for_a_look: bool = False
    erased: tuple[int, ...] = ()
