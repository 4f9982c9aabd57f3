from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from service.domain import ALL, Business, Item, Moment, Precision, Reply
from service.errors import Walled
from service.sites.base import Reading
from service.sites.printed import date, printed, printed_failure, told

AT = datetime(2023, 5, 6, 13, 18, 34, tzinfo=UTC)

FULL = Item(
    ids=(("yelp", "r7"), ("schema", "x")),
    author="Bo",
    rating=Decimal("4.0"),
    best=Decimal(5),
    title="Fine",
    text="Good\nbread",
    text_complete=False,
    posted=Moment("6 May", AT, Precision.DAY),
    reply=Reply("Thanks", at=Moment("yesterday", None, Precision.RELATIVE)),
    permalink="https://x.example/r7",
    syndicated_from="Google",
)
READING = Reading(
    site="x.example",
    business=Business("Inn", "1 Mill Lane", None),
    site_total=90,
    rating=Decimal("4.25"),
    best=Decimal(5),
    items=(FULL, Item(recommends=False)),
    coverage=ALL,
    evidence=("2 of 90 reviews read",),
)


def test_a_reading_is_printed_with_every_fact_and_null_for_what_is_absent() -> None:
    assert printed(READING) == {
        "outcome": "ok",
        "evidence": ["2 of 90 reviews read"],
        "site": "x.example",
        "business": {
            "name": "Inn",
            "rating": 4.25,
            "best_rating": 5,
            "review_total": 90,
            "address": "1 Mill Lane",
            "phone": None,
        },
        "coverage": "all",
        "reviews": [
            {
                "id": "r7",
                "author": "Bo",
                "rating": 4,
                "best_rating": 5,
                "recommends": None,
                "title": "Fine",
                "text": "Good\nbread",
                "text_complete": False,
                "date": "2023-05-06",
                "date_shown": "6 May",
                "date_precision": "day",
                "permalink": "https://x.example/r7",
                "syndicated_from": "Google",
                "owner_reply": {"text": "Thanks", "date": None},
            },
            {
                "id": None,
                "author": None,
                "rating": None,
                "best_rating": None,
                "recommends": False,
                "title": None,
                "text": None,
                "text_complete": True,
                "date": None,
                "date_shown": None,
                "date_precision": None,
                "permalink": None,
                "syndicated_from": None,
                "owner_reply": None,
            },
        ],
    }


def test_whole_ratings_are_printed_as_whole_numbers() -> None:
    assert '"rating": 4, ' in json.dumps(printed(READING)["reviews"][0])


@pytest.mark.parametrize(
    ("precision", "shape"),
    [
        (Precision.SECOND, "2023-05-06T13:18:34Z"),
        (Precision.DAY, "2023-05-06"),
        (Precision.RELATIVE, "2023-05-06"),
        (Precision.MONTH, "2023-05"),
        (Precision.YEAR, "2023"),
        (Precision.NONE, None),
    ],
)
def test_a_date_is_printed_as_exactly_as_it_is_known(precision: Precision, shape: str | None) -> None:
    assert date(Moment("x", AT, precision)) == shape
    assert date(Moment("x", None, precision)) is None


def test_a_failure_has_the_same_shape() -> None:
    assert printed_failure(Walled("HTTP 403"), "yelp") == {
        "outcome": "walled",
        "evidence": ["HTTP 403"],
        "site": "yelp",
        "business": None,
        "coverage": None,
        "reviews": [],
    }


def test_a_reading_of_nothing_is_empty() -> None:
    assert printed(Reading(site="x.example", site_total=0))["outcome"] == "empty"


def test_people_are_told_in_words() -> None:
    lines = told(READING)
    assert lines.splitlines()[0] == "Inn · x.example · 4.25 of 5 · 90 reviews in all · 2 read here (all)"
    assert (
        "Bo · 4 of 5 · 2023-05-06 · from Google\nFine\nGood\n    bread [cut by the site]\n    ↳ Thanks"
        in lines
    )
    assert lines.endswith("(no name) · does not recommend")
