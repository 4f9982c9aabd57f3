"""Items in one line, and a store in memory that applies changes as the real one does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from service.domain import ALL, ChangeKind, Coverage, Item, Moment, Observation, Precision, Reply, Route
from service.watch.changes import Change, Changes, KnownFact, ListingState, RouteState
from service.watch.faces import mark
from service.watch.hearing import Heard, collapsed
from service.watch.identity import KnownReview
from service.watch.merge import merged
from service.watch.reconcile import reconcile, reconfirmed

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def on(day: float, precision: Precision = Precision.SECOND, shown: str = "") -> Moment:
    """A date ``day`` days after the start."""
    at = START + day * DAY
    if precision is Precision.DAY:
        at = at.replace(hour=0, minute=0)
    return Moment(shown or at.isoformat(), at, precision)


def words(name: str, **more: Any) -> Item:
    """A review whose id, author and words come from ``name``; pass ``ids=()`` for a site that gives none."""
    facts: dict[str, Any] = {
        "ids": (("town", name),),
        "rating": Decimal(4),
        "best": Decimal(5),
        "author": f"{name.title()} Example",
        "text": f"What {name} thought of the place, told at some length and with some care.",
        "posted": on(-40),
    }
    return Item(**facts | more)


def reply(text: str = "Thank you for telling us.", **more: Any) -> Reply:
    return Reply(text, **more)


def seen(
    *items: Item,
    at: datetime = START,
    route: Route = Route.PAGE,
    coverage: Coverage = ALL,
    **more: Any,
) -> Observation:
    """What a look read."""
    return Observation("town", route, at, coverage, items=items, **more)


@lru_cache(maxsize=1000)
def _merged_item(heard: tuple[Heard, ...]) -> Item:
    return merged(heard).item


@dataclass(slots=True)
class Stored:
    """A review's rows."""

    ids: set[tuple[str, str]]
    heard: dict[tuple[Route, bytes], Heard]
    past: bool
    mark: bytes | None
    missed_at: datetime | None = None
    removed_at: datetime | None = None
    removed_by: Route | None = None
    erased: bool = False

    def item(self) -> Item:
        return _merged_item(tuple(self.heard.values())) if self.heard else Item()

    def author(self) -> str | None:
        return next((one.item.author for one in self.heard.values()), None)


@dataclass(slots=True)
class Ledger:
    """One listing's rows, kept as ``store.apply`` keeps them; ``events`` are unique by subject and key."""

    watched_since: datetime = START - 90 * DAY
    reviews: dict[int, Stored] = field(default_factory=dict)
    routes: dict[Route, RouteState] = field(default_factory=dict)
    facts: dict[tuple[str, Route], KnownFact] = field(default_factory=dict)
    events: dict[tuple[int, str], Change] = field(default_factory=dict)
    read_at: dict[Route, datetime] = field(default_factory=dict)
    answers: dict[str, int | None] = field(default_factory=dict)

    def known(self) -> tuple[KnownReview, ...]:
        return tuple(
            KnownReview(
                number,
                frozenset(row.ids),
                row.item(),
                tuple(row.heard.values()),
                row.missed_at,
                row.removed_at,
                row.removed_by,
                erased=row.erased,
                mark=row.mark,
            )
            for number, row in self.reviews.items()
        )

    def state(self) -> ListingState:
        return ListingState(
            self.watched_since, dict(self.routes), tuple(self.facts.values()), dict(self.answers)
        )

    def changes_of(self, observation: Observation) -> Changes:
        """What a look would change, without keeping it."""
        return reconcile(self.known(), observation, self.state(), observation.observed_at)

    def look(self, *items: Item, at: datetime = START, **more: Any) -> Changes:
        """Look, and keep what came of it."""
        changes = self.changes_of(seen(*items, at=at, **more))
        self.keep(changes)
        return changes

    def unchanged(self, at: datetime, route: Route = Route.PAGE) -> Changes:
        """A look that found the page as it was."""
        changes = reconfirmed(self.known(), route, self.read_at[route], at)
        self.keep(changes)
        return changes

    def keep(self, changes: Changes) -> None:
        arrived = [self._arrive(arrival.heard, past=arrival.past) for arrival in changes.arrivals]
        for update in changes.updates:
            row = self.reviews[update.review]
            row.heard |= {(one.route, one.content_sha256): one for one in update.heard}
            row.ids |= set(update.merged.item.ids)
        for sighting in changes.sightings:
            self._see_again(self.reviews[sighting.review].heard, sighting.content_sha256, changes)
        for number in changes.cleared:
            self.reviews[number].missed_at = None
        for number in changes.missed:
            self.reviews[number].missed_at = changes.observed_at
        for change in changes.changes:
            self._carry_out(change, changes.route, arrived)
        self.facts |= {(fact.field, fact.route): fact for fact in changes.facts}
        if changes.state:
            self.routes[changes.route] = changes.state
            self.read_at[changes.route] = changes.observed_at

    def erase(self, number: int) -> None:
        """Empty a person's words; ids and mark stay."""
        self.reviews[number].heard = {}
        self.reviews[number].erased = True

    def told(self, kind: ChangeKind) -> list[Change]:
        return [change for change in self.events.values() if change.kind is kind]

    def kinds(self) -> list[ChangeKind]:
        """What happened so far, in order."""
        return [change.kind for change in self.events.values()]

    def _arrive(self, heard: tuple[Heard, ...], *, past: bool) -> int:
        ids = {pair for one in heard for pair in one.item.ids}
        there = [number for number, row in self.reviews.items() if row.ids & ids]
        number = there[0] if there else len(self.reviews) + 1
        if not there:
            rows = {(one.route, one.content_sha256): one for one in collapsed(heard)}
            self.reviews[number] = Stored(ids, rows, past, mark(merged(heard).item))
        return number

    @staticmethod
    def _see_again(heard: dict[tuple[Route, bytes], Heard], content: bytes, changes: Changes) -> None:
        old = heard[changes.route, content]
        last = max(old.last_seen_at, changes.observed_at)
        heard[changes.route, content] = replace(old, last_seen_at=last)

    def _carry_out(self, change: Change, route: Route, arrived: list[int]) -> None:
        number = change.review or (arrived[change.arrival] if change.arrival is not None else 0)
        self.events.setdefault((number, f"{change.kind}:{change.dedupe_key}"), change)
        if change.kind is ChangeKind.REMOVED:
            row = self.reviews[number]
            row.removed_at, row.removed_by, row.missed_at = change.at, route, None
        if change.kind is ChangeKind.RESTORED:
            row = self.reviews[number]
            row.removed_at, row.removed_by, row.missed_at = None, None, None
