"""Opening hours and holidays as people write them, to what ``replies/due.py`` reads, and back. Pure.

A day is "9:00-12:30, 14:00-18:00", "9am-5pm" or "closed". A week in one cell begins each part with its days:
"Mo-Fr 9-12, 14-18; Sa 10-14". Past midnight ("18-2") a block goes on in the next day, since working time is
counted by the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from service.sentences import say
from service.sources.cells import Unclear
from service.sources.column_words import folded

DAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)
MOST_HOLIDAYS = 400
MIDNIGHT = 24 * 60  # minutes; stored as the last minute of the day, for 24:00 is no time of it
NOON = 12 * 60

Span = tuple[int, int]  # minutes of the day
Problems = dict[int, str]  # by day

_CLOSED = frozenset({"closed", "cerrado", "ferme", "fermee", "geschlossen", "ruhetag", "zu"})
_DASHES = ("-", "\N{EN DASH}", "\N{EM DASH}")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})?)?(am|pm|uhr)?")
_TO = re.compile(r"[-\u2013\u2014~]|\bto\b|\bbis\b|\ba\b|\bà\b")
_AND = re.compile(r"[,/+&]|\band\b|\bund\b|\bet\b|\by\b")
_WORDS_OF_DAYS = (
    "mo mon monday lu lun lunes lundi montag",
    "tu tue tues tuesday ma mar martes mardi die dienstag",
    "we wed wednesday mi mie mier miercoles me mer mercredi mit mittwoch",
    "th thu thur thurs thursday ju jue jueves je jeu jeudi don donnerstag",
    "fr fri friday vi vie viernes ve ven vendredi frei freitag",
    "sa sat saturday sab sabado sam samedi samstag sonnabend",
    "su sun sunday dom domingo dim dimanche so son sonntag",
)
_DAY_OF = {word: day for day, words in enumerate(_WORDS_OF_DAYS) for word in words.split()}
_TWO_MEANINGS = {("di", "de"): 1, ("di", "fr"): 6, ("do", "de"): 3, ("do", "es"): 6}
_EVERY_DAY = frozenset(
    {"", "daily", "every day", "all days", "taglich", "diario", "cada dia", "tous les jours"}
)


def read_week(days: Sequence[str]) -> tuple[list[dict[str, Any]], Problems]:
    """The blocks of seven days' texts, Monday first, as a branch stores them; and what cannot be read."""
    spans: list[list[Span]] = [[] for _ in DAYS]
    problems: Problems = {}
    for day, text in enumerate(days):
        try:
            for opens, closes in _spans(text):
                spans[day].append((opens, min(closes, MIDNIGHT)))
                if closes > MIDNIGHT:
                    spans[(day + 1) % len(DAYS)].append((0, closes - MIDNIGHT))
        except Unclear as unclear:
            problems[day] = str(unclear)
    for day, blocks in enumerate(spans):
        blocks.sort()
        if any(before[1] > after[0] for before, after in pairwise(blocks)):
            problems.setdefault(day, say("Two of these times overlap."))
    return [_stored(day, *block) for day, blocks in enumerate(spans) for block in blocks], problems


def read_hours(text: str, language: str = "en") -> list[dict[str, Any]]:
    """The blocks of a whole week in one text; ``language`` settles what "Di" and "Do" are.

    Raises ``Unclear`` with the first that cannot be read.
    """
    days = [""] * len(DAYS)
    for part in filter(None, (piece.strip() for piece in re.split(r"[;\n|]", text))):
        named, hours = _parted(part)
        for day in _days_in(named, language):
            days[day] = f"{days[day]}, {hours}" if days[day] else hours
    blocks, problems = read_week(days)
    if problems:
        day, problem = min(problems.items())
        raise Unclear(say("%(days)s: %(problem)s", days=DAYS[day], problem=problem))
    return blocks


def shown_day(hours: Iterable[Any], day: int) -> str:
    """The stored blocks of one day, as ``read_week`` reads them back."""
    mine = [one for one in hours if isinstance(one, Mapping) and one.get("day") == day]
    return ", ".join(f"{one.get('from')}-{one.get('until')}" for one in mine)


def read_holidays(text: str) -> list[str]:
    """Dates, one a line or parted by commas: 2026-12-25 or 25.12.2026. Raises ``Unclear``."""
    found = {_holiday(one) for one in re.split(r"[,;\s]+", text) if one}
    if len(found) > MOST_HOLIDAYS:
        raise Unclear(
            say(
                "More than %(most_holidays)s days: leave out those that are over.",
                most_holidays=MOST_HOLIDAYS,
            )
        )
    return sorted(day.isoformat() for day in found)


def _holiday(text: str) -> date:
    parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    german = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    figures = parts.groups() if parts else german.groups()[::-1] if german else None
    try:
        if figures:
            return date(*map(int, figures))
    except ValueError:
        pass
    raise Unclear(say("“%(text)s” is no date such as 2026-12-25.", text=text[:40]))


def _spans(text: str) -> list[Span]:
    plain = text.strip().casefold().replace("a.m.", "am").replace("p.m.", "pm")
    if not plain or folded(plain) in _CLOSED or plain in _DASHES:
        return []
    parts = [part.strip() for part in _AND.split(plain) if part.strip()]
    return [_span(part) for part in parts or [plain]]


def _span(text: str) -> Span:
    ends = [part.replace(" ", "") for part in _TO.split(text)]
    times = [_TIME.fullmatch(end) for end in ends]
    if len(times) != 2 or times[0] is None or times[1] is None:
        raise Unclear(say("“%(text)s” is no time such as 9:00-17:30.", text=text[:40]))
    opens, closes = _minutes(times[0], text), _minutes(times[1], text)
    if times[1][3] == "pm" and not times[0][3] and opens + NOON < closes:
        opens += NOON  # "5-9pm"
    if closes == 0:
        closes = MIDNIGHT
    if opens >= MIDNIGHT or opens == closes or (closes < opens and closes > NOON):
        raise Unclear(say("“%(text)s” ends before it begins.", text=text[:40]))
    return opens, closes if closes > opens else closes + MIDNIGHT


def _minutes(found: re.Match[str], text: str) -> int:
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half in ("am", "pm") and not 1 <= hour <= 12:
        raise Unclear(say("“%(text)s” is no time such as 9:00-17:30.", text=text[:40]))
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0)
    if minute > 59 or hour * 60 + minute > MIDNIGHT:
        raise Unclear(say("“%(text)s” is no time such as 9:00-17:30.", text=text[:40]))
    return hour * 60 + minute


def _stored(day: int, opens: int, closes: int) -> dict[str, Any]:
    return {"day": day, "from": _clock(opens), "until": _clock(min(closes, MIDNIGHT - 1))}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _parted(part: str) -> tuple[str, str]:
    """ "Mo-Fr: 9-12" is "Mo-Fr" and "9-12"; "Sunday closed" is "Sunday" and "closed"."""
    at = re.search(r"\d", part)
    if at:
        return part[: at.start()], part[at.start() :]
    *named, last = part.split() or [""]
    if folded(last) not in _CLOSED:
        raise Unclear(say("“%(part)s” tells no hours such as Mo-Fr 9-17.", part=part[:40]))
    return " ".join(named), last


def _days_in(named: str, language: str) -> list[int]:
    plain = named.strip().rstrip(":").strip()
    if folded(plain) in _EVERY_DAY:
        return list(range(len(DAYS)))
    days: list[int] = []
    for part in filter(None, (piece.strip() for piece in _AND.split(plain))):
        ends = [_day(word, language) for word in _TO.split(part)]
        if len(ends) > 2:
            raise Unclear(say("“%(part)s” is no day of the week.", part=part[:40]))
        first, last = ends[0], ends[-1]
        days += [(first + n) % len(DAYS) for n in range((last - first) % len(DAYS) + 1)]
    return days


def _day(word: str, language: str) -> int:
    plain = folded(word)
    day = _DAY_OF.get(plain, _TWO_MEANINGS.get((plain, language[:2])))
    if day is None:
        raise Unclear(say("“%(strip)s” is no day of the week.", strip=word.strip()[:40]))
    return day
