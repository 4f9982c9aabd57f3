"""Tables as people export them: the bytes of a CSV file to rows, row by row.

A spreadsheet (Excel, OpenDocument) is made a CSV file first, see ``workbook``; so all that follows reads one
format, and a large file is never held in memory twice. Pure: bytes in, rows out.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from service.errors import FileUnreadable
from service.sentences import say

LARGEST = 10_000_000  # bytes; ten thousand long reviews have about 6 MB
MOST_ROWS = 50_000
MOST_COLUMNS = 200
LONGEST_CELL = 50_000  # characters; the longest review of any site we know is a tenth of that
DELIMITERS = (",", ";", "\t", "|")

Row = tuple[str, ...]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAID = re.compile(r'"?sep=([,;\t|])"?\s*\n', re.IGNORECASE)
_SAMPLE = 64 * 1024
_SAMPLED_ROWS = 50
_STEP = 1 << 16


def rows(body: bytes) -> Iterator[Row]:
    """The rows of a CSV file, cells trimmed, empty rows left out; ragged rows come as they are. Raises as
    ``numbered`` does."""
    return (row for _, row in numbered(body))


def numbered(body: bytes) -> Iterator[tuple[int, Row]]:
    """The same, each with its number as a spreadsheet counts it: 1 is the first, empty rows count too.

    Raises ``FileUnreadable`` where it is no table of text, or is larger than any export of reviews.
    """
    if len(body) > LARGEST:
        raise FileUnreadable(
            say(
                "The file is larger than %(largest)s MB. Export fewer reviews at a time. Nothing was kept.",
                largest=LARGEST // 1_000_000,
            )
        )
    encoding = encoding_of(body)
    delimiter = delimiter_of(_sample(body, encoding))
    lines = io.TextIOWrapper(io.BytesIO(body), encoding, "replace", newline="")
    yield from _bounded(_filled(_read(lines, delimiter)))


def encoding_of(body: bytes) -> str:
    """How the text of ``body`` is written: by its byte order mark, else UTF-16 by its zeros, else UTF-8
    where it is sound UTF-8, else Windows-1252. Raises ``FileUnreadable`` where it is no text at all."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return name
    if unmarked := _utf16_without_mark(body[:4096]):
        return unmarked
    if b"\0" in body[:_SAMPLE]:
        raise FileUnreadable(
            say(
                "This is no table of text. Give a CSV file, an Excel or OpenDocument sheet, or "
                "Google Takeout's reviews. Nothing was kept."
            )
        )
    return "utf-8" if _is_utf8(body) else "cp1252"


def delimiter_of(sample: str) -> str:
    """What parts the cells: what the first line says ("sep=;", as Excel writes it), else that by which most
    rows have the same number of them, more than one."""
    if said := _SAID.match(sample):
        return said[1]
    return max(DELIMITERS, key=lambda mark: _agreement(sample, mark))


def written(table: Iterable[Iterable[str]]) -> bytes:
    """A table as the CSV file that ``rows`` reads back."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def _sample(body: bytes, encoding: str) -> str:
    text = body[:_SAMPLE].decode(encoding, "replace")
    return text if len(body) <= _SAMPLE else text[: text.rfind("\n") + 1] or text


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    """The share of rows that agree on one width above one, and that width."""
    lines = islice(_filled(_read(io.StringIO(sample, newline=""), delimiter)), _SAMPLED_ROWS)
    widths = Counter(len(row) for _, row in lines)
    width, times = max(((w, n) for w, n in widths.items() if w > 1), key=lambda one: one[1], default=(0, 0))
    return times / max(1, widths.total()), width


def _read(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST))
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    try:
        yield from reader
    except csv.Error:
        raise FileUnreadable(
            say(
                "Line %(line_num)s of the file cannot be read as a table: a quotation mark may be missing.",
                line_num=reader.line_num,
            )
        ) from None


def _filled(table: Iterable[list[str]]) -> Iterator[tuple[int, Row]]:
    for number, cells in enumerate(table, start=1):
        row = tuple(cell.strip() for cell in cells[:MOST_COLUMNS])
        if any(row) and not (number == 1 and row[0].casefold() == "sep="):
            yield number, row


def _bounded(table: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    for place, (number, row) in enumerate(table):
        if place > MOST_ROWS:
            raise FileUnreadable(
                say(
                    "The file has more than %(most_rows)s rows. Bring it in parts. Nothing of it was kept.",
                    most_rows=f"{MOST_ROWS:,}",
                )
            )
        if max(map(len, row)) > LONGEST_CELL:
            raise FileUnreadable(
                say(
                    "Row %(number)s of the file has no end: a quotation mark in it is not closed. Save "
                    "the table again from the program that made it. Nothing was kept.",
                    number=number,
                )
            )
        yield number, row


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a zero in every other byte; Windows often leaves out the mark."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else None


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _STEP):
            decoder.decode(body[start : start + _STEP])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
