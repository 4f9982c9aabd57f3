"""Sessions: kept as hashes, ended by time, by hand, and by signing in anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from service.db import Database
from service.domain import Role
from service.models import DeskSession
from service.people import sessions
from tests.accounts import People


@pytest.fixture
def people(sqlite_database: Database, now: datetime) -> People:
    return People(sqlite_database, now)


def opens(database: Database, token: str, at: datetime) -> bool:
    with database.reading() as session:
        return sessions.read(session, token, at) is not None


def test_a_session_says_whose_it_is(database: Database, now: datetime) -> None:
    people = People(database, now)
    token = people.token(people.owner())
    with database.reading() as session:
        found = sessions.read(session, token, now)
        assert found and found.who.name == "Olga Owner"
        assert token.encode() not in found.row.token_sha256


@pytest.mark.parametrize("token", ["", "x", "ä" * 5000, "\ud800"])
def test_a_token_that_is_nobodys_opens_nothing(people: People, now: datetime, token: str) -> None:
    people.token(people.owner())
    assert not opens(people.database, token, now)


def test_twelve_idle_hours_end_a_session_and_use_prolongs_it(people: People, now: datetime) -> None:
    token = people.token(people.owner())
    later = now + timedelta(hours=11)
    assert not opens(people.database, token, now + timedelta(hours=12))
    with people.database.transaction() as session:
        found = sessions.read(session, token, later)
        assert found and found.wants_noting(later)
        sessions.note(session, found.row, later)
    assert opens(people.database, token, now + timedelta(hours=22))


def test_thirty_days_end_a_session_that_is_used_every_hour(people: People, now: datetime) -> None:
    token, at = people.token(people.owner()), now
    while at < now + timedelta(days=30):
        assert opens(people.database, token, at)
        with people.database.transaction() as session:
            found = sessions.read(session, token, at)
            assert found
            sessions.note(session, found.row, at)
        at += timedelta(hours=11)
    assert not opens(people.database, token, now + timedelta(days=30))


def test_signing_in_anew_ends_what_the_browser_had_before(people: People, now: datetime) -> None:
    owner = people.owner()
    stolen = people.token(owner)
    with people.database.transaction() as session:
        fresh = sessions.begin(session, owner, "Firefox", now, instead_of=stolen)
    assert not opens(people.database, stolen, now)
    assert opens(people.database, fresh, now)


def test_sessions_are_listed_and_ended_by_their_own_person_alone(people: People, now: datetime) -> None:
    owner = people.owner()
    other = people.person("Kim", Role.VIEWER)
    mine, phone, theirs = people.token(owner), people.token(owner, "Safari"), people.token(other)
    with people.database.transaction() as session:
        here = sessions.read(session, mine, now)
        hers = sessions.listed(session, other, now)[0]
        assert here
        assert len(sessions.listed(session, owner, now)) == 2
        assert not sessions.end_named(session, owner, sessions.shown_as(hers), now)
        assert sessions.end_others(session, owner, now, but=here.row.token_sha256) == 1
    assert [opens(people.database, token, now) for token in (mine, phone, theirs)] == [True, False, True]
    with people.database.transaction() as session:
        assert sessions.end_named(session, owner, sessions.shown_as(here.row), now)
    assert not opens(people.database, mine, now)


def test_old_sessions_are_forgotten(people: People, now: datetime) -> None:
    owner = people.owner()
    people.token(owner)
    people.now = now + timedelta(days=200)
    people.token(owner)
    with people.database.reading() as session:
        assert len(session.exec(select(DeskSession)).all()) == 1
