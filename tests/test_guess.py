"""Which column is what: by its name in four languages and by what stands in it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.sites.dates import Order
from service.sources import guess, sheet
from service.sources.column_words import meant
from service.sources.columns import Field
from service.sources.guess import Guess, guessed, missing, order_of

WORDS = "A long enough text about bread, queues and the weather."


def told(*rows: tuple[str, ...]) -> Guess:
    body = sheet.written(rows)
    return guessed(lambda: sheet.rows(body))


def fields(found: Guess) -> dict[str, str]:
    return {field.value: found.names[place] for field, place in found.mapping.columns}


@pytest.mark.parametrize(
    "names",
    [
        ("Reviewer", "Rating", "Review Time", "Review Content", "Owner Response"),
        ("author_name", "starRating", "createdAt", "reviewText", "replyText"),
        ("Autor", "Puntuación", "Fecha", "Comentario", "Respuesta del propietario"),
        ("Auteur", "Note", "Date de publication", "Commentaire", "Réponse du propriétaire"),
        ("Verfasser", "Sterne", "Datum", "Rezension", "Antwort des Inhabers"),
    ],
)
def test_columns_are_known_by_their_names_in_four_languages(names: tuple[str, ...]) -> None:
    found = told(names, ("Ann", "5", "2026-05-02", WORDS, "Thank you"), ("Bo", "4", "2026-05-03", WORDS, ""))
    assert [field for field, _ in sorted(found.mapping.columns, key=lambda one: one[1])] == [
        Field.AUTHOR,
        Field.RATING,
        Field.DATE,
        Field.TEXT,
        Field.REPLY,
    ]
    assert missing(found.mapping) == ()


PROGRAMS = {
    "Review Id,Review Created (UTC),Review User Name,Review Title,Review Content,Review Stars,"
    "Company Reply Text,Company Reply Date": (
        "rv-00000#,2026-05-02 09:00:00,Ann,Good #,WORDS,5,Thank you,2026-05-03",
        "id date author title text rating reply reply_date",
    ),
    "name,owner_answer,owner_answer_timestamp_datetime_utc,author_title,review_text,review_rating,"
    "review_datetime_utc,review_link": (
        "North,Thanks,05/14/2026 09:00:00,Ann,WORDS,5,05/13/2026 08:00:00,https://maps.example/#",
        "- reply reply_date author text rating date link",
    ),
    "title,name,stars,text,publishedAtDate,responseFromOwnerText,responseFromOwnerDate": (
        "North Bakery,Ann,5,WORDS,2026-05-02T09:00:00.000Z,Thanks,2026-05-03T09:00:00.000Z",
        "- author rating text date reply reply_date",
    ),
}


@pytest.mark.parametrize("names", PROGRAMS)
def test_what_well_known_programs_export_is_understood(names: str) -> None:
    row, expected = PROGRAMS[names]
    rows = [tuple(row.replace("WORDS", WORDS.replace(",", "")).replace("#", n).split(",")) for n in "123"]
    found = told(tuple(names.split(",")), *rows)
    by_place = {place: field.value for field, place in found.mapping.columns}
    assert [by_place.get(place, "-") for place in range(len(rows[0]))] == expected.split()


def test_columns_without_names_are_known_by_what_stands_in_them() -> None:
    found = told(*[(f"2026-05-{day:02}", str(day % 5 + 1), WORDS) for day in range(1, 20)])
    assert fields(found) == {"date": "Column 1", "rating": "Column 2", "text": "Column 3"}
    assert found.mapping.header == 0


def test_names_we_do_not_know_are_still_names_above_figures() -> None:
    found = told(("Foo", "Bar"), ("2026-05-01", WORDS), ("2026-05-02", WORDS))
    assert (found.mapping.header, found.names) == (1, ("Foo", "Bar"))
    assert told(("2026-05-01", WORDS), ("2026-05-02", WORDS)).mapping.header == 0


def test_a_title_above_the_names_of_columns_is_passed_over() -> None:
    found = told(("Export of May", "", ""), ("Name", "Stars", "Review"), ("Ann", "5", WORDS))
    assert (found.mapping.header, fields(found)["rating"]) == (2, "Stars")


def test_a_column_that_is_not_what_it_is_called_is_not_taken_for_it() -> None:
    found = told(("Rating", "Stars", "Review"), ("verified", "5", WORDS), ("verified", "4", WORDS))
    assert fields(found)["rating"] == "Stars"


def test_numbers_of_rows_are_no_ids_and_lasting_ones_are() -> None:
    assert "id" not in fields(told(("ID", "Review"), ("1", WORDS), ("2", WORDS)))
    assert fields(told(("ID", "Review"), ("rv-00017", WORDS), ("rv-00018", WORDS)))["id"] == "ID"


def test_ids_of_two_programs_are_two_kinds_of_ids() -> None:
    one = told(("ID", "Review"), ("rv-00017", WORDS)).mapping
    other = told(("ID", "Comment"), ("rv-00017", WORDS)).mapping
    assert one.id_kind != other.id_kind
    assert one.id_kind == told(("ID", "Review"), ("rv-00099", WORDS)).mapping.id_kind


def test_zeros_and_ones_are_not_taken_for_stars() -> None:
    assert "rating" not in fields(told(("Review",), (WORDS, "1"), (WORDS, "0")))


@pytest.mark.parametrize(
    ("dates", "order", "asks"),
    [
        (["3/10/2026", "28/10/2026"], Order.DAY_FIRST, False),
        (["3/10/2026", "3/28/2026"], Order.MONTH_FIRST, False),
        (["3/10/26", "13/10/26"], Order.DAY_FIRST, False),
        (["3/10/2026", "4/11/2026"], None, True),
        (["3/10/2026", "28/10/2026", "3/28/2026"], None, True),
        (["2026-10-03", "3 Oct 2026", "03.10.2026", "5/5/2026"], Order.MONTH_FIRST, False),
    ],
)
def test_the_order_of_days_is_told_by_the_whole_column_or_asked(
    dates: list[str], order: Order | None, asks: bool
) -> None:
    found, unsure = order_of(dates)
    assert (found, unsure is not None) == (order, asks)


def test_what_is_not_sure_is_asked_before_anything_is_kept() -> None:
    found = told(("Name", "Score", "Date"), ("Ann", "85", "3/10/2026"), ("Bo", "70", "4/11/2026"))
    assert len(found.doubts) == 2
    assert len(missing(found.mapping)) == 2


@pytest.mark.parametrize(
    ("ratings", "best"), [(["1", "5"], 5), (["3", "9"], 10), (["4/5", "8/10"], 5), (["85"], None), ([], 5)]
)
def test_what_ratings_are_out_of_is_told_by_the_highest(ratings: list[str], best: int | None) -> None:
    assert guess.best_of(ratings) == (None if best is None else Decimal(best))


def test_a_table_of_nothing_we_need_says_what_is_missing() -> None:
    assert missing(told(("Colour", "Size"), ("red", "L"), ("blue", "M")).mapping)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Review Date", Field.DATE),
        ("date_of_review_posted_at", Field.DATE),
        ("Reviewer's rating", Field.RATING),
        ("Business Name", Field.BRANCH),
        ("Review URL", Field.LINK),
        ("Response Date", Field.REPLY_DATE),
        ("Quelle", Field.SITE),
    ],
)
def test_names_of_several_words_are_understood(header: str, field: Field) -> None:
    found = meant(header)
    assert found is not None and found[0] is field


@settings(max_examples=50)
@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=6))
def test_no_table_makes_the_guess_raise(rows: list[list[str]]) -> None:
    table = [tuple(row) for row in rows]
    found = guessed(lambda: iter([row for row in table if any(row)]))
    assert all(place < len(found.names) for _, place in found.mapping.columns)
