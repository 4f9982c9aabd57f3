"""Digests: what was gathered for a channel goes out at its hour, once, in place of the messages themselves.

A digest is an alert like any other: rung, queued and tried again in the same way. Its row, its alert, its
deliveries and the marks on what it gathered are written in one transaction, so that it goes out once,
whatever dies in between; after a long silence of ours there is one, not one for each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import Session, col

from service import audit
from service.alerts.claim import Packing
from service.alerts.facts import DigestFacts, Facts
from service.alerts.outline_digest import digest_subject
from service.alerts.queue import enqueue, never_told, told_instead
from service.alerts.reach import Reachable, open_channels
from service.alerts.ring import Attempt, plainly
from service.alerts.timing import When, last_due
from service.alerts.week import week_until
from service.db import Database, insert_new, one_at_a_time
from service.domain import EventKind, Urgency
from service.models import Alert, Channel, Digest, DigestItem, Event
from service.sentences import say

LOCK = "digests"
BECAUSE = {When.DAILY: say("your daily digest"), When.WEEKLY: say("your weekly digest")}


@dataclass(frozen=True, slots=True)
class Due:
    """One digest to be made: for which channel, and the moment it was due."""

    reach: Reachable
    when: When
    at: datetime


def send_digests(database: Database, packing: Packing, now: datetime, *, attempt: Attempt = plainly) -> int:
    """Make every digest that is due; answers how many."""
    made: list[int] = []

    def make_one(due: Due) -> None:
        with database.transaction() as session:
            if (alert := make(session, packing, due, now)) is not None:
                made.append(alert)

    attempt("handing on what waits for closed channels", lambda: _hand_on(database, packing, now))
    with database.reading() as session:
        every = list(_due(session, now))
    for due in every:
        attempt(f"the {due.when} digest of channel {due.reach.channel}", partial(make_one, due))
    return len(made)


def make(session: Session, packing: Packing, due: Due, now: datetime) -> int | None:
    """Write one digest and all that belongs to it; answers its alert, None where it was made before."""
    one_at_a_time(session, LOCK)
    if _is_made(session, due):
        return None
    items = session.execute(
        select(DigestItem, Alert)
        .join(Alert, col(Alert.id) == col(DigestItem.alert_id))
        .where(*_waiting(due), col(DigestItem.gathered_at) < due.at)
        .order_by(col(DigestItem.id))
    ).all()
    if not items and not _is_weekly(due):
        return None
    facts = _facts(session, due, [alert for _item, alert in items], now)
    alert = _rung(session, due, facts, now)
    digest = Digest(
        channel_id=due.reach.channel, every=due.when.value, period_start=due.at, alert_id=alert.id or 0
    )
    session.add(digest)
    session.flush()
    ids = [item.id for item, _alert in items]
    session.execute(update(DigestItem).where(col(DigestItem.id).in_(ids)).values(digest_id=digest.id))
    enqueue(session, alert, [due.reach.channel], packing.key_host, now)
    return alert.id


def _due(session: Session, now: datetime) -> Iterator[Due]:
    waiting: defaultdict[int, dict[When, datetime]] = defaultdict(dict)
    for channel, every, since in session.execute(
        select(col(DigestItem.channel_id), col(DigestItem.every), func.min(col(DigestItem.gathered_at)))
        .where(col(DigestItem.digest_id).is_(None))
        .group_by(col(DigestItem.channel_id), col(DigestItem.every))
    ):
        waiting[channel][When(every)] = since
    made = _newest(session)
    for reach in open_channels(session):
        for when in (When.DAILY, When.WEEKLY):
            due = Due(reach, when, last_due(when, reach.tz, now))
            oldest = waiting[reach.channel].get(when)
            is_made = made.get((reach.channel, when.value)) == due.at
            if (_is_weekly(due) or (oldest and oldest < due.at)) and not is_made:
                yield due


def _newest(session: Session) -> dict[tuple[int, str], datetime]:
    """When the newest digest of each channel and kind was due."""
    rows = session.execute(
        select(col(Digest.channel_id), col(Digest.every), func.max(col(Digest.period_start))).group_by(
            col(Digest.channel_id), col(Digest.every)
        )
    )
    return {(channel, every): at for channel, every, at in rows}


def _is_weekly(due: Due) -> bool:
    """Whether it goes out with nothing in it as well: somebody asked before to hear of each week."""
    since = due.reach.weekly_since
    return due.when is When.WEEKLY and since is not None and since < due.at


def _is_made(session: Session, due: Due) -> bool:
    same = select(col(Digest.id)).where(
        col(Digest.channel_id) == due.reach.channel,
        col(Digest.every) == due.when.value,
        col(Digest.period_start) == due.at,
    )
    return session.execute(same).first() is not None


def _waiting(due: Due) -> tuple[ColumnElement[bool], ...]:
    return (
        col(DigestItem.digest_id).is_(None),
        col(DigestItem.channel_id) == due.reach.channel,
        col(DigestItem.every) == due.when.value,
    )


def _facts(session: Session, due: Due, alerts: list[Alert], now: datetime) -> Facts:
    is_weekly = due.when is When.WEEKLY
    digest = DigestFacts(
        when=due.when.value,
        alerts=tuple(alert.id or 0 for alert in alerts),
        week=week_until(session, due.at, now) if is_weekly else None,
        head=str(audit.head(session)) if is_weekly else None,
    )
    barred = {person for alert in alerts for person in never_told(alert)}
    return Facts(
        kind=EventKind.DIGEST,
        at=due.at,
        urgency=min((Urgency(alert.urgency) for alert in alerts), key=_rank, default=Urgency.LOW),
        subject=digest_subject(digest),
        told_because=BECAUSE[due.when],
        not_for=tuple(sorted(barred)),
        digest=digest,
    )


def _rank(urgency: Urgency) -> int:
    return urgency.rank


def _rung(session: Session, due: Due, facts: Facts, now: datetime) -> Alert:
    subject, key = f"channel:{due.reach.channel}", f"{due.when}:{due.at.isoformat()}"
    event = {"kind": EventKind.DIGEST.value, "subject": subject, "dedupe_key": key, "at": due.at}
    done = {"alerts_done_at": now, "outcomes_done_at": now, "hooks_done_at": now}
    insert_new(session, Event, [event | done | {"payload": {}}])
    number = session.scalars(
        select(col(Event.id)).where(
            col(Event.kind) == event["kind"], col(Event.subject) == subject, col(Event.dedupe_key) == key
        )
    ).one()
    alert = Alert(
        dedupe_key=f"digest:{subject}:{key}",
        event_id=number or 0,
        kind=EventKind.DIGEST.value,
        urgency=facts.urgency.value,
        created_at=now,
        body=facts.model_dump(mode="json"),
    )
    session.add(alert)
    session.flush()
    return alert


def _hand_on(database: Database, packing: Packing, now: datetime) -> None:
    """What waits for a channel that was closed meanwhile is told to others at once."""
    with database.reading() as session:
        opened = [reach.channel for reach in open_channels(session)]
        stuck = col(DigestItem.digest_id).is_(None), col(DigestItem.channel_id).not_in(opened)
        if session.execute(select(col(DigestItem.id)).where(*stuck).limit(1)).first() is None or not opened:
            return
    with database.transaction() as session:
        for item in session.scalars(select(DigestItem).where(*stuck).with_for_update(skip_locked=True)).all():
            closed = session.get_one(Channel, item.channel_id)
            told_instead(session, session.get_one(Alert, item.alert_id), closed, packing.key_host, now)
            session.delete(item)
