"""Mails that wait to be read: who has which, for how long, and what becomes of one that cannot be read.

A claim is a short lease in ``next_try_at``; that of a process that died lapses. A mail that fails is tried
again, later each time, and at last stays where a person sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session, col

from service.models import Inbound, InboundState, SourceAccount
from service.sentences import say

LEASE = timedelta(minutes=5)  # reading the largest mail takes seconds
MOST_TRIES = 5
PATIENCE = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long to wait after the first, second … failure."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that is ours to read until ``lease``."""

    id: int
    lease: datetime


def let_go(session: Session) -> None:
    """Free what an earlier process had claimed when it died."""
    claimed = update(Inbound).where(col(Inbound.state) == InboundState.WAITING.value)
    session.execute(claimed.values(next_try_at=None))


def _due(now: datetime) -> ColumnElement[bool]:
    fresh = and_(
        col(Inbound.state) == InboundState.WAITING.value,
        or_(col(Inbound.next_try_at).is_(None), col(Inbound.next_try_at) <= now),
    )
    again = and_(col(Inbound.state) == InboundState.FAILED.value, col(Inbound.next_try_at) <= now)
    return or_(fresh, again)


def anything_waits(session: Session, now: datetime) -> bool:
    """Whether a claim would find a mail; asked first, because claiming waits for other writers."""
    return session.execute(select(col(Inbound.id)).where(_due(now)).limit(1)).first() is not None


def claim(session: Session, now: datetime) -> Claimed | None:
    """The next mail that waits, ours for a while; None where there is none."""
    mails = select(Inbound).where(_due(now)).order_by(col(Inbound.id)).limit(1)
    mail = session.execute(mails.with_for_update(skip_locked=True)).scalar_one_or_none()
    if mail is None:
        return None
    if mail.tries >= MOST_TRIES:  # whoever read it died each time
        fail(mail, say("reading it never came to an end"), now)
        return None
    mail.tries += 1
    mail.next_try_at = now + LEASE
    return Claimed(mail.id or 0, now + LEASE)


def held(session: Session, claimed: Claimed) -> Inbound | None:
    """The mail, while it is still ours; None where the lease ran out and somebody else had it."""
    mail = session.get(Inbound, claimed.id, with_for_update=True)
    still = (InboundState.WAITING.value, InboundState.FAILED.value)
    return mail if mail and mail.state in still and mail.next_try_at == claimed.lease else None


def fail(mail: Inbound, why: str, now: datetime) -> None:
    """Reading it failed: ``why`` in our own words, never the mail's."""
    wait = PATIENCE[min(mail.tries, len(PATIENCE)) - 1] if mail.tries < MOST_TRIES else None
    mail.state = InboundState.FAILED.value
    mail.next_try_at = now + wait if wait else None
    mail.evidence = [say("an error of ours: %(why)s", why=why)]


def more_to_come(session: Session, now: datetime) -> bool:
    """Whether mails wait, or are being fetched just now."""
    waiting = select(col(Inbound.id)).where(col(Inbound.state) == InboundState.WAITING.value).limit(1)
    collecting = select(col(SourceAccount.id)).where(col(SourceAccount.lease_until) > now).limit(1)
    return any(session.execute(one).first() is not None for one in (waiting, collecting))
