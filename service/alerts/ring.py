"""From events to alerts: each open event is judged once, in a transaction of its own, and marked.

The alert, its deliveries and the mark are written together, so a process may die at any line and the job may
run twice: an event rings once or waits for the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.claim import Packing
from service.alerts.facts import Facts
from service.alerts.freeze import Subject, freeze, occasion_of, sealed, subject_of
from service.alerts.named import is_against, names
from service.alerts.offering import posting_hint
from service.alerts.queue import enqueue, gather
from service.alerts.reach import Reachable, open_channels
from service.alerts.recalled import carried
from service.alerts.rulebook import stored_rules
from service.alerts.rules import Occasion, Routing, names_its_kind, rings, route
from service.alerts.whose import told_first
from service.db import Database, insert_new
from service.domain import EventKind
from service.models import Alert, Event, Person
from service.people.scope import managers_of
from service.sentences import say

AT_ONCE = 100  # event ids read at a time
NAMED_ALONE = say("it may name everybody who can be told, so nothing of it is said here")
TOLD_THE_WORDS = say("an earlier alert carried the words")

Attempt = Callable[[str, Callable[[], object]], object]
"""A job boundary: does the work, and deals with its errors as it sees fit."""


def plainly(_name: str, work: Callable[[], object]) -> None:
    """No boundary: an error is the caller's."""
    work()


def ring(database: Database, packing: Packing, now: datetime, *, attempt: Attempt = plainly) -> int:
    """Ring for every open event, in order; answer how many alerts were written.

    ``attempt`` is put around each event by itself, so that one that cannot be told stops no other; it stays
    open, and is tried again at the next run.
    """
    rung: list[int] = []

    def ring_for(event_id: int) -> None:
        with database.transaction() as session:
            if (alert := ring_once(session, packing, event_id, now)) is not None:
                rung.append(alert)

    for event_id in _open_events(database):
        attempt(f"ringing for event {event_id}", partial(ring_for, event_id))
    return len(rung)


def ring_once(session: Session, packing: Packing, event_id: int, now: datetime) -> int | None:
    """Judge one event, write its alert if it rings, and mark it; answers the alert's id."""
    event = session.scalars(
        select(Event)
        .where(col(Event.id) == event_id, col(Event.alerts_done_at).is_(None))
        .with_for_update(skip_locked=True)
    ).first()
    if event is None:
        return None
    event.alerts_done_at = now
    if event.kind == EventKind.RECALLED.value:
        return _tell_of_recall(session, packing, event, now)
    about = subject_of(session, event)
    if not _is_news(about):
        return None
    return _tell(session, packing, about, now)


def _tell(session: Session, packing: Packing, about: Subject, now: datetime) -> int:
    occasion = occasion_of(about)
    barred = people_named(session, occasion)
    reachable = open_channels(session)
    others = [reach for reach in reachable if reach.person not in barred]
    usable = others or reachable  # where it names everybody who can be told, they hear that it waits, no more
    routing = _routed(session, about, occasion, usable)
    facts = freeze(session, about, now)
    if reachable and not others:
        facts, barred = sealed(facts), set()
        routing = replace(routing, why=NAMED_ALONE)
    facts = facts.model_copy(update={"told_because": routing.why, "not_for": tuple(sorted(barred))})
    alert = _store(session, about, facts, now)
    _send_on_its_way(session, alert, facts, routing, packing, now)
    return alert.id or 0


def _routed(session: Session, about: Subject, occasion: Occasion, usable: Sequence[Reachable]) -> Routing:
    rules = stored_rules(session)
    routing = route(occasion, rules, [reach.channel for reach in usable])
    if about.kind is not EventKind.REPORT_BACK or names_its_kind(occasion, rules):
        return routing
    holder = about.review.claimed_by if about.review else None
    managers = managers_of(session, about.branch)
    return told_first(routing, usable, holder, managers, is_held=bool(occasion.held_flags))


def people_named(session: Session, occasion: Occasion) -> set[int]:
    """The people who must not be told, because the review names them, and not for praise."""
    if not is_against(occasion):
        return set()
    people = session.execute(select(col(Person.id), col(Person.name)))
    return {number for number, name in people if number is not None and names(occasion, name)}


def _send_on_its_way(
    session: Session, alert: Alert, facts: Facts, routing: Routing, packing: Packing, now: datetime
) -> None:
    if (digest := routing.timing.gathered(facts.urgency)) is not None:
        gather(session, alert, routing.channels, digest, now)
        return
    at = routing.timing.leaves_at(facts.urgency, facts.place.tz if facts.place else "UTC", now)
    enqueue(session, alert, routing.channels, packing.key_host, at)


def _tell_of_recall(session: Session, packing: Packing, event: Event, now: datetime) -> int | None:
    """One alert for each review whose message carried the words, to those it went to; answers the last."""
    last = None
    for review_id, channels in carried(session, event, now):
        about = subject_of(session, event, review_id)
        if about.review is None or about.review.erased_at is not None:
            continue
        facts = freeze(session, about, now).model_copy(update={"told_because": TOLD_THE_WORDS})
        alert = _store(session, about, facts, now)
        enqueue(session, alert, channels, packing.key_host, now)
        last = alert.id
    return last


def _store(session: Session, about: Subject, facts: Facts, now: datetime) -> Alert:
    of_a_pack = about.kind is EventKind.RECALLED and about.review is not None
    key = (
        f"event:{about.event.id}:{about.review.id}"
        if of_a_pack and about.review
        else f"event:{about.event.id}"
    )
    row = {
        "dedupe_key": key,
        "event_id": about.event.id,
        "review_id": about.review.id if about.review else None,
        "listing_id": about.listing.id if about.listing else None,
        "kind": about.kind.value,
        "urgency": facts.urgency.value,
        "due_at": facts.due_at,
        "created_at": now,
        "body": facts.model_dump(mode="json"),
        "posting_hint": posting_hint(facts.offer) if facts.offer else None,
    }
    insert_new(session, Alert, [row])
    return session.scalars(select(Alert).where(col(Alert.dedupe_key) == key)).one()


def _is_news(about: Subject) -> bool:
    payload, review = about.event.payload, about.review
    if about.kind is EventKind.REPORT_BACK and not (about.case and about.case.is_owed):
        return False
    past = review.baseline if review else False
    if not rings(about.kind, changed=payload.get("fields") or (), past=past):
        return False
    if about.event.review_id is None:
        return True
    return review is not None and review.erased_at is None and review.removed_at is None


def _open_events(database: Database) -> Iterator[int]:
    """The ids of open events, in order; read page by page, so that those that stay open block none behind."""
    last = 0
    while True:
        with database.reading() as session:
            page = session.scalars(
                select(col(Event.id))
                .where(col(Event.alerts_done_at).is_(None), col(Event.id) > last)
                .order_by(col(Event.id))
                .limit(AT_ONCE)
            ).all()
        for event_id in page:
            if event_id is not None:
                last = event_id
                yield event_id
        if len(page) < AT_ONCE:
            return
