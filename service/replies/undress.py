"""A text as the checks see it: undressed, so that no look of a letter, a dot or a digit hides what it says.

Compatibility forms, accents, invisible characters and the look-alikes of a to z are taken off, every digit
is 0-9, every dot a full stop. The result is for finding things, never for showing.
"""

# ruff: noqa: RUF001 - look-alike letters are what this table is of

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from service.replies.normal import BLANK_TO_THE_EYE

_DOTS = dict.fromkeys("\u2024\u3002\uff0e\uff61\u00b7\u2022\u2027\u2219\u22c5\u30fb", ".")
_LOOKS = {  # after Unicode's confusables (TR39): what passes for a to z, by the letter it passes for
    "a": "аɑαАΑᴀ", "b": "ВΒʙЬ", "c": "сСϲϹᴄⅽ", "d": "ԁᴅđ", "e": "еЕεΕᴇҽ", "f": "ꜰϝ", "g": "ɡɢց",
    "h": "һНΗʜհħ", "i": "іІιΙıɪӏ", "j": "јЈᴊ", "k": "кКκΚᴋ", "l": "ʟłⅼ", "m": "МΜᴍм", "n": "Νոɴη",
    "o": "оОοΟօᴏø", "p": "рРρΡᴘ", "q": "ԛզ", "r": "гʀᴦ", "s": "ѕЅꜱ", "t": "тТτΤᴛŧ", "u": "սυᴜ",
    "v": "νѵᴠ", "w": "ԝωᴡѡ", "x": "хХχΧ", "y": "уУγΥʏү", "z": "Ζᴢ",
}  # fmt: skip
_LETTERS = {look: letter for letter, looks in _LOOKS.items() for look in looks}
_SIGNS = (range(0x1F150, 0x1F16A), range(0x1F170, 0x1F18A))  # letters in dark circles and squares, A to Z
_UNSEEN = ("Mn", "Me", "Cf")


def undressed(text: str) -> str:
    """``text`` undressed."""
    return undressed_with_origins(text)[0]


def undressed_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """``undressed(text)``, and for each of its code points where in ``text`` it came from.

    The origins have one more element: where the end came from.
    """
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    out: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        bare = _bare(char)
        out.append(bare)
        origins.extend([place] * len(bare))
    return "".join(out), (*origins, len(text))


@lru_cache(maxsize=8192)
def _bare(char: str) -> str:
    parts = (_LETTERS.get(part) or _sign_letter(part) for part in unicodedata.normalize("NFKD", char))
    return "".join(_plain(part) for part in "".join(parts).casefold())


def _sign_letter(char: str) -> str:
    for signs in _SIGNS:
        if ord(char) in signs:
            return chr(ord("a") + ord(char) - signs.start)
    return char


def _plain(char: str) -> str:
    if unicodedata.category(char) in _UNSEEN or char in BLANK_TO_THE_EYE:
        return ""
    digit = unicodedata.digit(char, None)
    return _DOTS.get(char, char) if digit is None else str(digit)
