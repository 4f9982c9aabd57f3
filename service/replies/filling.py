"""Filling a variant with the branch's own facts, in one pass: a value is never read as a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from service.replies.alphabets import mixed_word
from service.replies.names import first_name
from service.replies.normal import clusters, is_mark, normal_form, unseen
from service.replies.pack import Blank, Pack, Placeholder, ReplyItem, Variant
from service.replies.slots import PieceKind

LONGEST_VALUE = 120
_PLACEHOLDERS = {placeholder.value: placeholder for placeholder in Placeholder}


class BranchFacts(Protocol):
    """What a reply may say of a branch, and what decides which reply fits; a ``models.Branch`` has it all."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def city(self) -> str | None: ...
    @property
    def tz(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def vertical(self) -> str: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def contact(self) -> str | None: ...
    @property
    def sign_off(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of a filled text; ``start`` and ``end`` count code points. Locked words have no name."""

    kind: PieceKind
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filled:
    """An approved reply as the manager receives it: each blank shows its hint in brackets."""

    text: str
    spans: tuple[Span, ...]
    blanks: Mapping[str, Blank]

    @property
    def is_ready(self) -> bool:
        """Whether it can be posted as it stands."""
        return not self.blanks


def values_for(branch: BranchFacts, author: str | None, pack: Pack) -> dict[Placeholder, str]:
    """What each placeholder becomes: the fact where there is a usable one, else the pack's fallback."""
    facts = {
        Placeholder.FIRST_NAME: first_name(author),
        Placeholder.BRANCH: _usable(branch.name),
        Placeholder.CITY: _usable(branch.city),
        Placeholder.PHONE: _usable(branch.phone),
        Placeholder.CONTACT: _usable(branch.contact),
        Placeholder.SIGN_OFF: _usable(branch.sign_off),
        Placeholder.BRAND: _usable(branch.brand),
    }
    return {**pack.fallback, **{name: value for name, value in facts.items() if value}}


@lru_cache(maxsize=1024)
def _usable(value: str | None) -> str | None:
    """``value`` in normal form, if it is one short line of plain characters."""
    line = normal_form(value or "")
    if not line or "\n" in line or clusters(line) > LONGEST_VALUE or is_mark(line[0]):
        return None
    return None if mixed_word(line) or any(unseen(char) for char in line) else line


def fill(item: ReplyItem, variant: Variant, values: Mapping[Placeholder, str]) -> Filled:
    """``variant`` with every placeholder replaced; its blanks show their hints and wait for the manager."""
    text, spans = "", []
    for piece in variant.pieces:
        shown = piece.text
        if piece.kind is PieceKind.PLACEHOLDER:
            shown = values[_PLACEHOLDERS[piece.text]]
        elif piece.kind is PieceKind.BLANK:
            shown = f"[{item.blank[piece.text].hint}]"
        name = "" if piece.kind is PieceKind.LOCKED else piece.text
        spans.append(Span(piece.kind, name, len(text), len(text) + len(shown)))
        text += shown
    return Filled(text, tuple(spans), {name: item.blank[name] for name in variant.blanks})
