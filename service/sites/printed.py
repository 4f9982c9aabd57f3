"""A reading as JSON (``shopbell read --json``) and as lines for people."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from service.domain import Business, Item, Moment, Outcome, Precision, Reply
from service.errors import LookFailed
from service.sites.base import Reading

_SHAPES = {
    Precision.SECOND: "%Y-%m-%dT%H:%M:%SZ",
    Precision.DAY: "%Y-%m-%d",
    Precision.RELATIVE: "%Y-%m-%d",  # the estimated day
    Precision.MONTH: "%Y-%m",
    Precision.YEAR: "%Y",
}


def printed(reading: Reading) -> dict[str, Any]:
    """``reading`` as plain JSON values: reviews in page order, absent facts None."""
    return {
        "outcome": outcome(reading).value,
        "evidence": list(reading.evidence),
        "site": reading.site,
        "business": _business(reading),
        "coverage": str(reading.coverage),
        "reviews": [item(each) for each in reading.items],
    }


def printed_failure(failed: LookFailed, site: str | None = None) -> dict[str, Any]:
    """A look that ended without a reading, in the same shape; ``site`` where it is known."""
    return {
        "outcome": failed.outcome.value,
        "evidence": list(failed.evidence),
        "site": site,
        "business": None,
        "coverage": None,
        "reviews": [],
    }


def outcome(reading: Reading) -> Outcome:
    """``ok`` where there is something to hear, ``empty`` where the site itself says there is nothing."""
    return Outcome.OK if reading.items else Outcome.EMPTY


def told(reading: Reading) -> str:
    """``reading`` for people: one paragraph for the business, one for each review."""
    business = reading.business or Business()
    head = " · ".join(
        part
        for part in (
            business.name or "(no name on the page)",
            reading.site,
            _score(reading.rating, reading.best),
            f"{reading.site_total} reviews in all" if reading.site_total is not None else None,
            f"{len(reading.items)} read here ({reading.coverage})",
        )
        if part
    )
    return "\n\n".join([head, *map(_told, reading.items)])


def _business(reading: Reading) -> dict[str, Any]:
    business = reading.business or Business()
    return {
        "name": business.name,
        "rating": _number(reading.rating),
        "best_rating": _number(reading.best),
        "review_total": reading.site_total,
        "address": business.address,
        "phone": business.phone,
    }


def item(item: Item) -> dict[str, Any]:
    """One review as plain JSON values, absent facts None."""
    return {
        "id": item.ids[0][1] if item.ids else None,
        "author": item.author,
        "rating": _number(item.rating),
        "best_rating": _number(item.best),
        "recommends": item.recommends,
        "title": item.title,
        "text": item.text,
        "text_complete": item.text_complete,
        "date": date(item.posted),
        "date_shown": item.posted.shown if item.posted else None,
        "date_precision": item.posted.precision.value if item.posted else None,
        "permalink": item.permalink,
        "syndicated_from": item.syndicated_from,
        "owner_reply": _reply(item.reply),
    }


def _reply(reply: Reply | None) -> dict[str, Any] | None:
    return {"text": reply.text, "date": date(reply.at)} if reply else None


def date(moment: Moment | None) -> str | None:
    """As exact as it is known: "2023-05-06T13:18:34Z", "2021-05-02", "2023-04", "2023", else None."""
    if moment is None or moment.at is None or moment.precision not in _SHAPES:
        return None
    return _written(moment.at, _SHAPES[moment.precision])


def _written(at: datetime, shape: str) -> str:
    return at.strftime(shape.replace("%Y", f"{at.year:04d}"))


def _number(figure: Decimal | None) -> int | float | None:
    if figure is None:
        return None
    return int(figure) if figure == figure.to_integral_value() else float(figure)


def _score(rating: Decimal | None, best: Decimal | None) -> str | None:
    if rating is None:
        return None
    return f"{_number(rating)} of {_number(best)}" if best is not None else f"{_number(rating)}"


def _told(item: Item) -> str:
    verdict = {True: "recommends", False: "does not recommend", None: _score(item.rating, item.best)}
    head = " · ".join(
        part
        for part in (
            item.author or "(no name)",
            verdict[item.recommends],
            date(item.posted) or (item.posted.shown if item.posted else None),
            f"from {item.syndicated_from}" if item.syndicated_from else None,
        )
        if part
    )
    lines = [head, item.title, _body(item), f"    ↳ {_indented(item.reply.text)}" if item.reply else None]
    return "\n".join(line for line in lines if line)


def _body(item: Item) -> str | None:
    if item.text is None:
        return None
    return _indented(item.text) + ("" if item.text_complete else " [cut by the site]")


def _indented(words: str) -> str:
    return words.replace("\n", "\n    ")
