"""What one cell of a table says: a rating on its scale, a recommendation, a date. Pure.

Each answers None where the cell is empty, and raises ``Unclear`` with a sentence where it says something that
cannot be taken for what its column is.
"""

# ruff: noqa: RUF001 (letters of other scripts are what this reads)

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from service.domain import Moment, Precision
from service.sentences import say
from service.sites import dates, numbers

NOTHING = frozenset(
    {
        "",
        "-",
        "–",
        "—",
        "none",
        "null",
        "n/a",
        "na",
        "nan",
        "#n/a",
        "(none)",
        "nil",
        "no review text provided.",
    }
)

_LONGEST_SHOWN = 60
_STARS = re.compile(r"([★⭐🌟]\ufe0f?)|([☆✩✰])")
_ONLY_STARS = re.compile(r"[★⭐🌟☆✩✰\ufe0f\s½/()\d.,]+")
_DATE = re.compile(r"\d{1,4}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{1,4}")
_NAMED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}  # as Google's own exports write them
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73415  # 1990-01-01 and 2100-12-31, as spreadsheets count days
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_YES = frozenset(
    {
        *("yes", "y", "true", "1", "recommends", "recommended", "recommend", "positive", "sí", "si", "oui"),
        *("ja", "vrai", "wahr", "recomienda", "recommande", "empfiehlt", "empfohlen", "👍", "liked"),
    }
)
_NO = frozenset(
    {
        *("no", "n", "false", "0", "doesn't recommend", "does not recommend", "not recommended", "negative"),
        *("non", "nein", "faux", "falsch", "no recomienda", "ne recommande pas", "empfiehlt nicht", "👎"),
        *("disliked", "doesn’t recommend"),
    }
)


class Unclear(ValueError):
    """A cell that says something else than its column does; its text is the reason, for a person."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating, and the best one possible where the cell itself names it."""

    value: Decimal
    best: Decimal | None


def told(cell: str) -> str | None:
    """The words of a cell; None for the ways programs write that there are none."""
    return None if cell.strip().casefold() in NOTHING else cell.strip()


def rated(cell: str) -> Rated | None:
    """ "4/5", "8 out of 10", "4,5", "★★★★☆", "FIVE", "4 stars". A date or a share of a hundred is none."""
    words = told(cell)
    if words is None:
        return None
    if drawn := _drawn(words):
        return drawn
    if words.casefold() in _NAMED:
        return Rated(Decimal(_NAMED[words.casefold()]), Decimal(5))
    if _DATE.search(words):
        raise Unclear(say("“%(words)s” is a date, not a rating", words=shown(words)))
    value, best = numbers.rating(words)
    if value is None or words.endswith("%") or len(words) > _LONGEST_SHOWN:
        raise Unclear(say("“%(words)s” is no rating", words=shown(words)))
    return Rated(value, best)


def recommends(cell: str) -> bool | None:
    """Yes or no, in English, Spanish, French or German."""
    words = told(cell)
    if words is None:
        return None
    folded = " ".join(words.casefold().rstrip(".!").split())
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise Unclear(say("“%(words)s” is neither yes nor no", words=shown(words)))


def dated(cell: str, order: dates.Order, now: datetime) -> Moment | None:
    """A date as people and spreadsheets write it; relative ones count from ``now``. Never in the future."""
    words = told(cell)
    if words is None:
        return None
    moment = _serial(words) or dates.parse(words, now=now, order=order)
    if moment is None or moment.at is None:
        raise Unclear(say("the date “%(words)s” cannot be read", words=shown(words)))
    if moment.at > now + timedelta(days=1):
        raise Unclear(say("the date “%(words)s” lies in the future", words=shown(words)))
    return moment


def shown(words: str) -> str:
    """The beginning of a cell, to be repeated in a sentence."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"


def _drawn(words: str) -> Rated | None:
    marks = _STARS.findall(words)
    if not marks or not _ONLY_STARS.fullmatch(words):
        return None
    full = sum(1 for star, _ in marks if star)
    if full == 1 and (figure := numbers.decimal(words)) is not None:  # "4 ★"
        return Rated(figure, None)
    return Rated(Decimal(full) + (Decimal("0.5") if "½" in words else 0), Decimal(max(5, len(marks))))


def _serial(words: str) -> Moment | None:
    found = _SERIAL.fullmatch(words)
    if not found or not _FIRST_SERIAL <= int(found[1]) <= _LAST_SERIAL:
        return None
    return Moment(words, _DAY_ZERO + timedelta(days=int(found[1])), Precision.DAY)
