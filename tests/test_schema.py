"""The schema: what migrations make is what the models say, twice is once, and a newer one is left alone."""

from __future__ import annotations

import json
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


REVIEW_OF_0015 = (
    "INSERT INTO review (id, listing_id, kind, scale, text_complete, posted_precision, provenance, baseline,"
    " first_seen_at, last_seen_at, triage_rev, state, triage, reply_text) VALUES (:id, 1, 'review', 'stars5',"
    " true, 'none', :provenance, false, '2026-01-01', '2026-01-01', 1, 'answered', :triage, :reply)"
)
EVENT_OF_0015 = (
    "INSERT INTO event (kind, subject, dedupe_key, at, review_id, payload)"
    " VALUES ('replied', 'review:1', :key, :at, 1, '{}')"
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def emptied(request: pytest.FixtureRequest) -> Database:
    """A database without a table in it."""
    database: Database = request.getfixturevalue(f"{request.param}_database")
    if not database.is_sqlite:
        with database.transaction() as session:
            session.execute(text("DROP SCHEMA public CASCADE"))
            session.execute(text("CREATE SCHEMA public"))
        return database
    return Database(f"sqlite:///{request.getfixturevalue('tmp_path') / 'emptied.db'}")


def test_what_was_judged_before_is_asked_for_by_name_after_a_migration(emptied: Database) -> None:
    judgements = [
        {"topics": [{"topic": "wait"}, {"topic": "food"}], "flags": ["legal", "illness"]},
        {"topics": ["wait", 7, {}, {"topic": "food"}], "flags": None},
        {"topics": {"topic": "wait"}, "flags": "legal"},
        None,
    ]
    told = {"provenance": json.dumps({"reply": ["mail", "2026-01-02", None]}), "reply": "Thank you."}
    with emptied.engine.begin() as connection:
        command.upgrade(_config(connection), "0015")
        connection.execute(
            text(
                "INSERT INTO listing (id, site, key, url, active, added_at, rate_a, rate_b)"
                " VALUES (1, 'yelp', 'north', 'x', true, '2026-01-01', 0.5, 1)"
            )
        )
        for number, judged in enumerate(judgements, start=1):
            row = {"id": number, "triage": json.dumps(judged)} | told
            connection.execute(text(REVIEW_OF_0015), row | ({"reply": None} if number == 4 else {}))
        for day in ("2026-01-04", "2026-01-03"):
            connection.execute(text(EVENT_OF_0015), {"key": day, "at": day})
    assert migrate(emptied) == HEAD
    with emptied.reading() as session:
        asked = "SELECT topics, flags, reply_route, reply_seen_at IS NULL FROM review ORDER BY id"
        assert [tuple(row) for row in session.execute(text(asked))] == [
            ("food wait", "illness legal", "mail", False),
            ("food", "", "mail", True),
            ("", "", "mail", True),
            ("", "", None, True),
        ]
        seen = session.execute(text("SELECT reply_seen_at FROM review WHERE id = 1")).scalar_one()
        assert str(seen).startswith("2026-01-03")
    emptied.close()
