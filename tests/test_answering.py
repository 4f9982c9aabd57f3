"""Which reviews expect a reply, and the burst of poor ones that a person is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from service.domain import Item, Kind, Scale
from service.models import Branch, Listing
from service.replies.answering import AnswerPolicy, expectation, policy_of
from service.replies.burst import burst
from service.replies.triage import facts_of, triage
from service.watch.judge import judge_for
from tests.conftest import NOW
from tests.test_triage import review

USUAL = policy_of({})
DAY = timedelta(days=1)


def expected(item: Item, policy: AnswerPolicy = USUAL, praised: int = 0) -> tuple[bool, str]:
    found = expectation(facts_of(item, triage(item, "en")), policy, praised)
    return found.expected, found.why


CASES = [
    (review("Cold food", 1), True, "somebody complains, or a person must know"),
    (review(None, 1), True, "a review with something to answer"),
    (review("I got food poisoning", 5), True, "somebody complains, or a person must know"),
    (review("Worst service ever, rude waiter", 5), True, "somebody complains, or a person must know"),
    (review("It was fine", 3), True, "a review with something to answer"),
    (review("Lovely evening, great food", 5), True, "praise"),
    (review(None, 5), False, "a good rating without words"),
    (review("Earn money from home, whatsapp me", 5), False, "spam is reported to the site, not answered"),
    (
        review("Saw it on my walk", None, kind=Kind.MENTION, scale=Scale.NONE),
        False,
        "nobody waits for an answer there",
    ),
    (
        review("I got food poisoning", None, kind=Kind.MENTION),
        True,
        "somebody complains, or a person must know",
    ),
]


@pytest.mark.parametrize(("item", "is_expected", "why"), CASES)
def test_the_table_says_which_reviews_expect_a_reply(item: Item, is_expected: bool, why: str) -> None:
    assert expected(item) == (is_expected, why)


def test_praise_expects_replies_up_to_the_days_number_and_complaints_always() -> None:
    three = policy_of({"answers": {"praise_a_day": 3}})
    assert expected(review("Great food", 5), three, praised=2) == (True, "praise")
    assert expected(review("Great food", 5), three, praised=3) == (False, "3 of praise are enough for a day")
    assert expected(review("Cold food", 1), three, praised=99)[0]


def test_a_branch_may_want_every_good_rating_answered() -> None:
    assert expected(review(None, 5), policy_of({"answers": {"good_ratings": True}}))[0]


@pytest.mark.parametrize(
    "junk", [None, 7, [], {"praise_a_day": -1}, {"praise_a_day": True}, {"good_ratings": "yes"}]
)
def test_what_cannot_be_read_is_as_in_the_table(junk: Any) -> None:
    assert policy_of({"answers": junk}) == USUAL


# Judging for a branch


def _judge(**facts: Any) -> Any:
    return judge_for(Listing(site="yelp", key="k", url="u"), Branch(code="n", name="North", **facts), NOW)


def test_nothing_is_due_where_no_reply_is_expected() -> None:
    judged = _judge()(review(None, 5))
    assert (judged.due_claim_at, judged.due_public_at) == (None, None)
    assert judged.triage["answer"] == {"expected": False, "why": "a good rating without words"}
    assert judged.triage["reasons"][-1] == "no reply expected: a good rating without words"


def test_the_days_praise_is_counted_within_a_look() -> None:
    judge = _judge(attributes={"answers": {"praise_a_day": 2}})
    due = [judge(review("Great food", 5)).due_public_at for _ in range(4)]
    assert [moment is None for moment in due] == [False, False, True, True]


def test_a_branchs_own_people_are_told_by_its_list() -> None:
    judged = _judge(attributes={"staff": ["Xiomara Ruiz", 7]})(review("Xiomara was so kind", 5))
    assert "flag staff_named: 'Xiomara'" in judged.triage["reasons"]
    assert (
        "staff_named"
        not in _judge(attributes={"staff": ["Ann"]})(review("I came with Maria", 5)).triage["flags"]
    )


def test_what_is_none_of_the_trade_is_no_topic() -> None:
    topics = [
        found["topic"]
        for found in _judge(vertical="dental")(review("A new crown and a cheese filling", 4)).triage["topics"]
    ]
    assert "food" not in topics


# Bursts


def test_far_more_poor_reviews_than_usual_are_shown_to_a_person() -> None:
    usual = [NOW - days * DAY for days in (10, 30, 50)]
    lately = [NOW - timedelta(hours=hours) for hours in (1, 2, 5, 20, 40)]
    assert burst([*usual, *lately], NOW) == "5 poor reviews within 48 hours, after 3 in the 88 days before"


def test_a_bad_week_at_a_busy_branch_is_no_burst() -> None:
    every_day = [NOW - hours * timedelta(hours=12) for hours in range(170)]
    assert burst(every_day, NOW) is None
    assert burst([NOW, NOW, NOW], NOW) is None
    assert burst([], NOW) is None
