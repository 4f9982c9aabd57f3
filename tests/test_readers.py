"""An improved reader reads every page again, once."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.db import Database
from service.engine import readers
from service.engine.jobs import tick
from service.engine.readers import look_anew_where_readers_changed, readers_sha256
from service.models import Listing
from tests.builders import NOW, a_listing


@pytest.fixture
def read(database: Database) -> Database:
    """A listing whose page was read, and an engine that has ticked."""
    a_listing(database, last_look_at=NOW, etag='"a"', body_sha256=bytes(32))
    with database.transaction() as session:
        tick(session, NOW)
    return database


def etags(database: Database) -> list[str | None]:
    with database.reading() as session:
        return [listing.etag for listing in session.exec(select(Listing)).all()]


def test_pages_read_by_an_older_reader_are_read_again_once(read: Database) -> None:
    with read.transaction() as session:
        assert look_anew_where_readers_changed(session)
        assert not look_anew_where_readers_changed(session)
    assert etags(read) == [None]


def test_the_same_readers_leave_pages_unchanged(read: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with read.transaction() as session:
        look_anew_where_readers_changed(session)
        session.exec(select(Listing)).one().etag = '"b"'
    with read.transaction() as session:
        assert not look_anew_where_readers_changed(session)
    assert etags(read) == ['"b"']
    monkeypatch.setattr(readers, "readers_sha256", lambda: "other")
    with read.transaction() as session:
        assert look_anew_where_readers_changed(session)
    assert etags(read) == [None]


def test_before_the_first_tick_there_is_nothing_to_forget(database: Database) -> None:
    with database.transaction() as session:
        assert not look_anew_where_readers_changed(session)


def test_the_readers_have_one_hash() -> None:
    assert len(readers_sha256()) == 64
