"""An installation opened for one command: settings read, schema brought up, database at hand."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from service import schema
from service.db import Database
from service.errors import ShopbellError
from service.settings import Settings, read_settings, the_secret


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
        return the_secret(self.settings)


@contextmanager
def opened() -> Iterator[Opened]:
    """The installation that the environment names, with this version's schema; closed afterwards."""
    settings = read_settings()
    database = open_database(settings)
    try:
        yield Opened(settings, database)
    finally:
        database.close()


def open_database(settings: Settings) -> Database:
    """The database with this version's tables. Migrations run in a process of their own: they cost memory."""
    if settings.is_sqlite:
        settings.data_folder.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_address)
    if not schema.is_ready(database):
        database.close()
        migrate_apart()
    return database


def migrate_apart() -> None:
    """Run the migrations in a child process. Raises ``ShopbellError`` with the child's own sentence."""
    command = [sys.executable, "-m", "service", "migrate", "--quiet"]
    ended = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise ShopbellError(ended.stderr.strip() or "The database could not be brought to this version.")
