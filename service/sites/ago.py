"""Times told from today: "a week ago", "vor 2 Monaten", "47 分鐘前", "yesterday"."""

# ruff: noqa: RUF001 (letters of other scripts are what this reads)

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from service.sites import months


@dataclass(frozen=True, slots=True)
class Back:
    """So many minutes, hours, days, weeks, months or years before now."""

    number: int
    unit: str


_UNITS = {
    "second": "seconds?|secs?", "minute": "minutes?|mins?", "hour": "hours?|hrs?", "day": "days?",
    "week": "weeks?|wks?", "month": "months?|mos?", "year": "years?|yrs?",
}  # fmt: skip
_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "few": 3, "couple": 2,
}  # fmt: skip
_UNIT = "|".join(f"(?P<{name}>{forms})" for name, forms in _UNITS.items())
_ENGLISH = re.compile(rf"\b(\d+|{'|'.join(_WORDS)})\+?(?: of)?\s?(?:{_UNIT})\.? ago\b")
_LAST = re.compile(r"\blast (week|month|year)\b")
_SHORT = re.compile(r"(\d+)\s?(?:(s|secs?)|(m|mins?)|(h|hrs?)|(d|days?)|(w|wks?)|(mo|mos)|(y|yrs?))\.?")
_SHORT_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")

_NOW = {
    "just now",
    "moments ago",
    "a moment ago",
    "now",
    "à l'instant",
    "gerade eben",
    "ahora mismo",
    "adesso",
}
_DAYS = {
    0: "today heute aujourd'hui aujourd’hui hoy oggi hoje vandaag idag dzisiaj dziś bugün сегодня сьогодні "
    "днес σήμερα आज اليوم היום 今天 今日 오늘",
    1: "yesterday gestern hier ayer ieri ontem gisteren igår wczoraj dün вчера вчора χθες χτες कल काल أمس "
    "אתמול 昨天 昨日 어제",
    2: "vorgestern avant-hier anteayer eergisteren позавчера 前天 一昨日 그저께",
}
_NAMED_DAYS = {word: number for number, words in _DAYS.items() for word in words.split()}
_ONE = frozenset(
    {
        "un",
        "une",
        "uno",
        "una",
        "um",
        "uma",
        "ein",
        "eine",
        "einem",
        "einer",
        "einen",
        "een",
        "één",
        "en",
        "et",
    }
    | {"ett", "bir", "egy", "jeden", "jedna", "jedną", "один", "одну", "одна", "ένα", "έναν", "μία", "μια"}
    | {"एक", "एका"}
)
_SHOWN_TOO = {  # what sites show and the locale data lacks
    "pt": {"#diasatrás": "day", "#semanasatrás": "week", "#mesesatrás": "month", "#anosatrás": "year",
           "#diaatrás": "day", "#semanaatrás": "week", "#mêsatrás": "month", "#anoatrás": "year"},
    "da": {"#dagesiden": "day", "#ugersiden": "week", "#månedersiden": "month", "#årsiden": "year"},
    "hi": {"#महीनेपहले": "month", "#सालपहले": "year", "#हफ़्तेपहले": "week", "#दिनपहले": "day"},
    "id": {"#harilalu": "day", "#minggulalu": "week", "#bulanlalu": "month", "#tahunlalu": "year"},
}  # fmt: skip
_SPANS = {
    "second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1),
    "day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=31),
    "year": timedelta(days=366),
}  # fmt: skip


def english(plain: str) -> Back | None:
    """What an English text that holds one such time says; ``plain`` is folded. "3d" and "2 w" only alone."""
    if plain in _NOW:
        return Back(0, "minute")
    day = plain.split(" at ", maxsplit=1)[0]
    if day in ("today", "yesterday"):
        return Back(_NAMED_DAYS[day], "day")
    if found := _ENGLISH.search(plain):
        unit = next(name for name in _UNITS if found[name])
        return Back(_number(found[1]), unit)
    if last := _LAST.search(plain):
        return Back(1, last[1])
    if short := _SHORT.fullmatch(plain):
        return Back(
            _number(short[1]), next(u for u, g in zip(_SHORT_UNITS, short.groups()[1:], strict=True) if g)
        )
    return None


def other(plain: str) -> Back | None:
    """The same in the other languages; up to three words around it ("Bearbeitet: vor …") are passed over."""
    words = plain.replace(",", " ").split()
    named = next((_NAMED_DAYS[word] for word in words[:2] if word in _NAMED_DAYS), None)
    if named is not None:
        return Back(named, "day")
    if len(words) > 8:
        return None
    starts = [words[n:] for n in range(min(4, len(words)))]
    ends = [words[:-n] for n in range(1, min(4, len(words)))]
    told = [keyed for part in (*starts, *ends) if (keyed := _phrase(part))]
    for language in months.languages_of(plain) if told else ():
        phrases = _phrases(language)
        for phrase, figure in told:
            if back := phrases.get(phrase):
                return Back(_number(figure), back.unit) if figure else back
    return None


def _phrase(words: list[str]) -> tuple[str, str] | None:
    """The words as a key of ``_phrases``, and their one figure or ""; None where they hold more."""
    joined = "".join("1" if word in _ONE else word for word in words).strip(".,:;·|")
    figures = re.findall(r"\d+", joined)
    if len(figures) > 1:
        return None
    return re.sub(r"\d+", "#", joined), "".join(figures)


def _number(figures: str) -> int:
    return _WORDS[figures] if figures in _WORDS else int(figures[:6])


@lru_cache(maxsize=64)
def _phrases(language: str) -> dict[str, Back]:
    """Every phrase of a language, spaces left out and its figure as #, from the Unicode locale data."""
    from babel import Locale
    from babel.dates import format_timedelta

    locale = Locale.parse(language)
    phrases = {phrase: Back(1, unit) for phrase, unit in _SHOWN_TOO.get(language, {}).items()}
    for unit, span in _SPANS.items():
        for number in (1, 2, 3, 5, 11, 21):
            told = format_timedelta(
                -span * number,
                granularity=unit,  # type: ignore[arg-type]
                threshold=1000,
                add_direction=True,
                locale=locale,
            )
            joined = "".join(told.casefold().split())
            phrases.setdefault(re.sub(r"\d+", "#", joined), Back(number, unit))
            if number == 1:  # Slavic and Turkic pages say "month ago" for one
                phrases.setdefault(re.sub(r"\d+", "", joined), Back(1, unit))
    return phrases
