"""What a file is, however it is called; how large it is, and its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import FileUnreadable
from service.sources import files
from service.sources.columns import Brought, Field, Rejected
from service.sources.files import File, Format, recognised
from tests import brought
from tests.brought import ANNA, BERT, HEADER
from tests.builders import NOW

PAGE = b"""<html><title>North</title><script type="application/ld+json">{"@type":"Bakery","name":"North",
"aggregateRating":{"ratingValue":5,"reviewCount":1},"review":[{"@type":"Review","author":"Lori K.",
"reviewRating":{"ratingValue":5},"reviewBody":"So good","datePublished":"2026-05-02"}]}</script></html>"""


@pytest.mark.server
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (brought.table(ANNA, BERT), Format.CSV),
        (brought.workbook([HEADER, ANNA, BERT]), Format.SHEET),
        (brought.google_export(brought.google_review(1), brought.google_review(2)), Format.TAKEOUT),
    ],
)
def test_a_file_is_known_by_what_is_in_it(body: bytes, kind: Format) -> None:
    file = recognised(body)
    extent = files.extent(file, NOW)
    assert (file.format, extent.total) == (kind, 2)
    assert files.file_of(file.format.value, file.body, file.plan()) == file


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (PAGE, "Read a page"),
        (b"x" * 10_000_001, "larger than 10 MB"),
        (b"\n,,\n,,", "no row"),
    ],
)
def test_what_is_no_file_of_reviews_says_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(FileUnreadable, match=says):
        recognised(body)


def test_a_row_that_is_given_back_keeps_its_number_and_its_cells() -> None:
    bad = ("Bo", "nine of ten thousand", "2026-05-02", "Fine.", "")
    readings = list(files.readings(recognised(brought.table(ANNA, bad)), NOW))
    assert [isinstance(reading.found, Brought) for reading in readings] == [True, False]
    assert (readings[1].number, readings[1].cells) == (3, bad)


def test_another_mapping_is_settled_again() -> None:
    file = recognised(
        brought.table(("Ann", "85", "3/10/2026", "Fine.", ""), ("Bo", "9", "28/10/2026", "So.", ""))
    )
    assert file.columns.best is None
    without = replace(
        file.columns, columns=tuple(p for p in file.columns.columns if p[0] is not Field.RATING)
    )
    assert files.remapped(file, replace(without, order=None)).doubts == ()


def test_the_places_in_a_file_are_listed_once_each_in_order() -> None:
    header = ("Branch", "Site", "Review")
    rows = [("North", "Yelp", "One."), ("South", "Yelp", "Two."), ("North", "Yelp", "Three.")]
    extent = files.extent(recognised(brought.table(*rows, header=header)), NOW)
    assert extent.places == ("North · Yelp", "South · Yelp")


def test_a_saved_page_is_a_file_of_its_reviews() -> None:
    page = File(Format.PAGE, PAGE, url="https://north.example/reviews", saved_at=NOW)
    (reading,) = files.readings(page, NOW)
    assert isinstance(reading.found, Brought) and reading.found.item.author == "Lori K."
    assert files.file_of("page", PAGE, page.plan()) == page
    with pytest.raises(FileUnreadable, match="shows no reviews"):
        list(files.readings(replace(page, body=b"<title>Just a moment...</title>"), NOW))


def test_confirmed_cards_are_a_file_too() -> None:
    file = files.pasted(
        [("Anna", "4", "", "2026-11-20", "", "Two\nlines.", ""), ("", "9", "", "", "", "", "")]
    )
    good, bad = files.readings(file, NOW)
    assert isinstance(good.found, Brought) and good.found.item.text == "Two\nlines."
    assert isinstance(bad.found, Rejected)


@settings(max_examples=60)
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise_anything_but_the_named_error(body: bytes) -> None:
    try:
        file = recognised(body)
        list(files.readings(file, NOW))
    except FileUnreadable:
        pass
