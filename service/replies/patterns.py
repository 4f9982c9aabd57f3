"""The little language of ``words/README.md``: a pattern of words, compiled to phrases over tokens.

A pattern comes from our own lists, never from a review; a review is only ever the sequence of tokens it is
held against. Matching looks at no more than a few tokens ahead, so it cannot explode.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from service.replies.folding import folded

LONGEST_GAP = 5
ANY_NUMBER = 10**9
_TOKEN = re.compile(
    r"\b(?:[ldjmtsnc]|qu)['\u2019](?=\w)|\d+(?:[.,]\d+)+\b|[^\W_]+(?:['\u2019][^\W_]+)*|[$€£]", re.IGNORECASE
)
_NAMED = re.compile(r"\{(\w+)\}")
_WHOLE = re.compile(r"\d+(?=$|[.,]\d|yo$|k$)")
_CONTRACTED = re.compile(r".+(?:n't|'m|'ve|'re|'s)")
_NOT_BARE = frozenset(("it's", "let's", "we're", "i'm", "one's"))  # without its apostrophe another word
_PART = re.compile(r"[()|?]|[^\s()|?]+")
_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
    "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis",
    "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
    "null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn",
)
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "veinte": 20,
    "vingt": 20,
}
_NUMBER_WORDS = {word: value for words in _COUNTED for value, word in enumerate(words.split())} | _TENS


class Token(NamedTuple):
    """One word of a text: its folded form and where it stands; ``after`` is the break before it, if any."""

    word: str
    start: int
    end: int
    after: str  # "." where a sentence ended before it, "," where a clause did, "" otherwise


def tokens_of(text: str) -> list[Token]:
    """The words of ``text`` (in NFC), with elisions apart: "l'accueil" is two."""
    tokens: list[Token] = []
    reached = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        tokens.append(Token(folded(found.group()), start, end, _break(text[reached:start])))
        reached = end
    return tokens


@lru_cache(maxsize=512)
def _break(between: str) -> str:
    if any(char in ".!?;\n\u2026" for char in between):
        return "."
    return "," if any(char in ",:()\u2013\u2014" for char in between) or " - " in between else ""


@dataclass(frozen=True, slots=True)
class Atom:
    """What one token may be: one of some words, a word that begins or ends so or has it inside, a number
    below a limit."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    below: int = 0
    is_any: bool = False
    is_gap: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it takes words that nobody listed."""
        return bool(self.stems or self.tails or self.inner)

    def takes(self, word: str) -> bool:
        """Whether ``word``, folded, fits."""
        if word in self.words:
            return True
        if self.stems and word.startswith(self.stems):
            return True
        if self.tails and word.endswith(self.tails):
            return True
        if self.inner and any(part in word for part in self.inner):
            return True
        return self.is_any or (self.below > 0 and number_in(word) < self.below)


@lru_cache(maxsize=4096)
def number_in(word: str) -> int:
    """The number a word writes in digits or in letters; ``ANY_NUMBER`` where it writes none.

    Of "29.84" it is 29, for a part of a year tells no age.
    """
    whole = _WHOLE.match(word)
    if whole and len(whole[0]) < 9:
        return int(whole[0])
    return _NUMBER_WORDS.get(word, ANY_NUMBER)


Phrase = tuple[Atom, ...]


def spelt(pattern: str, lists: Mapping[str, str]) -> str:
    """``pattern`` with the words of the lists it names, which may name others."""
    while "{" in pattern:
        pattern = _NAMED.sub(lambda named: f"({lists[named[1]]})", pattern)
    return pattern


def alternatives(pattern: str) -> list[str]:
    """The alternatives of ``pattern`` that no brackets join to anything else, each a pattern."""
    depth, parts, found = 0, [], []
    for part in (*_PART.findall(pattern), "|"):
        depth += (part == "(") - (part == ")")
        if part != "|" or depth:
            parts.append(part)
            continue
        found += alternatives(" ".join(parts[1:-1])) if _is_bracketed(parts) else [" ".join(parts)]
        parts = []
    return found


def _is_bracketed(parts: Sequence[str]) -> bool:
    """Whether the first bracket closes at the very end."""
    depth = 0
    for place, part in enumerate(parts):
        depth += (part == "(") - (part == ")")
        if not depth:
            return place == len(parts) - 1 and part == ")"
    return False


def compiled(pattern: str) -> tuple[Phrase, ...]:
    """The phrases ``pattern`` stands for. Raises ``ValueError`` where it is not well formed."""
    parts = _PART.findall(pattern)
    phrases, rest = _alternatives(parts)
    if rest or not phrases or any(not phrase or phrase[0].is_gap or phrase[-1].is_gap for phrase in phrases):
        raise ValueError(f"not a pattern: {pattern!r}")
    return tuple(phrases)


def _alternatives(parts: list[str]) -> tuple[list[Phrase], list[str]]:
    """Phrases up to an unopened ")" or the end, and the parts that are left."""
    phrases: list[Phrase] = []
    while True:
        sequence, parts = _sequence(parts)
        phrases += sequence
        if not parts or parts[0] != "|":
            return _merged(phrases), parts
        parts = parts[1:]


def _sequence(parts: list[str]) -> tuple[list[Phrase], list[str]]:
    steps: list[list[Phrase]] = []
    while parts and parts[0] not in ("|", ")"):
        part, *parts = parts
        if part == "(":
            inside, parts = _alternatives(parts)
            if not parts:
                raise ValueError("an open bracket")
            parts = parts[1:]
            if parts and parts[0] == "?":
                inside, parts = [*inside, ()], parts[1:]
            steps.append(inside)
        elif part == "?":
            raise ValueError("a stray question mark")
        else:
            steps.append([_word(part)])
    return [tuple(atom for phrase in chosen for atom in phrase) for chosen in product(*steps)], parts


@lru_cache(maxsize=16_384)
def _word(part: str) -> Phrase:
    """The atoms of one part; the same for the same part, of which long lists have few."""
    if part == "..":
        return (Atom(is_gap=True),)
    if part == "_":
        return (Atom(is_any=True),)
    if part.startswith("#"):
        return (Atom(below=int(part[2:] or ANY_NUMBER) if part[1:2] == "<" else ANY_NUMBER),)
    if part.endswith(("'", "\u2019")):  # an elision by itself: "l' hotel" as well as "l'hotel"
        return (Atom(words=frozenset((folded(part),))),)
    words = [token.word for token in tokens_of(part.strip("*"))]
    if part.startswith("*") and len(words) == 1:
        return (Atom(inner=(words[0],)) if part.endswith("*") else Atom(tails=(words[0],)),)
    if not words:
        raise ValueError(f"no word in {part!r}")
    atoms = [Atom(words=_spellings(word)) for word in words]
    if part.endswith("*"):
        atoms[-1] = Atom(stems=(words[-1],))
    return tuple(atoms)


def _spellings(word: str) -> frozenset[str]:
    """``word`` and, where it is contracted, as people in a hurry write it: "isn't" and "isnt"."""
    if not _CONTRACTED.fullmatch(word) or word in _NOT_BARE:
        return frozenset((word,))
    return frozenset((word, word.replace("'", "")))


def _merged(phrases: list[Phrase]) -> list[Phrase]:
    """All alternatives of a single plain atom as one atom: "(a|b|c*)" is one choice, not three phrases."""
    plain = [p[0] for p in phrases if len(p) == 1 and not (p[0].is_any or p[0].is_gap or p[0].below)]
    others = [p for p in phrases if len(p) != 1 or p[0] not in plain]
    if not plain:
        return others
    one = Atom(
        words=frozenset().union(*(atom.words for atom in plain)),
        stems=tuple(stem for atom in plain for stem in atom.stems),
        tails=tuple(tail for atom in plain for tail in atom.tails),
        inner=tuple(part for atom in plain for part in atom.inner),
    )
    return [(one,), *others]


def end_of(phrase: Phrase, tokens: Sequence[Token], start: int) -> int | None:
    """Where ``phrase``, begun by token ``start``, ends (exclusive) in the same sentence; None if nowhere."""
    return _end(phrase, 0, tokens, start)


def end_of_rest(phrase: Phrase, tokens: Sequence[Token], start: int) -> int | None:
    """``end_of`` where it is known that the first atom takes token ``start``."""
    return _end(phrase, 1, tokens, start + 1)


def _end(phrase: Phrase, step: int, tokens: Sequence[Token], at: int) -> int | None:
    last = len(tokens)
    for place in range(step, len(phrase)):
        atom = phrase[place]
        if atom.is_gap:
            return _end_over_gap(phrase, place + 1, tokens, at)
        if at >= last:
            return None
        token = tokens[at]
        if (place and token.after == ".") or not atom.takes(token.word):
            return None
        at += 1
    return at


def _end_over_gap(phrase: Phrase, step: int, tokens: Sequence[Token], at: int) -> int | None:
    atom = phrase[step]
    if atom.is_gap:
        return _end_over_gap(phrase, step + 1, tokens, at)
    for begun in range(at, min(at + LONGEST_GAP + 1, len(tokens))):
        token = tokens[begun]
        if token.after == ".":
            return None
        if atom.takes(token.word):
            end = _end(phrase, step + 1, tokens, begun + 1)
            if end is not None:
                return end
    return None
