"""A day's figures within a short text: "5/2/2021", "2021年5月2日", "16 December 2017"."""

# ruff: noqa: RUF001 (letters of other scripts are what this reads)

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})(?!\d)")
_PARTED = re.compile(r"\d{1,2}[./-]")
_EAST = re.compile(r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?")
_VIETNAMESE = re.compile(r"(?:(\d{1,2})\s)?(?:tháng|thg)\s(\d{1,2})(?:,?\s(\d{4}))?")
_TOKEN = re.compile(r"['’]?\d+|[^\s\d,.;:/()|·'’–—-]+")
_MONTH_FIRST = ("us", "ca", "ph", "co", "io", "ai", "me", "tv", "cc")  # countries, and names used everywhere
_LONGEST = 40
_LAST_YEAR = 2100
_BUDDHIST = 543  # years ahead of the common era, as Thai pages count

Figures = tuple[int | None, int, int | None]
"""Year, month, day; None for what is not said."""


class Order(StrEnum):
    """What "5/2/2021" means where both readings are possible."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


def found(plain: str, rest: str, order: Order, month_of: Callable[[str], int | None]) -> Figures | None:
    """The first day in a folded text; ``rest`` is the text without its time of day ("02.05.21" is none)."""
    figures = _numeric(plain, order) or _numeric(rest, order) or _eastern(plain) or _named(rest, month_of)
    if figures and figures[0] is not None and figures[0] > _LAST_YEAR:
        return figures[0] - _BUDDHIST, figures[1], figures[2]
    return figures


def order_of(shown: Sequence[str]) -> Order | None:
    """How a page writes its figures: told by one that can be read in one way only, else None."""
    for date in shown:
        if len(date) > _LONGEST or not _PARTED.match(date):
            continue
        found = _NUMERIC.search(date)
        if found and len(found[1]) <= 2 < len(found[4]):
            if int(found[1]) > 12:
                return Order.DAY_FIRST
            if int(found[3]) > 12:
                return Order.MONTH_FIRST
    return None


def order_in(host: str) -> Order:
    """How the country of a host's name writes figures; month first where the name tells no country."""
    country = host.rpartition(".")[2]
    return Order.DAY_FIRST if len(country) == 2 and country not in _MONTH_FIRST else Order.MONTH_FIRST


def _numeric(plain: str, order: Order) -> Figures | None:
    found = _NUMERIC.search(plain)
    if not found:
        return None
    first, middle, last = int(found[1]), int(found[3]), int(found[4])
    if len(found[1]) == 4:
        return first, middle, last
    if len(found[1]) == 3 or len(found[4]) == 1:
        return None
    year = last if len(found[4]) == 4 else 2000 + last
    day_first = found[2] == "." or order is Order.DAY_FIRST
    if first > 12 or (day_first and middle <= 12):
        first, middle = middle, first
    return year, first, middle


def _eastern(plain: str) -> Figures | None:
    found = _EAST.search(plain)
    if found:
        return _figure(found[1]), int(found[2]), _figure(found[3])
    found = _VIETNAMESE.search(plain)
    return (_figure(found[3]), int(found[2]), _figure(found[1])) if found else None


def _figure(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _named(plain: str, month_of: Callable[[str], int | None]) -> Figures | None:
    tokens = _TOKEN.findall(plain)
    if not any(token[-1].isdigit() for token in tokens):
        return None
    place, month = next(
        ((n, m) for n, t in enumerate(tokens) if not t[-1].isdigit() and (m := month_of(t))), (0, None)
    )
    if month is None:
        return None
    year = next((y for t in tokens if (y := _year(t))), None)
    near = sorted((abs(n - place), -n, int(t)) for n, t in enumerate(tokens) if t.isdigit() and len(t) < 3)
    day = next((figure for _, _, figure in near if 1 <= figure <= 31), None)
    return year, month, day


def _year(token: str) -> int | None:
    if token[0] in "'’" and len(token) == 3 and token[1:].isdigit():
        return 2000 + int(token[1:])
    return int(token) if len(token) == 4 and token.isdigit() else None
