"""What did not get through, for the screens: nothing fails out of sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlmodel import Session, col

from service.models import Alert, Channel, Delivery, DeliveryState, DigestItem, Person, Review


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that was not taken: still tried again at ``next_try_at``, or given up (None)."""

    delivery: int
    alert: int
    person: str
    channel: str
    error: str
    tries: int
    next_try_at: datetime | None


def failed_deliveries(session: Session, *, limit: int = 200) -> list[Failure]:
    """Deliveries given up, and those that failed and are tried again; newest alert first."""
    found = session.execute(
        select(Delivery, col(Person.name), col(Channel.title))
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .join(Person, col(Person.id) == col(Channel.person_id))
        .where(
            or_(
                col(Delivery.state) == DeliveryState.FAILED.value,
                (col(Delivery.state) == DeliveryState.QUEUED.value) & col(Delivery.last_error).is_not(None),
            )
        )
        .order_by(col(Delivery.alert_id).desc(), col(Delivery.id))
        .limit(limit)
    )
    return [_failure(delivery, person, channel) for delivery, person, channel in found]


def untold(session: Session, *, limit: int = 200) -> list[Alert]:
    """Alerts that reached nobody and are on their way to nobody: "nobody was told"; newest first.

    Those that wait for a digest, or went out in one, are not among them; nor those whose review was erased
    since: nobody is to be told.
    """
    hope = exists().where(
        col(Delivery.alert_id) == col(Alert.id),
        col(Delivery.state).in_([DeliveryState.SENT.value, DeliveryState.QUEUED.value]),
    )
    gathered = exists().where(col(DigestItem.alert_id) == col(Alert.id))
    erased = exists().where(col(Review.id) == col(Alert.review_id), col(Review.erased_at).is_not(None))
    newest = select(Alert).where(~hope, ~gathered, ~erased).order_by(col(Alert.id).desc()).limit(limit)
    return list(session.scalars(newest))


def try_again(session: Session, delivery: int, now: datetime) -> bool:
    """Put a delivery that was given up on its way once more, under its old key; answer whether it was."""
    changed = session.execute(
        update(Delivery)
        .where(col(Delivery.id) == delivery, col(Delivery.state) == DeliveryState.FAILED.value)
        .values(state=DeliveryState.QUEUED.value, next_try_at=now, tries=0, permanent=False)
        .returning(col(Delivery.id))
    )
    return changed.first() is not None


def _failure(delivery: Delivery, person: str, channel: str) -> Failure:
    queued = delivery.state == DeliveryState.QUEUED.value
    return Failure(
        delivery=delivery.id or 0,
        alert=delivery.alert_id,
        person=person,
        channel=channel,
        error=delivery.last_error or "",
        tries=delivery.tries,
        next_try_at=delivery.next_try_at if queued else None,
    )
