"""One row to one review, or the reason why not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Kind, Precision, Scale
from service.sites.dates import Order
from service.sources.columns import Brought, Field, Mapping, Rejected, read_row, scale
from tests.builders import NOW

ALL = Mapping(tuple((field, place) for place, field in enumerate(Field)), order=Order.DAY_FIRST)


def row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(field.value, "") for field in Field)


def item(**cells: str) -> Brought:
    found = read_row(ALL, row(**cells), NOW)
    assert isinstance(found, Brought), found
    return found


def why(**cells: str) -> str:
    found = read_row(ALL, row(**cells), NOW)
    assert isinstance(found, Rejected), found
    return found.why


def test_a_whole_row_is_a_whole_review() -> None:
    found = item(
        author="Anna Example",
        rating="4",
        date="3/10/2026",
        title="Good &amp; near",
        text="Lovely bread.\nWe will be back…",
        reply="Thank you.",
        reply_date="2026-10-05",
        link="https://town.example/r/1",
        id="review-000001",
        branch="North",
        site="Yelp",
    )
    told = found.item
    assert (told.author, told.rating, told.best, told.scale) == ("Anna Example", 4, 5, Scale.STARS5)
    assert (told.title, told.text_complete, told.permalink) == (
        "Good & near",
        False,
        "https://town.example/r/1",
    )
    assert told.posted and told.posted.at and told.posted.at.isoformat() == "2026-10-03T00:00:00+00:00"
    assert told.reply and told.reply.at and told.reply.at.precision is Precision.DAY
    assert told.ids == (("file", "review-000001"),)
    assert found.place == "North · Yelp"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"author": "Ann"}, "neither a rating nor words"),
        ({"rating": "4"}, "could not be told from the next one"),
        ({"author": "Ann", "rating": "7"}, "does not lie on a scale up to 5"),
        ({"author": "Ann", "rating": "0"}, "does not lie on a scale up to 5"),
        ({"author": "Ann", "rating": "11/10"}, "does not lie on a scale up to 10"),
        ({"author": "Ann", "rating": "4", "date": "soon"}, "the date “soon” cannot be read"),
        ({"author": "Ann", "rating": "3/10/2026"}, "is a date, not a rating"),
        ({"author": "Ann", "recommends": "perhaps"}, "neither yes nor no"),
    ],
)
def test_a_row_that_cannot_be_taken_whole_is_given_back_with_its_reason(
    cells: dict[str, str], reason: str
) -> None:
    assert reason in why(**cells)


def test_the_scale_is_the_cell_s_own_then_the_row_s_then_the_file_s() -> None:
    assert (item(author="A", rating="8/10").item.scale, item(author="A", rating="8/10").item.best) == (
        Scale.POINTS10,
        10,
    )
    assert item(author="A", rating="8", best="10").item.best == 10
    ten = Mapping(ALL.columns, best=Decimal(10))
    found = read_row(ten, row(author="A", rating="8"), NOW)
    assert isinstance(found, Brought) and found.item.scale is Scale.POINTS10
    assert isinstance(read_row(ten, row(author="A", rating="0"), NOW), Brought)


def test_yes_and_no_stay_what_they_are() -> None:
    told = item(author="Ann", recommends="no", text="Rude.").item
    assert (told.kind, told.scale, told.recommends, told.rating) == (
        Kind.RECOMMENDATION,
        Scale.RECOMMEND,
        False,
        None,
    )


def test_an_answer_whose_date_cannot_be_read_is_kept_with_the_date_as_shown() -> None:
    reply = item(author="Ann", text="Fine.", reply="Thanks!", reply_date="sometime").item.reply
    assert reply and reply.at
    assert (reply.at.shown, reply.at.at) == ("sometime", None)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "town.example/1", "https://", "https://a b.example"])
def test_what_is_no_address_is_no_link(link: str) -> None:
    assert item(author="Ann", text="Fine.", link=link).item.permalink is None


def test_a_short_row_lacks_its_last_cells() -> None:
    found = read_row(ALL, ("Ann", "5"), NOW)
    assert isinstance(found, Brought) and found.item.text is None


@pytest.mark.parametrize(
    "mapping", [ALL, Mapping(), Mapping(((Field.TEXT, 3),), 0, Decimal("7.5"), None, "file.0a")]
)
def test_a_mapping_survives_being_written_and_read(mapping: Mapping) -> None:
    assert Mapping.of_json(mapping.as_json()) == (mapping if mapping.columns else Mapping())


@pytest.mark.parametrize("words", ["0", "-5", "101", "NaN", "Infinity", "five", "", None])
def test_a_scale_is_a_number_that_can_be_one(words: str | None) -> None:
    assert scale(words) is None


@given(st.lists(st.text(max_size=60), max_size=len(Field)))
def test_any_row_is_a_review_or_is_given_back(cells: list[str]) -> None:
    found = read_row(ALL, tuple(cells), NOW)
    if isinstance(found, Brought):
        told = found.item
        assert told.text or told.rating is not None or told.recommends is not None
        assert told.rating is None or (told.best is not None and 0 <= told.rating <= told.best)
    else:
        assert found.why
