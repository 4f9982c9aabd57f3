from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.sites import numbers

DECIMALS = {
    "4.5": "4.5",
    "4,5": "4.5",
    "4.5/5": "4.5",
    "5.0 star rating": "5.0",
    "Rated 4 out of 5": "4",
    "४.५": "4.5",
    "1,234.5": "1234.5",
    "1.234,5": "1234.5",
    "-3": "-3",
}
COUNTS = {
    "1,234": 1234,
    "1.234 Bewertungen": 1234,
    "1 234 avis": 1234,
    "1\u202f234 avis": 1234,
    "1'234": 1234,
    "(20)": 20,
    "12,345,678": 12345678,
    "1.2K": 1200,
    "4.7k reviews": 4700,
    "0": 0,
    "४,१०९": 4109,
}


@pytest.mark.parametrize(("shown", "figure"), DECIMALS.items())
def test_a_figure_is_read_however_it_is_printed(shown: str, figure: str) -> None:
    assert numbers.decimal(shown) == Decimal(figure)


@pytest.mark.parametrize(("shown", "whole"), COUNTS.items())
def test_a_count_is_read_however_it_is_grouped(shown: str, whole: int) -> None:
    assert numbers.count(shown) == whole


@pytest.mark.parametrize("shown", ["4.5/5", "4,5 von 5", "4.5 out of 5", "Rated 4.5 out of 5", "4.5 / 5"])
def test_a_rating_may_name_its_best(shown: str) -> None:
    assert numbers.rating(shown) == (Decimal("4.5"), Decimal(5))


def test_a_plain_rating_names_no_best() -> None:
    assert numbers.rating("4.5") == (Decimal("4.5"), None)
    assert numbers.rating(4.5) == (Decimal("4.5"), None)


@pytest.mark.parametrize("none", [None, "", "none", True, [], {}, float("nan"), float("inf"), 10**30])
def test_what_is_no_figure_is_none(none: object) -> None:
    assert numbers.decimal(none) is None
    assert numbers.count(none) is None


@pytest.mark.parametrize("none", ["-5", "4.5", 4.5, 10**12, "999999999999"])
def test_what_counts_nothing_is_none(none: object) -> None:
    assert numbers.count(none) is None


@given(st.one_of(st.text(), st.floats(), st.integers(), st.decimals()))
def test_no_value_makes_figures_raise(value: object) -> None:
    figure = numbers.decimal(value)
    assert figure is None or figure.is_finite()
    assert (numbers.count(value) or 0) >= 0
    numbers.rating(value)


@given(st.integers(0, 10**9))
def test_every_count_survives_grouping(number: int) -> None:
    assert numbers.count(f"{number:,} reviews") == number
    assert numbers.count(f"{number:,}".replace(",", ".")) == number
