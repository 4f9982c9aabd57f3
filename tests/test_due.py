"""When to look again: the budget, the gap, patience, and what adapting is worth."""

from __future__ import annotations

import random
from datetime import timedelta
from heapq import heappop, heappush
from math import exp
from statistics import NormalDist, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Outcome
from service.watch.due import (
    PRIOR,
    Rate,
    hinted_look_at,
    next_look_at,
    pace,
    rate_after,
    rate_before,
    rate_from_past,
    usual_wait,
)
from tests.ledger import DAY, HOUR, START

MINUTE = timedelta(minutes=1)


def test_a_listing_of_its_own_is_looked_at_as_often_as_the_budget_says() -> None:
    for rate in (0.01, 0.3, 20.0):
        assert usual_wait(rate, pace([rate], HOUR, 4), HOUR) == pytest.approx(6 * HOUR, abs=MINUTE)


def test_four_times_the_reviews_are_looked_at_twice_as_often() -> None:
    slow, quick = 0.2, 0.8
    at = pace([slow, quick], HOUR, 4)
    assert usual_wait(slow, at, HOUR) / usual_wait(quick, at, HOUR) == pytest.approx(2, rel=1e-6)


def test_no_wait_is_shorter_than_the_gap_nor_longer_than_a_day() -> None:
    rates = [0.0001, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 500.0]
    at = pace(rates, HOUR, 4)
    assert usual_wait(500.0, at, HOUR) == HOUR
    assert usual_wait(0.0001, at, HOUR) == DAY


rates = st.lists(st.floats(1e-4, 1e3), min_size=1, max_size=40)
gaps = st.sampled_from([timedelta(seconds=2), 5 * MINUTE, HOUR, 6 * HOUR, 30 * HOUR])


@given(rates, gaps, st.floats(0.1, 5000))
def test_the_mean_listing_gets_the_budget_where_the_gap_and_the_day_allow(
    rates: list[float], gap: timedelta, budget: float
) -> None:
    at = pace(rates, gap, budget)
    looks = fmean(DAY / usual_wait(rate, at, gap) for rate in rates)
    longest = max(DAY, gap)
    assert looks == pytest.approx(min(max(budget, DAY / longest), DAY / gap), rel=1e-3)


def test_a_site_without_listings_has_a_pace_too() -> None:
    assert pace([], HOUR, 4) > 0


def test_waits_are_spread_by_a_tenth_and_the_gap_holds() -> None:
    wait = 6 * HOUR
    assert next_look_at(START, wait, HOUR, 0.0) == START + 0.9 * wait
    assert next_look_at(START, wait, HOUR, 0.5) == START + wait
    assert next_look_at(START, HOUR, HOUR, 0.0) == START + HOUR


def _patience(outcome: Outcome | None, failures: int, wait: timedelta = 6 * HOUR) -> timedelta:
    return next_look_at(START, wait, HOUR, 0.5, outcome=outcome, failures=failures) - START


@pytest.mark.parametrize("outcome", [Outcome.WALLED, Outcome.SIGNED_OUT, Outcome.LIMITED, Outcome.REFUSED])
def test_a_wall_is_left_alone_longer_and_longer_up_to_a_day(outcome: Outcome) -> None:
    assert [_patience(outcome, failures) for failures in (1, 2, 3, 99)] == [12 * HOUR, DAY, DAY, DAY]


@pytest.mark.parametrize("outcome", [Outcome.CHANGED_SHAPE, Outcome.NOT_A_LISTING, Outcome.GONE, None])
def test_a_page_we_cannot_read_is_tried_once_more_as_usual(outcome: Outcome | None) -> None:
    assert [_patience(outcome, failures) for failures in (1, 2, 3, 99)] == [6 * HOUR, 12 * HOUR, DAY, DAY]


def test_a_site_that_is_away_is_tried_again_soon() -> None:
    waits = [_patience(Outcome.UNREACHABLE, failures) for failures in (1, 2, 3, 4, 99)]
    assert waits == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, DAY]


def test_retry_after_is_kept_to() -> None:
    later = START + 3 * DAY
    assert (
        next_look_at(START, HOUR, HOUR, 0.5, outcome=Outcome.LIMITED, failures=1, retry_after=later) == later
    )


@given(
    st.sampled_from([*Outcome, None]),
    st.integers(0, 10_000),
    st.floats(0, 1, exclude_max=True),
    st.timedeltas(timedelta(0), 40 * DAY),
    gaps,
)
def test_no_look_is_ever_inside_the_gap_or_before_retry_after(
    outcome: Outcome | None, failures: int, jitter: float, retry: timedelta, gap: timedelta
) -> None:
    planned = next_look_at(
        START, 6 * HOUR, gap, jitter, outcome=outcome, failures=failures, retry_after=START + retry
    )
    assert planned >= max(START + gap, START + retry)
    assert hinted_look_at(START, planned, gap, START, START + retry) >= max(START + gap, START + retry)


def test_a_hint_spends_budget_early_and_never_puts_a_look_off() -> None:
    planned = START + 5 * HOUR
    assert hinted_look_at(START, planned, HOUR, START - 3 * HOUR) == START
    assert hinted_look_at(START, planned, HOUR, START - HOUR / 2) == START + HOUR / 2
    assert hinted_look_at(START, planned, HOUR, None) == START
    assert hinted_look_at(START, planned, HOUR, None, not_before=START + DAY) == planned


def test_a_rate_learns_and_forgets() -> None:
    busy = rate_after(PRIOR, 60, 30 * DAY)
    assert busy.per_day == pytest.approx(60 / 23, rel=0.1)
    assert rate_after(busy, 0, 30 * DAY).per_day < busy.per_day / 2
    assert rate_after(busy, 0, 3650 * DAY).a == pytest.approx(PRIOR.a)


@given(st.floats(0, 60), st.floats(0, 60), st.integers(0, 50))
def test_forgetting_in_two_steps_is_forgetting_in_one(first: float, second: float, new: int) -> None:
    begun = Rate(7.0, 11.0)
    stepped = rate_after(rate_after(begun, 0, first * DAY), new, second * DAY)
    at_once = rate_after(begun, new, (first + second) * DAY)
    assert (stepped.a, stepped.b) == (pytest.approx(at_once.a), pytest.approx(at_once.b))


@given(st.floats(0.5, 500), st.floats(1.5, 44), st.floats(0, 200))
def test_a_quiet_that_was_absorbed_can_be_undone(a: float, b: float, days: float) -> None:
    undone = rate_before(rate_after(Rate(a, b), 0, days * DAY), days * DAY)
    assert (undone.a, undone.b) == (pytest.approx(a, rel=1e-3), pytest.approx(b, rel=1e-3))


def test_a_baseline_gives_a_first_rate() -> None:
    daily = [START - number * DAY for number in range(90)]
    assert rate_from_past(daily, START - 90 * DAY, START).per_day == pytest.approx(1, rel=0.1)
    assert rate_from_past([], START, START) == PRIOR


def test_three_reviews_of_one_long_past_day_are_no_sign_of_three_a_day() -> None:
    then = START - 40 * DAY
    assert rate_from_past([then, then, then], then, START).per_day < PRIOR.per_day


def _posted(per_day: float, since: float, until: float, chance: random.Random) -> list[float]:
    """Days at which reviews come, at random."""
    moments, at = [], since + chance.expovariate(per_day)
    while at < until:
        moments.append(at)
        at += chance.expovariate(per_day)
    return moments


def _waits(
    rates: list[float], budget: float, gap: timedelta, chance: random.Random
) -> list[tuple[float, float]]:
    """(rate, days between two looks) for twenty days of looks, learning from a baseline of ninety days on."""
    past = [_posted(rate, -90, 0, chance) for rate in rates]
    known = [rate_from_past([START + at * DAY for at in one], START - 90 * DAY, START) for one in past]
    looked = [0.0] * len(rates)
    due = sorted((chance.random() / budget, number) for number in range(len(rates)))
    at, solved, waits = 0.0, -1.0, []
    while due[0][0] < 20:
        now, number = heappop(due)
        if now - solved >= 1:
            at, solved = pace([rate.per_day for rate in known], gap, budget), now
        since, looked[number] = looked[number], now
        new = len(_posted(rates[number], since, now, chance))
        known[number] = rate_after(known[number], new, (now - since) * DAY)
        waits.append((rates[number], now - since))
        wait = usual_wait(known[number].per_day, at, gap)
        after = next_look_at(START, wait, gap, chance.random()) - START
        heappush(due, (now + after / DAY, number))
    return waits


def _within(waits: list[tuple[float, float]], delay: float) -> float:
    """The share of reviews that are found within ``delay`` days."""
    return sum(rate * min(wait, delay) for rate, wait in waits) / sum(rate * wait for rate, wait in waits)


@pytest.mark.large
@pytest.mark.parametrize(("budget", "gap"), [(4.0, HOUR), (12.0, 5 * MINUTE)])
def test_adapting_finds_reviews_sooner_at_the_same_budget(budget: float, gap: timedelta) -> None:
    """The quality gate of facts/performance.md §7: lognormal rates, median 3.3 a month, sigma 1.5.

    Looking at all of them evenly, a review waits half an interval on average, and 95 of 100 at most 0.95.
    """
    listings = 400
    spread = [NormalDist().inv_cdf((number + 0.5) / listings) for number in range(listings)]
    waits = _waits([3.3 / 30 * exp(1.5 * one) for one in spread], budget, gap, random.Random(7))
    mean = sum(rate * wait * wait / 2 for rate, wait in waits) / sum(rate * wait for rate, wait in waits)
    assert len(waits) / listings / 20 <= budget * 1.02
    assert mean <= 0.62 * 0.5 / budget
    assert _within(waits, 0.95 / budget) >= 0.95
