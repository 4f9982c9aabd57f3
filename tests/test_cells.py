"""One cell: a rating, a yes or no, a date; or a sentence that says why it is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Precision
from service.sites.dates import Order
from service.sources import cells
from service.sources.cells import Unclear
from tests.builders import NOW

RATINGS = {
    "4": ("4", None),
    "4.0": ("4.0", None),
    "4,5": ("4.5", None),
    "4/5": ("4", "5"),
    "8/10": ("8", "10"),
    "4,5 von 5": ("4.5", "5"),
    "4 out of 5 stars": ("4", "5"),
    "4 stars": ("4", None),
    "5 ★": ("5", None),
    "★★★★☆": ("4", "5"),
    "⭐⭐⭐": ("3", "5"),
    "⭐️⭐️⭐️⭐️⭐️": ("5", "5"),
    "★★½": ("2.5", "5"),
    "FOUR": ("4", "5"),
}


@pytest.mark.parametrize(("cell", "expected"), RATINGS.items())
def test_a_rating_is_read_however_it_is_written(cell: str, expected: tuple[str, str | None]) -> None:
    rated = cells.rated(cell)
    assert rated is not None
    assert (rated.value, rated.best) == (Decimal(expected[0]), expected[1] and Decimal(expected[1]))


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("3/10/2026", "a date, not a rating"),
        ("2026-10-03", "a date, not a rating"),
        ("3.10.26", "a date, not a rating"),
        ("80%", "no rating"),
        ("good", "no rating"),
        ("A 4-star hotel would have had a kettle in the room, and a clean one", "no rating"),
    ],
)
def test_what_is_no_rating_says_so(cell: str, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        cells.rated(cell)


@pytest.mark.parametrize("cell", ["", " ", "-", "None", "N/A", "null", "NaN"])
def test_the_ways_programs_write_nothing_are_nothing(cell: str) -> None:
    assert cells.rated(cell) is None
    assert cells.recommends(cell) is None
    assert cells.dated(cell, Order.DAY_FIRST, NOW) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Yes", True), ("doesn't recommend", False), ("sí", True), ("Nein", False), ("oui", True), ("0", False)],
)
def test_a_recommendation_is_yes_or_no_in_four_languages(cell: str, expected: bool) -> None:
    assert cells.recommends(cell) is expected


def test_perhaps_is_neither() -> None:
    with pytest.raises(Unclear, match="neither yes nor no"):
        cells.recommends("perhaps")


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2026-10-03", Order.DAY_FIRST, "2026-10-03"),
        ("3/10/2026", Order.DAY_FIRST, "2026-10-03"),
        ("3/10/2026", Order.MONTH_FIRST, "2026-03-10"),
        ("46023", Order.MONTH_FIRST, "2026-01-01"),
        ("46023.75", Order.MONTH_FIRST, "2026-01-01"),
        ("vor 2 Tagen", Order.MONTH_FIRST, "2026-11-20"),
    ],
)
def test_a_date_is_read_in_the_column_s_order(cell: str, order: Order, day: str) -> None:
    moment = cells.dated(cell, order, NOW)
    assert moment is not None and moment.at is not None
    assert moment.at.date().isoformat() == day


def test_a_spreadsheet_s_count_of_days_is_known_to_the_day() -> None:
    moment = cells.dated("46023.75", Order.MONTH_FIRST, NOW)
    assert moment is not None and moment.precision is Precision.DAY


@pytest.mark.parametrize(
    ("cell", "says"), [("soon", "cannot be read"), ("99999", "cannot be read"), ("2031-01-01", "future")]
)
def test_what_is_no_date_says_so(cell: str, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        cells.dated(cell, Order.MONTH_FIRST, NOW)


@given(st.text(max_size=80))
def test_no_cell_raises_anything_but_that_it_is_unclear(cell: str) -> None:
    for read in (cells.rated, cells.recommends, lambda words: cells.dated(words, Order.DAY_FIRST, NOW)):
        try:
            read(cell)
        except Unclear as unclear:
            assert str(unclear)
