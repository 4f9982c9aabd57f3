"""Phones and browsers that ring for one person: added by her, in that very browser.

Whoever adds one decides for herself alone, so it must not show her more than she may see: it rings at once
where she may read everything, or is told already by another channel; else it waits until somebody who
manages channels has tried it. Rules that name another of her channels name the new one too.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service import audit
from service.alerts import roster
from service.alerts.reach import ChannelKind, add_channel, open_channels, target_of
from service.alerts.roster import NOWHERE, Kept
from service.alerts.ruling import tell_beside
from service.alerts.subscriptions import Subscription, read_subscription
from service.errors import AnswerRefused, UnusableChannel, WrongSecret
from service.models import Channel, Person
from service.secrets import Vault
from service.sentences import say

MOST = 10  # for one person
LONGEST_TITLE = 60


def owned(session: Session, person: int) -> list[Kept]:
    """Her own, the oldest first."""
    return [one for one in roster.listed(session) if one.person.id == person and _is_phone(one.channel)]


def mark_of(vault: Vault, channel: Channel) -> str:
    """What its own browser knows it by; "" where its keys do not open here."""
    try:
        return read_subscription(target_of(vault, channel)).mark
    except (WrongSecret, UnusableChannel):
        return ""


def ring_here(
    session: Session,
    vault: Vault,
    person: Person,
    to: Subscription,
    title: str,
    now: datetime,
    *,
    reads_all: bool,
) -> Channel:
    """Let a browser ring for ``person`` that has just taken a test; open, or waiting to be tried.

    A browser rings for one person: whoever had it before is told there no more. Raises ``UnusableChannel``.
    """
    if len([one for one in owned(session, person.id or 0) if one.channel.paused_at is None]) >= MOST:
        raise UnusableChannel(say("%(most)s of yours ring already. Remove one of them first.", most=MOST))
    others = [one.channel for one in open_channels(session) if one.person == person.id]
    channel = add_channel(
        session,
        vault,
        person=person.id or 0,
        kind=ChannelKind.PUSH,
        target=to.written(),
        title=f"push, {title[:LONGEST_TITLE]}",
        verified_at=None,
    )
    _end_for_others(session, channel, now)
    channel.paused_at = None
    if reads_all or others:
        channel.verified_at = now
        session.flush()
        tell_beside(session, channel.id or 0, others, person.name, now)
    body = {"what": "added", "person": person.name, "whose": person.id, "kind": channel.kind}
    audit.record(session, "channel", f"channel:{channel.id}", body, now)
    return channel


def remove(session: Session, channel_id: int, person: Person, now: datetime) -> None:
    """Forget one of hers. Raises ``LastRecipient``, and ``AnswerRefused`` where it is not hers."""
    the_one(session, channel_id, person.id or 0)
    roster.remove(session, channel_id, person.name, now)


def the_one(session: Session, channel_id: int, person: int) -> Channel:
    """One of hers. Raises ``AnswerRefused``."""
    channel = session.get(Channel, channel_id)
    if channel is None or channel.person_id != person or not _is_phone(channel):
        raise AnswerRefused(say("That is none of yours, or not there any more. Nothing was changed."))
    return channel


def _is_phone(channel: Channel) -> bool:
    return channel.kind == ChannelKind.PUSH.value and channel.target_enc != NOWHERE


def _end_for_others(session: Session, channel: Channel, now: datetime) -> None:
    there = select(Channel).where(
        col(Channel.kind) == channel.kind,
        col(Channel.target_hash) == channel.target_hash,
        col(Channel.id) != channel.id,
    )
    for other in session.scalars(there.order_by(col(Channel.id)).with_for_update()):
        roster.end(session, other, now)
