"""How far a final text stands from the approved one: verbatim, within bounds, or off the pack.

Computed from the texts alone, whatever a client says. Both are brought to normal form; then every approved
word must be there, code point by code point, and what stands in a blank must keep its bounds. A blank's
content ends where the approved words after it first appear: one text has one reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, combinations

from service.domain import ReplyClass
from service.replies.bounds import breaches
from service.replies.filling import Filled
from service.replies.normal import normal_form, normal_with_origins
from service.replies.slots import PieceKind
from service.sentences import say

LONGEST_TEXT = 20_000  # code points; no site takes more than a quarter of it
_FIRST_MARK = 0xF0000  # private use: nothing that is filled or typed may hold it
_NOTHING = chr(_FIRST_MARK - 1)
MOST_LEFT_OUT = 4  # blanks that may stay empty and are tried in every combination
_MOST_COMPARED = 100_000_000  # code points against code points: a quarter of a second and 25 MB
_NEAR = 3  # departures closer than this are shown as one


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the final text leaves the approved one: code points of the final text as it was given."""

    start: int
    end: int
    why: str
    blank: str | None = None


@dataclass(frozen=True, slots=True)
class Classed:
    """The class of a final text, every departure, and what was typed into each blank where it can be read."""

    reply_class: ReplyClass
    departures: tuple[Departure, ...] = ()
    values: Mapping[str, str] | None = None


def classify(filled: Filled, final: str) -> Classed:
    """The class of ``final``, which somebody wants to post or has posted, against the approved ``filled``."""
    if len(final) > LONGEST_TEXT:
        return Classed(ReplyClass.OFF_PACK, (Departure(0, len(final), say("is longer than any site takes")),))
    text, origins = normal_with_origins(final)
    names = [span.name for span in filled.spans if span.kind is PieceKind.BLANK]
    if not names:
        return _without_blanks(filled.text, text, origins)
    readings = (_read(filled, emptied, text) for emptied in _left_out(filled))
    judged = [_judged(filled, typed, text, origins) for typed in readings if typed is not None]
    if not judged:
        return Classed(ReplyClass.OFF_PACK, _differences(_marked(filled, ()), text, origins))
    return next((one for one in judged if one.reply_class is ReplyClass.WITHIN_BOUNDS), judged[0])


def _without_blanks(approved: str, text: str, origins: tuple[int, ...]) -> Classed:
    if normal_form(approved) == text:
        return Classed(ReplyClass.VERBATIM, (), {})
    return Classed(ReplyClass.OFF_PACK, _differences(normal_form(approved), text, origins))


def _left_out(filled: Filled) -> list[tuple[str, ...]]:
    """Every choice of blanks to leave out, none first."""
    may = [name for name, blank in filled.blanks.items() if blank.empty][:MOST_LEFT_OUT]
    return list(chain.from_iterable(combinations(may, size) for size in range(len(may) + 1)))


def _marked(filled: Filled, emptied: tuple[str, ...]) -> str:
    """The approved text in normal form, one private character for each blank.

    A blank that is left out takes the space beside it along.
    """
    out = ""
    for place, span in enumerate(filled.spans):
        words = filled.text[span.start : span.end]
        if span.kind is PieceKind.BLANK:
            words = _NOTHING if span.name in emptied else chr(_FIRST_MARK + place)
        out += words
    return normal_form(
        out.replace(f" {_NOTHING} ", " ").replace(f"\n{_NOTHING} ", "\n").replace(_NOTHING, "")
    )


@dataclass(frozen=True, slots=True)
class _Typed:
    """What stands in one blank: its place in the normal form, and the approved words around it."""

    name: str
    start: int
    end: int
    before: str
    after: str


def _read(filled: Filled, emptied: tuple[str, ...], text: str) -> list[_Typed] | None:
    """What was typed into each blank, or None where an approved word is missing or moved."""
    if any(ord(char) >= _FIRST_MARK for char in text):
        return None
    locked, names = _cut(_marked(filled, emptied), filled)
    if not names:
        return [] if locked[0] == text else None
    tail = locked[-1]
    if not text.startswith(locked[0]) or not text.endswith(tail):
        return None
    start, stop = len(locked[0]), len(text) - len(tail)
    typed = []
    for place, name in enumerate(names):
        after = locked[place + 1]
        end = stop if place == len(names) - 1 else text.find(after, start, stop)
        if end < start:
            return None
        typed.append(_Typed(name, start, end, locked[place], after))
        start = end + len(after)
    return typed


def _cut(marked: str, filled: Filled) -> tuple[list[str], list[str]]:
    locked, names, words = [], [], ""
    for char in marked:
        place = ord(char) - _FIRST_MARK
        if 0 <= place < len(filled.spans):
            names.append(filled.spans[place].name)
            locked.append(words)
            words = ""
        else:
            words += char
    return [*locked, words], names


def _judged(filled: Filled, typed: list[_Typed], text: str, origins: tuple[int, ...]) -> Classed:
    departures, values = [], dict.fromkeys(filled.blanks, "")
    for slot in typed:
        value, blank = text[slot.start : slot.end], filled.blanks[slot.name]
        values[slot.name] = value
        said = breaches(value, blank, before=slot.before, after=slot.after)
        if value.strip("[]").casefold() == blank.hint.casefold():
            said = (say("is not filled in"),)
        where = origins[slot.start], origins[slot.end]
        departures += [Departure(*where, why, slot.name) for why in said]
    within = ReplyClass.OFF_PACK if departures else ReplyClass.WITHIN_BOUNDS
    return Classed(within, tuple(departures), values)


def _differences(approved: str, text: str, origins: tuple[int, ...]) -> tuple[Departure, ...]:
    from rapidfuzz.distance import Levenshtein

    if len(approved) * len(text) > _MOST_COMPARED:
        return (Departure(origins[0], origins[-1], say("differs from the approved words")),)
    ranges: list[tuple[int, int]] = []
    for step in Levenshtein.opcodes(approved, text):
        if step.tag == "equal" or _is_only_marks(approved[step.src_start : step.src_end]):
            continue
        if ranges and step.dest_start - ranges[-1][1] <= _NEAR:
            ranges[-1] = (ranges[-1][0], step.dest_end)
        else:
            ranges.append((step.dest_start, step.dest_end))
    whole = [(0, len(text))]
    return tuple(
        Departure(origins[start], origins[end], say("differs from the approved words"))
        for start, end in ranges or whole
    )


def _is_only_marks(words: str) -> bool:
    return bool(words) and all(ord(char) >= _FIRST_MARK for char in words)
