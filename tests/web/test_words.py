"""How the desk says things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.domain import HELD_FLAGS, EventKind, Health, Outcome, ReviewState, Route, Urgency
from service.web import words


def test_every_closed_set_has_a_word_for_each_of_its_values() -> None:
    assert set(words.STATE) == set(ReviewState)
    assert set(words.URGENCY) == set(Urgency)
    assert set(words.ROUTE) == set(Route)
    assert set(words.OUTCOME) == set(Outcome)
    assert set(words.HEALTH) == set(words.MEND) == set(Health)
    assert set(words.EVENT) == set(EventKind)
    assert HELD_FLAGS


NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(minutes=42), "42 minutes left"),
        (timedelta(hours=1), "1 hour left"),
        (timedelta(hours=47), "47 hours left"),
        (timedelta(days=2), "2 days left"),
        (timedelta(seconds=-5), "less than a minute overdue"),
        (timedelta(days=-9), "9 days overdue"),
    ],
)
def test_time_left_is_told_in_its_largest_whole_unit(ahead: timedelta, said: str) -> None:
    assert words.time_left(NOON + ahead, NOON) == said


def test_moments_are_told_on_the_clock_of_the_branch() -> None:
    assert words.exact(NOON, "Europe/Berlin") == "22 Nov 2026, 13:00 CET"
    assert words.exact(NOON, "No/Where") == "22 Nov 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (("stars5", 4.0, 5.0, None), "4 of 5 stars"),
        (("stars5", 4.5, None, None), "4.5 of 5 stars"),
        (("points10", 8.25, 10.0, None), "8.25 of 10 points"),
        (("recommend", None, None, True), "recommends"),
        (("recommend", None, None, False), "does not recommend"),
        (("none", None, None, None), "no rating"),
    ],
)
def test_a_verdict_is_told_on_the_sites_own_scale(facts: tuple[str, float, float, bool], said: str) -> None:
    assert words.stars(*facts) == said


def test_what_a_blank_may_not_hold_is_said_in_one_breath() -> None:
    assert words.none_of(["link", "money", "newline"]) == "link, money, or line break"
    assert words.none_of(["phone"]) == "phone number"
