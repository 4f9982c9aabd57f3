"""Which column of a table is what, and one row to one review. Pure.

A row that cannot be taken whole is given back with its reason, never half-kept: a review under a wrong date
or a wrong rating does more harm than one that is missing and said to be.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from service.domain import Item, Kind, Moment, Precision, Reply, Scale
from service.sentences import say
from service.sites import text
from service.sites.dates import Order
from service.sites.reviews import scale_of
from service.sources import cells
from service.sources.cells import Rated, Unclear
from service.sources.sheet import Row

PLACE = " · "
"""What parts branch and site in the name of a place."""

LONGEST_LINK = 2000
LONGEST_ID = 200
LONGEST_PLACE = 200
STARS = Decimal(5)


class Field(StrEnum):
    """What a column can be."""

    AUTHOR = "author"
    RATING = "rating"
    BEST = "best"
    RECOMMENDS = "recommends"
    DATE = "date"
    TITLE = "title"
    TEXT = "text"
    REPLY = "reply"
    REPLY_DATE = "reply_date"
    LINK = "link"
    ID = "id"
    BRANCH = "branch"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column (0 is the first) holds what.

    ``header`` rows stand above the first review. ``best`` is what ratings are out of where no cell says so.
    ``order`` is None while "3/10/2026" could be either day and nobody has said. ``id_kind`` names whose ids
    the column of ids holds: two programs number differently.
    """

    columns: tuple[tuple[Field, int], ...] = ()
    header: int = 1
    best: Decimal | None = None
    order: Order | None = None
    id_kind: str = "file"

    def at(self, field: Field) -> int | None:
        """The column of ``field``; None where there is none."""
        return next((place for name, place in self.columns if name is field), None)

    def as_json(self) -> dict[str, Any]:
        """What ``of_json`` reads back."""
        return {
            "columns": {name.value: place for name, place in self.columns},
            "header": self.header,
            "best": None if self.best is None else str(self.best),
            "order": self.order.value if self.order else None,
            "id_kind": self.id_kind,
        }

    @classmethod
    def of_json(cls, written: Map[str, Any]) -> Mapping:
        """The mapping that ``as_json`` wrote; the empty one where nothing was."""
        if not written.get("columns"):
            return cls()
        return cls(
            columns=tuple((Field(name), int(place)) for name, place in written["columns"].items()),
            header=int(written["header"]),
            best=scale(written["best"]),
            order=Order(written["order"]) if written["order"] else None,
            id_kind=str(written["id_kind"]),
        )


def scale(words: str | None) -> Decimal | None:
    """What a person says ratings are out of: above 0 and at most 100, else None."""
    try:
        best = Decimal(words or "")
    except InvalidOperation:
        return None
    return best if best.is_finite() and 0 < best <= 100 else None


@dataclass(frozen=True, slots=True)
class Brought:
    """One review of a file; ``place`` is what the file calls the branch and site, where it names them."""

    item: Item
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken; ``why`` is a sentence's worth without its full stop."""

    why: str
    place: str | None = None


def read_row(mapping: Mapping, row: Row, now: datetime) -> Brought | Rejected:
    """The review in ``row``, or why there is none. ``now`` is what "two weeks ago" counts from. Never raises
    anything."""
    told = _Cells(mapping, row, now)
    try:
        return told.brought()
    except Unclear as unclear:
        return Rejected(str(unclear), told.place())


class _Cells:
    """One row under one mapping."""

    def __init__(self, mapping: Mapping, row: Row, now: datetime) -> None:
        self._mapping, self._row, self._now = mapping, row, now
        self._order = mapping.order or Order.MONTH_FIRST

    def brought(self) -> Brought:
        rating, best = self._rating()
        words = self._words(Field.TEXT)
        recommends = cells.recommends(self._cell(Field.RECOMMENDS))
        item = Item(
            ids=self._ids(),
            kind=Kind.REVIEW if recommends is None else Kind.RECOMMENDATION,
            scale=Scale.RECOMMEND if recommends is not None and rating is None else scale_of(rating, best),
            rating=rating,
            best=best,
            recommends=recommends,
            author=self._line(Field.AUTHOR),
            title=self._line(Field.TITLE),
            text=words,
            text_complete=not (words or "").endswith("…"),
            posted=cells.dated(self._cell(Field.DATE), self._order, self._now),
            reply=self._reply(),
            permalink=self._link(),
        )
        require_something(item)
        return Brought(item, self.place())

    def place(self) -> str | None:
        named = (self._line(Field.BRANCH), self._line(Field.SITE))
        return PLACE.join(name for name in named if name)[:LONGEST_PLACE] or None

    def _rating(self) -> tuple[Decimal | None, Decimal | None]:
        rated = cells.rated(self._cell(Field.RATING))
        if rated is None:
            return None, None
        best = rated.best or self._best() or self._mapping.best or STARS
        return within(rated, best), best

    def _best(self) -> Decimal | None:
        told = cells.rated(self._cell(Field.BEST))
        return told.value if told else None

    def _reply(self) -> Reply | None:
        words = self._words(Field.REPLY)
        if words is None:
            return None
        return Reply(words, text_complete=not words.endswith("…"), at=self._reply_date())

    def _reply_date(self) -> Moment | None:
        shown = cells.told(self._cell(Field.REPLY_DATE))
        if shown is None:
            return None
        try:
            return cells.dated(shown, self._order, self._now)
        except Unclear:  # the answer matters, its date hardly
            return Moment(cells.shown(shown), None, Precision.NONE)

    def _ids(self) -> tuple[tuple[str, str], ...]:
        value = cells.told(self._cell(Field.ID))
        return ((self._mapping.id_kind, value[:LONGEST_ID]),) if value else ()

    def _link(self) -> str | None:
        link = cells.told(self._cell(Field.LINK))
        return link if link and _is_link(link) else None

    def _words(self, field: Field) -> str | None:
        return text.clean(cells.told(self._cell(field)))

    def _line(self, field: Field) -> str | None:
        return text.line(cells.told(self._cell(field)))

    def _cell(self, field: Field) -> str:
        place = self._mapping.at(field)
        return self._row[place] if place is not None and place < len(self._row) else ""


def within(rated: Rated, best: Decimal) -> Decimal:
    """The rating, on a scale up to ``best``. Raises ``Unclear`` outside it; no star at all is no rating."""
    least = Decimal(0) if best > STARS else Decimal("0.5")
    if not least <= rated.value <= best:
        raise Unclear(
            say("the rating %(value)s does not lie on a scale up to %(best)s", value=rated.value, best=best)
        )
    return rated.value


def require_something(item: Item) -> None:
    """Raises ``Unclear`` where an item says nothing, or nothing by which it could be known again."""
    if item.rating is None and item.recommends is None and item.text is None:
        raise Unclear(say("neither a rating nor words in it"))
    if item.author is None and item.text is None and not item.ids:
        raise Unclear(
            say("a rating without a name and without words: it could not be told from the next one")
        )


def _is_link(link: str) -> bool:
    if len(link) > LONGEST_LINK or not link.isprintable() or " " in link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
