"""Times as sites show them: from "2021-05-02T17:04:30Z" to "१६ डिसेंबर, २०१७" and "vor 2 Monaten"."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from service.domain import Moment, Precision
from service.sites import ago, months
from service.sites.figures import Order, found

__all__ = ["Order", "parse"]

_LONGEST = 120
_FOUR_FIGURES = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # no review is older than the web
_ISO = re.compile(
    r"([12]\d{3})-(\d{2})(?:-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?)?",
    re.IGNORECASE,
)
_ISO_DAY = re.compile(r"([12]\d{3})-(\d{2})-(\d{2})", re.ASCII)
_COMPACT = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?![\d:])\s*(?:([ap])\.?\s?m\b\.?)?"
    r"\s*((?:GMT|UTC|Z\b)?\s?(?:[+-]\d{2}:?\d{2}\b)?)",
    re.IGNORECASE,
)


def parse(shown: str, *, now: datetime | None = None, order: Order = Order.MONTH_FIRST) -> Moment | None:
    """The moment in a short text that holds one date, or None where there is none.

    A time of day counts only with its zone: without one the day is all that is known, and midnight is how
    sites write a mere day. Relative dates, and dates without a year, need ``now`` (aware UTC): without it
    ``at`` is None. Dotted figures are read day first; ``order`` decides the others where both readings are
    possible. Never raises.
    """
    if day := _ISO_DAY.fullmatch(shown):
        return _day(shown, int(day[1]), int(day[2]), int(day[3]))
    words = " ".join(shown.split())
    if not words or len(words) > _LONGEST:
        return None
    return _timeless(words, order) if now is None else _parsed(words, now, order)


@lru_cache(maxsize=2048)  # the next look at a page shows nearly the same dates
def _timeless(shown: str, order: Order) -> Moment | None:
    return _parsed(shown, None, order)


def _parsed(shown: str, now: datetime | None, order: Order) -> Moment | None:
    plain = _plain(shown)
    return _of_figures(shown, plain) or _of_words(shown, plain, now, order)


def _of_figures(shown: str, plain: str) -> Moment | None:
    return _iso(shown, plain) or _epoch(shown, plain) or _only_year(shown, plain)


def _of_words(shown: str, plain: str, now: datetime | None, order: Order) -> Moment | None:
    if back := ago.english(plain):
        return _relative(shown, back, now)
    if moment := _absolute(shown, plain, now, order, months.english):
        return moment
    dated = (
        _FOUR_FIGURES.search(plain) is not None
    )  # a year: no relative time, and no locale data to load for one
    if not dated and (back := ago.other(plain)):
        return _relative(shown, back, now)
    return _absolute(shown, plain, now, order, months.other)


def _before(now: datetime, back: ago.Back) -> datetime | None:
    """``now`` less so many minutes, days, months or years; None beyond the calendar."""
    try:
        if back.unit in ("month", "year"):
            return _months_before(now, back.number * (12 if back.unit == "year" else 1))
        return now - timedelta(**{f"{back.unit}s": back.number})
    except (OverflowError, ValueError):
        return None


def _plain(words: str) -> str:
    """Folded for matching: NFKC, case-folded, every script's digits as ASCII."""
    if words.isascii():
        return words.casefold()
    folded = unicodedata.normalize("NFKC", words).casefold()
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def _iso(shown: str, plain: str) -> Moment | None:
    found = _ISO.fullmatch(plain)
    if not found:
        compact = _COMPACT.fullmatch(plain)
        return _day(shown, int(compact[1]), int(compact[2]), int(compact[3])) if compact else None
    year, month, day = int(found[1]), int(found[2]), found[3]
    if day is None:
        return _first_day(shown, year, month)
    if found[4] is None:
        return _day(shown, year, month, int(day))
    return _timed(shown, (year, month, int(day)), (found[4], found[5], found[6]), found[7])


def _epoch(shown: str, plain: str) -> Moment | None:
    found = _EPOCH.fullmatch(plain)
    if not found:
        return None
    return _checked(shown, lambda: datetime.fromtimestamp(int(found[1]), UTC), Precision.SECOND)


def _only_year(shown: str, plain: str) -> Moment | None:
    if not (len(plain) == 4 and plain.isdecimal()):
        return None
    return _checked(shown, lambda: datetime(int(plain), 1, 1, tzinfo=UTC), Precision.YEAR)


def _absolute(
    shown: str, plain: str, now: datetime | None, order: Order, month_of: Callable[[str], int | None]
) -> Moment | None:
    clock = _CLOCK.search(plain)
    rest = plain if clock is None else f"{plain[: clock.start()]} {plain[clock.end() :]}"
    figures = found(plain, rest, order, month_of)
    if figures is None:
        return None
    year, month, day = figures
    if day is None:
        return None if year is None else _first_day(shown, year, month)
    if year is None:
        return _without_year(shown, month, day, now)
    if clock is None or not clock[5].strip():
        return _day(shown, year, month, day)
    hour = int(clock[1]) % 12 + (12 if clock[4] == "p" else 0) if clock[4] else int(clock[1])
    return _timed(shown, (year, month, day), (str(hour), clock[2], clock[3]), clock[5])


def _timed(
    shown: str, day: tuple[int, int, int], clock: tuple[str, str, str | None], zone: str | None
) -> Moment | None:
    hour, minute, second = int(clock[0]), int(clock[1]), int(clock[2] or 0)
    offset = _offset(zone)
    if offset is None or (hour, minute, second) == (0, 0, 0):
        return _day(shown, *day)
    return _checked(
        shown,
        lambda: datetime(*day, hour, minute, second, tzinfo=timezone(offset)).astimezone(UTC),
        Precision.SECOND,
    )


def _offset(zone: str | None) -> timedelta | None:
    if not zone or not zone.strip():
        return None
    found = re.search(r"([+-])(\d{2}):?(\d{2})", zone)
    if not found:
        return timedelta(0)
    span = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return None if span >= timedelta(hours=24) else (-span if found[1] == "-" else span)


def _day(shown: str, year: int, month: int, day: int) -> Moment | None:
    try:
        at = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return Moment(shown, at, Precision.DAY) if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _first_day(shown: str, year: int, month: int) -> Moment | None:
    return _checked(shown, lambda: datetime(year, month, 1, tzinfo=UTC), Precision.MONTH)


def _checked(shown: str, make: Callable[[], datetime], precision: Precision) -> Moment | None:
    try:
        at = make()
    except (ValueError, OverflowError, OSError):
        return None
    return Moment(shown, at, precision) if _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def _without_year(shown: str, month: int, day: int, now: datetime | None) -> Moment | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]):
        return None
    if now is None:
        return Moment(shown, None, Precision.DAY)
    for year in range(now.year, now.year - 8, -1):  # the 29th of February is rare
        moment = _day(shown, year, month, day)
        if moment and moment.at and moment.at <= now + timedelta(days=1):
            return moment
    return None


def _relative(shown: str, back: ago.Back, now: datetime | None) -> Moment:
    return Moment(shown, _before(now, back) if now else None, Precision.RELATIVE)


def _months_before(now: datetime, number: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - number, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
