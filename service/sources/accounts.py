"""The rows of mailboxes and hooks: who is due, whose turn it is, and how each is doing.

A mailbox is claimed by a short lease, so that no two workers read it at once; the claim of a worker that
died lapses. What opens an account is encrypted for its own row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

import orjson
from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlmodel import Session, col

from service.db import insert_new
from service.models import AccountKind, AccountState, Lease, SourceAccount
from service.secrets import Vault

LEASE = timedelta(minutes=5)  # longer than any batch may take; each stored batch renews it
DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""After the first, second … failure in a row; the last one repeats."""
NEEDS_SOMEBODY = timedelta(hours=4)  # a refused password, tried often, locks accounts
JITTER = 0.2  # of the delay, either way
READABLE = [state.value for state in AccountState if state is not AccountState.PAUSED]


@dataclass(slots=True)
class Claimed:
    """A mailbox that is ours to read until ``lease``; whoever renews the lease writes it here too."""

    id: int
    lease: datetime


def anything_due(session: Session, now: datetime) -> bool:
    """Whether a claim would find a mailbox; asked first, because claiming waits for other writers."""
    return session.execute(select(col(SourceAccount.id)).where(_due(now)).limit(1)).first() is not None


def claim(session: Session, now: datetime, most: int) -> list[Claimed]:
    """Claim up to ``most`` due mailboxes, longest due first."""
    due = session.scalars(
        select(SourceAccount)
        .where(_due(now))
        .order_by(col(SourceAccount.next_try_at), col(SourceAccount.id))
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for account in due:
        account.lease_until = now + LEASE
    return [Claimed(account.id or 0, now + LEASE) for account in due]


def held(session: Session, claimed: Claimed) -> SourceAccount | None:
    """The account, while it is still ours; None where the lease ran out and another took it over."""
    return session.scalars(
        select(SourceAccount)
        .where(col(SourceAccount.id) == claimed.id, col(SourceAccount.lease_until) == claimed.lease)
        .with_for_update()
    ).first()


def heard(account: SourceAccount, now: datetime, next_try_at: datetime | None) -> None:
    """It was read to its end."""
    account.state, account.failures, account.last_error = AccountState.OPEN.value, 0, None
    account.last_ok_at, account.next_try_at, account.lease_until = now, next_try_at, None


def failed(account: SourceAccount, now: datetime, why: str, *, needs_person: bool = False) -> None:
    """It could not be read: ``why`` in our own words. It is tried again, seldom where a person is needed."""
    account.failures += 1
    state = AccountState.SIGN_IN if needs_person else AccountState.FAILING
    account.state, account.last_error = state.value, why
    delay = NEEDS_SOMEBODY if needs_person else DELAYS[min(account.failures, len(DELAYS)) - 1]
    account.next_try_at, account.lease_until = now + _spread(delay, account), None


def wake(session: Session, account_id: int, now: datetime) -> None:
    """Read the mailbox now, unless it is failing: then its own pause holds."""
    session.execute(
        update(SourceAccount)
        .where(
            col(SourceAccount.id) == account_id,
            col(SourceAccount.state).in_((AccountState.NEW.value, AccountState.OPEN.value)),
            col(SourceAccount.next_try_at) > now,
        )
        .values(next_try_at=now)
    )


def hold_ear(session: Session, account_id: int, holder: str, now: datetime, time: timedelta) -> bool:
    """Whether ``holder`` may wait at the mailbox: one process does, until it lets its hold lapse."""
    name = f"ear:{account_id}"
    insert_new(session, Lease, [{"name": name, "holder": holder, "until": now + time}])
    lease = session.get_one(Lease, name, with_for_update=True)
    if lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, now + time
    return True


def let_go(session: Session) -> None:
    """Free every claim of a process that died, where no other process can be alive."""
    session.execute(update(SourceAccount).values(lease_until=None))
    session.execute(delete(Lease).where(col(Lease.name).startswith("ear:")))


def add(
    session: Session, kind: AccountKind, external_id: str, title: str, now: datetime, **more: Any
) -> SourceAccount:
    """The account of that name, made where it is new, with ``more`` of its columns set anew."""
    row = {"kind": kind.value, "external_id": external_id, "title": title, "added_at": now}
    insert_new(session, SourceAccount, [row])
    account = named(session, kind, external_id)
    assert account is not None
    for column, value in more.items():
        setattr(account, column, value)
    return account


def named(session: Session, kind: AccountKind, external_id: str) -> SourceAccount | None:
    """The account of that natural key."""
    return session.scalars(
        select(SourceAccount).where(
            col(SourceAccount.kind) == kind.value, col(SourceAccount.external_id) == external_id
        )
    ).first()


def seal(vault: Vault, kind: AccountKind, external_id: str, secret: dict[str, Any]) -> bytes:
    """What opens an account, for its own row alone."""
    return vault.encrypt(orjson.dumps(secret).decode(), place=_place(kind, external_id))


def unseal(vault: Vault, account: SourceAccount) -> dict[str, Any]:
    """What ``seal`` wrote; empty where nothing was. Raises ``WrongSecret``."""
    if account.secret_enc is None:
        return {}
    place = _place(AccountKind(account.kind), account.external_id)
    opened: dict[str, Any] = orjson.loads(vault.decrypt(account.secret_enc, place=place))
    return opened


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(SourceAccount.kind) == AccountKind.IMAP.value,
        col(SourceAccount.state).in_(READABLE),
        col(SourceAccount.next_try_at) <= now,
        or_(col(SourceAccount.lease_until).is_(None), col(SourceAccount.lease_until) < now),
    )


def _spread(delay: timedelta, account: SourceAccount) -> timedelta:
    part = crc32(f"{account.external_id}:{account.failures}".encode()) / 0xFFFFFFFF
    return delay * (1 - JITTER + 2 * JITTER * part)


def _place(kind: AccountKind, external_id: str) -> str:
    return f"source_account:{kind.value}:{external_id}"
