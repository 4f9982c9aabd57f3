"""Cases as rows: opened, kept, ended, and words that expire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.errors import AnswerRefused, Overtaken
from service.models import AuditBody, Branch, CaseEntry, CaseFile, Review
from service.outcomes import cases, handling
from service.outcomes.case_steps import KEPT_IN_HEALTH
from service.outcomes.handling import Actor, Step
from tests.desk_rows import Rows

DANA, SAM = Actor("Dana Whitlock"), Actor("Sam Ito")


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    return Rows(database, now)


@pytest.fixture
def review(rows: Rows) -> int:
    return rows.review(rows.listing(rows.branch()))


def do(
    rows: Rows, act: Callable[..., None], review: int, *more: Any, key: str = "", who: Actor = DANA
) -> None:
    told = Step(who, key or f"{act.__name__}{more}", rows.now)
    with rows.database.transaction() as session:
        act(session, review, *more, told)


def file(rows: Rows, review: int) -> CaseFile:
    with rows.database.reading() as session:
        return session.scalars(select(CaseFile).where(col(CaseFile.review_id) == review)).one()


def lines(rows: Rows) -> list[tuple[str, str, str | None]]:
    with rows.database.reading() as session:
        found = session.scalars(select(CaseEntry).order_by(col(CaseEntry.id)))
        return [(one.kind, one.by, one.text) for one in found]


def test_whoever_takes_it_offline_has_it_and_pressing_twice_is_once(rows: Rows, review: int) -> None:
    do(rows, cases.take_offline, review, key="1")
    do(rows, cases.take_offline, review, key="2")
    assert lines(rows) == [("opened", "Dana Whitlock", None)]
    with rows.database.reading() as session:
        assert session.get_one(Review, review).claimed_as == "Dana Whitlock"


def test_who_has_it_keeps_it_where_a_colleague_takes_it_offline(rows: Rows, review: int) -> None:
    do(rows, handling.claim, review, who=SAM)
    do(rows, cases.take_offline, review)
    with rows.database.reading() as session:
        assert session.get_one(Review, review).claimed_as == "Sam Ito"


def test_what_is_tried_and_answered_is_kept_once_under_its_key(rows: Rows, review: int) -> None:
    do(rows, cases.take_offline, review)
    for words in ("Nobody answered.", "Nobody answered."):
        do(rows, cases.add, review, "called", words, key="a")
    assert file(rows, review).state == "waiting"
    do(rows, cases.add, review, "answered", "", key="b")
    assert file(rows, review).state == "open"
    assert lines(rows)[1:] == [
        ("called", "Dana Whitlock", "Nobody answered."),
        ("answered", "Dana Whitlock", None),
    ]


@pytest.mark.parametrize(
    ("kind", "words"), [("opened", ""), ("x", "y"), ("note", "  "), ("called", "y" * 2001)]
)
def test_what_says_nothing_or_too_much_is_refused(rows: Rows, review: int, kind: str, words: str) -> None:
    do(rows, cases.take_offline, review)
    with pytest.raises(AnswerRefused, match="Nothing was changed"):
        do(rows, cases.add, review, kind, words)
    assert len(lines(rows)) == 1


def test_a_form_from_before_the_end_is_told_so(rows: Rows, review: int) -> None:
    with pytest.raises(Overtaken, match="not taken offline"):
        do(rows, cases.add, review, "called", "")
    do(rows, cases.take_offline, review)
    do(rows, cases.end, review, "not_reached", "", key="end")
    do(rows, cases.end, review, "not_reached", "", key="end")
    for act, more in ((cases.add, ("called", "")), (cases.end, ("put_right", "")), (cases.take_offline, ())):
        with pytest.raises(Overtaken, match="ended meanwhile"):
            do(rows, act, review, *more)
    do(rows, cases.add, review, "note", "They rang after all.")
    assert (file(rows, review).state, file(rows, review).report_back_due) == ("closed", None)


def test_what_was_settled_is_due_and_what_goes_on_is_not(rows: Rows, review: int) -> None:
    do(rows, cases.take_offline, review)
    do(rows, cases.end, review, "put_right", "A new table.")
    settled = file(rows, review)
    assert (settled.state, settled.report_back_due) == ("resolved", rows.now + timedelta(days=3))
    assert settled.is_owed
    do(rows, cases.reopen, review)
    assert (file(rows, review).state, file(rows, review).report_back_due) == ("open", None)


def test_each_decision_is_audited_without_a_word_of_it(rows: Rows, review: int) -> None:
    do(rows, cases.take_offline, review)
    do(rows, cases.end, review, "put_right", "She wants her deposit back.")
    do(rows, cases.reopen, review)
    with rows.database.reading() as session:
        bodies = [one.body or {} for one in session.scalars(select(AuditBody).order_by(col(AuditBody.seq)))]
    assert [(one["what"], one["outcome"]) for one in bodies] == [
        ("opened", None),
        ("ended", "put_right"),
        ("reopened", None),
    ]
    assert "deposit" not in str(bodies)


def test_a_running_case_is_handed_over_though_its_review_is_answered(rows: Rows, review: int) -> None:
    do(rows, cases.take_offline, review)
    rows.set(review, reply_text="We are sorry.", state="answered")
    do(rows, handling.assign, review, SAM)
    with rows.database.reading() as session:
        assert session.get_one(Review, review).claimed_as == "Sam Ito"
    do(rows, cases.end, review, "not_agreed", "")
    with pytest.raises(Overtaken, match="answered meanwhile"):
        do(rows, handling.assign, review, DANA, key="2")


def forgotten(rows: Rows, after: timedelta) -> list[str | None]:
    with rows.database.transaction() as session:
        cases.forget(session, rows.now + after)
    return [text for _, _, text in lines(rows)][1:]


@pytest.mark.parametrize("vertical", ["dental", "medical"])
def test_a_health_branchs_words_go_by_themselves_and_the_attempt_stays(rows: Rows, vertical: str) -> None:
    review = rows.review(rows.listing(rows.branch(vertical=vertical)))
    do(rows, cases.take_offline, review)
    do(rows, cases.add, review, "called", "About her crown.")
    assert forgotten(rows, KEPT_IN_HEALTH - timedelta(minutes=1)) == ["About her crown."]
    assert forgotten(rows, KEPT_IN_HEALTH) == [None]
    assert lines(rows)[1] == ("called", "Dana Whitlock", None)


def test_other_branches_keep_theirs_and_one_that_became_healths_does_not(rows: Rows) -> None:
    branch = rows.branch(vertical="restaurant")
    review = rows.review(rows.listing(branch))
    do(rows, cases.take_offline, review)
    do(rows, cases.add, review, "called", "About the soup.")
    assert forgotten(rows, KEPT_IN_HEALTH * 2) == ["About the soup."]
    with rows.database.transaction() as session:
        session.get_one(Branch, branch).vertical = "dental"
    assert forgotten(rows, KEPT_IN_HEALTH * 2) == [None]
