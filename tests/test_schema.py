"""The schema: what migrations make is what the models say, twice is once, and a newer one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from service.db import Database
from service.errors import DatabaseTooNew
from service.schema import HEAD, _config, is_ready, migrate

BRANCH_OF_0001 = (
    "(1, 'north', 'North', '', '', NULL, 'UTC', 'en', 'general', '{}', '[]', '[]', NULL, NULL, NULL)"
)


def is_of_the_models(name: str | None, _kind: str, _parents: object) -> bool:
    """The index of words is the database's own: no model tells of it."""
    return not (name or "").startswith(("review_words", "ix_review_words"))


def test_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": is_of_the_models}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_newest_migration_is_the_one_that_is_asked_for(database: Database) -> None:
    assert migrate(database) == HEAD


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert migrate(database) == migrate(database)
    assert is_ready(database)


def test_a_database_from_a_newer_version_is_left_as_it_is(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match=r"9999.*Nothing was changed"):
        migrate(database)
    assert not is_ready(database)


def test_what_was_stored_before_is_there_after_a_new_migration(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with database.engine.begin() as connection:
        command.upgrade(_config(connection), "0001")
        connection.execute(text("INSERT INTO branch VALUES " + BRANCH_OF_0001))
        connection.execute(
            text(
                "INSERT INTO listing (id, branch_id, site, key, url, active, added_at, rate_a, rate_b)"
                " VALUES (1, 1, 'yelp', 'north', 'https://www.yelp.com/biz/north', 1, '2026-01-01', 0.5, 1)"
            )
        )
    assert migrate(database) == HEAD
    with database.reading() as session:
        found = session.execute(
            text("SELECT branch.name, listing.key FROM listing JOIN branch ON branch.id = branch_id")
        )
        assert found.all() == [("North", "north")]
    database.close()
