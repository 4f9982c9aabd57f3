"""Guessing which column is what: by what columns are called and by what stands in them. Pure.

A guess is shown to a person on the first rows before anything is kept, together with all that it doubts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from service.sentences import say
from service.sites.dates import Order
from service.sources import cells
from service.sources.cells import Unclear
from service.sources.column_words import folded, meant
from service.sources.columns import STARS, Field, Mapping
from service.sources.sheet import Row

SAMPLE = 300
TITLE_ROWS = 10  # how far down the row of names may stand
LONG = 30  # characters: mean length from which a column is a text rather than a name
NUMBERS_ONLY_ROWS = 6  # characters: a shorter "id" counts the rows, and names no review

_EVER = datetime(2100, 1, 1, tzinfo=UTC)
_TWICE = re.compile(r"(?<!\d)(\d{1,2})\s?([/-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_EITHER = {Field.RATING, Field.RECOMMENDS, Field.TEXT}

Table = Callable[[], Iterator[Row]]
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping, what the columns are called, and sentences about what is not sure."""

    mapping: Mapping
    names: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def guessed(table: Table) -> Guess:
    """What the columns of ``table`` are; it is read twice. An empty table is guessed to be nothing."""
    head = list(islice(table(), SAMPLE))
    if not head:
        return Guess(Mapping(header=0), (), (say("There is no row in it."),))
    header = _header_of(head)
    names = names_of(head, header)
    sample = head[header:]
    mapping = Mapping(
        tuple(sorted(_assigned(names, sample, named=header > 0).items())),
        header=header,
        id_kind=f"file.{sha256(repr(names).encode()).hexdigest()[:8]}",
    )
    return settled(table, mapping, names)


def settled(table: Table, mapping: Mapping, names: tuple[str, ...]) -> Guess:
    """``mapping`` with what the whole columns tell: the order of dates, and what ratings are out of."""
    doubts = []
    if mapping.order is None and (place := mapping.at(Field.DATE)) is not None:
        order, unsure = order_of(_column(table(), place))
        mapping = replace(mapping, order=order)
        if unsure:
            doubts.append(
                say("Days and months cannot be told apart in dates such as “%(unsure)s”.", unsure=unsure)
            )
    if mapping.best is None and (place := mapping.at(Field.RATING)) is not None:
        best = best_of(_column(islice(table(), mapping.header, None), place))
        mapping = replace(mapping, best=best)
        if best is None:
            doubts.append(say("The ratings go beyond 10: say what they are out of."))
    return Guess(mapping, names, tuple(doubts))


def missing(mapping: Mapping) -> tuple[str, ...]:
    """Why a mapping cannot be used yet, as sentences; empty where it can."""
    told = []
    places = [place for _, place in mapping.columns]
    if not _EITHER & {field for field, _ in mapping.columns}:
        told.append(say("Say which column holds the rating, the recommendation or the words of a review."))
    if len(set(places)) < len(places):
        told.append(say("One column is chosen for two things."))
    if mapping.at(Field.DATE) is not None and mapping.order is None:
        told.append(say("Say whether days or months come first in the dates."))
    if mapping.at(Field.RATING) is not None and mapping.best is None:
        told.append(say("Say what the ratings are out of."))
    return tuple(told)


def order_of(column: Iterable[str]) -> tuple[Order | None, str | None]:
    """How a whole column writes its days. The second is a date that could be either and settles why the first
    is None; a column without such dates is read the usual way."""
    found: set[Order] = set()
    unsure = None
    for cell in column:
        twice = _TWICE.search(cell)
        if not twice:
            continue
        first, second = int(twice[1]), int(twice[3])
        if first > 12 >= second:
            found.add(Order.DAY_FIRST)
        elif second > 12 >= first:
            found.add(Order.MONTH_FIRST)
        elif first != second:
            unsure = unsure or cell
    if len(found) == 1:
        return found.pop(), None
    if unsure:
        return None, cells.shown(unsure)
    return Order.MONTH_FIRST, None


def best_of(column: Iterable[str]) -> Decimal | None:
    """What the ratings of a column are out of: 5, or 10 where one is above 5; None above that."""
    highest = Decimal(0)
    for cell in column:
        rated = _quietly(cells.rated, cell)
        if rated is not None and rated.best is None:
            highest = max(highest, rated.value)
    return STARS if highest <= 5 else Decimal(10) if highest <= 10 else None


def names_of(head: Sequence[Row], header: int) -> tuple[str, ...]:
    """What each column is called; "Column 2" where nothing says so."""
    width = max(len(row) for row in head)
    named = head[header - 1] if header else ()
    return tuple((named[n] if n < len(named) else "") or f"Column {n + 1}" for n in range(width))


def _header_of(head: Sequence[Row]) -> int:
    """How many rows stand above the first review: up to the row with the most names we know."""
    known = [sum(meant(cell) is not None for cell in row) for row in head[:TITLE_ROWS]]
    place, most = max(enumerate(known), key=lambda one: (one[1], -one[0]))
    if most >= 2 or (most == 1 and place == 0 and all(len(cell) < LONG for cell in head[0])):
        return place + 1
    return int(_stands_above(head[0], head[1:]))


def _stands_above(first: Row, rest: Sequence[Row]) -> bool:
    """Whether a first row of names we do not know stands above a column that is all figures or dates."""
    for place, name in enumerate(first):
        column = [row[place] for row in rest if place < len(row)]
        if any(_is_figures(name) for name in first) or not name or not column:
            continue
        if _share(column, _is_figures) > 0.9:
            return True
    return False


def _is_figures(cell: str) -> bool:
    return bool(_quietly(cells.rated, cell)) or _date(cell)


def _assigned(names: Sequence[str], sample: Sequence[Row], *, named: bool) -> dict[Field, int]:
    columns = [[row[n] for row in sample if n < len(row) and cells.told(row[n])] for n in range(len(names))]
    chosen: dict[Field, int] = {}
    by_name = [(m[1], -n, m[0]) for n, name in enumerate(names) if named and (m := meant(name))]
    for _, place, field in sorted(by_name, reverse=True):
        if field not in chosen and _fits(field, columns[-place]):
            chosen[field] = -place
    for field in (Field.DATE, Field.RATING, Field.TEXT, Field.LINK):
        if field not in chosen:
            free = [
                n for n in range(len(names)) if n not in chosen.values() and _is_surely(field, columns[n])
            ]
            if free:
                chosen[field] = (
                    max(free, key=lambda n: _length(columns[n])) if field is Field.TEXT else free[0]
                )
    return chosen


def _fits(field: Field, column: Sequence[str]) -> bool:
    """Whether what stands in a column can be what it is called; an empty one can be anything."""
    if field is Field.ID:
        return len(set(column)) == len(column) and min(map(len, column), default=0) >= NUMBERS_ONLY_ROWS
    if field is Field.TITLE and len(set(column)) == 1 and len(column) > 2:
        return False  # the title of the place, not of each review
    test = _TESTS.get(field)
    return not column or test is None or _share(column, test) >= 0.5


def _is_surely(field: Field, column: Sequence[str]) -> bool:
    """Whether a column is ``field`` by its contents alone."""
    if not column:
        return False
    if field is Field.TEXT:
        return _length(column) >= LONG and _fits(field, column) and not _is_surely(Field.LINK, column)
    if field is Field.RATING:
        rated = [_quietly(cells.rated, cell) for cell in column]
        small = [one for one in rated if one and one.value <= (one.best or 10)]
        yes_or_no = all(one.value in (0, 1) for one in small)
        return len(small) >= 0.9 * len(column) and not yes_or_no and _length(column) < 12
    return _fits(field, column) and _share(column, lambda cell: len(cell) >= 6) > 0.9


def _date(cell: str) -> bool:
    return _quietly(lambda words: cells.dated(words, Order.MONTH_FIRST, _EVER), cell) is not None


def _share(column: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(cell)) for cell in column) / max(1, len(column))


def _length(column: Sequence[str]) -> float:
    return sum(map(len, column)) / max(1, len(column))


def _quietly(read: Callable[[str], Told], cell: str) -> Told | None:
    try:
        return read(cell)
    except Unclear:
        return None


def _column(table: Iterable[Row], place: int) -> Iterator[str]:
    return (row[place] for row in table if place < len(row))


_TESTS: dict[Field, Callable[[str], object]] = {
    Field.RATING: lambda cell: _quietly(cells.rated, cell),
    Field.BEST: lambda cell: _quietly(cells.rated, cell),
    Field.RECOMMENDS: lambda cell: _quietly(cells.recommends, cell) is not None,
    Field.DATE: _date,
    Field.REPLY_DATE: _date,
    Field.LINK: lambda cell: cell.startswith(("http://", "https://")),
    Field.TEXT: lambda cell: any(c.isalpha() for c in cell),
    Field.REPLY: lambda cell: any(c.isalpha() for c in cell),
}


def field_named(words: str) -> Field | None:
    """The field a person names at the command line: "rating", "reply-date"."""
    plain = folded(words).replace(" ", "_")
    return next((field for field in Field if field.value == plain), None)
