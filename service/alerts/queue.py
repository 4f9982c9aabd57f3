"""Putting an alert on its way to channels; doing so twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.keys import host_of, key, stem
from service.alerts.reach import open_channels
from service.db import insert_new
from service.models import Alert, Delivery, DeliveryState


def enqueue(session: Session, alert: Alert, channels: Iterable[int], host: str, now: datetime) -> None:
    """One delivery of ``alert`` for each of ``channels``, due now; those there are left as they are."""
    rows = [
        {
            "alert_id": alert.id,
            "channel_id": channel,
            "message_id": key(stem(alert.id or 0, alert.created_at), channel, host),
            "next_try_at": now,
        }
        for channel in channels
    ]
    insert_new(session, Delivery, rows)


def turn_to_others(session: Session, alert: Alert, person: int, now: datetime) -> None:
    """Tell somebody else, as long as nobody was: ``person`` by another channel, else everybody."""
    tried = session.scalars(select(Delivery).where(col(Delivery.alert_id) == alert.id)).all()
    if not tried or any(delivery.state == DeliveryState.SENT.value for delivery in tried):
        return
    used = {delivery.channel_id for delivery in tried}
    left = [reach for reach in open_channels(session) if reach.channel not in used]
    own = [reach for reach in left if reach.person == person]
    enqueue(session, alert, [reach.channel for reach in own or left], host_of(tried[0].message_id), now)
