"""Digests: they replace the messages, repeat none, and go out once, whatever dies in between."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from service import audit
from service.alerts.digest_lines import with_lines
from service.alerts.digests import send_digests
from service.alerts.facts import Facts
from service.alerts.failures import untold
from service.alerts.outbox import deliver
from service.alerts.ring import ring
from service.db import Database
from service.domain import EventKind
from service.installation import begin_demo, start_clean
from service.models import Alert, Channel, Delivery, Digest, DigestItem, Rule
from service.watch.erase import erase
from tests import ringing
from tests.ringing import NOW, Clock, Recorder, packing, post

NEXT_MORNING = NOW + timedelta(hours=23)  # Monday, eight o'clock
PACKING = packing()


def a_shop(database: Database, when: str = "daily", people: tuple[str, ...] = ("Kim",)) -> list[int]:
    """A rule that sends everything to the first of ``people`` in a digest; answers their channels."""
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in people]
        session.add(Rule(position=1, title="All", match={}, to=channels[:1], timing={"when": when}))
    return channels


def comes(database: Database, number: int = 1, urgency: str = "normal", **columns: Any) -> int:
    """A review that rings; answers its id."""
    with database.transaction() as session:
        where = ringing.listing(session, key=f"n{number}")
        told = {"urgency": urgency, "author": f"Guest {number}", "due_claim_at": None}
        about = ringing.review(session, where, **(told | columns))
        ringing.event(session, where, about)
    ring(database, PACKING, NOW)
    return about.id or 0


def rung(database: Database, kind: EventKind = EventKind.DIGEST) -> list[Facts]:
    with database.reading() as session:
        found = session.scalars(select(Alert).where(col(Alert.kind) == kind.value).order_by(col(Alert.id)))
        return [with_lines(session, Facts.model_validate(alert.body)) for alert in found]


def deliveries(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(col(Delivery.channel_id)).order_by(col(Delivery.id))))


def send(database: Database, now: datetime = NEXT_MORNING) -> int:
    return send_digests(database, PACKING, now)


def test_what_waits_for_a_digest_is_sent_in_it_and_not_at_once(database: Database) -> None:
    channels = a_shop(database)
    for number in (1, 2):
        comes(database, number)
    assert deliveries(database) == []
    assert send(database) == 1
    (digest,) = rung(database)
    assert digest.subject == "Shopbell, today: 2 messages"
    assert digest.digest is not None
    assert [one.subject.rpartition("from ")[2] for one in digest.digest.lines] == ["Guest 1", "Guest 2"]
    assert deliveries(database) == channels


def test_a_digest_goes_out_once_and_what_was_in_it_never_again(database: Database) -> None:
    a_shop(database)
    comes(database)
    assert [send(database), send(database), send(database, NEXT_MORNING + timedelta(days=1))] == [1, 0, 0]
    comes(database, 2)
    assert send(database, NEXT_MORNING + timedelta(days=2)) == 1
    assert [len(one.digest.alerts) for one in rung(database) if one.digest] == [1, 1]


def test_before_its_hour_nothing_leaves(database: Database) -> None:
    a_shop(database)
    comes(database)
    assert send(database, NEXT_MORNING - timedelta(minutes=1)) == 0


def test_its_hour_is_on_the_readers_own_clock(sqlite_database: Database) -> None:
    a_shop(sqlite_database)
    with sqlite_database.transaction() as session:
        session.get_one(Channel, 1)
        ringing.person(session, "Aki", time_zone="Asia/Tokyo")
        session.execute(update(Channel).values(person_id=2))
    comes(sqlite_database)
    assert send(sqlite_database, NEXT_MORNING - timedelta(hours=9)) == 1


def test_what_is_urgent_does_not_wait(database: Database) -> None:
    channels = a_shop(database)
    comes(database, urgency="high")
    assert deliveries(database) == channels
    assert send(database) == 0


def test_after_days_off_there_is_one_digest(database: Database) -> None:
    a_shop(database)
    comes(database)
    assert send(database, NEXT_MORNING + timedelta(days=5)) == 1
    assert send(database, NEXT_MORNING + timedelta(days=5, hours=1)) == 0


def test_what_waits_is_not_told_to_nobody(database: Database) -> None:
    a_shop(database)
    comes(database)
    with database.reading() as session:
        assert untold(session) == []


def test_what_waits_for_a_channel_that_closes_is_told_to_others(database: Database) -> None:
    kim, lee = a_shop(database, people=("Kim", "Lee"))
    comes(database)
    with database.transaction() as session:
        session.get_one(Channel, kim).paused_at = NOW
    assert send(database, NOW) == 0
    assert deliveries(database) == [lee]
    assert send(database) == 0


def test_an_erased_review_is_in_no_digest(database: Database) -> None:
    a_shop(database)
    review = comes(database)
    comes(database, 2)
    send(database)
    with database.transaction() as session:
        erase(session, review, NOW)
    sender = Recorder()
    deliver(database, post(mail=sender), Clock(NEXT_MORNING))
    lines = sender.parcels[0].facts.digest.lines  # type: ignore[union-attr]
    assert [one.subject.rpartition("from ")[2] for one in lines] == ["Guest 2"]
    with database.reading() as session:
        bodies = session.scalars(select(col(Alert.body))).all()
    assert not any("Guest 1" in str(body) for body in bodies)


def test_the_weekly_digest_comes_also_when_all_is_quiet(database: Database) -> None:
    with database.transaction() as session:
        number = ringing.channel(session, ringing.person(session))
        session.get_one(Channel, number).weekly_since = NOW
        head = str(audit.record(session, "test", "nothing", {}, NOW))
    assert send(database, NOW + timedelta(hours=1)) == 0
    assert send(database) == 1
    assert send(database) == 0
    (weekly,) = rung(database)
    assert weekly.digest is not None
    assert weekly.digest.head == head
    assert "nothing new was heard" in weekly.subject  # nothing is watched: that is no peace


def test_a_week_is_quiet_only_where_everything_was_heard(sqlite_database: Database) -> None:
    from service.alerts.outline_digest import digest_subject
    from service.alerts.week import week_until
    from service.models import ListingSource

    with sqlite_database.transaction() as session:
        where = ringing.listing(session)
        source = ListingSource(listing_id=where.id or 0, route="page", health="ok")
        session.add(source)
        session.flush()
        peace = week_until(session, NOW, NOW)
        source.health = "walled"
        session.flush()
        wall = week_until(session, NOW, NOW)
        ringing.review(session, where, first_seen_at=NOW - timedelta(days=1), due_public_at=NOW)
        busy = week_until(session, NOW, NOW + timedelta(minutes=1))
    weekly = {"when": "weekly"}
    from service.alerts.facts import DigestFacts

    assert "all quiet" in digest_subject(DigestFacts.model_validate(weekly | {"week": peace}))
    assert "all quiet" not in digest_subject(DigestFacts.model_validate(weekly | {"week": wall}))
    assert (busy.new, busy.waiting, busy.overdue, busy.unheard) == (1, 1, 1, 1)


@pytest.mark.parametrize(("state", "waits"), [("new", 1), ("claimed", 1), ("submitted", 0), ("closed", 0)])
def test_what_was_submitted_waits_for_nobody_in_the_weekly_figures(
    sqlite_database: Database, state: str, waits: int
) -> None:
    from service.alerts.week import week_until

    with sqlite_database.transaction() as session:
        where = ringing.listing(session)
        ringing.review(session, where, first_seen_at=NOW, due_public_at=NOW, state=state)
        assert week_until(session, NOW, NOW).waiting == waits


def test_a_digest_that_fails_is_told_to_somebody_else(database: Database) -> None:
    from service.errors import DeliveryFailed

    channels = a_shop(database, people=("Kim", "Lee"))
    comes(database)
    send(database)
    deliver(database, post(mail=Recorder([DeliveryFailed("550", permanent=True)])), Clock(NEXT_MORNING))
    assert deliveries(database) == channels


def test_the_demos_digests_end_with_it(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        begin_demo(session, NOW)
        dana = ringing.person(session)
        dana.email_folded = "dana@demo-town.example"
        number = ringing.channel(session, dana)
        session.add(Rule(position=1, title="All", match={}, to=[number], timing={"when": "daily"}))
    comes(sqlite_database)
    send(sqlite_database)
    comes(sqlite_database, 2)
    with sqlite_database.transaction() as session:
        assert start_clean(session)
        assert session.scalars(select(Digest)).all() == []
        assert session.scalars(select(DigestItem)).all() == []


CHILD = """
import os, sys
from datetime import datetime
from service.alerts import digests
from service.db import Database
from tests.ringing import packing
place = sys.argv[2]
def die(*_a, **_k):
    os.kill(os.getpid(), 9)
if place == "before":
    digests._rung = die
elif place == "within":
    digests.enqueue = die
digests.send_digests(Database(sys.argv[1]), packing(), datetime.fromisoformat(sys.argv[3]))
if place == "after":
    die()
"""


@pytest.mark.server
@pytest.mark.parametrize(("place", "left"), [("before", 1), ("within", 1), ("after", 0)])
def test_killed_at_any_place_it_goes_out_exactly_once(database: Database, place: str, left: int) -> None:
    channels = a_shop(database)
    comes(database)
    url = database.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", CHILD, url, place, NEXT_MORNING.isoformat()]
    assert subprocess.run(words, check=False).returncode == -9
    assert send(database) == left
    assert len(rung(database)) == 1
    assert deliveries(database) == channels
