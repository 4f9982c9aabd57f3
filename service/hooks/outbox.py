"""Deliveries on their way to machines: claimed by a lease, posted outside any transaction, recorded after.

A process may die at any line. Before the record is written the message may have been taken already, so the
next try repeats it under the same key: nothing is lost, and a repeat is recognisable. An address that says
it is gone, or that has taken nothing in three days, is paused, and the doctor says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from service.db import Database
from service.errors import WrongSecret
from service.hooks.body import compose
from service.hooks.sending import Letter, Verdict, post
from service.hooks.targets import way_to
from service.models import DeliveryState, Event, HookDelivery, HookTarget, Review
from service.net.backoff import next_try
from service.net.client import Client
from service.secrets import Vault
from service.sentences import say

LEASE = timedelta(minutes=2)  # longer than ``sending.PATIENCE`` and a slow disk together
MOST_TRIES = 40  # three days of trying come to fewer; more means that we die while sending

STOPPED = say("The address was paused before this was sent.")
ERASED = say("The review was erased.")
NEVER_ENDED = say("Sending was begun and never ended, again and again.")
ASKED_TO_STOP = say("It answered 410 (Gone), which asks to be told nothing more.")
TOOK_NOTHING = say("It has taken nothing for three days.")

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Courier:
    """What sending needs: the client behind the guard, the secret, and where the desk is."""

    client: Client
    vault: Vault
    desk: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours until ``lease``: a letter to send, or why it cannot be; neither if withheld."""

    delivery: int
    target: int
    lease: datetime
    contents: Letter | Verdict | None


def deliver(database: Database, courier: Courier, clock: Clock, *, limit: int = 50) -> int:
    """Send what is due, at most ``limit`` messages; answers how many were taken.

    An address that just failed waits for the next round, so that one that hangs stops no other.
    """
    with database.reading() as session:
        if session.scalars(select(col(HookDelivery.id)).where(*_due(clock())).limit(1)).first() is None:
            return 0
    sent, tired = 0, set[int]()
    for _ in range(limit):
        with database.transaction() as session:
            claimed = claim(session, courier, tired, clock())
        if claimed is None:
            break
        if claimed.contents is None:
            continue
        verdict = claimed.contents
        if isinstance(verdict, Letter):
            verdict = post(courier.client, verdict, clock())
        with database.transaction() as session:
            record(session, claimed, verdict, clock())
        sent += verdict.taken
        if not verdict.taken:
            tired.add(claimed.target)
    return sent


def claim(session: Session, courier: Courier, tired: Collection[int], now: datetime) -> Claimed | None:
    """The next due delivery to an address that is not in ``tired``; None where nothing is due."""
    delivery = session.scalars(
        select(HookDelivery)
        .where(*_due(now), col(HookDelivery.target_id).not_in(tired))
        .order_by(col(HookDelivery.next_try_at), col(HookDelivery.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if delivery is None:
        return None
    delivery.tries += 1
    delivery.lease_until = lease = now + LEASE
    contents = _contents(session, courier, delivery, now)
    return Claimed(delivery.id or 0, delivery.target_id, lease, contents)


def record(session: Session, claimed: Claimed, verdict: Verdict, now: datetime) -> None:
    """Write down what came of it, unless the lease ran out and another took the delivery over."""
    target = session.get(HookTarget, claimed.target, with_for_update=True)
    delivery = session.scalars(
        select(HookDelivery)
        .where(
            col(HookDelivery.id) == claimed.delivery,
            col(HookDelivery.state) == DeliveryState.QUEUED.value,
            col(HookDelivery.lease_until) == claimed.lease,
        )
        .with_for_update()
    ).first()
    if target is None or delivery is None:
        return
    delivery.lease_until = None
    if verdict.taken:
        delivery.state, delivery.sent_at, delivery.last_error = DeliveryState.SENT.value, now, None
        target.last_ok_at, target.failures, target.last_error = now, 0, None
        return
    target.failures, target.last_error = target.failures + 1, verdict.said
    _record_failure(delivery, verdict, now)
    if delivery.state == DeliveryState.FAILED.value:
        _pause_where_hopeless(target, delivery, verdict, now)


def _record_failure(delivery: HookDelivery, verdict: Verdict, now: datetime) -> None:
    delivery.last_error = verdict.said
    at = None
    if not verdict.gives_up:
        at = next_try(delivery.tries, delivery.queued_at, now, delivery.message_id)
    if at is None:
        delivery.state, delivery.permanent = DeliveryState.FAILED.value, verdict.gives_up
        return
    delivery.next_try_at = max(at, verdict.not_before or at)


def _pause_where_hopeless(
    target: HookTarget, delivery: HookDelivery, verdict: Verdict, now: datetime
) -> None:
    silent = target.last_ok_at is None or target.last_ok_at < delivery.queued_at
    if target.paused_at is not None or not (verdict.gone or (silent and not verdict.gives_up)):
        return
    target.paused_at, target.paused_why = now, ASKED_TO_STOP if verdict.gone else TOOK_NOTHING


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(HookDelivery.state) == DeliveryState.QUEUED.value,
        col(HookDelivery.next_try_at) <= now,
        or_(col(HookDelivery.lease_until).is_(None), col(HookDelivery.lease_until) <= now),
    )


def _contents(
    session: Session, courier: Courier, delivery: HookDelivery, now: datetime
) -> Letter | Verdict | None:
    target, event = (
        session.get_one(HookTarget, delivery.target_id),
        session.get_one(Event, delivery.event_id),
    )
    if why := _withheld(session, target, event):
        delivery.state, delivery.lease_until = DeliveryState.WITHHELD.value, None
        delivery.last_error = why
        return None
    if delivery.tries > MOST_TRIES:
        return Verdict(taken=False, said=NEVER_ENDED, gives_up=True)
    try:
        way = way_to(courier.vault, target, now)
    except WrongSecret as error:
        return Verdict(taken=False, said=str(error))
    body = compose(session, event, courier.desk, with_words=target.with_words)
    return Letter(way, delivery.message_id, body)


def _withheld(session: Session, target: HookTarget, event: Event) -> str | None:
    if target.paused_at is not None:
        return STOPPED
    review = session.get(Review, event.review_id) if event.review_id else None
    return ERASED if review is not None and review.erased_at is not None else None
