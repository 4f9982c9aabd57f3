"""An installation opened for one command: settings read, schema brought up, database at hand.

Every command module imports this one, so what opening takes is imported when something is opened: neither a
page of help nor a bench should wait for a database.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from service.errors import ShopbellError

if TYPE_CHECKING:
    from service.db import Database
    from service.settings import Settings


def now() -> datetime:
    """The clock: read here, in the engine and in the views, and nowhere else."""
    return datetime.now(UTC)


@dataclass
class Opened:
    """What a command works on."""

    settings: Settings
    database: Database

    @cached_property
    def secret(self) -> bytes:
        """The installation's secret; made at the first use."""
        from service.settings import the_secret

        return the_secret(self.settings)


def is_there() -> bool:
    """Whether there is an installation to open: a bench opens none that nobody made."""
    from service.settings import read_settings

    settings = read_settings()
    if not settings.database_url:
        return settings.own_file.exists()
    from sqlalchemy import make_url

    kept_in = make_url(settings.database_address).database
    return not settings.is_sqlite or bool(kept_in and Path(kept_in).exists())


@contextmanager
def opened() -> Iterator[Opened]:
    """The installation that the environment names, with this version's schema; closed afterwards."""
    from sqlalchemy.exc import OperationalError

    from service.settings import read_settings

    settings = read_settings()
    database = None
    try:
        database = open_database(settings)
        yield Opened(settings, database)
    except OperationalError as error:
        raise ShopbellError(_sentence(str(error.orig), settings)) from None
    finally:
        if database:
            database.close()


def _sentence(said: str, settings: Settings) -> str:
    if "disk is full" in said:
        folder = settings.data_folder
        return f"The disk is full. Nothing stored before is lost; make room in {folder} and try again."
    if "locked" in said:
        return "Another process is writing to the database and did not finish in time. Try again in a moment."
    where = f"the file {settings.data_folder}" if settings.is_sqlite else "DATABASE_URL"
    return f"The database does not answer. Check {where}, and that whoever runs Shopbell may open it."


def open_database(settings: Settings) -> Database:
    """The database with this version's tables. Migrations run in a process of their own: they cost memory."""
    from service import schema
    from service.db import Database

    if settings.is_sqlite:
        settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address)
    if not schema.is_ready(database):
        database.close()
        migrate_apart()
    return database


def migrate_apart() -> None:
    """Run the migrations in a child process. Raises ``ShopbellError`` with the child's own sentence."""
    import subprocess

    command = [sys.executable, "-m", "service", "migrate", "--quiet"]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise ShopbellError(ended.stderr.strip() or "The database could not be brought to this version.")
