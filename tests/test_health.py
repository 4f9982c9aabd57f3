"""How each way of hearing is doing, and when a person is told."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Health, Outcome
from service.watch.due import PRIOR, Rate, rate_after, rate_from_past
from service.watch.health import LEAST_SILENCE, HealthState, after, is_silent, told, worth_telling
from tests.ledger import DAY, HOUR, START

READ = [Outcome.OK, Outcome.UNCHANGED, Outcome.EMPTY]
TABLE = [
    (Outcome.OK, Health.OK),
    (Outcome.UNCHANGED, Health.OK),
    (Outcome.EMPTY, Health.OK),
    (Outcome.WALLED, Health.WALLED),
    (Outcome.SIGNED_OUT, Health.WALLED),
    (Outcome.LIMITED, Health.WALLED),
    (Outcome.REFUSED, Health.WALLED),
    (Outcome.CHANGED_SHAPE, Health.LAYOUT),
    (Outcome.NOT_A_LISTING, Health.LAYOUT),
    (Outcome.GONE, Health.LAYOUT),
    (Outcome.UNREACHABLE, Health.UNREACHABLE),
    (None, Health.OUR_ERROR),
]


def lived(*outcomes: Outcome | None, state: HealthState | None = None) -> tuple[HealthState, list[Health]]:
    """The health after these looks, hourly, and what was told on the way."""
    now, said = state or HealthState(), []
    for hour, outcome in enumerate(outcomes):
        now = after(now, outcome, START + hour * HOUR)
        if worth_telling(now):
            said.append(now.health)
            now = told(now)
    return now, said


@pytest.mark.parametrize(("outcome", "health"), TABLE)
def test_every_outcome_has_its_health(outcome: Outcome | None, health: Health) -> None:
    assert after(HealthState(), outcome, START).health is health


def test_the_table_names_every_outcome() -> None:
    assert {outcome for outcome, _ in TABLE} == {None, *Outcome}


@pytest.mark.parametrize("outcome", [outcome for outcome, health in TABLE if health is not Health.OK])
def test_a_first_look_that_cannot_be_read_is_told_at_once_and_once(outcome: Outcome | None) -> None:
    now, said = lived(*[outcome] * 20)
    assert said == [now.health]


@pytest.mark.parametrize(
    "outcome",
    [outcome for outcome, _ in TABLE if outcome not in (*READ, Outcome.UNREACHABLE, Outcome.LIMITED)],
)
def test_a_page_nobody_can_read_any_more_is_told_within_one_look(outcome: Outcome | None) -> None:
    assert lived(Outcome.OK, outcome)[1] == [after(HealthState(), outcome, START).health]


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.LIMITED])
def test_a_stumble_is_told_only_when_it_lasts(outcome: Outcome) -> None:
    assert lived(Outcome.OK, outcome, Outcome.OK, outcome, Outcome.OK)[1] == []
    assert len(lived(Outcome.OK, outcome, outcome, outcome)[1]) == 1


def test_another_trouble_is_told_and_the_end_of_it_too() -> None:
    _, said = lived(
        Outcome.OK, Outcome.WALLED, Outcome.SIGNED_OUT, Outcome.GONE, Outcome.UNCHANGED, Outcome.OK
    )
    assert said == [Health.WALLED, Health.LAYOUT, Health.OK]


def test_that_all_is_well_needs_no_message_of_its_own() -> None:
    assert lived(*READ)[1] == []


def test_health_remembers_since_when_and_the_last_good_look() -> None:
    now, _ = lived(Outcome.OK, Outcome.WALLED, Outcome.WALLED, Outcome.WALLED)
    assert now == HealthState(Health.WALLED, START + HOUR, START, Outcome.WALLED, 3, Health.WALLED)


def test_a_silence_is_told_once_and_the_next_one_again() -> None:
    now, said = HealthState(), []
    for hour, silent in enumerate([False, True, True, True, False, True]):
        now = after(now, Outcome.OK, START + hour * HOUR, silent=silent)
        if worth_telling(now):
            said.append((hour, now.health))
            now = told(now)
    assert said == [(1, Health.NO_NEWS), (5, Health.NO_NEWS)]


def test_a_wall_is_not_called_silence() -> None:
    assert after(HealthState(), Outcome.WALLED, START, silent=True).health is Health.WALLED


def _rate(per_day: float) -> Rate:
    """The rate of a listing that has been steady for long."""
    rate = PRIOR
    for _ in range(400):
        rate = rate_after(rate, 1, (1 / per_day) * DAY)
    return rate


@pytest.mark.parametrize(
    ("per_day", "fine", "silent"), [(10.0, 2.9, 3.1), (1.0, 4.0, 6.5), (0.2, 15.0, 50.0), (0.05, 60.0, 200.0)]
)
def test_a_listing_is_silent_when_its_own_history_makes_it_unlikely(
    per_day: float, fine: float, silent: float
) -> None:
    rate = _rate(per_day)
    for days, expected in ((fine, False), (silent, True)):
        assert is_silent(rate_after(rate, 0, days * DAY), days * DAY) is expected


def test_what_the_rate_has_not_absorbed_is_not_undone() -> None:
    rate, quiet = _rate(1.0), 6 * DAY
    assert is_silent(rate, quiet, absorbed=timedelta(0)) == is_silent(rate_after(rate, 0, quiet), quiet)


def test_a_listing_that_nobody_knows_is_never_silent() -> None:
    assert not is_silent(PRIOR, 1000 * DAY, absorbed=timedelta(0))
    assert not is_silent(rate_after(PRIOR, 0, 1000 * DAY), 1000 * DAY)


def test_a_listing_that_was_quiet_when_we_began_is_not_reported_for_it() -> None:
    then = START - 300 * DAY
    rate = rate_from_past([then - number * DAY for number in range(30)], then - 30 * DAY, START)
    assert not is_silent(rate_after(rate, 0, 10 * DAY), 10 * DAY)


@given(st.floats(0.01, 50), st.floats(0, 1000))
def test_the_longer_a_silence_the_surer(per_day: float, days: float) -> None:
    rate = Rate(per_day * 20, 20.0)
    if is_silent(rate, days * DAY, absorbed=timedelta(0)):
        assert days * DAY >= LEAST_SILENCE
        assert is_silent(rate, (days + 1) * DAY, absorbed=timedelta(0))


@given(st.lists(st.sampled_from([None, *Outcome]), max_size=30))
def test_no_two_messages_running_say_the_same(outcomes: list[Outcome | None]) -> None:
    _, said = lived(*outcomes)
    assert all(one is not other for one, other in pairwise(said))
    assert not said or said[0] is not Health.OK
