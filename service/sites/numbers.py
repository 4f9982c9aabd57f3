"""Figures as sites print them: "4,5", "4.5/5", "1,234 reviews", "1.2K"."""

# ruff: noqa: RUF001 (letters of other scripts are what this reads)

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_NUMBER = re.compile(r"(?<![\d.,])-?\d[\d.,\s'’·٬٫]{0,20}", re.ASCII)
_GROUPS = re.compile(r"\d{1,3}(?:([.,\s'’٬])\d{3})(?:\1\d{3})*")
_OUT_OF = re.compile(
    r"^[^\d]{0,20}(\d+(?:[.,]\d+)?)\s*(?:/|out of|of|von|sur|de|su|van|av|af|z|из)\s*(\d+)\b", re.I
)
_MAGNITUDE = {"k": 1_000, "m": 1_000_000, "tsd": 1_000, "mio": 1_000_000, "mil": 1_000}
_THOUSANDS = re.compile(r"^\D{0,20}(\d{1,3}(?:[.,]\d{1,2})?)\s?(k|m|tsd|mio|mil)\b\.?", re.IGNORECASE)
_LONGEST = 200


def decimal(value: object) -> Decimal | None:
    """The first figure in ``value`` ("4,5", "4.5/5", "5.0 star rating", 4.5); None where there is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float | Decimal):
        return _of_number(value)
    return _decimal(value) if isinstance(value, str) else None


@lru_cache(maxsize=256)  # a page repeats its few ratings
def _decimal(value: str) -> Decimal | None:
    found = _NUMBER.search(_ascii_digits(value[:_LONGEST]))
    return _of_text(found.group()) if found else None


def rating(value: object) -> tuple[Decimal | None, Decimal | None]:
    """A rating and the best one possible: "4.5/5" and "4,5 von 5" name both, "4.5" only the first."""
    return _rating(value) if isinstance(value, str) else (decimal(value), None)


@lru_cache(maxsize=256)
def _rating(value: str) -> tuple[Decimal | None, Decimal | None]:
    pair = _OUT_OF.match(_ascii_digits(value[:_LONGEST]))
    return (_of_text(pair[1]), _of_text(pair[2])) if pair else (decimal(value), None)


def count(value: object) -> int | None:
    """A whole number of things: "1,234", "1.234 Bewertungen", "(20)"; "1.2K" is taken as 1200.

    None where there is none, or it is no count (negative, a fraction, absurdly large).
    """
    if isinstance(value, str):
        short = _THOUSANDS.match(_ascii_digits(value[:_LONGEST]))
        if short:
            return int(Decimal(short[1].replace(",", ".")) * _MAGNITUDE[short[2].lower()])
        found = _NUMBER.search(_ascii_digits(value[:_LONGEST]))
        if not found:
            return None
        figure = _grouped(found.group()) or _of_text(found.group())
    else:
        figure = decimal(value)
    if figure is None or figure < 0 or figure != int(figure) or figure > 10**9:
        return None
    return int(figure)


def _of_number(value: float | Decimal) -> Decimal | None:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and abs(value) > 10**18:
        return None
    figure = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return figure if figure.is_finite() and abs(figure) < 10**18 else None


def _of_text(digits: str) -> Decimal | None:
    digits = re.sub(r"[\s'’٬]", "", digits).rstrip(".,·").replace("٫", ".").replace("·", ".")
    if "," in digits and "." in digits:
        thousands = min(",.", key=digits.rindex)
        digits = digits.replace(thousands, "")
    digits = digits.replace(",", ".") if digits.count(",") == 1 else digits.replace(",", "")
    if digits.count(".") > 1:
        digits = digits.replace(".", "")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _grouped(digits: str) -> Decimal | None:
    whole = _GROUPS.fullmatch(digits.strip().rstrip(".,"))
    return Decimal(re.sub(r"\D", "", whole.group())) if whole else None


def _ascii_digits(value: str) -> str:
    if value.isascii():
        return value
    return "".join(str(int(c)) if c.isdecimal() else " " if c in "\xa0\u202f\u2009" else c for c in value)
