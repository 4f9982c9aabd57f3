"""Whether what is stored will be there tomorrow: the disk, and backups."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from service.db import Database
from service.doctor.finding import Finding, Level, minute
from service.models import Installation
from service.sentences import say
from service.settings import Settings

ROOM_NEEDED = 200 * 1024 * 1024  # bytes free: a year of 200 branches is some 60 MB (facts: 0.75 kB a review)
BACKUP_OLD = timedelta(days=7)
DAILY_LATE = timedelta(days=2)
SHARES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "fuse.davfs", "ceph"}
)
EPHEMERAL_FILESYSTEMS = frozenset({"overlay", "tmpfs", "ramfs", "aufs"})
EPHEMERAL_HOSTING = {
    "DYNO": "Heroku",
    "RENDER": "Render",
    "K_SERVICE": "Cloud Run",
    "RAILWAY_ENVIRONMENT": "Railway",
}


def disk(settings: Settings, mounts: Path, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether what is written will be there after a restart, and whether there is room."""
    folder = _nearest(settings.data_folder)
    if settings.is_sqlite:
        yield _survival(folder, mounts, environ)
    if not os.access(folder, os.W_OK):
        mend = say("Give this account the right to write there.")
        yield Finding(say("disk"), Level.BAD, say("%(folder)s cannot be written", folder=folder), mend)
        return
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        what = say("only %(free)s MB are free in %(folder)s", free=free // 1024**2, folder=folder)
        yield Finding(
            say("disk"), Level.BAD, what, say("Make room: a full disk stops what is heard from being kept.")
        )
        return
    yield Finding(
        say("disk"), Level.GOOD, say("%(free)s MB free in %(folder)s", free=free // 1024**2, folder=folder)
    )


def survival(settings: Settings, mounts: Path, environ: Mapping[str, str]) -> Finding | None:
    """What says that the disk may not survive a restart; None where nothing does."""
    if not settings.is_sqlite:
        return None
    found = _survival(_nearest(settings.data_folder), mounts, environ)
    return found if found.level is Level.BAD else None


def _survival(folder: Path, mounts: Path, environ: Mapping[str, str]) -> Finding:
    hosting = next((name for variable, name in EPHEMERAL_HOSTING.items() if variable in environ), None)
    filesystem = _filesystem_of(folder, mounts)
    mend = say(
        "Mount a volume and point SHOPBELL_DATA at it, or use PostgreSQL by DATABASE_URL. "
        "Until then keep a backup off this machine."
    )
    if filesystem in EPHEMERAL_FILESYSTEMS:
        where = say(" on %(hosting)s", hosting=hosting) if hosting else ""
        what = say(
            "%(folder)s lies on a %(filesystem)s file system%(where)s: it may be gone after a restart",
            folder=str(folder),
            filesystem=filesystem or "",
            where=where,
        )
        return Finding(say("disk survival"), Level.BAD, what, mend)
    if hosting == "Heroku":
        return Finding(
            say("disk survival"), Level.BAD, say("Heroku empties every dyno's disk once a day"), mend
        )
    return Finding(
        say("disk survival"),
        Level.GOOD,
        say(
            "%(folder)s lies on %(filesystem)s of its own",
            folder=folder,
            filesystem=filesystem or say("a disk"),
        ),
    )


def _filesystem_of(folder: Path, mounts: Path) -> str | None:
    if not mounts.exists():
        return None
    best: tuple[int, str] | None = None
    for line in mounts.read_text().splitlines():
        _device, point, kind, *_rest = line.split(" ")
        if folder.is_relative_to(point) and (best is None or len(point) >= best[0]):
            best = (len(point), kind)
    return best[1] if best else None


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder.resolve()


def backups(database: Database, now: datetime) -> Iterator[Finding]:
    """Whether everything is kept somewhere else as well."""
    with database.reading() as session:
        installation = session.get(Installation, 1)
    kept = installation.backup_off_at if installation else None
    if kept is None:
        mend = say(
            "Set SHOPBELL_BACKUP_TO for one a day, or make one: shopbell backup make FILE --to https://…"
        )
        yield Finding(say("backup"), Level.NOTE, say("none is known to lie off this machine"), mend)
        return
    told = say("the newest off this machine is of %(at)s", at=minute(kept))
    if now - kept > BACKUP_OLD:
        yield Finding(say("backup"), Level.NOTE, told, say("Make another: shopbell backup make FILE --to …"))
        return
    yield Finding(say("backup"), Level.GOOD, told)


def daily_backup(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    """Whether the backup that is made by itself was made, where one is set."""
    if settings.backup_to is None:
        return
    with database.reading() as session:
        one = session.get(Installation, 1)
    kept, error = (one.daily_kept_at, one.daily_error) if one else (None, None)
    last = say("the last is of %(at)s", at=minute(kept)) if kept else say("none was made yet")
    if error:
        mend = say("It is tried again every hour. See SHOPBELL_BACKUP_TO in docs/settings.md.")
        yield Finding(
            say("daily backup"),
            Level.BAD,
            say("%(last)s; the newest try: %(error)s", last=last, error=error),
            mend,
        )
    elif kept is None or now - kept > DAILY_LATE:
        mend = say("It is made while `shopbell serve` (or `work`) runs, within minutes of its start.")
        yield Finding(say("daily backup"), Level.NOTE, last, mend)
    else:
        yield Finding(say("daily backup"), Level.GOOD, last)


def is_far_away(folder: Path, mounts: Path = Path("/proc/mounts")) -> bool:
    """Whether a folder lies on a share of another machine, as far as this system tells."""
    return _filesystem_of(_nearest(folder), mounts) in SHARES
