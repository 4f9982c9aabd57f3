"""What came in, on its way into the ``inbound`` table: one row for one mail, however often it is delivered.

A row waits there to be read by others. It is kept as it came for ``KEPT``; then, once it was dealt with, its
words go and the row stays, so that the same mail is never taken for a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from service.db import insert_new
from service.models import Inbound, InboundState

KIND = "mail"
KEPT = timedelta(days=90)
DEALT_WITH = (InboundState.READ, InboundState.HINT, InboundState.ASIDE, InboundState.SETTLED)


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it came in at ``at``; ``cut`` where its end was too large to take.

    ``sender`` is "" where none could be read; addresses are in lower case.
    """

    key: str
    raw: bytes
    at: datetime
    cut: bool = False
    sender: str = ""
    recipients: tuple[str, ...] = ()


def received(raw: bytes, at: datetime, now: datetime, most: int, *, cut: bool = False) -> Received:
    """A mail, at most ``most`` bytes of it, under its key. A time after our own clock's is not believed."""
    from service.sites.mail.mime import parse

    kept = raw[:most]
    mail = parse(kept)
    key = mail.fingerprint.hex()
    return Received(key, kept, min(at, now), cut or len(raw) > most, mail.sender, mail.recipients)


def store(session: Session, mails: Sequence[Received], account_id: int, now: datetime) -> None:
    """Store the mails that were not stored before, to be read."""
    insert_new(session, Inbound, [_row(mail, account_id, now) for mail in mails])


def forget(session: Session, now: datetime) -> None:
    """Empty what was kept long enough. What still waits for a person, or for us, keeps its words."""
    session.execute(
        update(Inbound)
        .where(
            col(Inbound.keep_until) < now,
            col(Inbound.raw).is_not(None),
            col(Inbound.state).in_([state.value for state in DEALT_WITH]),
        )
        .values(raw=None)
    )


def counts(session: Session, account_id: int | None = None) -> dict[str, int]:
    """How many mails stand in each state, of one account or of all."""
    statement = select(col(Inbound.state), func.count().label("mails")).group_by(col(Inbound.state))
    if account_id is not None:
        statement = statement.where(col(Inbound.account_id) == account_id)
    return {row.state: row.mails for row in session.execute(statement)}


def _row(mail: Received, account_id: int, now: datetime) -> dict[str, Any]:
    return {
        "kind": KIND,
        "dedupe_key": mail.key,
        "account_id": account_id,
        "received_at": mail.at,
        "raw": mail.raw,
        "cut": mail.cut,
        "state": InboundState.WAITING.value,
        "keep_until": now + KEPT,
    }
