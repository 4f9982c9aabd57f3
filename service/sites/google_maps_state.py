"""The state Google Maps sends with a page before any script has run: one place, and some of its reviews.

``window.APP_INITIALIZATION_STATE`` is an array whose strings hold further JSON behind ``)]}'``. Everything is
told by position, and positions move, so records and lists are found by their shape, and facts looked for in
each place they have had. Seen on pages of 2023-04 (whose two lists of reviews complete each other), 2023-09
and 2024-10, and in the reviews of 2026-04.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from service.domain import Business, Item, Moment, Precision, Reply, Scale
from service.sites import embedded, google_ids, numbers, text

_GUARD = ")]}'"  # stands before JSON so that it cannot be run as a script
_STARS = Decimal(5)
_YEAR_2000, _YEAR_2100 = 946_684_800, 4_102_444_800


@dataclass(frozen=True, slots=True)
class Place:
    """What the state says about the one place its page is about."""

    cid: str | None = None
    business: Business | None = None
    rating: Decimal | None = None
    site_total: int | None = None
    items: tuple[Item, ...] = ()


def read(page: str) -> Place | None:
    """The place in a page's embedded state, or None where there is none (a search list, another page)."""
    state = embedded.assigned(page, "window.APP_INITIALIZATION_STATE")
    return next(map(_place, _records(state)), None)


def _records(state: object) -> Iterator[object]:
    """The place records in the guarded strings: lists that hold a feature id at 10 and a name at 11."""
    for guarded in _strings(state, depth=4):
        if guarded.startswith(_GUARD):
            record = _at(embedded.parsed(guarded.removeprefix(_GUARD)), 6)
            if _cid(_at(record, 10)) and text.line(_at(record, 11)):
                yield record


def _place(record: object) -> Place:
    return Place(
        cid=_cid(_at(record, 10)),
        business=Business(
            name=text.line(_at(record, 11)),
            address=text.line(_at(record, 39)) or _joined(_at(record, 2)),
            phone=text.line(_at(record, 178, 0, 0)),
        ),
        rating=numbers.decimal(_at(record, 4, 7)),
        site_total=numbers.count(_at(record, 4, 8)) or _sum(_at(record, 175, 3)),
        items=_items(record),
    )


def _items(record: object) -> tuple[Item, ...]:
    newer = tuple(map(_newer_item, _longest(_at(record, 175), _is_newer)))
    older = tuple(map(_older_item, _longest(_at(record, 52), _is_older)))
    if len(older) > len(newer):
        return older
    replies = {item.ids: item.reply for item in older}
    return tuple(item if item.reply else replace(item, reply=replies.get(item.ids)) for item in newer)


def _is_newer(entry: object) -> bool:
    """A review of the list under 175, bare or wrapped once: its id, then facts opening with the place id."""
    review = _unwrapped(entry)
    return isinstance(_at(review, 0), str) and _starts(_at(review, 1, 0), "0x") and bool(_at(review, 2))


def _newer_item(entry: object) -> Item:
    review = _unwrapped(entry)
    facts, said = _at(review, 1), _at(review, 2)
    best = numbers.decimal(_at(facts, 13, 4)) or _STARS
    source = text.line(_at(facts, 13, 0)) or "Google"
    created, changed = _at(facts, 2), _at(facts, 3)
    return Item(
        ids=_ids(_at(review, 0)),
        scale=Scale.STARS5 if best == _STARS else Scale.POINTS10,
        rating=numbers.decimal(_at(said, 0, 0)) or numbers.decimal(_at(said, 8, 1)),
        best=best,
        author=text.line(_at(facts, 4, 5, 0)) or text.line(_at(facts, 4, 0, 4)),
        text=text.clean(_at(said, 15, 0, 0)) or text.clean(_at(said, 1, 0)),
        language=text.line(_at(said, 14, 0)),
        posted=_moment(_at(facts, 6), created, micro=True),
        edited=_moment(_at(facts, 6), changed, micro=True) if changed != created else None,
        reply=_newer_reply(_at(review, 3)),
        permalink=_link(_at(review, 4, 3, 0)),
        syndicated_from=None if source == "Google" else source.casefold(),
    )


def _newer_reply(answer: object) -> Reply | None:
    words = text.clean(_at(answer, 14, 0, 0))
    return Reply(words, at=_moment(_at(answer, 3), _at(answer, 1), micro=True)) if words else None


def _is_older(entry: object) -> bool:
    """A review of the list under 52: its writer first, its stars at 4, its id at 10."""
    return isinstance(_at(entry, 0, 1), str) and isinstance(_at(entry, 10), str)


def _older_item(entry: object) -> Item:
    created, changed = _at(entry, 57), _at(entry, 27)
    return Item(
        ids=_ids(_at(entry, 10)),
        rating=numbers.decimal(_at(entry, 4)),
        best=_STARS,
        author=text.line(_at(entry, 0, 1)),
        text=text.clean(_at(entry, 3)),
        language=text.line(_at(entry, 32)),
        posted=_moment(_at(entry, 1), created),
        edited=_moment(_at(entry, 1), changed) if changed != created else None,
        reply=_older_reply(_at(entry, 9)),
        permalink=_link(_at(entry, 18)),
    )


def _older_reply(answer: object) -> Reply | None:
    words = text.clean(_at(answer, 1))
    return Reply(words, at=_moment(_at(answer, 0), _at(answer, 3))) if words else None


def _longest(value: object, is_review: Callable[[object], bool], depth: int = 8) -> list[object]:
    """The longest list of reviews anywhere within ``value``: a featured one may stand before the many."""
    if not isinstance(value, list) or depth <= 0:
        return []
    if value and is_review(value[0]):
        return [entry for entry in value if is_review(entry)]
    return max((_longest(entry, is_review, depth - 1) for entry in value), key=len, default=[])


def _unwrapped(entry: object) -> object:
    first = _at(entry, 0)
    return first if isinstance(first, list) else entry


def _ids(value: object) -> tuple[tuple[str, str], ...]:
    known = isinstance(value, str) and google_ids.REVIEW.fullmatch(value)
    return (("google.maps", value),) if known and isinstance(value, str) else ()


def _moment(shown: object, epoch: object, *, micro: bool = False) -> Moment | None:
    """The instant in ``epoch`` (milliseconds since 1970, or microseconds), as shown where it is shown."""
    figure = (
        int(epoch) if isinstance(epoch, int | str) and str(epoch).isdecimal() and len(str(epoch)) < 20 else 0
    )
    seconds = figure / (1_000_000 if micro else 1_000)
    if not _YEAR_2000 < seconds < _YEAR_2100:
        return None
    at = datetime.fromtimestamp(int(seconds), UTC)
    return Moment(text.line(shown) or f"{at:%Y-%m-%d}", at, Precision.SECOND)


def _cid(value: object) -> str | None:
    return google_ids.cid_of_feature(value) if isinstance(value, str) else None


def _link(value: object) -> str | None:
    return value if isinstance(value, str) and value.startswith("https://www.google.com/maps/") else None


def _starts(value: object, start: str) -> bool:
    return isinstance(value, str) and value.startswith(start)


def _joined(lines: object) -> str | None:
    words = [text.line(entry) for entry in lines] if isinstance(lines, list) else []
    return ", ".join(filter(None, words)) or None


def _sum(counts: object) -> int | None:
    """How many there are, from how many there are of each star."""
    if not isinstance(counts, list) or len(counts) != 5:
        return None
    return sum(numbers.count(entry) or 0 for entry in counts)


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth > 0 and isinstance(value, list | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _strings(entry, depth - 1)


def _at(value: object, *path: int) -> object:
    """What lies at ``path`` in nested lists, or None."""
    for place in path:
        if not isinstance(value, list) or place >= len(value):
            return None
        value = value[place]
    return value
