"""The database: whole transactions or none, repeats without harm, readers that block nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from service.db import Database, insert_new
from service.models import Branch, Event, Review

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def event(key: str) -> dict[str, object]:
    return {"kind": "new", "subject": "review:1", "dedupe_key": key, "at": NOW, "payload": {"n": 1}}


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def test_the_same_rows_twice_are_stored_once(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as session:
            insert_new(session, Event, [event("a"), event("b")])
    assert count(database, Event) == 2


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        insert_new(session, Event, [event("a")])
        raise RuntimeError("the process dies here")
    assert count(database, Event) == 0


def test_what_is_outside_a_closed_set_cannot_be_stored(database: Database) -> None:
    row = {"listing_id": 1, "first_seen_at": NOW, "last_seen_at": NOW, "state": "pondering"}
    with pytest.raises(IntegrityError), database.transaction() as session:
        insert_new(session, Review, [row])


def test_a_naive_time_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="timezone"), database.transaction() as session:
        insert_new(session, Event, [event("a") | {"at": datetime(2026, 1, 1)}])  # noqa: DTZ001


def test_a_time_comes_back_in_utc(database: Database) -> None:
    with database.transaction() as session:
        insert_new(session, Event, [event("a")])
    with database.reading() as session:
        assert session.execute(select(Event.at)).scalar_one() == NOW


def test_a_reader_sees_the_world_before_an_open_write(database: Database) -> None:
    with database.transaction() as writer:
        writer.add(Branch(code="north", name="North"))
        writer.flush()
        assert count(database, Branch) == 0
    assert count(database, Branch) == 1


def test_a_reading_session_cannot_begin_a_write_that_stays(database: Database) -> None:
    with database.reading() as session:
        session.add(Branch(code="north", name="North"))
        session.flush()
    assert count(database, Branch) == 0


def test_sqlite_keeps_foreign_keys(sqlite_database: Database) -> None:
    row = {"listing_id": 77, "first_seen_at": NOW, "last_seen_at": NOW}
    with pytest.raises((IntegrityError, OperationalError)), sqlite_database.transaction() as session:
        insert_new(session, Review, [row])
