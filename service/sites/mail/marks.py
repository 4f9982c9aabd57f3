"""Where a person said that author, stars and text stand in a site's mails, and reading another mail by it.

The places are told by what stands around them: a line of fixed words before and one after, and in a line the
words left and right of a name. Where these do not fit, or fit twice, nothing is read: the mail is unknown
again, and a person sees that the template has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from service.domain import Item, Kind, Scale
from service.errors import MarksRefused
from service.sentences import say
from service.sites.mail import stars
from service.sites.mail.base import Mail
from service.sites.mail.skeleton import alike, lines

START, END, ANY, TEXT, LABEL, LINE = "start", "end", "any", "text", "label", "line"
OTHER, FIGURE, MONTH = "other", "figure", "month"
_NOT_MARKED = (OTHER, FIGURE, MONTH)
_NAME = r"\S.{0,199}?"
_FORMS = {
    "stars": f"{stars.STARS}|{stars.BARE}|{stars.VERDICT}",
    "text": r"\S.*",
    "author": _NAME,
    "place": _NAME,
    OTHER: _NAME,
    FIGURE: r"\S*\d\S*",
    MONTH: r"[^\W\d_]{3,12}\.?",
}
_NO_MARKS = say("These marks cannot be read. Teach this mail again.")
_LONGEST_LINE = 2000  # with marks inside it
_MOST_ROWS = 40

Line = tuple[str, ...]
"""Words and fields in turn: ("", "author", " left a review of ", "place", ""); names and dates
that nobody marked are "other", "figure" and "month"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the region the marks are in.

    ``kind`` is "start" or "end" (of the mail's text), "label" (``line`` is its one part, compared without
    figures and capitals), "any" (one line, whatever is in it), "text" (the lines of the review, or none) or
    "line" (words and fields in turn).
    """

    kind: str
    line: Line = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What one lesson taught: the rows around the marked places, the subject where something is marked in
    it, and the scale that the marked rating is on."""

    rows: tuple[Row, ...]
    subject: Line = ()
    scale: Scale = Scale.NONE


def as_json(marks: Marks) -> dict[str, Any]:
    """``marks`` as plain JSON values; ``marks_of`` makes them again."""
    return {
        "rows": [[row.kind, *row.line] for row in marks.rows],
        "subject": list(marks.subject),
        "scale": marks.scale.value,
    }


def marks_of(told: object) -> Marks:
    """The marks in what ``as_json`` made. Raises MarksRefused for anything else."""
    held = told if isinstance(told, Mapping) else {}
    rows, subject, scale = held.get("rows"), held.get("subject"), held.get("scale")
    if not isinstance(rows, list) or not isinstance(subject, list) or scale not in list(Scale):
        raise MarksRefused(_NO_MARKS)
    if len(rows) > _MOST_ROWS or not all(row and _are_words(row) for row in rows) or not _are_words(subject):
        raise MarksRefused(_NO_MARKS)
    marks = Marks(tuple(Row(row[0], tuple(row[1:])) for row in rows), tuple(subject), Scale(scale))
    if not all(map(_is_row, marks.rows)) or (subject and not _is_line(marks.subject)):
        raise MarksRefused(_NO_MARKS)
    fields = [name for line in (marks.subject, *(row.line for row in marks.rows)) for name in line[1::2]]
    named = [name for name in fields if name not in _NOT_MARKED] + [
        row.kind for row in marks.rows if row.kind == TEXT
    ]
    if len(set(named)) < len(named):
        raise MarksRefused(_NO_MARKS)
    return marks


def read_marked(mail: Mail, marks: Marks) -> Item | None:
    """The review in a mail of the shape that ``marks`` were taught on; None where they do not fit exactly.

    Its kind is a review's: the site's own word for it is the caller's to add.
    """
    told = found_by(mail, marks)
    if told is None or not (told.get("author") or told.get("text")):
        return None
    rating, recommends = _measured(told, marks.scale)
    if marks.scale is not Scale.NONE and rating is None and recommends is None:
        return None
    return Item(
        kind=Kind.RECOMMENDATION if marks.scale is Scale.RECOMMEND else Kind.REVIEW,
        scale=marks.scale,
        rating=rating,
        best=Decimal(5) if rating is not None else None,
        recommends=recommends,
        author=told.get("author"),
        text=told.get("text") or None,
        text_complete=False,
    )


def place_marked(mail: Mail, marks: Marks) -> str | None:
    """The location's name in such a mail, where it was marked."""
    return (found_by(mail, marks) or {}).get("place")


def found_by(mail: Mail, marks: Marks) -> dict[str, str] | None:
    """What stands at the marked places, by field; None where the marks do not fit, or fit in two ways."""
    subject, *body = lines(mail)
    told: dict[str, str] = {}
    if marks.subject:
        in_subject = _in_line(marks.subject, subject)
        if in_subject is None:
            return None
        told |= in_subject
    if marks.rows:
        fits = list(_fits(marks.rows, body))
        if len(fits) != 1:
            return None
        told |= fits[0]
    return told


def _fits(rows: Sequence[Row], body: Sequence[str]) -> Iterator[dict[str, str]]:
    """Every way in which ``rows`` fit; two are enough to know that it is not one."""
    kinds = [row.kind for row in rows]
    if TEXT not in kinds:
        found = (_window(rows, body, place) for place in range(-1, len(body) + 1))
        yield from (told for told in found if told is not None)
        return
    middle = kinds.index(TEXT)
    head, tail = rows[:middle], rows[middle + 1 :]
    heads = [(at, told) for at in range(-1, len(body)) if (told := _window(head, body, at)) is not None]
    tails = [(at, told) for at in range(len(body) + 1) if (told := _window(tail, body, at)) is not None]
    ways = 0
    for at, before in heads:
        for until, after in tails:
            first = at + len(head)
            if first <= until and ways < 2:
                ways += 1
                yield {**before, **after, "text": "\n".join(body[max(first, 0) : until])}


def _window(rows: Sequence[Row], body: Sequence[str], place: int) -> dict[str, str] | None:
    """What ``rows`` hold where the first of them stands at ``place``; -1 is the start, and len the end."""
    told: dict[str, str] = {}
    for at, row in enumerate(rows, place):
        found = _in_row(row, body, at)
        if found is None:
            return None
        told |= found
    return told


def _in_row(row: Row, body: Sequence[str], at: int) -> dict[str, str] | None:
    if row.kind in (START, END):
        return {} if at == (-1 if row.kind == START else len(body)) else None
    if not 0 <= at < len(body):
        return None
    if row.kind == ANY:
        return {}
    if row.kind == LABEL:
        return {} if alike(body[at]) == alike("".join(row.line)) else None
    return _in_line(row.line, body[at])


def _in_line(pattern: Line, line: str) -> dict[str, str] | None:
    """The fields of ``pattern`` in ``line``; None where its words are not there, or there twice."""
    folded = line.casefold()
    between = [words.casefold() for words in pattern[2:-1:2] if words.strip()]
    if len(line) > _LONGEST_LINE or any(folded.count(words) != 1 for words in between):
        return None
    found = re.fullmatch(_expression(pattern), line, re.IGNORECASE)
    if found is None:
        return None
    told = {name: words.strip() for name, words in found.groupdict().items()}
    return {**told, "stars_line": line} if "stars" in told else told


def _expression(pattern: Line) -> str:
    pieces = [re.escape(each) for each in pattern]
    pieces[1::2] = [
        _FORMS[name] if name in _NOT_MARKED else f"(?P<{name}>{_FORMS[name]})" for name in pattern[1::2]
    ]
    return "".join(pieces)


def _measured(told: Mapping[str, str], scale: Scale) -> tuple[Decimal | None, bool | None]:
    words = told.get("stars", "")
    if scale is Scale.RECOMMEND:
        return None, stars.verdict(words, told.get("stars_line", words))
    return (stars.value(words), None) if scale is Scale.STARS5 else (None, None)


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_row(row: Row) -> bool:
    if row.kind == LINE:
        return _is_line(row.line)
    return row.kind in (START, END, ANY, TEXT, LABEL) and len(row.line) == (row.kind == LABEL)


def _is_line(line: Line) -> bool:
    return len(line) % 2 == 1 and len(line) > 1 and all(name in _FORMS for name in line[1::2])
