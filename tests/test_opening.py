"""Opening hours as people write them: several blocks a day, across midnight, in four languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Urgency
from service.replies.due import due
from service.replies.urgency import allowed
from service.sources.cells import Unclear
from service.watch.opening import DAYS, read_holidays, read_hours, read_week, shown_day

WEEK = ("",) * 7


def blocks(text: str) -> list[tuple[str, str]]:
    found, problems = read_week((text, *WEEK[1:]))
    assert problems == {}
    return [(one["from"], one["until"]) for one in found if one["day"] == 0]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("9-17", [("09:00", "17:00")]),
        ("9:00-12:30, 14:00-18:00", [("09:00", "12:30"), ("14:00", "18:00")]),
        ("14\N{EN DASH}18 and 9\N{EN DASH}12", [("09:00", "12:00"), ("14:00", "18:00")]),
        ("9am - 5pm", [("09:00", "17:00")]),
        ("5-9pm", [("17:00", "21:00")]),
        ("11-1 p.m.", [("11:00", "13:00")]),
        ("12am-12pm", [("00:00", "12:00")]),
        ("9h30 à 17h", [("09:30", "17:00")]),
        ("9.30 bis 18 Uhr", [("09:30", "18:00")]),
        ("0-24", [("00:00", "23:59")]),
        ("18-0", [("18:00", "23:59")]),
        ("closed", []),
        ("Ruhetag", []),
        ("fermé", []),
        ("-", []),
        ("", []),
    ],
)
def test_a_day_is_read_as_it_is_written(text: str, means: list[tuple[str, str]]) -> None:
    assert blocks(text) == means


def test_a_block_past_midnight_goes_on_in_the_next_day_even_on_sunday() -> None:
    found, problems = read_week(("18-2", *WEEK[1:6], "20:00-01:30"))
    assert problems == {}
    assert found == [
        {"day": 0, "from": "00:00", "until": "01:30"},
        {"day": 0, "from": "18:00", "until": "23:59"},
        {"day": 1, "from": "00:00", "until": "02:00"},
        {"day": 6, "from": "20:00", "until": "23:59"},
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "no time such as"),
        ("9", "no time such as"),
        ("9-25", "no time such as"),
        ("9-13pm", "no time such as"),
        ("9:75-10", "no time such as"),
        ("17-16", "ends before it begins"),
        ("9-9", "ends before it begins"),
        ("9-12, 11-15", "overlap"),
        ("9-10-11", "no time such as"),
    ],
)
def test_a_day_that_cannot_be_read_says_why(text: str, says: str) -> None:
    _found, problems = read_week(("9-17", text, *WEEK[2:]))
    assert list(problems) == [1]
    assert says in problems[1]


def test_every_days_problem_is_told_at_once() -> None:
    assert list(read_week(("x", "9-17", "y", *WEEK[3:]))[1]) == [0, 2]


@pytest.mark.parametrize(
    ("text", "language", "days"),
    [
        ("Mo-Fr 9-17", "en", [0, 1, 2, 3, 4]),
        ("Fr-Mo 9-17", "en", [0, 4, 5, 6]),
        ("Mon, Wed & Fri 9-17", "en", [0, 2, 4]),
        ("lunes a viernes: 9-17", "es", [0, 1, 2, 3, 4]),
        ("lundi à vendredi 9h-17h; dimanche fermé", "fr", [0, 1, 2, 3, 4]),
        ("Di, Do 9-17", "de", [1, 3]),
        ("di 9-17", "fr", [6]),
        ("do 9-17", "es", [6]),
        ("9-17", "en", [0, 1, 2, 3, 4, 5, 6]),
        ("daily 9-17", "en", [0, 1, 2, 3, 4, 5, 6]),
        ("miércoles 9-17 | sáb 10-12", "es", [2, 5]),
    ],
)
def test_a_week_in_one_cell_is_read_in_four_languages(text: str, language: str, days: list[int]) -> None:
    assert sorted({one["day"] for one in read_hours(text, language)}) == days


@pytest.mark.parametrize("text", ["Di 9-17", "Mo-Fr", "Someday 9-17", "Mo-Tu-We 9-17", "Mo 9-17, Tu 9-17"])
def test_a_week_that_cannot_be_read_says_why(text: str) -> None:
    with pytest.raises(Unclear):
        read_hours(text, "en")


quarters = st.integers(0, 95).map(lambda n: n * 15)
days = st.lists(st.tuples(quarters, quarters).filter(lambda pair: pair[0] < pair[1]), max_size=1)


@given(st.lists(days, min_size=7, max_size=7))
def test_what_is_stored_is_shown_as_it_is_read_back(week: list[list[tuple[int, int]]]) -> None:
    written = [
        ", ".join(f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in blocks) for blocks in week
    ]
    found, problems = read_week(written)
    assert problems == {}
    assert read_week([shown_day(found, day) for day in range(7)]) == (found, {})


def test_dates_are_read_in_two_ways_and_told_apart_from_others() -> None:
    assert read_holidays("2026-12-25\n1.1.2027, 2026-12-25") == ["2026-12-25", "2027-01-01"]
    for wrong in ("25/12/2026", "2026-02-30", "Christmas"):
        with pytest.raises(Unclear, match="no date such as"):
            read_holidays(wrong)


def test_a_review_is_due_by_the_hours_that_were_typed() -> None:
    """Heard on a Monday at noon: what is left of the morning counts, the break and the holiday do not."""
    assert DAYS[0] == "Monday"
    hours, _ = read_week(("9-12:30, 14-18", "9-12:30, 14-18", "9-18", *WEEK[3:]))
    heard = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    work = allowed()[Urgency.HIGH].claim_hours
    assert work is not None
    found = due(Urgency.HIGH, heard, "UTC", hours, read_holidays("2026-11-24")).claim_at
    minutes = work * 60
    left = [(30, heard), (240, datetime(2026, 11, 23, 14, 0, tzinfo=UTC))]
    for length, begins in left:
        if minutes <= length:
            assert found is not None
            assert (found - begins).total_seconds() == minutes * 60
            return
        minutes -= length
    assert found is not None
    assert (found - datetime(2026, 11, 25, 9, 0, tzinfo=UTC)).total_seconds() == minutes * 60
