"""A listing from which nothing comes any more: told once, and only when its own history makes it strange."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.domain import EventKind, Outcome
from service.models import Event
from tests.builders import DAY, NOW, Town, a_look, a_review, failed


def silences(database: Database) -> int:
    with database.reading() as session:
        told = session.execute(select(Event.id).where(col(Event.kind) == EventKind.SILENCE.value)).all()
    return len(told)


def a_town(database: Database, every: timedelta, since: timedelta) -> Town:
    """A listing first heard now: it had a review ``every`` so often, the last one ``since`` so long ago."""
    town = Town(database)
    past = [a_review(f"n{number}", at=NOW - since - number * every) for number in range(20)]
    town.look(a_look(*past))
    return town


def days_of_nothing(town: Town, *days: int) -> None:
    for day in days:
        town.look(failed(Outcome.UNCHANGED, "HTTP 304"), NOW + day * DAY)


def test_a_quiet_place_may_be_quiet_for_long_and_is_told_of_once(database: Database) -> None:
    town = a_town(database, every=20 * DAY, since=DAY)
    days_of_nothing(town, 10, 30, 60)
    assert silences(database) == 0
    days_of_nothing(town, 200, 201, 202, 210)
    assert silences(database) == 1


def test_a_busy_place_is_told_of_within_the_week(database: Database) -> None:
    town = a_town(database, every=DAY / 2, since=DAY / 2)
    days_of_nothing(town, 1, 2)
    assert silences(database) == 0
    days_of_nothing(town, 7, 8)
    assert silences(database) == 1


def test_a_place_that_was_quiet_when_we_began_is_not_reported_for_it(database: Database) -> None:
    town = a_town(database, every=DAY, since=40 * DAY)
    days_of_nothing(town, 1, 2)
    assert silences(database) == 0
