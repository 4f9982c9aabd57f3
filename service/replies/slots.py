"""What a variant is made of: locked words, ``{placeholders}`` of the branch, ``[blanks]`` of the manager.

There is no other syntax: no logic, no escapes. A brace or a bracket anywhere else is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from service.replies.alphabets import mixed_word
from service.replies.normal import is_mark, normal_form, unseen


class PieceKind(StrEnum):
    """Who decides what stands there: the approvers, the branch's own facts, or the manager."""

    LOCKED = "locked"
    PLACEHOLDER = "placeholder"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Piece:
    """Locked words, or the name of a slot."""

    kind: PieceKind
    text: str


_SLOT = re.compile(r"\{([^{}\[\]]*)\}|\[([^{}\[\]]*)\]")
_STRAY = re.compile(r"[{}\[\]]")


@lru_cache(maxsize=1024)
def pieces_of(source: str) -> tuple[Piece, ...]:
    """The pieces of a variant, in order."""
    return tuple(_pieces(source))


def _pieces(source: str) -> Iterator[Piece]:
    reached = 0
    for found in _SLOT.finditer(source):
        if found.start() > reached:
            yield Piece(PieceKind.LOCKED, source[reached : found.start()])
        placeholder, blank = found.groups()
        if placeholder is None:
            yield Piece(PieceKind.BLANK, blank)
        else:
            yield Piece(PieceKind.PLACEHOLDER, placeholder)
        reached = found.end()
    if reached < len(source):
        yield Piece(PieceKind.LOCKED, source[reached:])


def names_in(pieces: tuple[Piece, ...], kind: PieceKind) -> tuple[str, ...]:
    """The names of all slots of one kind, in order, repeats included."""
    return tuple(piece.text for piece in pieces if piece.kind is kind)


def faults_of(source: str) -> tuple[str, ...]:
    """All that is wrong with a variant's own text, as sentences without a full stop."""
    return tuple(_faults(source, pieces_of(source)))


def _faults(source: str, pieces: tuple[Piece, ...]) -> Iterator[str]:
    if not source.strip():
        yield "is empty"
    elif source != source.strip():
        yield "begins or ends with white space"
    elif any(normal_form(line) != line for line in source.split("\n")):
        yield "is not in normal form: composed letters, no NBSP or zero-width space, no space at a line's end"
    for stray in sorted(set(_STRAY.findall(_SLOT.sub("", source)))):
        yield f"has a stray '{stray}'"
    yield from unseen_in(source)
    if mixed := mixed_word(source):
        yield f"mixes alphabets within the word '{mixed}'"
    blanks = names_in(pieces, PieceKind.BLANK)
    for name in sorted({name for name in blanks if blanks.count(name) > 1}):
        yield f"uses the blank [{name}] twice"
    yield from _touching(pieces)


def unseen_in(text: str, also: str = "") -> Iterator[str]:
    """A fault for each kind of invisible or unassigned character in ``text``, and for each of ``also``."""
    for char in sorted(char for char in set(text) if unseen(char) or char in also):
        yield f"holds {char!r}" if char in also else f"holds the invisible character U+{ord(char):04X}"


def _touching(pieces: tuple[Piece, ...]) -> Iterator[str]:
    solid = [p for p in pieces if p.kind is not PieceKind.LOCKED or p.text.strip()]
    for first, second in pairwise(solid):
        if first.kind is PieceKind.BLANK and second.kind is PieceKind.BLANK:
            yield f"the blanks [{first.text}] and [{second.text}] touch; put words between them"
        if second.kind is PieceKind.LOCKED and first.kind is not PieceKind.LOCKED and is_mark(second.text[0]):
            yield f"a combining mark follows '{first.text}' directly"
