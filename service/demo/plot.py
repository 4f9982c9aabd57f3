"""What a story is made of: places, the reviews people leave there, and what becomes of them. Pure.

Times are seconds since the town began; what happened before it is negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The owner's public reply, from ``at`` on."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What the writer makes of her review at ``at``."""

    at: float
    rating: int
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One review: there from ``at`` until ``gone``, if it goes. No text is a bare rating."""

    id: str
    at: float
    author: str
    rating: int
    text: str | None = None
    edit: Edit | None = None
    answer: Answer | None = None
    gone: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One review as its page shows it at a moment."""

    id: str
    author: str
    rating: int
    text: str | None
    posted: datetime
    edited: datetime | None
    answer: str | None
    answered: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """One branch's page on one invented site. ``walls`` are when the site shuts programs out: from, until."""

    site: str
    title: str
    path: str
    brand: str
    branch: str
    city: str
    street: str
    language: str
    tz: str
    best: int
    sign_off: str
    entries: tuple[Entry, ...]
    walls: tuple[tuple[float, float], ...] = ()
    phone: str | None = None

    @property
    def name(self) -> str:
        """The branch as its page calls it."""
        return f"{self.brand}, {self.branch}"

    def walled(self, elapsed: float) -> bool:
        """Whether programs are shut out now."""
        return any(start <= elapsed < end for start, end in self.walls)

    def shown(self, elapsed: float, began: datetime) -> tuple[Shown, ...]:
        """The reviews that stand there now, the newest first."""
        there = [one for one in self.entries if one.at <= elapsed and not _is_gone(one, elapsed)]
        newest_first = sorted(there, key=lambda one: one.at, reverse=True)
        return tuple(_shown(one, elapsed, began) for one in newest_first)


def _is_gone(entry: Entry, elapsed: float) -> bool:
    return entry.gone is not None and entry.gone <= elapsed


def _shown(entry: Entry, elapsed: float, began: datetime) -> Shown:
    edit = entry.edit if entry.edit and entry.edit.at <= elapsed else None
    answer = entry.answer if entry.answer and entry.answer.at <= elapsed else None
    return Shown(
        id=entry.id,
        author=entry.author,
        rating=edit.rating if edit else entry.rating,
        text=edit.text if edit else entry.text,
        posted=_moment(began, entry.at),
        edited=_moment(began, edit.at) if edit else None,
        answer=answer.text if answer else None,
        answered=_moment(began, answer.at) if answer else None,
    )


def _moment(began: datetime, at: float) -> datetime:
    return (began + timedelta(seconds=at)).replace(microsecond=0)
