"""Tables of text: whatever the encoding, the mark between cells and the raggedness."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import FileUnreadable
from service.sources import sheet
from service.sources.sheet import rows

ROWS = [("Name", "Text"), ("Zoë", "Très bon, merci"), ("Jürgen", "Schön; ruhig")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    body = sheet.written(ROWS).decode().encode(encoding)
    assert list(rows(body)) == ROWS


@pytest.mark.parametrize("mark", sheet.DELIMITERS)
def test_every_usual_mark_between_cells_is_found(mark: str) -> None:
    text = (
        f'Name{mark}Stars{mark}Text\nAnn{mark}5{mark}"Good, really; we | came\tback"\nBo{mark}4{mark}Fine\n'
    )
    assert list(rows(text.encode())) == [
        ("Name", "Stars", "Text"),
        ("Ann", "5", "Good, really; we | came\tback"),
        ("Bo", "4", "Fine"),
    ]


def test_a_text_may_hold_line_breaks_and_quotation_marks() -> None:
    body = b'Name,Text\r\nAnn,"Two lines:\r\n""fine"" she said"\r\n'
    assert list(rows(body))[1] == ("Ann", 'Two lines:\r\n"fine" she said')


def test_ragged_and_empty_rows_come_as_they_are_and_rows_keep_their_numbers() -> None:
    body = b"a,b,c\n\n1,2\n,,\n1,2,3,4\n"
    assert list(sheet.numbered(body)) == [(1, ("a", "b", "c")), (3, ("1", "2")), (5, ("1", "2", "3", "4"))]


def test_a_first_line_that_says_what_parts_the_cells_is_believed_and_is_no_row() -> None:
    body = b"sep=;\r\nName;Text\r\nAnn;Good, near, cheap\r\n"
    assert list(sheet.numbered(body)) == [(2, ("Name", "Text")), (3, ("Ann", "Good, near, cheap"))]


def test_commas_in_texts_do_not_win_over_the_mark_that_parts_the_cells() -> None:
    body = b"Name;Text\nAnn;Good, cheap, near\nBo;Loud, and cold\nCleo;Fine, thanks, bye\n"
    assert {len(row) for row in rows(body)} == {2}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\x7fELF\x00\x00\x01\x02" * 20, "no table of text"),
        (b"a,b\n" * 60_000, "more than 50,000 rows"),
        (b'Name,Text\nAnn,"never closed' + b" and on" * 10_000, "quotation mark"),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(body: bytes, says: str) -> None:
    with pytest.raises(FileUnreadable, match=says):
        list(rows(body))


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_the_named_error(body: bytes) -> None:
    try:
        found = list(rows(body))
    except FileUnreadable:
        return
    assert all(any(row) for row in found)


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=20
)


@settings(max_examples=50)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_what_we_write_we_read_back(table: list[tuple[str, str, str]]) -> None:
    filled = [row for row in (tuple(cell.strip() for cell in row) for row in table) if any(row)]
    written = sheet.written([("one", "two", "three"), *filled])
    assert list(rows(written))[1:] == filled
