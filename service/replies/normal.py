"""The form in which two texts are compared, and how long a text is to the eye (CONTRACTS §8.6).

Normal form forgives only what a text box or a copy does by itself: composed letters, line ends, no-break
spaces, zero-width spaces. Bidi controls and look-alike letters are never folded.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
DROPPED = frozenset("\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}")
LINE_BLANKS = " \t"
_CHANGED = DROPPED | {NO_BREAK_SPACE, "\n", "\r"}
ZWJ = "\N{ZERO WIDTH JOINER}"
ZWNJ = "\N{ZERO WIDTH NON-JOINER}"
MOST_IN_A_CLUSTER = 16  # code points; the longest emoji people send has ten
BLANK_TO_THE_EYE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0\U00016fe4\U0001d159"
)  # neither control nor format, and yet nothing is drawn
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
_PICTURE_SELECTORS = frozenset("\ufe0e\ufe0f")
_VARIATION_SUPPLEMENT = range(0xE0100, 0xE01F0)
_JOINED_PICTURES = (  # what Unicode's own emoji sequences join; TR51, emoji-zwj-sequences
    *(range(0x1F300, 0x1F650), range(0x1F680, 0x1F700), range(0x1F90C, 0x1FA00), range(0x1FA70, 0x1FB00)),
    *(range(ord(char), ord(char) + 1) for char in "♀♂⚕⚖✈❤☠⚧⬛➡↔↕"),
)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_NOTHING_JOINS = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def normal_form(text: str) -> str:
    """``text`` as texts are compared; doing it twice changes nothing."""
    if _CHANGED.isdisjoint(text) and unicodedata.is_normalized("NFC", text):
        return text.strip(LINE_BLANKS)
    return normal_with_origins(text)[0]


def normal_with_origins(text: str) -> tuple[str, tuple[int, ...]]:
    """``normal_form(text)``, and for each of its code points where in ``text`` it came from.

    The origins have one more element: where the end came from.
    """
    kept = _without_returns(
        [
            (" " if char == NO_BREAK_SPACE else char, place)
            for place, char in enumerate(text)
            if char not in DROPPED
        ]
    )
    out: list[tuple[str, int]] = []
    for char, place in _composed(kept):
        if char == "\n":
            _trim(out)
            if not out or out[-1][0] == "\n":
                continue
        elif not out and char in LINE_BLANKS:
            continue
        out.append((char, place))
    _trim(out)
    if out and out[-1][0] == "\n":
        out.pop()
    end = out[-1][1] + 1 if out else 0
    return "".join(char for char, _ in out), (*(place for _, place in out), end)


def _without_returns(kept: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """``kept`` with one line feed for each CRLF, whatever was dropped between the two."""
    after = [*(char for char, _ in kept), ""]
    return [one for place, one in enumerate(kept) if (one[0], after[place + 1]) != ("\r", "\n")]


def _trim(out: list[tuple[str, int]]) -> None:
    while out and out[-1][0] in LINE_BLANKS:
        out.pop()


def _composed(kept: list[tuple[str, int]]) -> list[tuple[str, int]]:
    text = "".join(char for char, _ in kept)
    if unicodedata.is_normalized("NFC", text):
        return kept
    out: list[tuple[str, int]] = []
    # NFC works piece by piece where a piece begins with ASCII: nothing composes with what stands before it.
    starts = [0, *(place for place in range(1, len(text)) if text[place].isascii()), len(text)]
    for start, end in pairwise(starts):
        composed = unicodedata.normalize("NFC", text[start:end])
        last = end - start - 1
        out.extend((char, kept[start + min(offset, last)][1]) for offset, char in enumerate(composed))
    return out


def is_mark(char: str) -> bool:
    """Whether ``char`` changes how the letter before it looks."""
    return unicodedata.category(char).startswith("M") or char in (ZWJ, ZWNJ) or ord(char) in _SKIN_TONES


def unseen(char: str) -> bool:
    """Whether ``char`` is invisible, reorders its neighbours, or has no agreed meaning.

    A line feed is seen; so are the two joiners, which change how their neighbours are drawn.
    """
    if char.isascii():
        return not char.isprintable() and char != "\n"
    if char in (ZWJ, ZWNJ):
        return False
    if char in BLANK_TO_THE_EYE or ord(char) in _VARIATION_SUPPLEMENT:
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def idle_selector(text: str) -> bool:
    """Whether a variation selector stands where it changes no picture: hidden after a letter, or alone."""
    before = ""
    for char in text:
        if char in _SELECTORS and (char not in _PICTURE_SELECTORS or not _may_be_drawn(before)):
            return True
        before = char
    return False


def _may_be_drawn(char: str) -> bool:
    return bool(char) and (
        char in "#*0123456789\u203c\u2049\u3030" or unicodedata.category(char) in ("So", "Sm")
    )


def clusters(text: str) -> int:
    """How many characters a person counts; never fewer than Unicode's grapheme clusters (UAX 29).

    Marks, variation selectors, skin tones, joined emoji and flags count with what they belong to. Where this
    simple count and UAX 29 part (spacing vowel signs, conjuncts), it counts more; a heap of marks on one
    letter counts one for every ``MOST_IN_A_CLUSTER`` code points.
    """
    count, start = 0, 0
    for place in range(len(text)):
        if place - start >= MOST_IN_A_CLUSTER or not _continues(text, start, place):
            count += 1
            start = place
    return count


def _continues(text: str, start: int, place: int) -> bool:
    """Whether the code point at ``place`` belongs to the cluster that began at ``start``."""
    if place == start:
        return False
    char, before = text[place], text[place - 1]
    if char in (ZWJ, ZWNJ) or ord(char) in _SKIN_TONES or unicodedata.category(char) in ("Mn", "Me"):
        return before in (ZWJ, ZWNJ) or unicodedata.category(before) not in _NOTHING_JOINS
    if ord(char) in _REGIONAL:
        return place == start + 1 and ord(before) in _REGIONAL
    if before == ZWJ:
        return _is_picture(char) and _is_picture(_joined_from(text, start, place))
    return before == "\r" and char == "\n"


def _joined_from(text: str, start: int, place: int) -> str:
    """What the joiner just before ``place`` joins from: what follows the joiner before it, or the base."""
    earlier = text.rfind(ZWJ, start, place - 1)
    return text[earlier + 1] if earlier >= 0 else text[start]


def _is_picture(char: str) -> bool:
    code = ord(char)
    return code not in _SKIN_TONES and any(code in pictures for pictures in _JOINED_PICTURES)
