"""What came before counts: the praise of a branch's day, and a burst of poor reviews at a listing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from service.db import Database
from service.domain import Item
from service.models import Branch, Listing, Review
from service.watch.judge import judge_for
from service.watch.lately import lately
from tests.builders import DAY, NOW, Town, a_look, a_review

HOUR = timedelta(hours=1)


def a_town(database: Database, **attributes: Any) -> Town:
    town = Town(database, judge_for)
    with database.transaction() as session:
        session.execute(update(Branch).values(attributes=attributes, tz="America/New_York"))
    town.look(a_look(a_review("old", at=NOW - 60 * DAY)), NOW - 50 * DAY)
    return town


def praise(name: str, at: datetime) -> Item:
    return a_review(name, at=at, stars=5, text=f"{name} loved the wonderful soup")


def poor(name: str, at: datetime) -> Item:
    return a_review(name, at=at, stars=1, text=f"{name} found the soup cold")


def reasons(database: Database, name: str) -> list[str]:
    with database.reading() as session:
        author = f"{name.title()} Example"
        row = session.execute(select(Review).where(col(Review.author) == author)).scalar_one()
    assert row.triage is not None
    return list(row.triage["reasons"])


def told(database: Database, name: str, word: str) -> bool:
    return any(word in reason for reason in reasons(database, name))


def test_the_days_praise_is_counted_over_all_looks(database: Database) -> None:
    town = a_town(database, answers={"praise_a_day": 1})
    town.look(a_look(praise("anna", NOW), at=NOW), NOW)
    town.look(a_look(praise("anna", NOW), praise("ben", NOW + HOUR), at=NOW + HOUR), NOW + HOUR)
    assert not told(database, "anna", "enough for a day")
    assert told(database, "ben", "no reply expected: 1 of praise are enough for a day")


def test_a_new_day_begins_by_the_branchs_own_clock(database: Database) -> None:
    town = a_town(database, answers={"praise_a_day": 1})
    evening, midnight = NOW.replace(hour=23), NOW.replace(hour=5) + DAY  # 18:00 and 00:00 in New York
    town.look(a_look(praise("anna", evening), at=evening), evening)
    town.look(a_look(praise("ben", midnight), at=midnight), midnight)
    assert not told(database, "ben", "enough for a day")


def test_a_burst_over_several_looks_is_shown_with_the_review_that_made_it_one(database: Database) -> None:
    town = a_town(database)
    for hours, name in enumerate(("ann", "bob", "cat", "dan"), start=1):
        at = NOW + hours * HOUR
        town.look(a_look(poor(name, at), at=at), at)
    assert not told(database, "cat", "poor reviews within")
    assert told(database, "dan", "4 poor reviews within 48 hours, after 0 in the 88 days before")


def test_praise_and_what_was_written_long_ago_are_no_part_of_a_burst(database: Database) -> None:
    town = a_town(database)
    many, later = [poor(name, NOW) for name in ("ann", "bob", "cat", "dan")], NOW + HOUR
    town.look(a_look(*many, at=NOW), NOW)
    town.look(a_look(*many, praise("eve", later), poor("fay", NOW - 30 * DAY), at=later), later)
    assert told(database, "dan", "4 poor reviews")
    assert not told(database, "eve", "poor reviews") and not told(database, "fay", "poor reviews")


@pytest.mark.parametrize(("posted", "counted"), [(NOW - DAY, 1), (NOW - 91 * DAY, 0), (None, 0)])
def test_a_listings_past_counts_where_its_day_is_known(
    database: Database, posted: datetime | None, counted: int
) -> None:
    town = a_town(database)
    with database.transaction() as session:
        session.execute(update(Review).values(rating=1.0, posted_at=posted))
    with database.reading() as session:
        listing, branch = (
            session.get_one(Listing, town.listing_id),
            session.execute(select(Branch)).scalar_one(),
        )
        assert len(lately(session, listing, branch, NOW).poor_at) == counted
