"""One line of a file of reviews, as the bench is asked: JSON made into a review at a branch on a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from service.domain import Item, Kind, Reply, Scale
from service.errors import LineRefused

LARGEST_LINE = 1_000_000  # bytes; the longest review ever measured has 7,000
UNNAMED_SITE = "web"
USUAL_LANGUAGE = "en"
_MOST_POINTS = 1000
_TEXTS = ("name", "brand", "region", "city", "phone", "contact", "sign_off", "tz", "language", "vertical")


@dataclass(frozen=True, slots=True)
class AskedBranch:
    """What a line says of its branch; it has all that a reply may use."""

    code: str = ""
    name: str = ""
    brand: str = ""
    region: str = ""
    city: str | None = None
    tz: str = "UTC"
    language: str = USUAL_LANGUAGE
    vertical: str = "general"
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One review, where it was written, and the names of the branch's people."""

    item: Item
    site: str
    branch: AskedBranch
    staff: tuple[str, ...] = ()


def read_line(raw: bytes) -> Asked:
    """What one line asks. Raises ``LineRefused`` with what is wrong in it."""
    import orjson

    if len(raw) > LARGEST_LINE:
        raise LineRefused(f"is longer than {LARGEST_LINE:,} bytes")
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise LineRefused(f"is not JSON: {error.msg}") from None
    if not isinstance(line, dict):
        raise LineRefused("is not a JSON object")
    return asked(line)


def asked(line: Mapping[str, Any]) -> Asked:
    """The review in ``line``; what is absent or null is not known. Raises ``LineRefused``."""
    attributes = line.get("attributes")
    if not isinstance(attributes, Mapping | None):
        raise LineRefused("'attributes' must be an object")
    staff = (attributes or {}).get("staff") or ()
    named = tuple(name for name in staff if isinstance(name, str)) if isinstance(staff, list) else ()
    site = _text(line, "site") or UNNAMED_SITE
    return Asked(_item(line), site.strip().casefold().replace(" ", "_"), _branch(line), named)


def _item(line: Mapping[str, Any]) -> Item:
    stars, best, recommends = _number(line, "stars"), _number(line, "best"), line.get("recommends")
    if not isinstance(recommends, bool | None):
        raise LineRefused("'recommends' must be true or false")
    if best is not None and not 0 < best <= _MOST_POINTS:
        raise LineRefused(f"'best' must lie between 1 and {_MOST_POINTS}")
    if stars is not None and not 0 <= stars <= (best or 5):
        raise LineRefused(f"'stars' must lie between 0 and {best or 5} ('best' says what is most)")
    reply = _text(line, "reply")
    return Item(
        kind=_kind(line),
        scale=_scale(stars, best, recommends),
        rating=stars,
        best=best or (Decimal(5) if stars is not None else None),
        recommends=recommends,
        author=_text(line, "author"),
        title=_text(line, "title"),
        text=_text(line, "text"),
        language=_text(line, "language"),
        reply=Reply(reply) if reply else None,
    )


def _scale(stars: Decimal | None, best: Decimal | None, recommends: bool | None) -> Scale:
    if stars is None:
        return Scale.NONE if recommends is None else Scale.RECOMMEND
    return Scale.POINTS10 if best == 10 else Scale.STARS5


def _kind(line: Mapping[str, Any]) -> Kind:
    told = _text(line, "kind") or Kind.REVIEW
    if told not in list(Kind):
        raise LineRefused(f"unknown 'kind' {told!r}; known: {', '.join(Kind)}")
    return Kind(told)


def _branch(line: Mapping[str, Any]) -> AskedBranch:
    """A branch is a name, or an object with its facts; language and vertical may stand beside it."""
    told = line.get("branch")
    if not isinstance(told, str | Mapping | None):
        raise LineRefused("'branch' must be a name, or an object with its facts")
    facts = {"code": told, "name": told} if isinstance(told, str) else dict(told or {})
    facts = {"language": _text(line, "language"), "vertical": _text(line, "vertical"), **facts}
    known = {key: value for key in _TEXTS if (value := _text(facts, key))}
    return AskedBranch(code=_text(facts, "code") or known.get("name", ""), **known)


def _text(line: Mapping[str, Any], key: str) -> str | None:
    value = line.get(key)
    if not isinstance(value, str | None):
        raise LineRefused(f"'{key}' must be a text")
    return value or None


def _number(line: Mapping[str, Any], key: str) -> Decimal | None:
    value = line.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise LineRefused(f"'{key}' must be a number")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise LineRefused(f"'{key}' must be a number, not {value!r}") from None
    if not number.is_finite():
        raise LineRefused(f"'{key}' must be a number, not {value!r}")
    return number
