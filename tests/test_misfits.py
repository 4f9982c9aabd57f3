"""Pages that look other than an extension knows them: counted, and nothing else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import Device, Misfit
from service.sources import misfits
from service.sources.misfits import Code, Misfitting, Reported
from tests.conftest import NOW
from tests.desk_rows import Rows


def browsers(database: Database, many: int) -> list[int]:
    rows = Rows(database, NOW)
    person = rows.person()
    facts = {"paired_by": "Dana", "label": "Till", "browser": "Firefox", "version": "0.1.0", "origin": "o"}
    return [rows.add(Device(person_id=person, created_at=NOW, **facts)) for _ in range(many)]


def test_each_browser_counts_once_however_often_it_tells(database: Database) -> None:
    for device in (one for one in browsers(database, 3) for _ in "12"):
        with database.transaction() as session:
            told = Reported(device, "google_maps", "gbp_reviews", Code.ZERO_CARDS, "0.1.0")
            misfits.count(session, told, NOW)
    with database.reading() as session:
        assert [one.n for one in session.scalars(select(Misfit))] == [2, 2, 2]
        found = misfits.lately(session, NOW)
    assert found == [Misfitting("google_maps", "gbp_reviews", 3, NOW.date(), ("zero_cards",))]


def test_since_is_the_first_day_of_late_and_the_widest_comes_first(sqlite_database: Database) -> None:
    first, second = browsers(sqlite_database, 2)
    told = [
        (first, "yelp", NOW - timedelta(days=3)),
        (first, "facebook", NOW - timedelta(days=2)),
        (second, "facebook", NOW),
        (second, "yelp", NOW - timedelta(days=40)),
    ]
    for device, site, at in told:
        with sqlite_database.transaction() as session:
            misfits.count(session, Reported(device, site, "reviews", Code.NO_BOX, "0.1.0"), at)
    with sqlite_database.reading() as session:
        found = misfits.lately(session, NOW)
    assert [(one.site, one.browsers, (NOW.date() - one.since).days) for one in found] == [
        ("facebook", 2, 2),
        ("yelp", 1, 3),
    ]


def test_what_is_older_than_three_months_is_forgotten(sqlite_database: Database) -> None:
    (device,) = browsers(sqlite_database, 1)
    for at in (NOW - timedelta(days=91), NOW):
        with sqlite_database.transaction() as session:
            misfits.count(session, Reported(device, "yelp", "reviews", Code.NO_BOX, "0.1.0"), at)
    with sqlite_database.reading() as session:
        days = list(session.scalars(select(col(Misfit.day))))
    assert days == [NOW.date()]
