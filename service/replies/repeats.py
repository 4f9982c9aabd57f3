"""What a reply repeats: the review it answers, or another reply given lately."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.replies.folding import folded
from service.replies.patterns import Token, tokens_of

Range = tuple[int, int]

WORDS_OF_A_QUOTE = 6  # in a row, outside quotation marks; fewer are anybody's
_WORDS_IN_MARKS = 2
_MARKED = re.compile(r"[“\"«„](?P<said>[^“”\"«»„\n]{3,400})[”\"»“]")


@dataclass(frozen=True, slots=True)
class Recent:
    """A reply that stands in public already; ``where`` says whose ("this branch", "a branch nearby" …)."""

    text: str
    where: str


def quotes(text: str, tokens: Sequence[Token], review: str | None) -> list[Range]:
    """Where ``text`` repeats ``review``: in quotation marks, or six words in a row.

    ``tokens`` are those of ``text`` as it stands.
    """
    theirs = [token.word for token in tokens_of(review or "")]
    if not theirs:
        return []
    marked = [found.span() for found in _MARKED.finditer(text) if _says(theirs, found["said"])]
    return marked or list(_rows(tokens, theirs))


def _says(theirs: Sequence[str], said: str) -> bool:
    words = [token.word for token in tokens_of(said)]
    if len(words) < _WORDS_IN_MARKS:
        return False
    return any(list(theirs[place : place + len(words)]) == words for place in range(len(theirs)))


def _rows(tokens: Sequence[Token], theirs: Sequence[str]) -> Iterator[Range]:
    known = {tuple(theirs[at : at + WORDS_OF_A_QUOTE]) for at in range(len(theirs) - WORDS_OF_A_QUOTE + 1)}
    start = 0
    while known and start + WORDS_OF_A_QUOTE <= len(tokens):
        end = start
        while tuple(one.word for one in tokens[end : end + WORDS_OF_A_QUOTE]) in known:
            end += 1
        if end > start:
            last = end + WORDS_OF_A_QUOTE - 2
            yield tokens[start].start, tokens[last].end
            start = last
        start += 1


def bare(text: str, own: Sequence[str] = ()) -> str:
    """The words of a reply alone, folded: no names of ours, marks or numbers."""
    for value in own:
        text = text.replace(value, " ") if value else text
    return _words(text)


@lru_cache(maxsize=2048)  # one reply is held against every suggestion of every card on a page
def _words(text: str) -> str:
    return " ".join(folded(word) for word in re.findall(r"[^\W\d_]+", text))


def most_alike(
    text: str, own: Sequence[str], recent: Sequence[Recent], share: float
) -> tuple[float, Recent] | None:
    """The recent reply most like ``text``, and how like (0 to 1), where at least ``share``; else None."""
    from rapidfuzz import fuzz

    mine = bare(text, own)
    best: tuple[float, Recent] | None = None
    for one in recent:
        likeness = fuzz.ratio(mine, bare(one.text, own), score_cutoff=100 * share) / 100
        if likeness >= share and mine and (best is None or likeness > best[0]):
            best = likeness, one
    return best
