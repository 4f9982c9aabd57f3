"""A person marks author, stars and text in one mail; what is learnt reads the next one of that shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain import Scale
from service.errors import MarksRefused
from service.sentences import say
from service.sentences import whole as say_whole
from service.sites import months
from service.sites.mail import stars
from service.sites.mail.base import Mail
from service.sites.mail.marks import (
    ANY,
    END,
    FIGURE,
    LABEL,
    LINE,
    MONTH,
    OTHER,
    START,
    TEXT,
    Line,
    Marks,
    Row,
    found_by,
    read_marked,
)
from service.sites.mail.skeleton import is_label, lines

Marked = int | str | tuple[int, str] | range
"""What a person marked: a line by its number, words wherever they stand, words in one line, or some lines."""

_NAMES = {
    "author": say("the author"),
    "stars": say("the stars"),
    "text": say("the review's words"),
    "place": say("the location"),
}
_FREE = ("author", "place", "text", OTHER)  # fields that may be any words
_DATE_PART = r"(?<!\S)(?:\S*\d\S*|[^\W\d_]{3,12}\.?)(?!\S)"
_AROUND = 3  # lines on each side that are searched for a label


@dataclass(frozen=True, slots=True)
class _Span:
    """A marked place: letters ``start`` to ``end`` of line ``first``, or lines ``first`` to ``last``."""

    field: str
    first: int
    last: int
    start: int = 0
    end: int | None = None

    @property
    def is_block(self) -> bool:
        return self.field == "text" and self.end is None


def learn(
    mail: Mail,
    *,
    author: Marked | None = None,
    stars: Marked | None = None,
    text: Marked | None = None,
    place: Marked | None = None,
) -> Marks:
    """Where the marked things stand, told by what stands around them; line numbers are those of ``lines``.

    ``text`` may be several lines; ``stars`` is a line with one rating in it, or the rating's words. Raises
    MarksRefused, with a sentence for the person who marks, where something marked is not in the mail, is in
    it twice, or would not be found again.
    """
    told = lines(mail)
    given = {"author": author, "stars": stars, "text": text, "place": place}
    spans = [_span(name, marked, told) for name, marked in given.items() if marked is not None]
    if author is None and text is None:
        raise MarksRefused(say("Mark at least who wrote the review, or its words."))
    _refuse_overlap(spans)
    scale = _scale(spans, told)
    subject = _pattern(0, spans, told) if any(span.first == 0 for span in spans) else ()
    expected = {span.field: _words(span, told) for span in spans}
    for more in range(_AROUND + 1):
        marks = Marks(_rows(spans, told, more), subject, scale)
        if _reads(mail, marks, expected):
            return marks
    raise MarksRefused(
        say(
            "What was marked would not be found for certain in the next mail. Mark whole lines, "
            "and all of the review's words."
        )
    )


def _reads(mail: Mail, marks: Marks, expected: Mapping[str, str]) -> bool:
    found = found_by(mail, marks)
    return (
        found is not None
        and all(found.get(name) == words for name, words in expected.items())
        and read_marked(mail, marks) is not None
    )


def _span(name: str, marked: Marked, told: Sequence[str]) -> _Span:
    if isinstance(marked, range):
        return _lines_span(name, marked, told)
    if isinstance(marked, int):
        return _line_span(name, marked, told)
    first, last, start, end = _only(name, marked, told)
    if name == "stars":
        return _rating(first, start, end, told)
    if name == "text" and (start, end) == (0, len(told[last])) and first > 0:
        return _Span(name, first, last)
    return _Span(name, first, last, start, end)


def _only(name: str, marked: str | tuple[int, str], told: Sequence[str]) -> tuple[int, int, int, int]:
    """The one place where marked words stand: first line, last line, first letter, the one after the last."""
    if isinstance(marked, tuple):
        number, words = marked
        _check_number(number, told)
        found = _occurrences(words, told, [number])
    else:
        found = _whole_lines(marked, told) or _occurrences(marked, told, range(len(told)))
    if not found:
        raise MarksRefused(
            say(
                "What was marked as %(names)s does not stand in this mail. Mark it again.", names=_NAMES[name]
            )
        )
    if len(found) > 1:
        raise MarksRefused(
            say(
                "What was marked as %(names)s stands in this mail %(n)s times. Say in which line.",
                names=_NAMES[name],
                n=len(found),
            )
        )
    return found[0]


def _lines_span(name: str, marked: range, told: Sequence[str]) -> _Span:
    if name != "text" or marked.step != 1 or not marked:
        raise MarksRefused(
            say(
                "Only the review's words may be several lines; mark one line for %(names)s.",
                names=_NAMES[name],
            )
        )
    _check_number(marked[0], told)
    _check_number(marked[-1], told)
    if marked[0] == 0:
        raise MarksRefused(say("Line 0 is the subject; mark the review's words in the lines below it."))
    return _Span(name, marked[0], marked[-1])


def _line_span(name: str, number: int, told: Sequence[str]) -> _Span:
    _check_number(number, told)
    if name == "stars":
        return _rating(number, 0, len(told[number]), told)
    if name == "text" and number > 0:
        return _Span(name, number, number)
    return _Span(name, number, number, 0, len(told[number]))


def _check_number(number: int, told: Sequence[str]) -> None:
    if not 0 <= number < len(told) or not told[number]:
        raise MarksRefused(
            say("This mail has no line %(number)s; its last one is %(n)s.", number=number, n=len(told) - 1)
        )


def _whole_lines(words: str, told: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Where ``words`` are whole lines, one or several, below the subject."""
    asked = [line for row in words.split("\n") if (line := " ".join(row.split()))]
    size = len(asked)
    places = [at for at in range(1, len(told) - size + 1) if asked and list(told[at : at + size]) == asked]
    return [(at, at + size - 1, 0, len(asked[-1])) for at in places]


def _occurrences(words: str, told: Sequence[str], numbers: Sequence[int]) -> list[tuple[int, int, int, int]]:
    asked = " ".join(words.split())
    if not asked:
        return []
    whole = re.compile(rf"(?<!\w){re.escape(asked)}(?!\w)")
    return [(number, number, *found.span()) for number in numbers for found in whole.finditer(told[number])]


def _rating(number: int, start: int, end: int, told: Sequence[str]) -> _Span:
    """The one rating in the marked words, or around them."""
    line = told[number]
    forms = (stars.STARS, stars.VERDICT, stars.BARE)
    for form in forms:
        found = [each.span() for each in re.finditer(form, line, re.IGNORECASE)]
        inside = [(a, b) for a, b in found if a < end and start < b]
        if len(inside) == 1:
            return _Span("stars", number, number, *inside[0])
        if inside:
            raise MarksRefused(say("More than one rating stands in the marked words. Mark the rating alone."))
    raise MarksRefused(
        say('No rating that can be read stands there. Mark words such as "4 stars", "4/5" or "★★★★☆".')
    )


def _scale(spans: Sequence[_Span], told: Sequence[str]) -> Scale:
    span = next((span for span in spans if span.field == "stars"), None)
    if span is None:
        return Scale.NONE
    words = _words(span, told)
    return Scale.RECOMMEND if stars.value(words) is None else Scale.STARS5


def _words(span: _Span, told: Sequence[str]) -> str:
    if span.is_block:
        return "\n".join(told[span.first : span.last + 1])
    return told[span.first][span.start : span.end]


def _refuse_overlap(spans: Sequence[_Span]) -> None:
    for span in spans:
        for other in spans:
            if span is other or span.last < other.first or other.last < span.first:
                continue
            whole = span.is_block or other.is_block
            if whole or (span.start < (other.end or 0) and other.start < (span.end or 0)):
                raise MarksRefused(
                    say_whole(
                        say(
                            "%(one)s and %(other)s are marked in one place.",
                            one=_NAMES[span.field],
                            other=_NAMES[other.field],
                        )
                    )
                )


def _pattern(number: int, spans: Sequence[_Span], told: Sequence[str]) -> Line:
    """The words and fields of a line, in turn."""
    inside = sorted((s for s in spans if s.first == number and not s.is_block), key=lambda s: s.start)
    pieces: list[str] = []
    place = 0
    for span in inside:
        pieces += [*_with_fields(told[number][place : span.start], spans, told), span.field]
        place = span.end or 0
    pieces += _with_fields(told[number][place:], spans, told)
    for left, between, right in zip(pieces[1::2], pieces[2::2], pieces[3::2], strict=False):
        if left in _FREE and right in _FREE and not between.strip():
            raise MarksRefused(
                say(
                    "Two marked things stand side by side, and nothing tells where one ends. Mark one of "
                    "them."
                )
            )
    return tuple(pieces)


def _with_fields(words: str, spans: Sequence[_Span], told: Sequence[str]) -> list[str]:
    """Unmarked words of a line, as words and fields: names that were marked elsewhere, and dates.

    The next mail has other ones there. A subject may hold only the first word of a name.
    """
    names = [_words(span, told) for span in spans if span.field in ("author", "place")]
    known = {each for name in names for each in (name, name.split()[0]) if len(each) > 2}
    forms = [re.escape(name) for name in sorted(known, key=len, reverse=True)]
    again = re.compile("|".join([*(rf"(?<!\w){form}(?!\w)" for form in forms), _DATE_PART]))
    pieces, place = [], 0
    for found in again.finditer(words):
        field = OTHER if found.group() in known else _date_part(words, found)
        if field:
            pieces += [words[place : found.start()], field]
            place = found.end()
    return [*pieces, words[place:]]


def _date_part(words: str, found: re.Match[str]) -> str | None:
    """FIGURE for what has a figure in it, MONTH for a month's name next to one; None for any other word."""
    token = found.group()
    if re.search(r"\d", token):
        return FIGURE
    near = words[max(0, found.start() - 12) : found.end() + 12]
    folded = token.casefold().strip(".")
    is_month = months.english(folded) or months.other(folded)
    return MONTH if is_month and re.search(r"\d", near) else None


def _rows(spans: Sequence[_Span], told: Sequence[str], more: int) -> tuple[Row, ...]:
    """The marked lines and all between them, from the label before them to the one after."""
    marked = [span for span in spans if span.first > 0]
    if not marked:
        return ()
    first, last = min(span.first for span in marked), max(span.last for span in marked)
    top, bottom = _edge(told, first, -1) - more, _edge(told, last, 1) + more
    rows: list[Row] = []
    number = max(top, 0)
    while number <= min(bottom, len(told)):
        block = next((span for span in marked if span.is_block and span.first == number), None)
        rows.append(Row(TEXT) if block else _row(number, marked, told, number in (top, bottom)))
        number = (block.last if block else number) + 1
    return tuple(rows)


def _edge(told: Sequence[str], marked: int, step: int) -> int:
    """The line that holds the marks in place: the nearest label; else an end of the text; else the next line.

    0 stands for the start of the text and ``len(told)`` for its end.
    """
    near = [marked + step * far for far in range(1, _AROUND + 1)]
    for number in near:
        if number <= 0 or number >= len(told):
            return max(0, min(number, len(told)))
        if is_label(told[number]):
            return number
    return marked + step


def _row(number: int, spans: Sequence[_Span], told: Sequence[str], is_edge: bool) -> Row:
    if number == 0:
        return Row(START)
    if number == len(told):
        return Row(END)
    if any(span.first == number for span in spans):
        return Row(LINE, _pattern(number, spans, told))
    if not is_edge and not is_label(told[number]):
        return Row(ANY)
    pattern = _pattern(number, spans, told)
    return Row(LABEL if len(pattern) == 1 else LINE, pattern)
