"""Deliveries on their way: claimed by a short lease, sent outside any transaction, recorded afterwards.

A process may die at any line. Before the record is written the message may have been taken already, so the
next attempt repeats it under the same key: nothing is lost, and a repeat is recognisable.

A channel that fails is tried again for three days. Meanwhile nobody waits for it: once a message has failed
three times, or for good, and no other channel took it, the person's other channels get it, else everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.channels import Parcel, Sender
from service.alerts.claim import Claimed, Packing, anything_due, claim
from service.alerts.queue import turn_to_others
from service.alerts.roster import end
from service.db import Database
from service.errors import ChannelEnded, DeliveryFailed
from service.models import Alert, Channel, Delivery, DeliveryState
from service.net.backoff import next_try
from service.sentences import say

ASK_OTHERS_AFTER = 3  # failures, some 20 minutes

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Post:
    """A sender for each kind of channel there is a way to reach, and what packing needs."""

    senders: Mapping[str, Sender]
    packing: Packing


def deliver(database: Database, post: Post, clock: Clock, *, limit: int = 50) -> int:
    """Send what is due, at most ``limit`` messages; answer how many were taken.

    A kind of channel that just failed waits for the next round, so that one that hangs stops no other.
    """
    with database.reading() as session:
        if not anything_due(session, clock()):
            return 0
    sent = 0
    tired: set[str] = set()
    for _ in range(limit):
        with database.transaction() as session:
            claimed = claim(session, post.packing, tired, clock())
        if claimed is None:
            break
        if claimed.contents is None:
            continue
        failure = _send(post.senders, claimed, claimed.contents, clock())
        with database.transaction() as session:
            _record(session, claimed, failure, clock())
        if failure is None:
            sent += 1
        elif not failure.gives_up:
            tired.add(claimed.kind)
    return sent


def _send(
    senders: Mapping[str, Sender], claimed: Claimed, contents: Parcel | DeliveryFailed, now: datetime
) -> DeliveryFailed | None:
    if isinstance(contents, DeliveryFailed):
        return contents
    sender = senders.get(claimed.kind)
    if sender is None:
        return DeliveryFailed(
            say("No way to send %(kind)s is set; see docs/settings.md.", kind=claimed.kind), permanent=False
        )
    try:
        sender.send(contents, now)
    except DeliveryFailed as failure:
        return failure
    return None


def _record(session: Session, claimed: Claimed, failure: DeliveryFailed | None, now: datetime) -> None:
    """Write down what came of it, unless the lease ran out and another took the delivery over."""
    delivery = session.scalars(
        select(Delivery)
        .where(
            col(Delivery.id) == claimed.delivery,
            col(Delivery.state) == DeliveryState.QUEUED.value,
            col(Delivery.lease_until) == claimed.lease,
        )
        .with_for_update()
    ).first()
    if delivery is None:
        return
    delivery.lease_until = None
    if failure is None:
        delivery.state, delivery.sent_at, delivery.last_error = DeliveryState.SENT.value, now, None
        return
    _record_failure(session, delivery, failure, now)


def _record_failure(session: Session, delivery: Delivery, failure: DeliveryFailed, now: datetime) -> None:
    alert = session.get_one(Alert, delivery.alert_id)
    channel = session.get_one(Channel, delivery.channel_id)
    delivery.last_error = str(failure)
    if isinstance(failure, ChannelEnded):
        end(session, channel, now)
    at = None if failure.gives_up else next_try(delivery.tries, alert.created_at, now, delivery.message_id)
    if at is None:
        delivery.state, delivery.permanent = DeliveryState.FAILED.value, failure.gives_up
    else:
        delivery.next_try_at = at
    if at is None or delivery.tries >= ASK_OTHERS_AFTER:
        session.flush()
        turn_to_others(session, alert, channel, now, for_good=at is None)
