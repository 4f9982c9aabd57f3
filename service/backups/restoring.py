"""Taking a backup back into an empty installation: whole or not at all, and without sending anything twice.

What was on its way when the backup was made has most likely been sent since: it is withheld, and what waited
for a digest is let go. The reviews themselves lie in the inbox, where nothing is lost.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlmodel import Session, col

from service import audit, schema
from service.backups.making import AT_ONCE, tables
from service.backups.sealing import Header, key_of, opened, read_header
from service.db import Database
from service.errors import BackupRefused
from service.models import Channel, Delivery, DeliveryState, DigestItem, Event, HookDelivery, Installation
from service.secrets import Vault

WITHHELD = "Restored from a backup: it may have been sent before."
MADE_AT_THE_START = frozenset({"installation"})  # rows that an empty database has of itself


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows by table, messages withheld, and what reading the audit came to."""

    made_at: datetime
    rows: Mapping[str, int]
    withheld: int
    audit: audit.Verdict


def header_of(path: Path) -> Header:
    """What the backup says of itself. Raises ``BackupRefused``."""
    try:
        with path.open("rb") as file:
            return read_header(file)
    except OSError as error:
        raise BackupRefused(f"{path} cannot be read ({error.strerror}). Nothing was changed.") from None


def restore(
    database: Database, secret: bytes, path: Path, now: datetime, passphrase: str | None = None
) -> Restored:
    """Take everything back, in one transaction. Raises ``BackupRefused``; then nothing was changed."""
    header = header_of(path)
    _require_fit(header, secret)
    with path.open("rb") as file, database.transaction() as session:
        _require_empty(session)
        read_header(file)
        lines = _lines(opened(file, header, key_of(header, secret, passphrase)))
        rows = _load(session, lines)
        withheld = _send_nothing_again(session, now)
        return Restored(datetime.fromisoformat(header.made_at), rows, withheld, audit.verify(session))


def check(secret: bytes, path: Path, passphrase: str | None = None) -> Mapping[str, int]:
    """Read a backup to its proven end, and store nothing; answers its rows. Raises ``BackupRefused``."""
    header = header_of(path)
    _require_fit(header, secret)
    with path.open("rb") as file:
        read_header(file)
        counted: Counter[str] = Counter()
        for line in _lines(opened(file, header, key_of(header, secret, passphrase))):
            if "end" in line:
                _require_all(counted, line["end"])
            else:
                counted[line["table"]] += 1
    return counted


def _require_fit(header: Header, secret: bytes) -> None:
    own = Vault(secret).key_id
    if header.key_id != own:
        raise BackupRefused(
            f"That backup belongs to the secret {header.key_id}, and this installation has {own}. Put the "
            "right one in place first (SHOPBELL_SECRET, or the file `secret` in the data folder): without it "
            "no stored credential opens. Nothing was changed."
        )
    if header.schema != schema.HEAD:
        raise BackupRefused(
            f"That backup was made by another version (schema {header.schema}, here {schema.HEAD}). Restore "
            "it with that version, and upgrade then. Nothing was changed."
        )


def _require_empty(session: Session) -> None:
    for table in tables():
        if table.name in MADE_AT_THE_START:
            continue
        if session.execute(select(text("1")).select_from(table).limit(1)).first() is not None:
            raise BackupRefused(
                f"This installation is not empty ({table.name}): a restore overwrites nothing. Point "
                "SHOPBELL_DATA or DATABASE_URL at an empty one. Nothing was changed."
            )


def _load(session: Session, lines: Iterator[Mapping[str, Any]]) -> Mapping[str, int]:
    by_name = {table.name: table for table in tables()}
    session.execute(delete(Installation))
    counted: Counter[str] = Counter()
    waiting: list[dict[str, Any]] = []
    current: Table | None = None
    for line in lines:
        table = by_name.get(line.get("table", ""))
        if waiting and (table is not current or len(waiting) >= AT_ONCE):
            session.execute(insert(current), waiting)  # type: ignore[arg-type]
            waiting = []
        current = table
        if "end" in line:
            _require_all(counted, line["end"])
            break
        if table is None:
            raise BackupRefused("That backup holds a table nobody knows here. Nothing was changed.")
        waiting.append({name: _value(value) for name, value in line["row"].items()})
        counted[table.name] += 1
    _number_on(session)
    return counted


def _require_all(counted: Counter[str], told: Mapping[str, int]) -> None:
    if {name: n for name, n in told.items() if n} != dict(counted):
        raise BackupRefused("That backup does not hold what it says it does. Nothing was changed.")


def _number_on(session: Session) -> None:
    """PostgreSQL counts apart from the rows: its counters go on where they end."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in tables():
        column = table.autoincrement_column
        if column is None or column.foreign_keys:
            continue
        last = session.execute(select(func.max(column))).scalar()
        if last is None:
            continue
        name = session.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        ).scalar()
        if name:
            session.execute(text("SELECT setval(:name, :last)"), {"name": name, "last": last})


def _send_nothing_again(session: Session, now: datetime) -> int:
    queued = col(Delivery.state) == DeliveryState.QUEUED.value
    held: dict[str, Any] = {
        "state": DeliveryState.WITHHELD.value,
        "lease_until": None,
        "last_error": WITHHELD,
    }
    withheld: int = session.execute(update(Delivery).where(queued).values(held)).rowcount  # type: ignore[attr-defined]
    on_their_way = update(HookDelivery).where(col(HookDelivery.state) == DeliveryState.QUEUED.value)
    withheld += session.execute(on_their_way.values(held)).rowcount  # type: ignore[attr-defined]
    session.execute(delete(DigestItem).where(col(DigestItem.digest_id).is_(None)))
    unrung, untold = col(Event.alerts_done_at).is_(None), col(Event.hooks_done_at).is_(None)
    session.execute(update(Event).where(unrung).values(alerts_done_at=now))
    session.execute(update(Event).where(untold).values(hooks_done_at=now))
    weekly = update(Channel).where(col(Channel.weekly_since).is_not(None))
    session.execute(weekly.values(weekly_since=now))
    session.expire_all()
    installation = session.get(Installation, 1) or Installation(id=1, created_at=now)
    installation.restored_at, installation.tick_at = now, None
    installation.daily_tried_at = installation.daily_kept_at = installation.daily_error = None
    session.add(installation)
    session.flush()
    return withheld


def _lines(pieces: Iterator[bytes]) -> Iterator[Mapping[str, Any]]:
    """The lines of the packed pieces. Raises ``BackupRefused`` where they are none."""
    unpack = zlib.decompressobj(wbits=31)
    rest = b""
    try:
        for piece in pieces:
            *whole, rest = (rest + unpack.decompress(piece)).split(b"\n")
            yield from map(json.loads, whole)
    except (zlib.error, ValueError):
        raise BackupRefused("That backup is damaged. Nothing was changed.") from None
    if rest or not unpack.eof:
        raise BackupRefused("That backup ends too early. Nothing was changed.")


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, written),) = value.items()
    if kind == "$at":
        return datetime.fromisoformat(written)
    if kind == "$day":
        return date.fromisoformat(written)
    return base64.b64decode(written) if kind == "$bytes" else written
