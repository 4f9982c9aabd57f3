"""Which alphabets a text is written in: how look-alike letters are told from the letters they imitate."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_OWN_LATIN = frozenset("ßæœøłđðþıħ")  # letters of living languages that take no mark off to become a-z
_SIGN_LETTERS = (range(0x1F130, 0x1F18A), range(0x1F1E6, 0x1F200))  # squared, circled, regional


@lru_cache(maxsize=4096)
def alphabet(char: str) -> str | None:
    """The alphabet of a letter ("LATIN", "CYRILLIC", "HEBREW" …); None for what is no letter.

    Small capitals, phonetic signs and letters drawn as signs are an alphabet of their own, "ODD".
    """
    if char.isascii():
        return "LATIN" if char.isalpha() else None
    if any(ord(char) in signs for signs in _SIGN_LETTERS):
        return "ODD"
    if not char.isalpha():
        return None
    name = unicodedata.name(char, "ODD").split(" ")[0]
    return "ODD" if name == "LATIN" and not _is_living_latin(char) else name


def _is_living_latin(char: str) -> bool:
    base = unicodedata.normalize("NFD", char.casefold())[0]
    return base.isascii() or base in _OWN_LATIN


def alphabets(text: str) -> frozenset[str]:
    """The alphabets of all letters in ``text``."""
    if text.isascii():
        return frozenset(("LATIN",)) if any(map(str.isalpha, text)) else frozenset()
    return frozenset(found for char in set(text) if (found := alphabet(char)))


def mixed_word(text: str) -> str | None:
    """The first word that mixes alphabets, Latin with another."""
    if text.isascii():
        return None
    for word in _WORD.findall(text):
        if len(written := alphabets(word)) > 1 and "LATIN" in written:
            return str(word)
    return None
