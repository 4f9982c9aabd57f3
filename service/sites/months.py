"""Names of months in the languages review pages come in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ENGLISH = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_BY_SCRIPT = {
    "LATIN": ("es", "fr", "de", "it", "pt", "nl", "pl", "sv", "da", "nb", "tr", "cs", "ro", "hu", "fi", "id",
              "vi", "sk", "hr", "sl", "ca", "lt", "lv", "et", "ms"),
    "CYRILLIC": ("ru", "uk", "bg", "sr"),
    "GREEK": ("el",),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "ARABIC": ("ar", "fa", "ur"),
    "HEBREW": ("he",),
    "THAI": ("th",),
    "BENGALI": ("bn",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "GUJARATI": ("gu",),
    "KANNADA": ("kn",),
    "MALAYALAM": ("ml",),
    "GURMUKHI": ("pa",),
    "CJK": ("zh_Hant", "zh", "ja"),
    "HIRAGANA": ("ja",),
    "KATAKANA": ("ja",),
    "HANGUL": ("ko",),
}  # fmt: skip


def english(token: str) -> int | None:
    """1 to 12 for an English month's name or its first letters ("sept", at least three); folded."""
    return _english_names().get(token)


def other(token: str) -> int | None:
    """1 to 12 for a month's name in another language of the token's own script; ``token`` is folded.

    Where languages disagree about a word, the one with more readers wins.
    """
    if len(token) < 2:
        return None
    for language in languages_of(token):
        if month := _names(language).get(token):
            return month
    return None


def languages_of(words: str) -> tuple[str, ...]:
    """The languages that may be meant, judged by the first letter's script; Latin for none that we know."""
    letters = [c for c in words if c.isalpha()]
    # one letter outside ASCII tells more than many inside it
    first = next((c for c in letters if not c.isascii()), letters[0] if letters else "a")
    script = unicodedata.name(first, "LATIN").split()[0]
    return _BY_SCRIPT.get(script, _BY_SCRIPT["LATIN"])


@lru_cache(maxsize=1)
def _english_names() -> dict[str, int]:
    return {
        name[:length]: number
        for number, name in enumerate(_ENGLISH, start=1)
        for length in range(3, len(name) + 1)
    }


@lru_cache(maxsize=64)
def _names(language: str) -> dict[str, int]:
    from babel import Locale
    from babel.dates import get_month_names

    locale = Locale.parse(language)
    names: dict[str, int] = {}
    for width in ("abbreviated", "wide"):
        for context in ("stand-alone", "format"):
            for number, name in get_month_names(width, context, locale).items():
                folded = unicodedata.normalize("NFKC", name).casefold().strip(".॰ ")
                if not folded[:1].isdigit():
                    names[folded] = number
    if language == "he":
        names |= {"ב" + name: number for name, number in names.items()}
    return names
