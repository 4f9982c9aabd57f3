"""What nobody has taken in time is told once more: to the next ones a rule names, or to everybody.

Each alert is told so once, on an errand of its own, so that no delivery is doubled and the job may run
twice. What went into a digest is left to it: whoever chose that has said that it may wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, exists, or_, select
from sqlmodel import Session, col

from service.alerts.claim import Packing
from service.alerts.facts import Facts
from service.alerts.freeze import occasion_of, subject_of
from service.alerts.keys import Errand
from service.alerts.queue import enqueue, never_told
from service.alerts.reach import open_channels
from service.alerts.ring import Attempt, plainly
from service.alerts.rulebook import stored_rules
from service.alerts.rules import route_on
from service.db import Database
from service.domain import EventKind, ReviewState, Urgency
from service.models import Alert, Delivery, Event, Installation, Review

STILL_NEWS = timedelta(days=3)  # what was due longer ago, while we slept, is shown at the desk alone
_UNTOUCHED = (ReviewState.NEW.value, ReviewState.SEEN.value)
_RUNG = (EventKind.NEW.value, EventKind.EDITED.value)


def tell_again(database: Database, packing: Packing, now: datetime, *, attempt: Attempt = plainly) -> int:
    """Tell once more of every review that nobody has taken in time; answers of how many."""
    told: list[int] = []

    def tell_one(alert_id: int) -> None:
        with database.transaction() as session:
            if tell_once(session, packing, alert_id, now):
                told.append(alert_id)

    with database.reading() as session:
        waiting = unclaimed(session, now)
    for alert_id in waiting:
        attempt(f"telling again of alert {alert_id}", partial(tell_one, alert_id))
    return len(told)


def unclaimed(session: Session, now: datetime) -> Sequence[int]:
    """The newest alert of each review that is due to be taken, was sent, and was not told of again."""
    sent = exists().where(col(Delivery.alert_id) == col(Alert.id))
    again = sent.where(col(Delivery.purpose) == Errand.UNCLAIMED.value)
    installation = session.get(Installation, 1)
    restored = installation.restored_at if installation else None
    since = [col(Review.due_claim_at) > restored] if restored else []  # before, it was told elsewhere
    rows = session.execute(
        select(col(Alert.review_id), col(Alert.id))
        .join(Review, col(Review.id) == col(Alert.review_id))
        .where(*_is_due(now), *since, col(Alert.kind).in_(_RUNG), sent, ~again)
        .order_by(col(Alert.id))
    )
    return list({row.review_id: row.id for row in rows}.values())


def tell_once(session: Session, packing: Packing, alert_id: int, now: datetime) -> bool:
    """Queue the alert once more, where its review still waits for somebody; answers whether it was."""
    alert = session.get_one(Alert, alert_id)
    review = session.execute(
        select(Review).where(col(Review.id) == alert.review_id, *_is_due(now)).with_for_update()
    ).scalar_one_or_none()
    if review is None:
        return False
    told = set(session.scalars(select(col(Delivery.channel_id)).where(col(Delivery.alert_id) == alert_id)))
    barred = never_told(alert)
    usable = [reach.channel for reach in open_channels(session) if reach.person not in barred]
    occasion = occasion_of(subject_of(session, session.get_one(Event, alert.event_id)))
    routing = route_on(occasion, stored_rules(session), usable, told)
    facts = Facts.model_validate(alert.body)
    tz = facts.place.tz if facts.place else "UTC"
    at = routing.timing.leaves_at(Urgency(alert.urgency), tz, now)
    enqueue(session, alert, routing.channels, packing.key_host, at, Errand.UNCLAIMED)
    return bool(routing.channels)


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Review.due_claim_at) <= now,
        col(Review.due_claim_at) > now - STILL_NEWS,
        col(Review.state).in_(_UNTOUCHED),
        col(Review.claimed_as).is_(None),
        col(Review.baseline).is_(False),
        col(Review.reply_text).is_(None),
        col(Review.removed_at).is_(None),
        col(Review.erased_at).is_(None),
        or_(col(Review.snoozed_until).is_(None), col(Review.snoozed_until) <= now),
    )
