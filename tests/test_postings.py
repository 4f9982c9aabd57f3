"""What was done with approved words: stored once, classed here, and provable after the words are gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from service import audit
from service.db import Database
from service.models import Branch, Posting, PostingEvent, PostingState
from service.outcomes.postings import Told, Used, begin, happened, used_by
from service.replies.filling import Filled, fill, values_for
from service.replies.packs import read_pack
from tests.conftest import NOW
from tests.ringing import branch, listing, review

BODY = b"""
format = 1
pack = "test"
serial = 1
title = "Test"
risk = "routine"
from = 2026-01-01
until = 2027-12-31
author = "Ada Byron"
[[item]]
id = "sorry"
when = { stars = [1, 2] }
variants = ["I am sorry. We have since [fix].", "That was wrong. Now [fix].", "We let you down, so [fix]."]
[item.blank.fix]
hint = "what you changed"
max = 60
forbid = ["money"]
"""
PACK = read_pack(BODY)
WORDS = Used("test", PACK.sha256, "sorry", 1)


def approved() -> Filled:
    item = PACK.items[0]
    return fill(item, item.variants[0], values_for(Branch(code="north", name="North"), None, PACK))


def a_posting(session: Session) -> Posting:
    where = listing(session, branch(session))
    return begin(session, review(session, where).id or 0, where.branch_id, WORDS, "Kim", NOW)


def told(kind: PostingState, key: str = "", text: str | None = None) -> Told:
    return Told("desk", key or kind.value, kind, NOW, text)


def test_the_class_is_computed_from_the_text(database: Database) -> None:
    with database.transaction() as session:
        posting = a_posting(session)
        within = "I am sorry. We have since hired a second cook."
        happened(session, posting, told(PostingState.COPIED, text=within), approved(), NOW)
        assert (posting.reply_class, posting.values) == ("within_bounds", {"fix": "hired a second cook"})
        beyond = "I am sorry. Here is $20 off."
        happened(session, posting, told(PostingState.INSERTED, text=beyond), approved(), NOW)
        assert posting.reply_class == "off_pack"
        assert posting.text == beyond


def test_what_is_told_twice_is_stored_once(database: Database) -> None:
    with database.transaction() as session:
        posting = a_posting(session)
        first, again = (happened(session, posting, told(PostingState.COPIED), approved(), NOW) for _ in "12")
        assert (first, again) == (True, False)
        assert len(session.exec(select(PostingEvent)).all()) == 1
        assert audit.head(session).seq == 1


def test_beginning_twice_is_beginning_once(database: Database) -> None:
    with database.transaction() as session:
        posting = a_posting(session)
        again = begin(session, posting.review_id, None, WORDS, "Kim", NOW + timedelta(hours=1))
        assert again.id == posting.id


STORIES = [
    (["shown", "copied", "submitted"], "submitted"),
    (["submitted", "copied"], "submitted"),
    (["submitted", "denied"], "denied"),
    (["denied", "submitted"], "submitted"),
    (["seen_in_public", "denied"], "seen_in_public"),
    (["seen_in_public", "submitted"], "seen_in_public"),
]


@pytest.mark.parametrize(("kinds", "state"), STORIES)
def test_the_state_is_what_has_been_proved(sqlite_database: Database, kinds: list[str], state: str) -> None:
    with sqlite_database.transaction() as session:
        posting = a_posting(session)
        for kind in kinds:
            happened(session, posting, told(PostingState(kind)), approved(), NOW)
        assert posting.state == state


def test_only_words_that_were_used_have_a_user(database: Database) -> None:
    with database.transaction() as session:
        posting = a_posting(session)
        happened(session, posting, told(PostingState.SHOWN), approved(), NOW)
        assert used_by(session) == {}
        happened(session, posting, told(PostingState.COPIED), approved(), NOW)
        assert used_by(session) == {posting.review_id: "Kim"}
