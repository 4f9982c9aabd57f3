"""An approved reply with its blanks filled in, as it is handed over for insertion. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from service.replies.filling import Filled, Span
from service.replies.normal import normal_form
from service.replies.renewed import written
from service.replies.slots import PieceKind


@dataclass(frozen=True, slots=True)
class Inserted:
    """The final text, and where its pieces stand in it (code points); none where that cannot be told."""

    text: str
    spans: tuple[Span, ...]


def inserted(filled: Filled, typed: Mapping[str, str]) -> Inserted:
    """``filled`` with what was typed into its blanks; a blank left empty that must not be shows its hint."""
    text = written(filled, typed)
    spans: list[Span] = []
    end = 0
    for span in filled.spans:
        words = _shown(filled, span, typed)
        start = text.find(words, end) if words else end
        if start < 0:
            return Inserted(text, ())
        end = start + len(words)
        spans.append(Span(span.kind, span.name, start, end))
    return Inserted(text, tuple(spans)) if _covers(text, spans) else Inserted(text, ())


def _shown(filled: Filled, span: Span, typed: Mapping[str, str]) -> str:
    """A piece as it stands in the final text; white space at its edges belongs to nobody."""
    words = filled.text[span.start : span.end]
    if span.kind is PieceKind.BLANK:
        value = normal_form(typed.get(span.name, "")).strip()
        words = value or ("" if filled.blanks[span.name].empty else words)
    return words.strip()


def _covers(text: str, spans: list[Span]) -> bool:
    """Whether nothing but white space lies between the pieces."""
    edges = [(0, 0), *((span.start, span.end) for span in spans), (len(text), len(text))]
    return not any(text[a[1] : b[0]].strip() for a, b in pairwise(edges))
