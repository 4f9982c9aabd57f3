"""Spreadsheets become CSV in a child; what asks for too much is refused, and we live on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import FileUnreadable
from service.sources import sheet, workbook
from service.sources.workbook_child import shown
from tests import brought


@pytest.mark.server
def test_an_excel_file_is_read_as_a_person_sees_it() -> None:
    body = brought.workbook([("Name", "Stars"), ("Ann", 4.0), ("Bo", 4.5), ("Cleo", 46150)])
    assert workbook.is_workbook(body)
    assert list(sheet.rows(workbook.as_csv(body))) == [
        ("Name", "Stars"),
        ("Ann", "4"),
        ("Bo", "4.5"),
        ("Cleo", "46150"),
    ]


def test_dates_and_answers_are_written_plainly() -> None:
    from datetime import date, datetime

    told = (date(2026, 5, 2), datetime(2026, 5, 2), datetime(2026, 5, 2, 9, 30), True, 3.0)  # noqa: DTZ001
    assert [shown(cell) for cell in told] == [
        "2026-05-02",
        "2026-05-02",
        "2026-05-02 09:30:00",
        "yes",
        "3",
    ]


@pytest.mark.server
def test_a_sheet_with_one_cell_in_its_last_corner_is_refused_and_costs_us_nothing() -> None:
    with pytest.raises(FileUnreadable, match="more memory"):
        workbook.as_csv(brought.workbook([("Name", "Stars")], far="XFD1048576"))


def test_an_archive_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    bomb = brought.archive({"xl/workbook.xml": b"\0" * 160_000_000})
    with pytest.raises(FileUnreadable, match="more memory"):
        workbook.as_csv(bomb)


@pytest.mark.server
@pytest.mark.parametrize(
    "body",
    [
        bytes.fromhex("d0cf11e0a1b11ae1") + b"not a workbook" * 50,
        brought.archive({"xl/workbook.xml": "<nonsense/>"}),
        brought.archive({"content.xml": "<nonsense/>"}),
        brought.workbook([]),
    ],
)
def test_a_damaged_or_empty_workbook_is_refused_in_a_sentence(body: bytes) -> None:
    with pytest.raises(FileUnreadable):
        workbook.as_csv(body)


@settings(max_examples=50)
@given(st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)))
def test_no_bytes_make_the_question_raise(body: bytes) -> None:
    workbook.is_workbook(body)
