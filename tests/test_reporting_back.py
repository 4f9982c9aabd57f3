"""A settled case is reported back, or somebody is reminded: once, and the right person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.alerts.claim import REPORTED
from service.alerts.facts import Facts
from service.alerts.outbox import deliver
from service.alerts.ring import ring
from service.alerts.timing import Timing
from service.alerts.week import week_until
from service.db import Database
from service.domain import EventKind, Flag, Urgency
from service.models import (
    Alert,
    CaseEntry,
    CaseFile,
    Delivery,
    Event,
    Installation,
    Posting,
    PostingEvent,
    Review,
    RoleGrant,
    Rule,
)
from service.outcomes import cases, reporting_back, using
from service.outcomes.handling import Actor, Step
from service.outcomes.reporting_back import remind
from service.outcomes.seen import follow
from tests import ringing
from tests.ringing import NOW, Clock, Recorder, judged, packing, post

PACKING = packing()
DUE = NOW + timedelta(days=3)
KIM = Actor("Kim", 1)


def settled(database: Database, *people: str, vertical: str = "general", **review: Any) -> list[int]:
    """A case of review 1 that was settled at ``NOW``; answers the people's channels."""
    with database.transaction() as session:
        channels = [ringing.channel(session, ringing.person(session, name)) for name in people]
        where = ringing.listing(session, ringing.branch(session, vertical=vertical))
        about = ringing.review(session, where, **({"triage": judged()} | review))
        cases.take_offline(session, about.id or 0, Step(KIM if people else Actor("the desk"), "1", NOW))
        cases.end(session, about.id or 0, "put_right", "", Step(KIM, "2", NOW))
    return channels


def reminded(database: Database, at: datetime = DUE) -> int:
    count = remind(database, at)
    ring(database, PACKING, at)
    return count


def told(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(col(Delivery.channel_id)).order_by(col(Delivery.id))))


def case(database: Database) -> CaseFile:
    with database.reading() as session:
        return session.scalars(select(CaseFile)).one()


def change(database: Database, model: type[Any], number: int = 1, **facts: Any) -> None:
    with database.transaction() as session:
        row = session.get_one(model, number)
        for name, value in facts.items():
            setattr(row, name, value)


def test_whoever_holds_the_case_is_reminded_once_when_it_is_due(database: Database) -> None:
    kim, _lee = settled(database, "Kim", "Lee")
    assert reminded(database, DUE - timedelta(seconds=1)) == 0
    assert reminded(database) == 1
    assert reminded(database, DUE + timedelta(days=9)) == 0
    assert told(database) == [kim]
    with database.reading() as session:
        facts = Facts.model_validate(session.scalars(select(Alert)).one().body)
    assert (facts.due_at, facts.told_because) == (DUE, "it is in your hands")


def test_where_nobody_holds_it_the_branchs_managers_are_reminded(database: Database) -> None:
    _kim, lee, _pat = settled(database, "Kim", "Lee", "Pat")
    change(database, Review, claimed_by=None, claimed_as=None)
    with database.transaction() as session:
        session.add(RoleGrant(person_id=2, role="branch", scope_kind="branch", scope="north"))
        session.add(RoleGrant(person_id=3, role="branch", scope_kind="branch", scope="south"))
    reminded(database)
    assert told(database) == [lee]


def test_where_there_are_no_managers_the_rules_decide(database: Database) -> None:
    _kim, lee = settled(database, "Kim", "Lee")
    change(database, Review, claimed_by=None, claimed_as=None)
    with database.transaction() as session:
        session.add(Rule(position=1, title="Lee", to=[2]))
    reminded(database)
    assert told(database) == [lee]


def test_a_rule_written_for_reminders_has_the_last_word(database: Database) -> None:
    _kim, lee = settled(database, "Kim", "Lee")
    with database.transaction() as session:
        session.add(Rule(position=1, title="Endings", match={"kinds": ["report_back"]}, to=[2]))
    reminded(database)
    assert told(database) == [lee]


def test_the_rules_quiet_hours_hold_for_reminders_too(database: Database) -> None:
    (kim,) = settled(database, "Kim")
    quiet = Timing(quiet=("08:00", "12:00"), breaks=())  # type: ignore[arg-type]
    with database.transaction() as session:
        session.add(Rule(position=1, title="x", to=[kim], timing=quiet.model_dump(mode="json")))
    reminded(database)
    with database.reading() as session:
        leaves = session.scalars(select(Delivery)).one().next_try_at
    assert leaves == DUE + timedelta(hours=3)


def test_whoever_a_held_review_names_is_not_the_one_to_be_reminded(database: Database) -> None:
    words = {"text": "Kim called us names.", "urgency": "held"}
    flagged = judged(Urgency.HELD, flags=(Flag.DISCRIMINATION, Flag.STAFF_NAMED))
    _kim, lee = settled(database, "Kim", "Lee", triage=flagged, **words)
    reminded(database)
    assert told(database) == [lee]


def test_a_health_branchs_reminder_says_nothing_of_the_review(database: Database) -> None:
    settled(database, "Kim", vertical="dental", text="They drilled the wrong tooth.")
    reminded(database)
    sent = Recorder()
    deliver(database, post(mail=sent), Clock(DUE))
    with database.reading() as session:
        body = session.scalars(select(Alert)).one().body
    assert "tooth" not in str(body)
    assert sent.parcels[0].facts.kind is EventKind.REPORT_BACK


@pytest.mark.parametrize(
    "since",
    [
        {"removed_at": NOW},
        {"erased_at": NOW},
    ],
)
def test_nothing_is_due_below_a_review_that_is_gone(database: Database, since: dict[str, Any]) -> None:
    settled(database, "Kim")
    change(database, Review, **since)
    assert reminded(database) == 0


def test_what_was_due_before_a_restore_was_told_elsewhere(database: Database) -> None:
    settled(database, "Kim")
    with database.transaction() as session:
        session.add(Installation(created_at=NOW, restored_at=DUE + timedelta(hours=1)))
    assert reminded(database, DUE + timedelta(hours=2)) == 0


def test_a_reminder_that_still_waits_is_not_sent_once_it_was_reported(database: Database) -> None:
    settled(database, "Kim")
    reminded(database)
    change(database, CaseFile, reported_at=DUE)
    sent = Recorder()
    deliver(database, post(mail=sent), Clock(DUE))
    assert sent.parcels == []
    with database.reading() as session:
        assert session.scalars(select(Delivery)).one().last_error == REPORTED


def test_the_week_counts_what_runs_and_what_is_not_reported(database: Database) -> None:
    settled(database, "Kim")
    with database.reading() as session:
        week = week_until(session, DUE, DUE + timedelta(hours=1))
    assert (week.offline, week.unreported) == (0, 1)
    with database.transaction() as session:
        cases.reopen(session, 1, Step(KIM, "3", DUE))
    with database.reading() as session:
        week = week_until(session, DUE, DUE + timedelta(hours=1))
    assert (week.offline, week.unreported) == (1, 0)


# What counts as reported back


def posting(database: Database, taken_at: datetime) -> int:
    with database.transaction() as session:
        used = {"pack": "p", "sha256": bytes(32), "item": "i", "variant": 1, "person": "Kim"}
        row = Posting(review_id=1, made_at=taken_at, text="Settled, and thank you.", state="copied", **used)
        session.add(row)
        session.flush()
        session.add(PostingEvent(posting_id=row.id or 0, device="desk", key="c", kind="copied", at=taken_at))
        return row.id or 0


def says(database: Database, act: Any, at: datetime) -> None:
    with database.transaction() as session:
        review, row = session.get_one(Review, 1), session.get_one(Posting, 1)
        act(session, review, row, Step(KIM, f"{act.__name__}{at}", at), "desk")


def test_words_taken_along_since_and_said_to_be_posted_are_a_report(database: Database) -> None:
    settled(database, "Kim")
    posting(database, NOW + timedelta(hours=1))
    says(database, using.submitted, NOW + timedelta(hours=2))
    assert (case(database).reported_at, case(database).reported_back) == (NOW + timedelta(hours=2), 1)
    assert reminded(database) == 0
    says(database, using.denied, NOW + timedelta(hours=3))
    assert case(database).is_owed
    assert reminded(database) == 1
    with database.reading() as session:
        kinds = list(session.scalars(select(col(CaseEntry.kind)).order_by(col(CaseEntry.id))))
    assert kinds == ["opened", "ended", "reported", "taken_back"]


def test_words_taken_along_before_it_was_settled_are_none(database: Database) -> None:
    settled(database, "Kim")
    posting(database, NOW - timedelta(hours=1))
    says(database, using.submitted, NOW + timedelta(hours=2))
    assert case(database).is_owed


def look(database: Database, kind: EventKind, at: datetime, *, route: str = "page", **reply: Any) -> None:
    """A look sees a reply."""
    seen = {"reply_text": "All is well now.", "provenance": {"reply": [route, at.isoformat(), "second"]}}
    change(database, Review, **(seen | reply))
    with database.transaction() as session:
        review = session.get_one(Review, 1)
        where = session.get_one(ringing.Listing, review.listing_id)
        ringing.event(session, where, review, kind=kind.value, at=at, dedupe_key=at.isoformat())
    follow(database, at)


def test_a_new_reply_that_a_look_sees_is_a_report_whoever_wrote_it(database: Database) -> None:
    settled(database, "Kim")
    look(database, EventKind.REPLIED, NOW + timedelta(hours=5))
    assert (case(database).reported_at, case(database).reported_back) == (NOW + timedelta(hours=5), None)


@pytest.mark.parametrize(
    ("route", "reply"),
    [
        ("mail", {}),
        ("page", {"reply_state": "pending"}),
        ("page", {"reply_at": NOW - timedelta(days=2)}),
    ],
)
def test_what_no_look_saw_or_stood_before_is_none(
    database: Database, route: str, reply: dict[str, Any]
) -> None:
    settled(database, "Kim")
    look(database, EventKind.REPLIED, NOW + timedelta(hours=5), route=route, **reply)
    assert case(database).is_owed


def test_the_first_reply_seen_late_is_none_and_its_edit_is(database: Database) -> None:
    settled(database, "Kim")
    posting(database, NOW - timedelta(hours=1))
    look(database, EventKind.REPLIED, NOW + timedelta(hours=5), reply_text="Settled, and thank you.")
    assert case(database).is_owed
    edited = "Settled, and thank you. We have a second cook now."
    look(database, EventKind.REPLY_EDITED, NOW + timedelta(hours=9), reply_text=edited)
    assert case(database).reported_at == NOW + timedelta(hours=9)


def test_a_case_that_goes_on_between_the_event_and_the_ring_rings_nobody(database: Database) -> None:
    settled(database, "Kim")
    remind(database, DUE)
    with database.transaction() as session:
        cases.reopen(session, 1, Step(KIM, "3", DUE))
    ring(database, PACKING, DUE)
    assert told(database) == []
    with database.reading() as session:
        due = select(Event).where(col(Event.kind) == EventKind.REPORT_BACK.value)
        assert session.scalars(due).one().alerts_done_at is not None


def test_settled_once_more_it_is_due_once_more(database: Database) -> None:
    settled(database, "Kim")
    reminded(database)
    later = DUE + timedelta(days=1)
    with database.transaction() as session:
        cases.reopen(session, 1, Step(KIM, "3", later))
        cases.end(session, 1, "cleared_up", "", Step(KIM, "4", later))
        assert reporting_back.owed_by(session, session.get_one(Review, 1)) is not None
    assert reminded(database, later) == 0
    assert reminded(database, later + timedelta(days=3)) == 1
