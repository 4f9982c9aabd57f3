"""When a message leaves: at once, after the night in the branch's own zone, or in a digest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.alerts.timing import Timing, When, last_due, read_timing
from service.domain import Urgency

NIGHT = read_timing({"quiet": ["22:00", "07:00"]})
NOON = read_timing({"quiet": ["12:00", "13:30"]})
BERLIN = "Europe/Berlin"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("timing", "tz", "now", "leaves"),
    [
        (NIGHT, "UTC", at(22, 21, 59), at(22, 21, 59)),
        (NIGHT, "UTC", at(22, 22), at(23, 7)),
        (NIGHT, "UTC", at(23, 6, 59), at(23, 7)),
        (NIGHT, "UTC", at(23, 7), at(23, 7)),
        (NIGHT, BERLIN, at(22, 21), at(23, 6)),
        (NIGHT, "America/New_York", at(23, 3), at(23, 12)),
        (NIGHT, "Nowhere/At-all", at(22, 22), at(23, 7)),
        (NOON, "UTC", at(22, 12, 10), at(22, 13, 30)),
        (NOON, "UTC", at(22, 13, 30), at(22, 13, 30)),
        (NIGHT, BERLIN, at(24, 23, month=10), at(25, 6, month=10)),
    ],
    ids=[
        *("before", "at its beginning", "in the morning", "at its end", "another zone", "behind us"),
        *("no zone", "at noon", "noon is over", "the night the clock changes"),
    ],
)
def test_quiet_hours_end_on_the_branchs_own_clock(
    timing: Timing, tz: str, now: datetime, leaves: datetime
) -> None:
    assert timing.leaves_at(Urgency.NORMAL, tz, now) == leaves


@pytest.mark.parametrize(
    ("urgency", "waits"),
    [(Urgency.HELD, False), (Urgency.HIGH, False), (Urgency.NORMAL, True), (Urgency.LOW, True)],
)
def test_what_is_urgent_breaks_quiet_hours_and_digests(urgency: Urgency, waits: bool) -> None:
    timing = read_timing({"when": "daily", "quiet": ["22:00", "07:00"]})
    assert (timing.leaves_at(urgency, "UTC", at(22, 23)) > at(22, 23)) is waits
    assert (timing.gathered(urgency) is When.DAILY) is waits


def test_a_rule_may_let_nothing_break_its_quiet() -> None:
    timing = read_timing({"quiet": ["22:00", "07:00"], "breaks": []})
    assert timing.leaves_at(Urgency.HELD, "UTC", at(22, 23)) == at(23, 7)


def test_without_a_word_everything_leaves_at_once() -> None:
    assert read_timing({}).gathered(Urgency.LOW) is None
    assert read_timing({}).leaves_at(Urgency.LOW, "UTC", at(22, 3)) == at(22, 3)


@pytest.mark.parametrize(
    "written",
    [
        {"quiet": ["22:00"]},
        {"quiet": ["07:00", "07:00"]},
        {"quiet": ["25:00", "07:00"]},
        {"quiet": ["22:00Z", "07:00Z"]},
        {"when": "hourly"},
        {"breaks": ["sometimes"]},
        {"loud": True},
    ],
)
def test_what_is_no_timing_is_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        read_timing(written)


def test_what_is_stored_reads_back() -> None:
    timing = read_timing({"when": "weekly", "quiet": ["22:00", "07:00"], "then": [3]})
    assert read_timing(timing.model_dump(mode="json")) == timing


@pytest.mark.parametrize(
    ("when", "tz", "now", "due"),
    [
        (When.DAILY, "UTC", at(22, 8), at(22, 8)),
        (When.DAILY, "UTC", at(22, 7, 59), at(21, 8)),
        (When.DAILY, BERLIN, at(22, 7), at(22, 7)),
        (When.WEEKLY, "UTC", at(22, 9), at(16, 8)),
        (When.WEEKLY, "UTC", at(23, 8), at(23, 8)),
        (When.WEEKLY, "UTC", at(23, 7), at(16, 8)),
        (When.DAILY, BERLIN, at(25, 6, 30, month=10), at(24, 6, month=10)),
    ],
)
def test_a_digest_is_due_at_eight_or_on_monday_at_eight(
    when: When, tz: str, now: datetime, due: datetime
) -> None:
    assert last_due(when, tz, now) == due


moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: at(1, 0, month=1) + timedelta(minutes=minutes)
)
zones = st.sampled_from(["UTC", BERLIN, "America/New_York", "Pacific/Auckland", "Asia/Kolkata"])


@given(moments, zones, st.times(), st.times())
def test_nothing_waits_longer_than_a_day_and_an_hour(
    now: datetime, tz: str, begins: object, ends: object
) -> None:
    if begins == ends:
        return
    leaves = Timing(quiet=(begins, ends)).leaves_at(Urgency.LOW, tz, now)  # type: ignore[arg-type]
    assert now <= leaves <= now + timedelta(hours=25)


@given(moments, zones, st.sampled_from([When.DAILY, When.WEEKLY]))
def test_the_last_due_moment_is_never_ahead_and_never_long_ago(now: datetime, tz: str, when: When) -> None:
    due = last_due(when, tz, now)
    assert timedelta(0) <= now - due <= timedelta(days=7 if when is When.WEEKLY else 1, hours=1)
