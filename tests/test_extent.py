"""What a page can speak for is proved by its numbers and its dates, or it speaks only for itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import ALL, PARTIAL, Coverage, CoverageKind, Item, Moment, Precision
from service.sites.extent import reached

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def posted(at: datetime | None, precision: Precision = Precision.SECOND) -> Item:
    return Item(posted=Moment("shown", at, precision))


def test_a_page_that_shows_as_many_as_the_site_counts_shows_all() -> None:
    assert reached([Item(), Item()], 2) == ALL
    assert reached([], 0) == ALL
    assert reached([Item()], 2) == reached([Item()], None) == PARTIAL


def test_a_day_counts_only_from_the_next_one_on() -> None:
    day = datetime(2023, 5, 2, tzinfo=UTC)
    since = reached([posted(day, Precision.DAY)], 9, newest_first=True)
    assert since == Coverage(CoverageKind.SINCE, datetime(2023, 5, 3, tzinfo=UTC))
    assert not since.covers(day)


@pytest.mark.parametrize("precision", [Precision.MONTH, Precision.YEAR, Precision.RELATIVE, Precision.NONE])
def test_a_date_too_rough_to_sort_by_proves_nothing(precision: Precision) -> None:
    items = [posted(datetime(2023, 5, 2, tzinfo=UTC)), posted(datetime(2023, 4, 1, tzinfo=UTC), precision)]
    assert reached(items, 9, newest_first=True) == PARTIAL
    assert reached([posted(None)], 9, newest_first=True) == reached([Item()], 9, newest_first=True) == PARTIAL


@given(st.lists(MOMENTS, min_size=1, max_size=8))
def test_only_dates_that_really_fall_speak_for_everything_since_the_oldest(times: list[datetime]) -> None:
    falling = sorted(times, reverse=True)
    covered = reached([posted(at) for at in falling], 100, newest_first=True)
    assert covered == Coverage(CoverageKind.SINCE, min(times))
    assert all(covered.covers(at) for at in times)
    if falling != sorted(times):
        assert reached([posted(at) for at in sorted(times)], 100, newest_first=True) == PARTIAL
    assert reached([posted(at) for at in falling], 100) == PARTIAL
