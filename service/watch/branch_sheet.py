"""A table of branches and their pages: every row is read, and every problem told, before anything is stored.

Pure, but for ``known`` and ``store``, which read and write rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import insert_new
from service.errors import FileUnreadable, UnwatchableAddress
from service.models import Branch, Listing
from service.sentences import say
from service.sites.base import ListingAddress
from service.sources import branch_columns, sheet, workbook
from service.sources.branch_columns import PAGE
from service.sources.sheet import Row
from service.watch import branch_facts
from service.watch.listings import BranchFacts, code_of, columns_of, recognised, watch
from service.watch.whose import ask_again

SAME = ("brand", "region", "city", "tz", "language", "vertical", "phone", "contact", "sign_off", "hours")
"""What two rows of one branch may not contradict one another in."""

TITLES = {
    "name": say("Branch"),
    "brand": say("Brand"),
    "region": say("Region"),
    "city": say("City"),
    "tz": say("Time zone"),
    "language": say("Language"),
    "vertical": say("Trade"),
    "phone": say("Telephone"),
    "contact": say("Contact"),
    "sign_off": say("Signed"),
    "hours": say("Hours"),
    "holidays": say("Closed on"),
    "staff": say("Staff"),
    PAGE: say("Page"),
}
MOST_PAGES = 20  # of one row

Key = tuple[str, str]  # a site, and its own name for a listing


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already: branches by their short names, and whose each watched page is."""

    branches: frozenset[str] = frozenset()
    pages: Mapping[Key, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it says, or every reason why it cannot be taken. ``number`` is a spreadsheet's."""

    number: int
    cells: Row
    facts: BranchFacts | None = None
    pages: tuple[ListingAddress, ...] = ()
    problems: tuple[str, ...] = ()

    def as_given_back(self) -> dict[str, Any]:
        """For the file of rows that were not taken."""
        return {"row": self.number, "why": " ".join(self.problems), "cells": list(self.cells)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would come to. ``columns`` are the places of each field's columns, 0 is the first.

    Where none of them names the branches nothing is read: a person says first which it is.
    """

    names: Row
    columns: Mapping[str, tuple[int, ...]]
    lines: tuple[Line, ...]
    known: Known

    @property
    def names_branches(self) -> bool:
        """Whether a column says what each row is."""
        return "name" in self.columns

    @property
    def read_as(self) -> list[tuple[str, str]]:
        """Each field that is read, as people call it, with its column's name."""
        return [(TITLES[field], self.names[at]) for field, places in self.columns.items() for at in places]

    @property
    def unread(self) -> list[str]:
        """The names of the columns that are not read."""
        used = {at for places in self.columns.values() for at in places}
        return [name for at, name in enumerate(self.names) if name and at not in used]

    @property
    def good(self) -> list[Line]:
        """The rows that would be kept."""
        return [line for line in self.lines if not line.problems]

    @property
    def bad(self) -> list[Line]:
        """The rows that would be given back."""
        return [line for line in self.lines if line.problems]

    @property
    def new_branches(self) -> list[BranchFacts]:
        """What would be made: the first row of each branch says what it is."""
        first: dict[str, BranchFacts] = {}
        for line in self.good:
            if line.facts is not None:
                first.setdefault(code_of(line.facts.name), line.facts)
        return [facts for code, facts in first.items() if code not in self.known.branches]

    @property
    def new_pages(self) -> list[tuple[str, ListingAddress]]:
        """What would be watched, each with the short name of its branch."""
        found: dict[Key, tuple[str, ListingAddress]] = {}
        for line in self.good:
            for page in line.pages if line.facts else ():
                found.setdefault((page.site, page.key), (code_of(line.facts.name), page))  # type: ignore[union-attr]
        return [one for key, one in found.items() if key not in self.known.pages]


def read(
    body: bytes,
    known: Known,
    defaults: Mapping[str, str],
    chosen: Mapping[str, tuple[int, ...]] | None = None,
) -> Plan:
    """What the table says; ``defaults`` are texts for fields that a row leaves empty.

    ``chosen`` are the places of columns as a person says them; None: their names say it. Raises
    ``FileUnreadable`` where it is no table.
    """
    table = sheet.numbered(workbook.as_csv(body) if workbook.is_workbook(body) else body)
    head = list(islice(table, branch_columns.TITLE_ROWS))
    if not head:
        raise FileUnreadable(say("Nothing stands in that table. Nothing was stored."))
    place = branch_columns.header_of([row for _, row in head]) or 0
    names = head[place][1]
    columns = branch_columns.columns_of(names) if chosen is None else _there(chosen, len(names))
    if "name" not in columns:
        return Plan(names, columns, (), known)
    reading = _Reading(columns, known, defaults)
    rows = (*head[place + 1 :], *table)
    return Plan(names, columns, tuple(reading.line(number, row) for number, row in rows), known)


def _there(chosen: Mapping[str, tuple[int, ...]], width: int) -> dict[str, tuple[int, ...]]:
    """What was chosen, as far as the table has such columns; one alone but for pages."""
    found = {name: tuple(at for at in chosen.get(name, ()) if 0 <= at < width) for name in TITLES}
    return {name: at if name == PAGE else at[:1] for name, at in found.items() if at}


def known(session: Session) -> Known:
    """What is there now."""
    pages = session.execute(
        select(col(Listing.site), col(Listing.key), col(Branch.code))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Listing.removed_at).is_(None))
    )
    return Known(
        frozenset(session.scalars(select(col(Branch.code)))), {(site, key): code for site, key, code in pages}
    )


def store(session: Session, plan: Plan, now: datetime) -> None:
    """Keep the good rows: branches that are new, and pages that are not watched yet. Twice is once."""
    rows = [columns_of(facts) | {"code": code_of(facts.name)} for facts in plan.new_branches]
    insert_new(session, Branch, rows)
    pages = plan.new_pages
    ids = dict(session.execute(select(col(Branch.code), col(Branch.id))).all())
    gone = select(col(Listing.site), col(Listing.key)).where(col(Listing.removed_at).is_not(None))
    removed = {(site, key) for site, key in session.execute(gone)}
    for code, page in [one for one in pages if (one[1].site, one[1].key) in removed]:
        watch(session, recognised(page.url)[0], page, ids[code], now)
    fresh = [_row(page, ids[code], now) for code, page in pages if (page.site, page.key) not in removed]
    insert_new(session, Listing, fresh)
    for site in sorted({page.site for _, page in pages}):
        ask_again(session, site)


def _row(page: ListingAddress, branch_id: int, now: datetime) -> dict[str, Any]:
    address = {"site": page.site, "key": page.key, "url": page.url}
    return address | {"branch_id": branch_id, "added_at": now, "next_look_at": now}


class _Reading:
    """One pass over the rows, which remembers what earlier rows said."""

    def __init__(
        self, columns: Mapping[str, tuple[int, ...]], known: Known, defaults: Mapping[str, str]
    ) -> None:
        self._columns, self._known, self._defaults = columns, known, defaults
        self._said: dict[str, tuple[int, dict[str, str]]] = {}  # by branch: the first row's number and texts
        self._pages: dict[Key, tuple[int, str]] = {}  # by page: the first row's number, and whose it is

    def line(self, number: int, row: Row) -> Line:
        """What one row says."""
        said = {name: self._cell(row, places[0]) for name, places in self._columns.items() if name != PAGE}
        code = code_of(said["name"])
        first = self._said.get(code)
        if first:
            filled = {name: text or first[1].get(name, "") for name, text in said.items()}
        else:
            filled = {**said, **{name: text for name, text in self._defaults.items() if not said.get(name)}}
        found = branch_facts.read(filled)
        problems = [f"{TITLES.get(name, name)}: {problem}" for name, problem in found.problems.items()]
        problems += self._against(first, said)
        pages, of_pages = self._pages_in(number, row, code)
        problems += of_pages
        if problems:
            return Line(number, row, problems=tuple(problems))
        self._said.setdefault(code, (number, filled))
        for page in pages:
            self._pages.setdefault((page.site, page.key), (number, code))
        return Line(number, row, found.facts, tuple(pages))

    def _against(self, first: tuple[int, dict[str, str]] | None, said: Mapping[str, str]) -> Iterator[str]:
        """What contradicts an earlier row of the same branch."""
        if first is None:
            return
        number, before = first
        for name in SAME:
            text = said.get(name, "")
            if text and text.casefold() != before.get(name, "").casefold():
                yield say(
                    "%(titles)s: row %(number)s says something else of this branch.",
                    titles=TITLES[name],
                    number=number,
                )

    def _pages_in(self, number: int, row: Row, code: str) -> tuple[list[ListingAddress], list[str]]:
        pages: list[ListingAddress] = []
        problems: list[str] = []
        texts = [part for at in self._columns.get(PAGE, ()) for part in self._cell(row, at).split()]
        if len(texts) > MOST_PAGES:
            return [], [say("Page: more than %(most_pages)s addresses in one row.", most_pages=MOST_PAGES)]
        for text in texts:
            try:
                _site, page = recognised(text)
            except UnwatchableAddress as refused:
                problems.append(say("Page: %(refused)s", refused=refused))
                continue
            if taken := self._is_anothers((page.site, page.key), code):
                problems.append(taken)
            pages.append(page)
        return pages, problems

    def _is_anothers(self, key: Key, code: str) -> str | None:
        if key in self._known.pages and self._known.pages[key] != code:
            return say("Page: it is watched already, for another branch.")
        number, whose = self._pages.get(key, (0, code))
        return (
            say("Page: row %(number)s names it for another branch.", number=number) if whose != code else None
        )

    def _cell(self, row: Row, at: int) -> str:
        return row[at] if at < len(row) else ""
