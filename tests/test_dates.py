from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Precision
from service.sites import dates, figures
from service.sites.dates import Order

NOW = datetime(2023, 8, 11, 12, 0, tzinfo=UTC)

DAYS = {
    "2021-05-02": "2021-05-02",
    "2021-05-02T00:00:00Z": "2021-05-02",
    "2021-05-02T00:00:00+02:00": "2021-05-02",
    "2021-05-02 10:11": "2021-05-02",
    "20210502": "2021-05-02",
    "May 2, 2021": "2021-05-02",
    "Sunday, May 2nd, 2021": "2021-05-02",
    "18th May, 2019": "2019-05-18",
    "Written February 6, 2024": "2024-02-06",
    "Date of experience: May 02, 2023": "2023-05-02",
    "May 2, 2021 at 5:41 PM": "2021-05-02",
    "2 Sept. 2021": "2021-09-02",
    "5/2/2021": "2021-05-02",
    "5/2/21": "2021-05-02",
    "13/2/2021": "2021-02-13",
    "04-27-2021 09:50": "2021-04-27",
    "02.05.2021": "2021-05-02",
    "02.05.21": "2021-05-02",
    "2021. 5. 2.": "2021-05-02",
    "2. Juni 2021": "2021-06-02",
    "12. August 2019 um 10:11": "2019-08-12",
    "1er janvier 2020": "2020-01-01",
    "2 de mayo de 2021": "2021-05-02",
    "2 ago 2021": "2021-08-02",
    "9 oktober 2020": "2020-10-09",
    "१६ डिसेंबर, २०१७": "2017-12-16",
    "2021年5月2日": "2021-05-02",
    "2021년 5월 2일": "2021-05-02",
    "16 ธันวาคม 2564": "2021-12-16",
    "2 tháng 5, 2021": "2021-05-02",
    "16 декабря 2017": "2017-12-16",
    "16 Δεκεμβρίου 2017": "2017-12-16",
}

BACK = {
    "a week ago": "2023-08-04",
    "2 months ago": "2023-06-11",
    "Edited 2 months ago": "2023-06-11",
    "3 months ago on Tripadvisor": "2023-05-11",
    "over a year ago": "2022-08-11",
    "yesterday": "2023-08-10",
    "Yesterday at 3:45 PM": "2023-08-10",
    "last month": "2023-07-11",
    "3 d": "2023-08-08",
    "2w": "2023-07-28",
    "1y": "2022-08-11",
    "vor 2 Monaten": "2023-06-11",
    "vor einem Monat": "2023-07-11",
    "Bearbeitet: vor 2 Monaten": "2023-06-11",
    "gestern": "2023-08-10",
    "il y a 3 jours": "2023-08-08",
    "il y a un mois": "2023-07-11",
    "hace un mes": "2023-07-11",
    "hace 2 años": "2021-08-11",
    "un mese fa": "2023-07-11",
    "há um mês": "2023-07-11",
    "2 meses atrás": "2023-06-11",
    "een maand geleden": "2023-07-11",
    "miesiąc temu": "2023-07-11",
    "5 месяцев назад": "2023-03-11",
    "πριν από έναν μήνα": "2023-07-11",
    "3 hafta önce": "2023-07-21",
    "قبل يومين": "2023-08-09",
    "47 分鐘前": "2023-08-11",
    "1 か月前": "2023-07-11",
    "3週間前": "2023-07-21",
}

NO_DATES = [
    "",
    "Verified purchase 5",
    "Work Completed On",
    "31 February 2021",
    "5 stars",
    "13/13/2021",
    "a may b",
]


@pytest.mark.parametrize(("shown", "day"), DAYS.items())
def test_a_day_is_read_however_it_is_written(shown: str, day: str) -> None:
    moment = dates.parse(shown)
    assert moment is not None and moment.at is not None
    assert (moment.shown, moment.precision, moment.at.isoformat()) == (
        shown,
        Precision.DAY,
        f"{day}T00:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("shown", "at"),
    {
        "2021-05-02T17:04:30Z": "2021-05-02T17:04:30+00:00",
        "2021-05-02T17:04:30.123+02:00": "2021-05-02T15:04:30+00:00",
        "2021-05-02 17:04:30 UTC": "2021-05-02T17:04:30+00:00",
        "Sun, 02 May 2021 10:11:12 GMT": "2021-05-02T10:11:12+00:00",
        "Sun May 02 2021 10:11:12 GMT+0200 (CEST)": "2021-05-02T08:11:12+00:00",
        "1652345678": "2022-05-12T08:54:38+00:00",
        "1652345678123": "2022-05-12T08:54:38+00:00",
    }.items(),
)
def test_an_instant_needs_its_zone(shown: str, at: str) -> None:
    moment = dates.parse(shown)
    assert moment is not None and moment.at is not None
    assert (moment.precision, moment.at.isoformat()) == (Precision.SECOND, at)


@pytest.mark.parametrize(
    ("shown", "precision", "first"),
    [
        ("Apr 2023", Precision.MONTH, "2023-04-01"),
        ("2023-04", Precision.MONTH, "2023-04-01"),
        ("April '23", Precision.MONTH, "2023-04-01"),
        ("2021年5月", Precision.MONTH, "2021-05-01"),
        ("2021", Precision.YEAR, "2021-01-01"),
    ],
)
def test_a_month_or_a_year_is_known_no_finer(shown: str, precision: Precision, first: str) -> None:
    moment = dates.parse(shown)
    assert moment is not None and moment.at is not None
    assert (moment.precision, moment.at.date().isoformat()) == (precision, first)


@pytest.mark.parametrize(("shown", "day"), BACK.items())
def test_a_time_told_from_today_needs_to_know_today(shown: str, day: str) -> None:
    unknown, known = dates.parse(shown), dates.parse(shown, now=NOW)
    assert unknown is not None and known is not None and known.at is not None
    assert (unknown.at, unknown.precision, unknown.shown) == (None, Precision.RELATIVE, shown)
    assert (known.at.date().isoformat(), known.precision) == (day, Precision.RELATIVE)


@pytest.mark.parametrize(
    ("shown", "day"),
    [("2 June", "2023-06-02"), ("Jun 1", "2023-06-01"), ("२ जून", "2023-06-02"), ("Dec 24", "2022-12-24")],
)
def test_a_day_without_a_year_is_the_last_one_there_was(shown: str, day: str) -> None:
    unknown, known = dates.parse(shown), dates.parse(shown, now=NOW)
    assert unknown is not None and known is not None and known.at is not None
    assert (unknown.at, unknown.precision, unknown.shown) == (None, Precision.DAY, shown)
    assert (known.at.date().isoformat(), known.precision) == (day, Precision.DAY)


@pytest.mark.parametrize("shown", NO_DATES)
def test_what_is_no_date_is_none(shown: str) -> None:
    assert dates.parse(shown, now=NOW) is None


def test_figures_that_can_be_read_twice_follow_the_page_s_order() -> None:
    american, british = dates.parse("5/2/2021"), dates.parse("5/2/2021", order=Order.DAY_FIRST)
    assert american and british and american.at and british.at
    assert (american.at.month, british.at.month) == (5, 2)


def test_one_unmistakable_date_tells_the_order_of_all() -> None:
    assert figures.order_of(["5/2/2021", "28/2/2021"]) is Order.DAY_FIRST
    assert figures.order_of(["5/2/2021", "2/28/2021"]) is Order.MONTH_FIRST
    assert figures.order_of(["5/2/2021", "2021-02-28", "May 2, 2021"]) is None


def test_a_country_s_name_tells_the_order_where_no_date_does() -> None:
    assert figures.order_in("www.shop.co.uk") is Order.DAY_FIRST
    assert figures.order_in("www.shop.com") is Order.MONTH_FIRST
    assert figures.order_in("") is Order.MONTH_FIRST


def test_more_years_ago_than_there_were_is_no_moment() -> None:
    moment = dates.parse("99999999999999 years ago", now=NOW)
    assert moment is not None and moment.at is None


@given(st.text(max_size=200), st.one_of(st.none(), st.just(NOW)))
def test_no_text_makes_the_reading_of_dates_raise(shown: str, now: datetime | None) -> None:
    moment = dates.parse(shown, now=now)
    assert moment is None or moment.at is None or moment.at.tzinfo is UTC


@given(st.datetimes(datetime(1995, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 (hypothesis wants naive bounds)
def test_every_instant_survives_being_written_and_read(at: datetime) -> None:
    at = at.replace(microsecond=0, tzinfo=UTC)
    moment = dates.parse(at.isoformat())
    assert moment is not None and moment.at is not None
    whole_day = at == datetime(at.year, at.month, at.day, tzinfo=UTC)
    assert moment.at == at
    assert moment.precision is (Precision.DAY if whole_day else Precision.SECOND)


@given(st.integers(1, 300), st.sampled_from(["minute", "hour", "day", "week", "month", "year"]))
def test_every_english_span_goes_back_by_itself(number: int, unit: str) -> None:
    moment = dates.parse(f"{number} {unit}s ago", now=NOW)
    spans = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.44, "year": 365.24}
    assert moment is not None and moment.at is not None
    assert abs((NOW - moment.at) - timedelta(days=number * spans[unit])) < timedelta(days=3)
