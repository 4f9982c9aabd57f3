"""From events to deliveries: each open event is looked at once, in a transaction of its own, and marked.

What nobody asked for is marked many at a time. What happened before an address was added, or while it was
paused, is not told to it; nor is a listing's past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from service.db import Database, insert_new
from service.hooks.kinds import HookKind, kind_of
from service.models import DeliveryState, Event, HookDelivery, HookTarget, Review

AT_ONCE = 100  # events read at a time
KEPT = timedelta(days=90)  # as long as looks

Attempt = Callable[[str, Callable[[], object]], object]
"""A job boundary: does the work, and deals with its errors as it sees fit."""


def plainly(_name: str, work: Callable[[], object]) -> None:
    """No boundary: an error is the caller's."""
    work()


def queue(database: Database, now: datetime, *, attempt: Attempt = plainly) -> int:
    """Work off every open event, in order; answers how many deliveries were queued."""
    queued: list[int] = []

    def queue_one(event_id: int) -> None:
        with database.transaction() as session:
            queued.append(queue_once(session, event_id, now))

    for asked_for, ids in _open_events(database):
        if not asked_for:
            with database.transaction() as session:
                session.execute(_done(ids, now))
            continue
        for event_id in ids:
            attempt(f"queueing event {event_id} for others", partial(queue_one, event_id))
    return sum(queued)


def queue_once(session: Session, event_id: int, now: datetime) -> int:
    """Queue one event for whoever asked for it, and mark it; answers how many deliveries that were."""
    event = session.scalars(
        select(Event)
        .where(col(Event.id) == event_id, col(Event.hooks_done_at).is_(None))
        .with_for_update(skip_locked=True)
    ).first()
    if event is None:
        return 0
    event.hooks_done_at = now
    kind = kind_of(event.kind, event.payload)
    if kind is None or not _is_news(session, event, kind):
        return 0
    targets = [one for one in _open_targets(session) if kind in one.kinds and one.added_at <= event.at]
    rows = [
        {
            "event_id": event.id,
            "target_id": target.id,
            "message_id": key_of(event, target),
            "queued_at": now,
            "next_try_at": now,
        }
        for target in targets
    ]
    insert_new(session, HookDelivery, rows)
    return len(rows)


def key_of(event: Event, target: HookTarget) -> str:
    """The key a delivery keeps for life; with the moment, because a new database numbers from 1 again."""
    return f"msg_{event.id}_{int(event.at.timestamp()):x}_{target.url_hash.hex()[:12]}"


def send_again(session: Session, target_id: int, number: int, now: datetime) -> bool:
    """Put a delivery that is over on its way once more, under its old key; answers whether it was."""
    over = (col(HookDelivery.target_id) == target_id, col(HookDelivery.state) != DeliveryState.QUEUED.value)
    changed = session.execute(
        update(HookDelivery)
        .where(col(HookDelivery.id) == number, *over)
        .values(state=DeliveryState.QUEUED.value, queued_at=now, next_try_at=now, tries=0, permanent=False)
        .returning(col(HookDelivery.id))
    )
    return changed.first() is not None


def forget(session: Session, now: datetime) -> None:
    """Let go of what was told long ago, and of old secrets that sign no more."""
    over = (col(HookDelivery.state) != DeliveryState.QUEUED.value, col(HookDelivery.queued_at) < now - KEPT)
    session.execute(delete(HookDelivery).where(*over))
    unused = update(HookTarget).where(col(HookTarget.old_secret_until) <= now)
    session.execute(unused.values(old_secret_enc=None, old_secret_until=None))


def _is_news(session: Session, event: Event, kind: HookKind) -> bool:
    if event.review_id is None:
        return True
    review = session.get(Review, event.review_id)
    if review is None or review.erased_at is not None:
        return False
    return kind is not HookKind.NEW or not review.baseline


def _open_targets(session: Session) -> Sequence[HookTarget]:
    open_ones = select(HookTarget).where(col(HookTarget.paused_at).is_(None)).order_by(col(HookTarget.id))
    return session.scalars(open_ones).all()


def _open_events(database: Database) -> Iterator[tuple[bool, list[int]]]:
    """Open events page by page: those that somebody asked for, and those that nobody did."""
    last = 0
    while True:
        with database.reading() as session:
            asked_for = {kind for target in _open_targets(session) for kind in target.kinds}
            page = session.execute(
                select(col(Event.id), col(Event.kind), col(Event.payload))
                .where(col(Event.hooks_done_at).is_(None), col(Event.id) > last)
                .order_by(col(Event.id))
                .limit(AT_ONCE)
            ).all()
        for wanted in (True, False):
            if ids := [number for number, *what in page if (kind_of(*what) in asked_for) is wanted]:
                yield wanted, ids
        if len(page) < AT_ONCE:
            return
        last = page[-1][0]


def _done(ids: Sequence[int], now: datetime) -> Any:
    these = update(Event).where(col(Event.id).in_(ids), col(Event.hooks_done_at).is_(None))
    return these.values(hooks_done_at=now).execution_options(synchronize_session=False)
