"""What a look leaves behind besides reviews: its row, the route's health, the rate, the next look's time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import insert_new
from service.domain import EventKind, Health, Look, Outcome, Route
from service.models import Event, Listing, ListingSource, LookRow
from service.sentences import say
from service.sites.base import Politeness
from service.watch import due, health
from service.watch.changes import EVER, Changes
from service.watch.claims import hint_at
from service.watch.due import Rate
from service.watch.health import HealthState
from service.watch.store import listing_event

PACE_LASTS = timedelta(minutes=10)


class Planner:
    """When to look next: within each site's budget, spread by how often reviews come.

    ``politeness_of`` answers a site's by name, ``chance`` draws from [0, 1). The pace of a site is solved
    over all its listings, so it is kept for ten minutes. Safe to share between threads.
    """

    def __init__(self, politeness_of: Callable[[str], Politeness], chance: Callable[[], float]) -> None:
        self._politeness_of = politeness_of
        self._chance = chance
        self._paces: dict[str, tuple[datetime, float]] = {}
        self._lock = Lock()

    def next_look_at(
        self, session: Session, listing: Listing, look: Look | None, failures: int, now: datetime
    ) -> datetime:
        """When ``listing`` is due again after ``look`` (None: we failed ourselves)."""
        politeness = self._politeness_of(listing.site)
        wait = due.usual_wait(_rate(listing).per_day, self._pace(session, listing, now), politeness.gap)
        return due.next_look_at(
            now,
            wait,
            politeness.gap,
            self._chance(),
            outcome=look.outcome if look else None,
            failures=failures,
            retry_after=look.retry_after if look else None,
        )

    def hint(self, listing: Listing, now: datetime) -> None:
        """Bring the next look at ``listing`` forward, as far as its site's politeness allows."""
        if listing.next_look_at is not None:  # else it is heard by mails alone
            hint_at(listing, self._politeness_of(listing.site).gap, now)

    def _pace(self, session: Session, listing: Listing, now: datetime) -> float:
        with self._lock:
            solved = self._paces.get(listing.site)
        if solved and now - solved[0] < PACE_LASTS:
            return solved[1]
        politeness = self._politeness_of(listing.site)
        rates = session.execute(
            select(col(Listing.rate_a), col(Listing.rate_b)).where(
                col(Listing.site) == listing.site, col(Listing.active)
            )
        )
        pace = due.pace([a / b for a, b in rates], politeness.gap, politeness.budget)
        with self._lock:
            self._paces[listing.site] = (now, pace)
        return pace


def source_of(session: Session, listing: Listing, route: Route) -> ListingSource:
    """The row of one route of ``listing``, made where there is none yet."""
    if listing.id is None:
        raise ValueError("a listing is stored before it is heard")
    there = select(ListingSource).where(
        col(ListingSource.listing_id) == listing.id, col(ListingSource.route) == route.value
    )
    known: ListingSource | None = session.execute(there).scalar_one_or_none()
    if known is not None:
        return known
    insert_new(session, ListingSource, [{"listing_id": listing.id, "route": route.value}])
    made: ListingSource = session.execute(there).scalar_one()
    return made


def record_look(
    session: Session,
    listing: Listing,
    source: ListingSource,
    look: Look | None,
    changes: Changes | None,
    planner: Planner,
    began: datetime,
    now: datetime,
) -> None:
    """Write the look's own row, and what it says of the route, the listing and the time of the next look.

    ``look`` is None where we failed ourselves: that is our error, not the site's, and leaves no look row.
    What came of itself is no look of ours: a claim, the plan and what the page was like stay as they are, and
    at most it hints that there is something to look at.
    """
    if look is not None:
        session.add(_look_row(listing, source, look, began, now))
        _remember_counts(listing, look)
    if changes is not None:
        _remember_hearing(source, changes)
        _learn_rate(listing, source, changes, now)
    state = _health_after(listing, source, look, now)
    if health.worth_telling(state):
        insert_new(session, Event, [_health_event(listing, source, state, look, now)])
        state = health.told(state)
    _remember_health(source, state, look, now)
    if Route(source.route).is_our_look:
        _plan(session, listing, source, look, planner, began, now)
    elif changes is not None and changes.asks_for_a_look:
        planner.hint(listing, now)


def _plan(
    session: Session,
    listing: Listing,
    source: ListingSource,
    look: Look | None,
    planner: Planner,
    began: datetime,
    now: datetime,
) -> None:
    """Give the claim back and say when to look next; a hint that came meanwhile still counts."""
    hinted = listing.hinted_at is not None and listing.hinted_at > began
    _remember_page(listing, look)
    listing.last_look_at = now
    listing.look_lease_until = None
    listing.hinted_at = None
    listing.not_before = look.retry_after if look else None
    listing.next_look_at = planner.next_look_at(session, listing, look, source.failures, now)
    if hinted:
        planner.hint(listing, now)


def _rate(listing: Listing) -> Rate:
    return Rate(listing.rate_a, listing.rate_b)


def _look_row(listing: Listing, source: ListingSource, look: Look, began: datetime, now: datetime) -> LookRow:
    seen = look.observation
    return LookRow(
        listing_id=source.listing_id,
        route=source.route,
        started_at=began,
        seconds=max(0.0, (now - began).total_seconds()),
        outcome=look.outcome.value,
        evidence=list(look.evidence),
        coverage=str(seen.coverage) if seen else None,
        n=len(seen.items) if seen else 0,
        site_total=seen.site_total if seen else None,
    )


def _remember_page(listing: Listing, look: Look | None) -> None:
    if look and (look.observation is not None or look.outcome is Outcome.UNCHANGED):
        listing.etag, listing.last_modified = look.cache.etag, look.cache.last_modified
        listing.body_sha256, listing.records_sha256 = look.cache.body_sha256, look.cache.records_sha256


def _remember_counts(listing: Listing, look: Look) -> None:
    seen = look.observation
    if seen is not None and seen.route.sees_the_present:
        listing.site_total = seen.site_total if seen.site_total is not None else listing.site_total
        listing.rating = float(seen.rating) if seen.rating is not None else listing.rating
        listing.best = float(seen.best) if seen.best is not None else listing.best


def _remember_hearing(source: ListingSource, changes: Changes) -> None:
    if changes.state is not None:
        source.began_at = changes.state.began_at
        source.back_to = changes.state.back_to
        source.site_total = changes.state.site_total
        source.read_at = changes.observed_at


def _learn_rate(listing: Listing, source: ListingSource, changes: Changes, now: datetime) -> None:
    """What was told first counts once: the look that follows finds it known."""
    posted = [a.merged.item.posted.at for a in changes.arrivals if a.merged.item.posted]
    moments = [moment for moment in posted if moment is not None]
    if moments:
        listing.last_new_at = max([*moments, *([listing.last_new_at] if listing.last_new_at else [])])
    if listing.rate_at is None and not Route(source.route).is_our_look:
        return  # the first look has the past to learn from
    if listing.rate_at is None:
        rate = _first_rate(moments, changes, now)
    else:
        fresh = sum(not arrival.past for arrival in changes.arrivals)
        rate = due.rate_after(_rate(listing), fresh, now - listing.rate_at)
    listing.rate_a, listing.rate_b, listing.rate_at = rate.a, rate.b, now


def _first_rate(moments: Sequence[datetime], changes: Changes, now: datetime) -> Rate:
    """From the listing's past, as far back as the first hearing is unbroken."""
    back_to = changes.state.back_to if changes.state else None
    if not moments or back_to is None:
        return due.rate_from_past((), now, now)
    since = min(moments) if back_to == EVER else back_to
    return due.rate_from_past(moments, since, now)


def _health_after(listing: Listing, source: ListingSource, look: Look | None, now: datetime) -> HealthState:
    before = HealthState(
        Health(source.health),
        source.health_since,
        source.last_ok_at,
        Outcome(source.last_outcome) if source.last_outcome else None,
        source.failures,
        Health(source.told) if source.told else None,
    )
    heard = (listing.last_new_at, source.began_at, listing.added_at)
    since = max(moment for moment in heard if moment)  # what was quiet before we listened is the past
    absorbed = (listing.rate_at or since) - since  # an unchanged look teaches the rate nothing
    looked = Route(source.route).is_our_look  # whoever speaks to us of itself is not silent
    silent = looked and health.is_silent(_rate(listing), now - since, absorbed)
    return health.after(before, look.outcome if look else None, now, silent=silent)


def _health_event(
    listing: Listing, source: ListingSource, state: HealthState, look: Look | None, now: datetime
) -> dict[str, Any]:
    since = state.since or now
    if state.health is Health.NO_NEWS:
        quiet = (now - (listing.last_new_at or listing.added_at)).days
        payload: dict[str, Any] = {"days": quiet, "usual_days": round(1 / _rate(listing).per_day, 1)}
        return listing_event(listing, EventKind.SILENCE, since.isoformat(), payload, now)
    payload = {
        "route": source.route,
        "health": state.health.value,
        "outcome": look.outcome.value if look else None,
        "evidence": list(look.evidence) if look else [],
        "was": source.health,
    }
    key = f"{source.route}:{state.health.value}:{since.isoformat()}"
    return listing_event(listing, EventKind.HEALTH, key, payload, now)


def _remember_health(source: ListingSource, state: HealthState, look: Look | None, now: datetime) -> None:
    source.health = state.health.value
    source.health_since = state.since
    source.last_ok_at = state.last_ok_at
    source.last_outcome = state.last_outcome.value if state.last_outcome else None
    source.failures = state.failures
    source.told = state.told.value if state.told else None
    source.last_look_at = now
    source.evidence = list(look.evidence) if look else [say("an error of ours; see the log")]
