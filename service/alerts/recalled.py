"""Telling everybody whose alert carried words that were recalled since (promise 5).

One alert for each review whose message carried them, in the same thread, to those it was delivered to; a
message that still waits is not sent with them in any case (``claim``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.recalls import Withdrawn
from service.models import Alert, Delivery, DeliveryState, Event

CARRIED_FOR = timedelta(days=14)
"""How long a message may lie unread and still be acted on (CONTRACTS §8.6)."""


def carried(session: Session, event: Event, now: datetime) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each review whose alert carried the recalled words lately, and the channels that it went to."""
    pack, recall = event.payload["pack"], Withdrawn(event.payload["item"], event.payload["up_to_serial"])
    alerts = session.execute(
        select(col(Alert.id), col(Alert.review_id), col(Alert.posting_hint))
        .where(col(Alert.created_at) >= now - CARRIED_FOR, col(Alert.review_id).is_not(None))
        .order_by(col(Alert.id))
    ).all()
    by_review: dict[int, list[int]] = {}
    for alert, review, hint in alerts:
        if hint and _holds(hint, pack, recall):
            by_review.setdefault(review, []).append(alert)
    for review, ids in by_review.items():
        if channels := _reached(session, ids):
            yield review, channels


def _holds(hint: Mapping[str, Any], pack: str, recall: Withdrawn) -> bool:
    return hint["pack"] == pack and recall.takes(hint["item"], hint["serial"])


def _reached(session: Session, alerts: list[int]) -> tuple[int, ...]:
    sent = select(col(Delivery.channel_id)).where(
        col(Delivery.alert_id).in_(alerts), col(Delivery.state) == DeliveryState.SENT.value
    )
    return tuple(sorted(set(session.execute(sent).scalars())))
