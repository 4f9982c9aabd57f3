"""What others are told of: written with the fact, once, and ringing nobody."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.alerts.ring import ring
from service.alerts.rules import RINGING
from service.db import Database
from service.domain import EventKind
from service.models import Alert, Event, PackVersion
from service.outcomes import handling, using
from service.outcomes.handling import Actor
from service.outcomes.seen import follow
from tests.desk_rows import Rows
from tests.ringing import packing
from tests.test_postings import BODY, PACK
from tests.test_seen import BY_PAGE, copy, heard, say, step
from tests.test_versions import Keys, Made, approved, keys, made

__all__ = ["keys", "made"]

TOLD_ELSEWHERE = (
    EventKind.CLAIMED,
    EventKind.REPLY_SUBMITTED,
    EventKind.SEEN_IN_PUBLIC,
    EventKind.PACK_APPROVED,
)


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    return Rows(database, now)


@pytest.fixture
def review(rows: Rows) -> int:
    facts = {"loaded_at": rows.now, "effective_from": PACK.effective_from, "until": PACK.until}
    rows.add(PackVersion(sha256=PACK.sha256, pack="test", serial=1, body=BODY, risk="routine", **facts))
    return rows.review(rows.listing(rows.branch("North", code="north")), author=None)


def written(database: Database) -> list[Event]:
    kinds = [kind.value for kind in TOLD_ELSEWHERE]
    with database.reading() as session:
        return list(session.scalars(select(Event).where(col(Event.kind).in_(kinds)).order_by(col(Event.id))))


def test_taking_a_review_is_told_once_with_whoever_holds_it(rows: Rows, review: int) -> None:
    dana = Actor("Dana Whitlock", rows.person("Dana Whitlock"))
    for _ in range(2):
        with rows.database.transaction() as session:
            handling.claim(session, review, step(rows, "k", dana))
    (event,) = written(rows.database)
    assert (event.kind, event.review_id, event.payload) == ("claimed", review, {"person": dana.person_id})
    with rows.database.transaction() as session:
        handling.assign(session, review, Actor("Sam Ito"), step(rows, "k2", dana))
    assert [one.payload for one in written(rows.database)][1:] == [{"person": None}]


def test_a_posting_is_told_when_it_goes_a_step_further_and_not_again(rows: Rows, review: int) -> None:
    posting = copy(rows, review)
    for key in ("k2", "k2", "k3"):
        say(rows, review, posting, using.submitted, key)
    rows.set(review, **BY_PAGE)
    heard(rows, review)
    follow(rows.database, rows.now)
    follow(rows.database, rows.now)
    told = [(event.kind, event.payload) for event in written(rows.database) if event.kind != "claimed"]
    assert told == [
        ("reply_submitted", {"posting": posting, "signs": []}),
        ("seen_in_public", {"posting": posting, "signs": ["page"]}),
    ]


def test_a_pack_is_told_when_its_last_signature_is_there(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
    (event,) = written(database)
    assert event.subject == f"pack:{version.pack}"
    assert event.payload["sha256"] == version.sha256.hex()


def test_none_of_it_rings_anybody(rows: Rows, review: int) -> None:
    assert RINGING.isdisjoint(TOLD_ELSEWHERE)
    say(rows, review, copy(rows, review), using.submitted)
    assert ring(rows.database, packing(), rows.now) == 0
    with rows.database.reading() as session:
        assert session.scalars(select(Alert)).all() == []
