"""Claims: who is due is claimed once, host by host, and a claim whose process died lapses."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from service.db import Database, insert_new
from service.models import Listing
from service.watch.claims import LEASE, claim, hint

GAP = timedelta(hours=1)


def watch(database: Database, *rows: tuple[str, datetime | None], **more: object) -> None:
    with database.transaction() as session:
        for number, (url, due) in enumerate(rows):
            row = {"site": "x", "key": f"{number}{url}", "url": url, "added_at": due, "next_look_at": due}
            insert_new(session, Listing, [row | more])


def claimed(database: Database, now: datetime, most: int = 10) -> list[str]:
    with database.transaction() as session:
        ids = claim(session, now, most)
        return [session.get_one(Listing, listing_id).url for listing_id in ids]


def test_what_is_due_is_claimed_longest_first_and_only_once(database: Database, now: datetime) -> None:
    watch(database, ("https://a.example/1", now), ("https://b.example/1", now - GAP))
    assert claimed(database, now) == ["https://b.example/1", "https://a.example/1"]
    assert claimed(database, now) == []


def test_what_is_not_due_is_left(database: Database, now: datetime) -> None:
    watch(database, ("https://a.example/1", now + timedelta(seconds=1)))
    assert claimed(database, now) == []


def test_aliases_and_what_is_not_watched_are_never_looked_at(database: Database, now: datetime) -> None:
    watch(database, ("https://a.example/1", now), alias_of="yelp")
    watch(database, ("https://a.example/2", now), active=False)
    assert claimed(database, now) == []


def test_one_host_is_given_one_look_at_a_time(database: Database, now: datetime) -> None:
    watch(database, *[(f"https://a.example/{n}", now) for n in range(5)], ("https://b.example/1", now))
    assert len(claimed(database, now)) == 2


def test_a_busy_host_hides_no_other(database: Database, now: datetime) -> None:
    watch(database, ("https://a.example/1", now - GAP), ("https://b.example/1", now))
    with database.transaction() as session:
        ids = claim(session, now, 1, lambda url: "b.example" in url)
        assert session.get_one(Listing, ids[0]).url == "https://b.example/1"


def test_a_claim_whose_process_died_lapses(database: Database, now: datetime) -> None:
    watch(database, ("https://a.example/1", now))
    assert len(claimed(database, now)) == 1
    assert claimed(database, now + LEASE) == []
    assert len(claimed(database, now + LEASE + timedelta(seconds=1))) == 1


def test_a_hint_brings_a_look_forward_but_never_into_the_gap(database: Database, now: datetime) -> None:
    last = now - timedelta(minutes=20)
    watch(database, ("https://a.example/1", now + timedelta(hours=20)), last_look_at=last)
    with database.transaction() as session:
        listing_id = session.execute(select(col(Listing.id))).scalar_one()
        assert hint(session, listing_id, GAP, now) == last + GAP


def test_a_hint_about_nothing_is_harmless(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        assert hint(session, 77, GAP, now) is None
