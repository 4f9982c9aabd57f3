"""By when a review wants a person, and an answer in public: working hours, holidays and zone of the branch.

The hours themselves, and where they come from, stand in ``urgency.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service.domain import Kind, Urgency
from service.replies.urgency import allowed

FARTHEST_DAYS = 60  # a branch that is closed longer than this has nobody to be late


@dataclass(frozen=True, slots=True)
class Block:
    """Working time on one day of the week (0 is Monday)."""

    day: int
    opens: time
    closes: time


EVERY_DAY = tuple(Block(day, time(9), time(18)) for day in range(7))
"""Where a branch tells no hours: a shop is open every day."""


@dataclass(frozen=True, slots=True)
class Due:
    """The two moments, aware UTC; None where nobody need hurry, or nobody waits for an answer."""

    claim_at: datetime | None
    public_at: datetime | None


def due(
    urgency: Urgency,
    heard_at: datetime,
    tz: str,
    hours: Sequence[Any],
    holidays: Sequence[Any],
    kind: Kind = Kind.REVIEW,
) -> Due:
    """When a review of ``urgency``, heard at ``heard_at`` (aware UTC), is due.

    A mention is never due in public: nobody waits for a shop's answer under somebody else's article, and no
    look could prove one there. What is urgent about it still wants a person.

    ``hours`` are blocks ``{"day": 0-6, "from": "09:00", "until": "17:30"}``, ``holidays`` dates
    ``"2027-12-25"``, as a branch stores them; what cannot be read is left out, and without any block left the
    shop counts as open from nine to six every day. An unknown zone counts as UTC.
    """
    within = allowed()[urgency]
    claim_at = None
    if within.claim_hours is not None:
        blocks = tuple(block for raw in hours if (block := _block(raw))) or EVERY_DAY
        closed = frozenset(day for raw in holidays if (day := _day(raw)))
        claim_at = _after_work(heard_at, timedelta(hours=within.claim_hours), zone(tz), blocks, closed)
    public_at = None if kind is Kind.MENTION else heard_at + timedelta(hours=within.public_hours)
    return Due(claim_at, public_at)


def zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _block(raw: Any) -> Block | None:
    try:
        day, opens, closes = (
            int(raw["day"]),
            time.fromisoformat(raw["from"]),
            time.fromisoformat(raw["until"]),
        )
    except (TypeError, KeyError, ValueError):
        return None
    return Block(day, opens, closes) if 0 <= day <= 6 and opens < closes else None


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        return None


def _after_work(
    start: datetime, work: timedelta, tz: ZoneInfo, blocks: Sequence[Block], closed: frozenset[date]
) -> datetime:
    left = work
    for opens, closes in _open_times(start, tz, blocks, closed):
        begin = max(start, opens)
        if closes - begin >= left:
            return begin + left
        left -= max(closes - begin, timedelta())
    return start + timedelta(days=FARTHEST_DAYS)


def _open_times(
    start: datetime, tz: ZoneInfo, blocks: Sequence[Block], closed: frozenset[date]
) -> Iterator[tuple[datetime, datetime]]:
    """Blocks from the day of ``start`` on, in UTC, so that a changed clock neither adds nor takes an hour."""
    first = start.astimezone(tz).date()
    for offset in range(FARTHEST_DAYS):
        day = first + timedelta(days=offset)
        if day in closed:
            continue
        for block in sorted((b for b in blocks if b.day == day.weekday()), key=lambda b: b.opens):
            opens = datetime.combine(day, block.opens, tz).astimezone(UTC)
            closes = datetime.combine(day, block.closes, tz).astimezone(UTC)
            if closes > start:
                yield opens, closes
