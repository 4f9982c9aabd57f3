"""Whom alerts can reach: channels as they are stored, their targets encrypted, and which of them are open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.addresses import mail_address
from service.alerts.services import channel_url
from service.alerts.subscriptions import read_subscription
from service.db import insert_new
from service.models import Channel, Person
from service.secrets import Vault


class ChannelKind(StrEnum):
    """How a channel is reached. ``demo`` keeps the message in the database, where the desk shows it."""

    MAIL = "mail"
    APPRISE = "apprise"
    PUSH = "push"  # a browser that asked for it
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Reachable:
    """An open channel and whose it is."""

    channel: int
    person: int
    kind: str
    name: str = ""
    tz: str = "UTC"
    weekly_since: datetime | None = None  # since when a weekly digest goes there in any case


def add_channel(
    session: Session,
    vault: Vault,
    *,
    person: int,
    kind: ChannelKind,
    target: str,
    title: str,
    verified_at: datetime | None,
) -> Channel:
    """Store a channel for ``person``, or answer the one that is there already, as it is.

    ``target`` is a mail address, an Apprise address of an allowed kind, or a browser's subscription. Alerts
    use a channel once it is verified. Raises ``UnusableChannel``.
    """
    target = _checked(kind, target)
    folded = target.casefold() if kind is ChannelKind.MAIL else target
    target_hash = vault.target_hash(kind.value, folded)
    row = {
        "person_id": person,
        "kind": kind.value,
        "title": title,
        "target_hash": target_hash,
        "target_enc": vault.encrypt(target, place=_place(person, kind.value, target_hash)),
        "verified_at": verified_at,
    }
    insert_new(session, Channel, [row])
    there = select(Channel).where(
        col(Channel.person_id) == person,
        col(Channel.kind) == kind.value,
        col(Channel.target_hash) == target_hash,
    )
    return session.scalars(there).one()


def target_of(vault: Vault, channel: Channel) -> str:
    """Where the channel leads. Raises ``WrongSecret``."""
    return vault.decrypt(
        channel.target_enc, place=_place(channel.person_id, channel.kind, channel.target_hash)
    )


def open_channels(session: Session) -> list[Reachable]:
    """Channels that may be used: verified, not paused, of a person who is still here; oldest first."""
    found = session.execute(
        select(Channel, col(Person.name), col(Person.time_zone))
        .join(Person, col(Person.id) == col(Channel.person_id))
        .where(
            col(Channel.verified_at).is_not(None),
            col(Channel.paused_at).is_(None),
            col(Person.disabled_at).is_(None),
        )
        .order_by(col(Channel.id))
    )
    return [
        Reachable(channel.id or 0, channel.person_id, channel.kind, name, tz, channel.weekly_since)
        for channel, name, tz in found
    ]


def _checked(kind: ChannelKind, target: str) -> str:
    if kind is ChannelKind.MAIL:
        return mail_address(target)
    if kind is ChannelKind.APPRISE:
        return channel_url(target)
    if kind is ChannelKind.PUSH:
        return read_subscription(target).written()
    return target


def _place(person: int, kind: str, target_hash: bytes) -> str:
    return f"channel:{person}:{kind}:{target_hash.hex()}"
