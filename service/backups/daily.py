"""The backup that is made by itself, once a day, where the environment says to which place.

The place is a folder (another disk, a share) or a WebDAV folder. A folder holds dated files, of which the
newest are kept; there, and nowhere else, older ones are deleted. At an address the files have numbers that
come round again, so that the oldest is overwritten and nothing need be listed or deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import or_, update
from sqlmodel import Session, col

from service.backups import making, sending
from service.db import Database, insert_new
from service.errors import BackupRefused
from service.models import Installation
from service.sentences import say
from service.settings import Settings

EVERY = timedelta(days=1)
TRIED_AGAIN = timedelta(hours=1)  # and no other process begins one meanwhile
OURS = re.compile(r"shopbell-daily-\d{4}-\d\d-\d\d-\d{4}\.backup")

IsFarAway = Callable[[Path], bool]
"""Whether a folder lies on another machine."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Where, and how many are kept."""

    to: str
    keep: int
    passphrase: str | None

    @classmethod
    def of(cls, settings: Settings) -> Daily | None:
        """As the environment says; None where it names no place."""
        if settings.backup_to is None:
            return None
        passphrase = settings.backup_passphrase
        said = passphrase.get_secret_value() if passphrase else None
        return cls(settings.backup_to.get_secret_value(), settings.backup_keep, said)

    @property
    def is_address(self) -> bool:
        """Whether it is sent; else it is a folder."""
        return "://" in self.to

    @property
    def place(self) -> str:
        """The place for people: without a password."""
        parts = urlsplit(self.to)
        return f"{parts.hostname}{parts.path}" if self.is_address else self.to


def run(
    database: Database,
    settings: Settings,
    secret: bytes,
    is_far_away: IsFarAway,
    clock: Callable[[], datetime],
) -> bool:
    """Make it where it is due; answers whether one was made. What went wrong is written down, not raised."""
    daily, now = Daily.of(settings), clock()
    if daily is None:
        return False
    with database.reading() as session:
        installation = session.get(Installation, 1)
        if installation is not None and not _is_due(installation, now):
            return False
    with database.transaction() as session:
        if not _begun(session, now):
            return False
    try:
        far = _kept(database, settings, secret, daily, is_far_away, now)
    except BackupRefused as refused:
        _write_down(database, error=str(refused))
        return False
    _write_down(database, kept_at=clock())
    if far:
        making.note(database, clock(), off_machine=True)
    return True


def _kept(
    database: Database, settings: Settings, secret: bytes, daily: Daily, is_far_away: IsFarAway, now: datetime
) -> bool:
    """Make one and keep it; answers whether it lies off this machine. Raises ``BackupRefused``."""
    folder = settings.data_folder if daily.is_address else Path(daily.to)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not daily.is_address:
            return _into(folder, database, secret, daily, is_far_away, now)
        with TemporaryDirectory(dir=folder) as room:
            path = Path(room) / _numbered(daily, now)
            making.make(database, secret, path, now, daily.passphrase)
            sending.send(settings, path, daily.to, now)
            return True
    except OSError as error:
        raise BackupRefused(
            say(
                "%(folder)s could not be written (%(strerror)s). Nothing was made.",
                folder=folder,
                strerror=error.strerror,
            )
        ) from None


def _into(
    folder: Path, database: Database, secret: bytes, daily: Daily, is_far_away: IsFarAway, now: datetime
) -> bool:
    path = folder / f"shopbell-daily-{now:%Y-%m-%d-%H%M}.backup"
    making.make(database, secret, path, now, daily.passphrase)
    ours = sorted(one for one in folder.iterdir() if OURS.fullmatch(one.name))
    for old in ours[: -daily.keep]:
        old.unlink(missing_ok=True)
    return is_far_away(folder)


def _numbered(daily: Daily, now: datetime) -> str:
    return f"shopbell-daily-{now.toordinal() % daily.keep + 1}.backup"


def _is_due(installation: Installation, now: datetime) -> bool:
    kept, tried = installation.daily_kept_at, installation.daily_tried_at
    return (kept is None or now - kept >= EVERY) and (tried is None or now - tried >= TRIED_AGAIN)


def _begun(session: Session, now: datetime) -> bool:
    """Whether this process is the one to make it."""
    insert_new(session, Installation, [{"id": 1, "created_at": now}])
    tried = col(Installation.daily_tried_at)
    free = or_(tried.is_(None), tried <= now - TRIED_AGAIN)
    ours = update(Installation).where(col(Installation.id) == 1, free).values(daily_tried_at=now)
    return session.execute(ours.returning(col(Installation.id))).first() is not None


def _write_down(database: Database, *, kept_at: datetime | None = None, error: str | None = None) -> None:
    with database.transaction() as session:
        installation = session.get_one(Installation, 1)
        installation.daily_kept_at = kept_at or installation.daily_kept_at
        installation.daily_error = error
