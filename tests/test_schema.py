"""The schema: what migrations make is what the models say, twice is once, and a newer one is left alone."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from service.db import Database
from service.errors import DatabaseTooNew
from service.schema import HEAD, is_ready, migrate


def test_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
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
