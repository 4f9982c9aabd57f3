"""Rows that were given back, as a file that is safe to open in a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.alerts.neutral import cell
from service.sources.sheet import written

MARK = "\ufeff"  # by which Excel knows that a CSV file is UTF-8


def given_back(names: Sequence[str], rejected: Sequence[Mapping[str, Any]]) -> bytes:
    """A CSV file: the row's number, why it was not taken, and its cells under their ``names``."""
    table = [["row", "why", *map(cell, names)]]
    table += [[str(one["row"]), one["why"], *map(cell, one.get("cells", ()))] for one in rejected]
    return MARK.encode() + written(table)
