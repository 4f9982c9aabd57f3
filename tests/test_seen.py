"""From a copied reply to one that the public sees: what each word and each look proves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from service.db import Database
from service.domain import EventKind
from service.errors import Overtaken
from service.models import Event, PackVersion, Posting, PostingEvent, Review
from service.outcomes import using
from service.outcomes.handling import Actor, Step, in_hand
from service.outcomes.postings import Used
from service.outcomes.seen import follow
from tests.desk_rows import Rows
from tests.test_postings import BODY, PACK, WORDS, approved

DANA = Actor("Dana Whitlock")
COPIED = "I am sorry. We have since hired a second cook."
PAGE = {"reply": ["page", "2026-11-22T09:00:00+00:00", None]}
BY_PAGE = {"reply_text": COPIED, "state": "answered", "provenance": PAGE}


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    return Rows(database, now)


@pytest.fixture
def review(rows: Rows) -> int:
    facts = {"loaded_at": rows.now, "effective_from": PACK.effective_from, "until": PACK.until}
    rows.add(PackVersion(sha256=PACK.sha256, pack="test", serial=1, body=BODY, risk="routine", **facts))
    return rows.review(rows.listing(rows.branch("North", code="north")), author=None)


def step(rows: Rows, key: str, who: Actor = DANA) -> Step:
    return Step(who, key, rows.now)


def copy(rows: Rows, review: int, key: str = "k1", who: Actor = DANA, used: Used = WORDS) -> int:
    with rows.database.transaction() as session:
        words = using.Words(used, approved(), COPIED)
        return using.copied(session, in_hand(session, review), words, step(rows, key, who), "desk").id or 0


def say(rows: Rows, review: int, posting: int, what: Any, key: str = "k2", **more: Any) -> None:
    with rows.database.transaction() as session:
        row = using.posting_of(session, review, posting)
        assert row is not None
        what(session, in_hand(session, review), row, step(rows, key), "desk", **more)


def heard(rows: Rows, review: int, kind: EventKind = EventKind.REPLIED) -> None:
    rows.event(kind, review_id=review, subject=f"review:{review}")


def states(rows: Rows, review: int) -> tuple[str, list[str]]:
    with rows.database.reading() as session:
        postings = session.scalars(select(col(Posting.state)).order_by(col(Posting.id))).all()
        return session.get_one(Review, review).state, list(postings)


def open_events(session: Session) -> int:
    return len(session.scalars(select(Event).where(col(Event.outcomes_done_at).is_(None))).all())


def test_copying_takes_the_review_and_keeps_the_text(rows: Rows, review: int) -> None:
    posting = copy(rows, review)
    with rows.database.reading() as session:
        row = session.get_one(Posting, posting)
        assert (row.reply_class, row.text, row.person) == ("within_bounds", COPIED, "Dana Whitlock")
        assert session.get_one(Review, review).claimed_as == "Dana Whitlock"
        assert using.under_way(session, review) == row
    assert states(rows, review) == ("claimed", ["copied"])


def test_copying_twice_is_copying_once(rows: Rows, review: int) -> None:
    assert copy(rows, review) == copy(rows, review)
    with rows.database.reading() as session:
        assert len(session.scalars(select(PostingEvent)).all()) == 1


def test_who_copies_second_is_told_who_was_quicker_and_nothing_is_stored(rows: Rows, review: int) -> None:
    copy(rows, review)
    with pytest.raises(Overtaken, match="Dana Whitlock was quicker"):
        copy(rows, review, "k2", Actor("Sam Ito"))
    assert states(rows, review) == ("claimed", ["copied"])


def test_a_persons_word_proves_submitted_and_the_changed_text_is_classed(rows: Rows, review: int) -> None:
    posting = copy(rows, review)
    say(rows, review, posting, using.submitted, text="Sorry! Here is a voucher.")
    say(rows, review, posting, using.submitted, text="Sorry! Here is a voucher.")
    assert states(rows, review) == ("submitted", ["submitted"])
    with rows.database.reading() as session:
        assert session.get_one(Posting, posting).reply_class == "off_pack"


def test_what_she_takes_back_is_hers_to_answer_again(rows: Rows, review: int) -> None:
    posting = copy(rows, review)
    say(rows, review, posting, using.submitted)
    say(rows, review, posting, using.denied, "k3")
    assert states(rows, review) == ("claimed", ["denied"])


def test_a_look_at_the_page_proves_it_seen_in_public(rows: Rows, review: int) -> None:
    say(rows, review, copy(rows, review), using.submitted)
    rows.set(review, **BY_PAGE)
    heard(rows, review)
    assert follow(rows.database, rows.now) == 1
    assert follow(rows.database, rows.now) == 0
    assert states(rows, review) == ("answered", ["seen_in_public"])
    with rows.database.reading() as session:
        seen = session.scalars(select(PostingEvent).order_by(col(PostingEvent.id).desc())).first()
        assert seen is not None
        assert (seen.device, seen.signs) == ("look", ["page"])
        assert open_events(session) == 0


def test_no_word_of_hers_takes_back_what_the_public_sees(rows: Rows, review: int) -> None:
    posting = copy(rows, review)
    rows.set(review, **BY_PAGE)
    heard(rows, review)
    follow(rows.database, rows.now)
    say(rows, review, posting, using.denied)
    assert states(rows, review) == ("answered", ["seen_in_public"])


@pytest.mark.parametrize(
    "facts",
    [
        {"provenance": {"reply": ["mail", "2026-11-22T09:00:00+00:00", None]}},
        {"provenance": {"reply": ["hand", "2026-11-22T09:00:00+00:00", None]}},
        {"reply_state": "pending"},
        {"reply_text": "Call us, and we will talk about the refund of your dinner."},
    ],
)
def test_what_proves_nothing_of_our_words_is_no_proof(rows: Rows, review: int, facts: dict[str, Any]) -> None:
    copy(rows, review)
    rows.set(review, **(BY_PAGE | facts))
    heard(rows, review)
    assert follow(rows.database, rows.now) == 0
    assert states(rows, review)[1] == ["copied"]


def test_words_changed_after_copying_are_known_again_and_classed(rows: Rows, review: int) -> None:
    posting = copy(rows, review)
    rows.set(review, **BY_PAGE | {"reply_text": "I am sorry. We have since hired a third cook!"})
    heard(rows, review, EventKind.REPLY_EDITED)
    assert follow(rows.database, rows.now) == 1
    with rows.database.reading() as session:
        row = session.get_one(Posting, posting)
        assert (row.state, row.reply_class) == ("seen_in_public", "off_pack")


def test_a_reply_that_vanished_waits_again(rows: Rows, review: int) -> None:
    say(rows, review, copy(rows, review), using.submitted)
    heard(rows, review, EventKind.REPLY_VANISHED)
    follow(rows.database, rows.now)
    assert states(rows, review)[0] == "vanished"


def test_a_reply_the_site_rejected_is_no_answer(rows: Rows, review: int) -> None:
    copy(rows, review)
    rows.set(review, **BY_PAGE | {"reply_state": "rejected"})
    heard(rows, review)
    follow(rows.database, rows.now)
    assert states(rows, review) == ("rejected", ["copied"])


def test_an_erased_review_and_what_is_no_reply_are_marked_and_left(rows: Rows, review: int) -> None:
    rows.set(review, erased_at=rows.now, reply_text=None)
    heard(rows, review)
    for _ in range(120):
        rows.event(EventKind.NEW, at=rows.now - timedelta(days=1))
    heard(rows, review, EventKind.REPLY_VANISHED)
    assert follow(rows.database, rows.now) == 0
    with rows.database.reading() as session:
        assert open_events(session) == 0


def test_one_event_that_fails_stops_no_other(rows: Rows, review: int) -> None:
    copy(rows, review)
    heard(rows, review)
    rows.set(review, **BY_PAGE)
    heard(rows, review)

    def attempt(name: str, work: Any) -> None:
        if name.endswith(" 2"):
            work()

    assert follow(rows.database, rows.now, attempt=attempt) == 1
