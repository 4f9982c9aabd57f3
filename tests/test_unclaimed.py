"""What nobody takes in time is told once more, and never twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.alerts.claim import TAKEN
from service.alerts.outbox import deliver
from service.alerts.ring import ring
from service.alerts.unclaimed import STILL_NEWS, tell_again
from service.db import Database
from service.domain import Flag, Urgency
from service.models import Delivery, Review, Rule
from tests import ringing
from tests.ringing import NOW, Clock, Recorder, judged, packing, post
from tests.test_compose import sent

DUE = NOW + timedelta(hours=2)
PACKING = packing()


def rung(database: Database, people: tuple[str, ...] = ("Kim", "Lee"), **columns: Any) -> list[int]:
    """A review whose alert was sent to the first of ``people``; answers their channels."""
    timing, match = columns.pop("timing", {}), columns.pop("match", {})
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in people]
        session.add(Rule(position=1, title="All", match=match, to=channels[:1], timing=timing))
        where = ringing.listing(session, ringing.branch(session))
        about = ringing.review(session, where, **({"due_claim_at": DUE} | columns))
        ringing.event(session, where, about)
    ring(database, PACKING, NOW)
    deliver(database, post(mail=Recorder()), Clock())
    return channels


def again(database: Database) -> list[int]:
    """The channels that were told once more."""
    with database.reading() as session:
        rows = select(col(Delivery.channel_id)).where(col(Delivery.purpose) == "unclaimed")
        return list(session.scalars(rows.order_by(col(Delivery.id))))


def test_what_nobody_took_in_time_is_told_to_the_others_once(database: Database) -> None:
    _kim, lee = rung(database)
    assert tell_again(database, PACKING, DUE - timedelta(minutes=1)) == 0
    assert tell_again(database, PACKING, DUE) == 1
    assert tell_again(database, PACKING, DUE + timedelta(minutes=1)) == 0
    assert again(database) == [lee]


def test_it_says_why_it_comes_again_in_the_same_thread(sqlite_database: Database) -> None:
    rung(sqlite_database, ("Kim",))
    tell_again(sqlite_database, PACKING, DUE)
    sender = Recorder()
    deliver(sqlite_database, post(mail=sender), Clock(DUE))
    (parcel,) = sender.parcels
    assert parcel.thread is not None
    assert parcel.thread != parcel.key
    assert "Nobody has taken it yet: It was to be in somebody's hands by" in sent(parcel.facts).text


def test_a_rule_names_who_is_told_then(database: Database) -> None:
    channels = rung(database, ("Kim", "Lee", "Pat"))
    with database.transaction() as session:
        session.scalars(select(Rule)).one().timing = {"then": [channels[2]]}
    tell_again(database, PACKING, DUE)
    assert again(database) == [channels[2]]


def test_where_everybody_knows_already_everybody_is_told_again(database: Database) -> None:
    (kim,) = rung(database, ("Kim",))
    tell_again(database, PACKING, DUE)
    assert again(database) == [kim]


def test_what_is_held_stays_with_those_it_was_told_to(database: Database) -> None:
    kim, _lee = rung(
        database,
        triage=judged(Urgency.HELD, flags=(Flag.SAFETY,)),
        match={"flags": ["safety"]},
        urgency="held",
    )
    tell_again(database, PACKING, DUE)
    assert again(database) == [kim]


@pytest.mark.parametrize(
    "since",
    [
        {"claimed_as": "Kim"},
        {"state": "submitted"},
        {"reply_text": "Thank you."},
        {"removed_at": NOW},
        {"snoozed_until": DUE + timedelta(hours=1)},
        {"baseline": True},
    ],
    ids=lambda since: next(iter(since)),
)
def test_what_is_in_hand_or_over_is_not_told_again(database: Database, since: dict[str, Any]) -> None:
    rung(database)
    with database.transaction() as session:
        review = session.scalars(select(Review)).one()
        for name, value in since.items():
            setattr(review, name, value)
    assert tell_again(database, PACKING, DUE) == 0


def test_what_was_due_long_ago_is_not_told_again(sqlite_database: Database) -> None:
    rung(sqlite_database)
    assert tell_again(sqlite_database, PACKING, DUE + STILL_NEWS) == 0


def test_whoever_takes_it_before_it_leaves_spares_the_others(database: Database) -> None:
    rung(database)
    tell_again(database, PACKING, DUE)
    with database.transaction() as session:
        session.scalars(select(Review)).one().claimed_as = "Kim"
    sender = Recorder()
    deliver(database, post(mail=sender), Clock(DUE))
    assert sender.parcels == []
    with database.reading() as session:
        last = session.scalars(select(Delivery).where(col(Delivery.purpose) == "unclaimed")).one()
    assert (last.state, last.last_error) == ("withheld", TAKEN)


def test_it_keeps_the_branchs_quiet_hours(sqlite_database: Database) -> None:
    quiet = {"quiet": ["10:00", "12:00"], "breaks": []}
    rung(sqlite_database, timing=quiet)
    tell_again(sqlite_database, PACKING, DUE)
    with sqlite_database.reading() as session:
        last = session.scalars(select(Delivery).where(col(Delivery.purpose) == "unclaimed")).one()
    assert last.next_try_at == NOW + timedelta(hours=3)


def test_what_a_digest_told_waits_as_its_reader_chose(sqlite_database: Database) -> None:
    rung(sqlite_database, urgency="normal", timing={"when": "daily"})
    assert tell_again(sqlite_database, PACKING, DUE) == 0
