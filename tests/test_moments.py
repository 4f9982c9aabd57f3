"""When something was posted: the stretch of time a shown date may mean."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Moment, Precision
from service.watch.moments import Span, span
from tests.ledger import DAY, HOUR, START, on


def ago(age: timedelta) -> Span:
    """What a relative date of this age may mean, shown at the start."""
    stretch = span(Moment("ago", START - age, Precision.RELATIVE), START)
    assert stretch is not None
    return stretch


def test_an_exact_time_is_a_point() -> None:
    assert span(on(-3), START) == Span(START - 3 * DAY, START - 3 * DAY)


def test_a_day_is_that_day_anywhere_on_earth() -> None:
    midnight = START.replace(hour=0)
    day = span(Moment("2 March", midnight, Precision.DAY), START)
    assert day == Span(midnight - 14 * HOUR, midnight + 38 * HOUR)


@pytest.mark.parametrize(
    ("age", "unit"),
    [
        (timedelta(minutes=47), timedelta(minutes=1)),
        (3 * HOUR, HOUR),
        (2 * DAY, DAY),
        (21 * DAY, 7 * DAY),
        (60 * DAY, 30 * DAY),
        (330 * DAY, 30 * DAY),
        (3 * 365 * DAY, 365 * DAY),
    ],
)
def test_a_relative_date_is_trusted_to_one_of_its_own_units(age: timedelta, unit: timedelta) -> None:
    assert ago(age) == Span(START - age - unit, START - age + unit)


def test_nothing_was_posted_after_it_was_seen() -> None:
    assert ago(timedelta(minutes=1)).latest == START
    assert ago(timedelta(0)).latest == START


@pytest.mark.parametrize(
    "moment", [None, Moment("once", None, Precision.NONE), Moment("once", START, Precision.NONE)]
)
def test_a_date_that_tells_nothing_is_no_stretch(moment: Moment | None) -> None:
    assert span(moment, START) is None


@given(st.timedeltas(timedelta(0), 4000 * DAY), st.sampled_from(list(Precision)))
def test_the_shown_moment_lies_within_what_it_may_mean(age: timedelta, precision: Precision) -> None:
    stretch = span(Moment("", START - age, precision), START)
    assert stretch is None or stretch.earliest <= START - age <= stretch.latest


def test_stretches_that_overlap_are_not_apart() -> None:
    one, other = Span(START, START + 2 * DAY), Span(START + DAY, START + 9 * DAY)
    assert one.apart(other) == other.apart(one) == timedelta(0)
    assert one.apart(Span(START + 5 * DAY, START + 6 * DAY)) == 3 * DAY
