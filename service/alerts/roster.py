"""Who is told and how, as people see and change it; an address is never shown again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from service import audit
from service.alerts.ruling import forget_channel
from service.alerts.unsubscribe import require_others
from service.errors import AnswerRefused
from service.models import Channel, Delivery, DeliveryState, Person
from service.sentences import say

NOWHERE = b""  # the target of a channel that was removed: the row stays, for what it carried
FIRST = say("Name somebody else first; then this works. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Kept:
    """One channel: whose it is, how it stands, and how the last message to it went."""

    channel: Channel
    person: Person
    last_sent_at: datetime | None
    last_error: str | None

    @property
    def is_open(self) -> bool:
        """Whether alerts use it."""
        one = self.channel
        return one.verified_at is not None and one.paused_at is None and self.person.disabled_at is None


def listed(session: Session) -> list[Kept]:
    """Every channel that was not removed, by person, oldest first. Three queries, however many there are."""
    sent = dict(
        session.execute(
            select(col(Delivery.channel_id), func.max(col(Delivery.sent_at))).group_by(
                col(Delivery.channel_id)
            )
        ).all()
    )
    unsent = [DeliveryState.FAILED.value, DeliveryState.QUEUED.value]
    failing = dict(
        session.execute(
            select(col(Delivery.channel_id), col(Delivery.last_error))
            .where(col(Delivery.state).in_(unsent), col(Delivery.last_error).is_not(None))
            .order_by(col(Delivery.id))
        ).all()
    )
    found = session.execute(
        select(Channel, Person)
        .join(Person, col(Person.id) == col(Channel.person_id))
        .where(col(Channel.target_enc) != NOWHERE)
        .order_by(col(Person.name), col(Person.id), col(Channel.id))
    )
    return [Kept(channel, person, sent.get(channel.id), failing.get(channel.id)) for channel, person in found]


def pause(session: Session, channel_id: int, by: str, now: datetime) -> None:
    """Use a channel no more, for a while. Raises ``LastRecipient``, ``AnswerRefused``."""
    channel = _held(session, channel_id)
    if channel.paused_at is None:
        require_others(session, channel_id, FIRST)
        channel.paused_at = now
        _note(session, channel, "paused", by, now)


def resume(session: Session, channel_id: int, by: str, now: datetime) -> None:
    """Use it again. Raises ``AnswerRefused``."""
    channel = _held(session, channel_id)
    channel.paused_at = None
    _note(session, channel, "resumed", by, now)


def tried(session: Session, channel_id: int, by: str, now: datetime) -> None:
    """A test was taken there: it is used from now on. Raises ``AnswerRefused``."""
    channel = _held(session, channel_id)
    channel.verified_at = now
    _note(session, channel, "tried", by, now)


def weekly(session: Session, channel_id: int, by: str, now: datetime, *, wanted: bool) -> None:
    """Send the weekly digest there, or no more. Raises ``AnswerRefused``."""
    channel = _held(session, channel_id)
    channel.weekly_since = now if wanted else None
    _note(session, channel, "weekly" if wanted else "not weekly", by, now)


def remove(session: Session, channel_id: int, by: str, now: datetime) -> None:
    """Forget where a channel leads, for good. Raises ``LastRecipient``, ``AnswerRefused``."""
    channel = _held(session, channel_id)
    if channel.paused_at is None:
        require_others(session, channel_id, FIRST)
    channel.paused_at, channel.verified_at, channel.weekly_since = now, None, None
    channel.target_enc, channel.target_hash = NOWHERE, secrets.token_bytes(32)
    session.flush()
    forget_channel(session, channel_id)
    _note(session, channel, "removed", by, now)


def end(session: Session, channel: Channel, now: datetime) -> None:
    """A channel leads nowhere any more: nothing is sent there, and it stays listed so that this is seen."""
    if channel.verified_at is None and channel.paused_at is not None:
        return
    channel.paused_at, channel.verified_at, channel.weekly_since = now, None, None
    _note(session, channel, "ended", "nobody: it leads nowhere any more", now)


def _held(session: Session, channel_id: int) -> Channel:
    channel = session.get(Channel, channel_id, with_for_update=True)
    if channel is None or channel.target_enc == NOWHERE:
        raise AnswerRefused(say("That channel is not there any more. Nothing was changed."))
    return channel


def _note(session: Session, channel: Channel, what: str, by: str, now: datetime) -> None:
    body = {"what": what, "person": by, "whose": channel.person_id, "kind": channel.kind}
    audit.record(session, "channel", f"channel:{channel.id}", body, now)
