"""Who has a review in hand, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from service.db import Database
from service.errors import AnswerRefused, Overtaken
from service.models import Review, ReviewNote
from service.outcomes import handling
from service.outcomes.handling import Actor, Step
from tests.desk_rows import Rows

DANA, SAM = Actor("Dana Whitlock"), Actor("Sam Ito")


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    return Rows(database, now)


@pytest.fixture
def review(rows: Rows) -> int:
    return rows.review(rows.listing(rows.branch()))


def step(rows: Rows, who: Actor = DANA, key: str = "1") -> Step:
    return Step(who, key, rows.now)


def do(rows: Rows, act: Callable[..., None], review: int, *more: Any) -> Review:
    with rows.database.transaction() as session:
        act(session, review, *more)
        return session.get_one(Review, review)


def lines(session: Session) -> list[tuple[str, str, str | None]]:
    return [
        (one.act, one.by, one.text)
        for one in session.scalars(select(ReviewNote).order_by(col(ReviewNote.id)))
    ]


def test_who_takes_a_review_has_it_and_the_next_is_told_who(rows: Rows, review: int) -> None:
    taken = do(rows, handling.claim, review, step(rows))
    assert (taken.state, taken.claimed_as, taken.claimed_at) == ("claimed", "Dana Whitlock", rows.now)
    with pytest.raises(Overtaken, match="Dana Whitlock was quicker"):
        do(rows, handling.claim, review, step(rows, SAM, "2"))
    do(rows, handling.claim, review, step(rows, key="3"))
    with rows.database.reading() as session:
        assert lines(session) == [("claimed", "Dana Whitlock", None)]


def test_of_two_who_take_it_at_once_exactly_one_has_it(rows: Rows, review: int) -> None:
    ready, told = Barrier(2), []

    def reach_for_it(who: Actor) -> None:
        ready.wait(5)
        try:
            do(rows, handling.claim, review, step(rows, who, who.name))
            told.append(f"{who.name} has it")
        except Overtaken as late:
            told.append(str(late))

    both = [Thread(target=reach_for_it, args=(who,)) for who in (DANA, SAM)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)
    with rows.database.reading() as session:
        holder = session.get_one(Review, review).claimed_as
    assert f"{holder} has it" in told
    assert any(f"{holder} was quicker" in one for one in told)


def test_two_people_of_one_name_are_two(rows: Rows, review: int) -> None:
    one = rows.person("Kim Lee", "kim@one.example")
    other = rows.person("Kim Lee", "kim@two.example")
    do(rows, handling.claim, review, step(rows, Actor("Kim Lee", one)))
    with pytest.raises(Overtaken):
        do(rows, handling.claim, review, step(rows, Actor("Kim Lee", other), "2"))


def test_it_is_handed_over_and_given_back(rows: Rows, review: int) -> None:
    do(rows, handling.claim, review, step(rows))
    handed = do(rows, handling.assign, review, SAM, step(rows, key="2"))
    assert (handed.claimed_as, handed.state) == ("Sam Ito", "claimed")
    free = do(rows, handling.release, review, step(rows, SAM, "3"))
    assert (free.claimed_as, free.claimed_at, free.state) == (None, None, "seen")
    with rows.database.reading() as session:
        assert lines(session) == [
            ("claimed", "Dana Whitlock", None),
            ("assigned", "Dana Whitlock", "Sam Ito"),
            ("released", "Sam Ito", None),
        ]


def test_a_reply_that_was_seen_to_vanish_stays_so_when_it_is_taken(rows: Rows, review: int) -> None:
    rows.set(review, state="vanished")
    assert do(rows, handling.claim, review, step(rows)).state == "vanished"


def test_what_is_put_off_comes_back_and_taking_it_brings_it_back_at_once(rows: Rows, review: int) -> None:
    until = rows.now + timedelta(hours=3)
    assert do(rows, handling.snooze, review, until, step(rows)).snoozed_until == until
    assert do(rows, handling.wake, review, step(rows, key="2")).snoozed_until is None
    do(rows, handling.snooze, review, until, step(rows, key="3"))
    assert do(rows, handling.claim, review, step(rows, key="4")).snoozed_until is None


@pytest.mark.parametrize("hours", [0, -1, 24 * 32])
def test_nothing_is_put_off_into_the_past_or_for_ever(rows: Rows, review: int, hours: int) -> None:
    with pytest.raises(AnswerRefused, match="still to come"):
        do(rows, handling.snooze, review, rows.now + timedelta(hours=hours), step(rows))


def test_it_is_closed_for_a_reason_and_opened_again(rows: Rows, review: int) -> None:
    with pytest.raises(AnswerRefused, match="A reason"):
        do(rows, handling.close, review, "  ", step(rows))
    closed = do(rows, handling.close, review, "We spoke with her.", step(rows))
    assert (closed.state, closed.closed_why) == ("closed", "We spoke with her.")
    with pytest.raises(Overtaken, match=r"closed without a reply: We spoke with her\."):
        do(rows, handling.claim, review, step(rows, SAM, "2"))
    again = do(rows, handling.reopen, review, step(rows, key="3"))
    assert (again.state, again.closed_why) == ("seen", None)


def test_a_form_that_is_sent_twice_is_carried_out_once(rows: Rows, review: int) -> None:
    for _ in range(2):
        do(rows, handling.note, review, "She rang.", step(rows))
    with rows.database.reading() as session:
        assert lines(session) == [("noted", "Dana Whitlock", "She rang.")]


@pytest.mark.parametrize("words", ["", " \n ", "x" * 2001])
def test_a_note_says_something_and_not_everything(rows: Rows, review: int, words: str) -> None:
    with pytest.raises(AnswerRefused, match="A note"):
        do(rows, handling.note, review, words, step(rows))


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"reply_text": "Thank you!"}, "answered meanwhile"),
        ({"removed_at": datetime(2026, 11, 22, 8).astimezone()}, "no longer on the site"),
        ({"erased_at": datetime(2026, 11, 22, 8).astimezone()}, "words were erased"),
    ],
)
def test_what_happened_meanwhile_is_said(rows: Rows, review: int, facts: dict[str, Any], why: str) -> None:
    rows.set(review, **facts)
    for act in (handling.claim, handling.close):
        with pytest.raises(Overtaken, match=why):
            do(rows, act, review, *(["Done."] if act is handling.close else []), step(rows))
