"""The child that reads a spreadsheet: the workbook on standard input, CSV on standard output.

Dates without a time of day are written as days, whole numbers without a point, so that a cell says what a
person sees in it.
"""

from __future__ import annotations

import csv
import io
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from service.sources.sheet import MOST_COLUMNS, MOST_ROWS
from service.sources.workbook import MOST_MEMORY, UNREADABLE


def main() -> int:
    """Convert; answers the exit code. Whoever asks for more than ``MOST_MEMORY`` ends here."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        table = _first_filled(workbook)
    except (CalamineError, ValueError, OSError):
        return UNREADABLE
    if table is None:
        return UNREADABLE
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", "replace", newline="")
    csv.writer(out).writerows([shown(cell) for cell in row[:MOST_COLUMNS]] for row in table)
    out.flush()
    return 0


def shown(cell: Any) -> str:
    """What a person sees in a cell."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if isinstance(cell, timedelta) else str(cell)


def _first_filled(workbook: Any) -> Iterator[list[Any]] | None:
    """The rows of the first sheet with more than one row, else of the first with any."""
    best = None
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        rows: list[list[Any]] = sheet.to_python(nrows=MOST_ROWS + 2)
        if len(rows) > 1:
            return iter(rows)
        best = best or (iter(rows) if rows else None)
    return best


if __name__ == "__main__":
    sys.exit(main())
