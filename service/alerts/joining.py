"""Adding a channel: its address read, tried with a real message, and stored encrypted for its person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.addresses import mail_address
from service.alerts.channels import Parcel
from service.alerts.compose import Ways
from service.alerts.facts import Facts
from service.alerts.keys import key, mail_host, stem
from service.alerts.reach import ChannelKind, add_channel
from service.alerts.senders import senders
from service.db import insert_new
from service.domain import EventKind, Urgency
from service.errors import DeliveryFailed, UnusableChannel
from service.models import Channel, Person
from service.net.allow import AllowList
from service.net.client import Client, user_agent
from service.net.guard import Guard
from service.people.links import Links
from service.secrets import Vault
from service.sentences import say
from service.settings import Settings
from service.tongues import ENGLISH, Tongue

MAILTO = "mailto:"
AGAIN = timedelta(minutes=1)
TITLES = {ChannelKind.MAIL: "mail", ChannelKind.APPRISE: "chat", ChannelKind.PUSH: "push"}


def read_target(target: str) -> tuple[ChannelKind, str]:
    """The kind of channel an operator's words mean, and its address. Raises ``UnusableChannel``."""
    if target.startswith(MAILTO) and not target.startswith("mailto://"):
        return ChannelKind.MAIL, target.removeprefix(MAILTO)
    if "://" not in target and "@" in target:
        return ChannelKind.MAIL, target
    if "://" in target:
        return ChannelKind.APPRISE, target
    raise UnusableChannel(
        say(
            "That is no address a message could go to. Use mailto:ann@example.com, or one of "
            "Apprise's addresses such as ntfys://ntfy.sh/topic or slack://A/B/C."
        )
    )


def send_test(
    settings: Settings,
    secret: bytes,
    kind: ChannelKind,
    target: str,
    name: str,
    now: datetime,
    *,
    tongue: Tongue = ENGLISH,
) -> None:
    """Send a real message there, once, and tell the truth about it.

    Raises ``DeliveryFailed`` where it was not taken, ``UnusableChannel`` for an address that never could be.
    """
    guard = Guard(AllowList.parse(settings.allow_hosts))
    client = Client(guard, user_agent(version("shopbell"), settings.contact))
    try:
        sender = senders(settings, secret, guard, client).get(kind)
        if sender is None:
            raise DeliveryFailed(
                say(
                    "No way to send mail is set: set SHOPBELL_MAIL and SHOPBELL_MAIL_FROM. Nothing was "
                    "stored."
                ),
                permanent=True,
            )
        sender.send(replace(_test(settings, secret, target, name, now), tongue=tongue), now)
    finally:
        client.close()


def just_tried(session: Session, secret: bytes, kind: ChannelKind, target: str, now: datetime) -> bool:
    """Whether a test to that target was taken within the last minute: a form that is sent twice sends one."""
    folded = target.casefold() if kind is ChannelKind.MAIL else target
    mark = Vault(secret).target_hash(kind.value, folded)
    taken = select(col(Channel.id)).where(
        col(Channel.kind) == kind.value,
        col(Channel.target_hash) == mark,
        col(Channel.paused_at).is_(None),
        col(Channel.verified_at) > now - AGAIN,
    )
    return session.scalars(taken.limit(1)).first() is not None


def join(
    session: Session,
    secret: bytes,
    name: str,
    email: str | None,
    kind: ChannelKind,
    target: str,
    now: datetime,
    *,
    tried: bool,
    locale: str = ENGLISH.code,
) -> None:
    """Store the channel for the person of that address, made where she is new; open once it was ``tried``.

    ``locale`` is the language that somebody new is told in until she chooses one.

    A person's first channel, where it is mail, gets the weekly digest.
    """
    address = mail_address(email or (target if kind is ChannelKind.MAIL else "")).casefold()
    insert_new(session, Person, [{"email_folded": address, "name": name, "locale": locale}])
    person = session.scalars(select(Person).where(col(Person.email_folded) == address)).one()
    known = select(col(Channel.id)).where(col(Channel.person_id) == person.id)
    is_known = session.execute(known).first() is not None
    channel = add_channel(
        session,
        Vault(secret),
        person=person.id or 0,
        kind=kind,
        target=target,
        title=TITLES[kind],
        verified_at=now if tried else None,
    )
    if tried:
        channel.verified_at, channel.paused_at = now, None
        if not is_known and kind is ChannelKind.MAIL:
            channel.weekly_since = now


def told(session: Session) -> list[str]:
    """Who is told and how, a line each; addresses are never shown again."""
    rows = session.execute(
        select(Person, Channel)
        .join(Channel, col(Channel.person_id) == col(Person.id))
        .order_by(col(Channel.id))
    )
    return [
        say(
            "%(person)s: %(channel)s (%(state)s)",
            person=person.name,
            channel=channel.title,
            state=_state(channel),
        )
        for person, channel in rows
    ]


def _state(channel: Channel) -> str:
    if channel.paused_at is not None:
        return say("stopped on %(day)s", day=f"{channel.paused_at:%Y-%m-%d}")
    return say("open") if channel.verified_at else say("not tried yet, so not used")


def _test(settings: Settings, secret: bytes, target: str, name: str, now: datetime) -> Parcel:
    links = Links(secret, settings.public_url)
    facts = Facts(kind=EventKind.TEST, at=now, urgency=Urgency.LOW, subject="Shopbell")
    own = key(stem(0, now), 0, mail_host(settings.mail_from, links.public_url))
    return Parcel(facts, target, name, own, None, Ways(desk=links.public_url))
