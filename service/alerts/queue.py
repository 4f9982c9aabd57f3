"""Putting an alert on its way to channels; doing so twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.keys import Errand, host_of, key, stem
from service.alerts.reach import open_channels
from service.alerts.timing import When
from service.db import insert_new
from service.models import Alert, Channel, Delivery, DeliveryState, DigestItem


def enqueue(
    session: Session,
    alert: Alert,
    channels: Iterable[int],
    host: str,
    at: datetime,
    errand: Errand = Errand.ALERT,
) -> None:
    """One delivery of ``alert`` for each of ``channels``, due ``at``; those there are left as they are."""
    rows = [
        {
            "alert_id": alert.id,
            "channel_id": channel,
            "purpose": errand.value,
            "message_id": key(stem(alert.id or 0, alert.created_at), channel, host, errand),
            "next_try_at": at,
        }
        for channel in channels
    ]
    insert_new(session, Delivery, rows)


def gather(session: Session, alert: Alert, channels: Iterable[int], when: When, now: datetime) -> None:
    """Keep ``alert`` for the next digest of each of ``channels``, instead of sending it."""
    rows = [
        {"alert_id": alert.id, "channel_id": channel, "every": when.value, "gathered_at": now}
        for channel in channels
    ]
    insert_new(session, DigestItem, rows)


def told_instead(session: Session, alert: Alert, closed: Channel, host: str, now: datetime) -> None:
    """Send now what was kept for the digest of a channel that is open no more: else nobody would be told."""
    left = [reach for reach in open_channels(session) if reach.person not in never_told(alert)]
    own = [reach for reach in left if reach.person == closed.person_id]
    enqueue(session, alert, [reach.channel for reach in own or left], host, now)


def never_told(alert: Alert) -> frozenset[int]:
    """The people whom the alert must not reach, because what it tells of names them."""
    return frozenset(alert.body.get("not_for") or ())


def turn_to_others(session: Session, alert: Alert, failed: Channel, now: datetime, *, for_good: bool) -> None:
    """Tell somebody else, as long as nobody was: the same person by another channel, else everybody.

    Where it is not ``for_good`` and nothing of ``failed``'s kind has got through since the alert was rung,
    all channels of that kind are down together (the mail server is): then only other kinds are turned to.
    """
    tried = session.scalars(select(Delivery).where(col(Delivery.alert_id) == alert.id)).all()
    if not tried or any(delivery.state == DeliveryState.SENT.value for delivery in tried):
        return
    used = {delivery.channel_id for delivery in tried}
    barred = never_told(alert)
    left = [
        reach for reach in open_channels(session) if reach.channel not in used and reach.person not in barred
    ]
    if not for_good and not _got_through(session, failed.kind, alert.created_at):
        left = [reach for reach in left if reach.kind != failed.kind]
    own = [reach for reach in left if reach.person == failed.person_id]
    enqueue(session, alert, [reach.channel for reach in own or left], host_of(tried[0].message_id), now)


def _got_through(session: Session, kind: str, since: datetime) -> bool:
    sent = (
        select(col(Delivery.id))
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(col(Channel.kind) == kind, col(Delivery.sent_at) >= since)
        .limit(1)
    )
    return session.scalars(sent).first() is not None
