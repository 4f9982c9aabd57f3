"""Making a backup: every row of ours at one moment, as lines that either database can take back."""

from __future__ import annotations

import base64
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import Connection, Table, select
from sqlmodel import SQLModel

from service import schema
from service.backups.sealing import Header, Sealer, key_of, new_salt
from service.db import READS_ONLY, Database
from service.errors import BackupRefused
from service.models import Installation
from service.secrets import Vault
from service.sentences import say
from service.settings import SHORTEST_PASSPHRASE

AT_ONCE = 500  # rows
LEFT_OUT = frozenset(
    {
        *("lease", "session", "login_link", "device", "device_token", "pair_request"),
        *("recovery_code", "spent_challenge"),
    }
)
"""What must not come back: who holds what just now, what opens the desk or its API, and what was spent once.

Passkeys and the secrets of one-time codes do come back, as passwords do: without them a restore would open
the desk to whoever knows a password alone. One that was taken back since must be taken back again.
"""


def make(
    database: Database, secret: bytes, path: Path, now: datetime, passphrase: str | None = None
) -> Mapping[str, int]:
    """Write a backup to ``path``, which must not be there yet; answers how many rows of each table.

    It is whole or it is not there: it gets its name when it is. Raises ``BackupRefused``.
    """
    if path.exists():
        raise BackupRefused(
            say("%(path)s is there already, and a backup overwrites nothing. Give another name.", path=path)
        )
    if passphrase is not None and len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupRefused(
            say(
                "A passphrase needs at least %(shortest_passphrase)s characters. Nothing was made.",
                shortest_passphrase=SHORTEST_PASSPHRASE,
            )
        )
    by = "secret" if passphrase is None else "passphrase"
    header = Header(Vault(secret).key_id, by, new_salt(), now.isoformat(), schema.HEAD)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            counts = _write(database, Sealer(file, header, key_of(header, secret, passphrase)))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError as error:
        raise BackupRefused(
            say(
                "%(path)s could not be written (%(strerror)s). Nothing was made.",
                path=path,
                strerror=error.strerror,
            )
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    note(database, now)
    return counts


def note(database: Database, now: datetime, *, off_machine: bool = False) -> None:
    """Remember that there is a backup, and whether it lies off this machine."""
    with database.transaction() as session:
        installation = session.get(Installation, 1) or Installation(id=1, created_at=now)
        installation.backup_at = installation.backup_at if off_machine else now
        installation.backup_off_at = now if off_machine else installation.backup_off_at
        session.add(installation)


def tables() -> list[Table]:
    """Every table that a backup holds, those that others refer to first."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in LEFT_OUT]


def _write(database: Database, sealer: Sealer) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    with gzip.GzipFile(fileobj=cast("IO[bytes]", sealer), mode="wb", mtime=0) as packed:
        with _at_one_moment(database) as connection:
            for table in tables():
                counts[table.name] = 0
                for row in _rows(connection, table):
                    packed.write(_line({"table": table.name, "row": row}))
                    counts[table.name] += 1
        packed.write(_line({"end": counts}))
    sealer.close()
    return counts


def _at_one_moment(database: Database) -> Connection:
    """A connection that sees one state of the database, whoever writes meanwhile."""
    connection = database.engine.connect()
    if database.is_sqlite:
        return connection.execution_options(**{READS_ONLY: True})
    return connection.execution_options(isolation_level="REPEATABLE READ")


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    found = connection.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
    for row in found:
        yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """What JSON has no form for, in one that names its type."""
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    return {"$json": value} if isinstance(value, dict | list) else value


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
