"""Bringing a database to this version's schema, and saying whether it is there.

Runs in a process of its own before ``serve`` opens the database: Alembic costs some 30 MB that the server
then need not keep.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from service.db import Database
from service.errors import DatabaseTooNew

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0016"  # the newest migration; kept here so that asking costs no import of Alembic
LOCK = 5_407_204  # any fixed number: PostgreSQL's advisory lock while migrating


def migrate(database: Database) -> str:
    """Bring the schema up to this version; answers the revision it now has.

    Raises ``DatabaseTooNew`` where a newer Shopbell wrote it; then nothing was changed. Safe to run twice,
    and at the same time from two processes.
    """
    from alembic import command

    with database.engine.begin() as connection:
        _lock(connection)
        config = _config(connection)
        _refuse_newer(connection, config)
        command.upgrade(config, "head")
        return current(connection) or ""


def current(connection: Connection) -> str | None:
    """The revision the database is at; None where it is empty."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def is_ready(database: Database) -> bool:
    """Whether the schema is exactly this version's. Does not import Alembic."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _refuse_newer(connection: Connection, config: Config) -> None:
    from alembic.script import ScriptDirectory

    revision = current(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseTooNew(
            f"This database was written by a newer Shopbell (schema {revision}). Nothing was changed. "
            "Install that version again, or start with another DATABASE_URL."
        )


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
