"""A file that a person brings: what it is, and its reviews one after another, each read or given back.

Whatever it was, it is read again from the start whenever work goes on, so nothing but a number need be
remembered of how far it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from typing import Any

from service.domain import Item
from service.errors import FileUnreadable, LookFailed
from service.sentences import say
from service.sources import guess, paste, sheet, takeout, workbook
from service.sources.columns import Brought, Rejected, read_row
from service.sources.columns import Mapping as Columns
from service.sources.sheet import LARGEST, Row

MOST_PLACES = 200
PREVIEWED = 5


class Format(StrEnum):
    """What is brought, as stored."""

    CSV = "csv"
    SHEET = "sheet"  # was a spreadsheet; kept as the CSV it was made
    TAKEOUT = "takeout"
    PAGE = "page"
    PASTE = "paste"

    @property
    def has_columns(self) -> bool:
        """Whether a person says which column is what."""
        return self in (Format.CSV, Format.SHEET)

    @property
    def site(self) -> str | None:
        """The only site whose reviews it can hold; None where it may be any."""
        return takeout.SITE if self is Format.TAKEOUT else None


@dataclass(frozen=True, slots=True)
class File:
    """What is brought: its bytes, as they are kept, and how to read them.

    ``columns`` is for tables and pastes; ``url`` and ``saved_at`` are a saved page's.
    """

    format: Format
    body: bytes
    columns: Columns = field(default_factory=Columns)
    names: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    url: str | None = None
    saved_at: datetime | None = None

    @property
    def sha256(self) -> bytes:
        """What makes it the same file."""
        return sha256(self.body).digest()

    def plan(self) -> dict[str, Any]:
        """How to read it, as JSON; ``file_of`` takes it back."""
        written = self.columns.as_json() | {"names": list(self.names), "doubts": list(self.doubts)}
        if self.format is Format.PAGE:
            written |= {"url": self.url, "saved_at": self.saved_at and self.saved_at.isoformat()}
        return written


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of a file: its number as a person counts, its cells, and the review or why there is none."""

    number: int
    cells: Row
    found: Brought | Rejected


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows a file has, and what it calls the branches they are of, in order of appearance."""

    total: int
    places: tuple[str, ...]


def recognised(body: bytes) -> File:
    """What ``body`` is: a CSV file, a spreadsheet, or Google Takeout's reviews, its columns guessed.

    Raises ``FileUnreadable`` for anything else. May take seconds: no transaction should be open.
    """
    if len(body) > LARGEST:
        raise FileUnreadable(
            say(
                "The file is larger than %(largest)s MB. Bring fewer reviews at a time. Nothing was kept.",
                largest=LARGEST // 1_000_000,
            )
        )
    if workbook.is_workbook(body):
        return _table(Format.SHEET, workbook.as_csv(body))
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if takeout.is_archive(body) or start.startswith((b"{", b"[")):
        takeout.entries(body)
        return File(Format.TAKEOUT, body)
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"from: <saved by")):
        raise FileUnreadable(
            say("This is a saved page. Give it to “Read a page”, which knows how pages read.")
        )
    if not start:
        raise FileUnreadable(say("The file is empty. Nothing was kept."))
    return _table(Format.CSV, body)


def pasted(cards: list[Row]) -> File:
    """Confirmed cards of a paste (``paste.FIELDS``) as a file."""
    return File(Format.PASTE, sheet.written(cards), paste.MAPPING)


def file_of(format_name: str, body: bytes, plan: Mapping[str, Any]) -> File:
    """The file that was stored as ``format_name``, ``body`` and ``plan``."""
    saved = plan.get("saved_at")
    return File(
        Format(format_name),
        body,
        Columns.of_json(plan),
        tuple(plan.get("names", ())),
        tuple(plan.get("doubts", ())),
        plan.get("url"),
        datetime.fromisoformat(saved) if saved else None,
    )


def remapped(file: File, columns: Columns) -> File:
    """``file`` under another mapping; what the columns themselves tell is asked of them again."""
    told = guess.settled(lambda: sheet.rows(file.body), columns, file.names)
    return replace(file, columns=told.mapping, doubts=told.doubts)


def readings(file: File, now: datetime) -> Iterator[Reading]:
    """Every row of ``file`` in order. ``now`` is when it was brought. Raises ``FileUnreadable``."""
    match file.format:
        case Format.TAKEOUT:
            for number, entry in enumerate(takeout.entries(file.body), start=1):
                yield Reading(number, takeout.shown(entry), takeout.read_entry(entry))
        case Format.PAGE:
            for number, item in enumerate(_page_items(file), start=1):
                yield Reading(number, (), Brought(item))
        case _:
            for number, row in islice(sheet.numbered(file.body), file.columns.header, None):
                yield Reading(number, row, read_row(file.columns, row, now))


def extent(file: File, now: datetime) -> Extent:
    """How large ``file`` is. Raises ``FileUnreadable``."""
    total, places = 0, dict[str, None]()
    for reading in readings(file, now):
        total += 1
        place = reading.found.place
        if place and len(places) < MOST_PLACES:
            places.setdefault(place)
    return Extent(total, tuple(places))


def preview(file: File, now: datetime, most: int = PREVIEWED) -> list[Reading]:
    """Its first rows, read."""
    return list(islice(readings(file, now), most))


def _table(kind: Format, body: bytes) -> File:
    told = guess.guessed(lambda: sheet.rows(body))
    if not told.names:
        raise FileUnreadable(say("There is no row in the file. Nothing was kept."))
    return File(kind, body, told.mapping, told.names, told.doubts)


def _page_items(file: File) -> tuple[Item, ...]:
    from service.sites.decode import decode
    from service.sites.reading import read

    try:
        return read(decode(file.body, None), file.url, file.saved_at).items
    except LookFailed as failed:
        raise FileUnreadable(
            say("The page shows no reviews: %(evidence)s.", evidence="; ".join(failed.evidence))
        ) from None
