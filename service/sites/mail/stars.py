"""A rating where a person said that one stands: "4", "4/5", "4 of 5", "4 stars", "★★★★☆", "recommends".

Nothing searches a customer's words for these: a date ("3/10/2026") and a "4-star hotel" are no ratings.
"""

from __future__ import annotations

import re
from decimal import Decimal

from service.sites.facebook_words import recommends

_FIGURE = r"(?:[1-5](?:[.,]\d)?|0[.,][1-9])"
_UNIT = r"(?:stars?|bubbles?|estrellas?|burbujas?|étoiles?|bulles?|stern(?:en?)?)"
_OUT_OF = r"(?:/|out of|of|von|sur|de|sobre|su)"
_FILLED, _EMPTY = "★⭐🌟", "☆✩"
STARS = (
    rf"(?<![\w./,])(?:{_FIGURE}\s?{_OUT_OF}\s?5(?![\d/]|[.,]\d)(?:[\s-]?{_UNIT}(?!\w))?"
    rf"|{_FIGURE}[\s-]?{_UNIT}(?!\w)(?!\s+(?:hotel|hôtel|resort|hostal|haus))"
    rf"|(?<![{_FILLED}{_EMPTY}])[{_FILLED}]\ufe0f?(?:[{_FILLED}{_EMPTY}]\ufe0f?){{0,4}}(?![{_FILLED}{_EMPTY}]))"
)
"""A rating that says by itself that it is one."""

BARE = rf"(?<![\w./,-]){_FIGURE}(?![\w/-]|[.,]\d)"
"""A figure that is a rating only because of where it stands."""

VERDICT = (
    r"(?<!\w)(?:(?:does not|doesn['\u2019]t|did not|didn['\u2019]t) recommend|recommend(?:s|ed)"
    r"|no (?:recomienda|recomendó)|recomienda|recomendó|ne recommande pas|recommande|empfiehlt)(?!\w)"
)
"""The two things a recommendation says."""


def value(words: str) -> Decimal | None:
    """The stars that exactly these words are, out of five; None where they are none."""
    words = words.replace("\ufe0f", "").strip()
    if re.fullmatch(rf"[{_FILLED}]+[{_EMPTY}]*", words):
        filled = sum(letter in _FILLED for letter in words)
        return Decimal(filled) if len(words) == 5 or filled == len(words) <= 5 else None
    if not re.fullmatch(f"{STARS}|{BARE}", words, re.IGNORECASE):
        return None
    found = re.match(r"[0-5](?:[.,]\d)?", words)
    figure = Decimal(found.group().replace(",", ".")) if found else None
    return figure.normalize() if figure is not None and 0 < figure <= 5 else None


def verdict(words: str, line: str) -> bool | None:
    """Whether ``words`` in ``line`` recommend; None where the line around them may turn them round."""
    said = recommends(words)
    return said if said is not None and said == recommends(line) else None
