"""The words by which topics and flags are told, from ``lexicon.toml``, indexed for one pass over a review."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service.domain import Flag, Topic
from service.replies.folding import folded
from service.replies.patterns import Atom, Phrase, Token, compiled, end_of, tokens_of

NEGATION_REACH = 3  # tokens
_NO_NEGATION_BEFORE = frozenset(
    ("only", "wonder", "doubt", "to", "just", "sure", "surprise", "matter", "so", "such", "more")
)
_CACHED_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Label:
    """One topic or flag in one language; ``negatable`` where "no …" before its words takes them away."""

    name: Topic | Flag
    negatable: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a label's words stand: tokens ``start`` to ``end``, exclusive."""

    label: Label
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    label: Label
    phrase: Phrase
    takes_away: bool


class _Begun:
    """What may begin with one word, by what follows it: most phrases are ruled out without a look."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        self._whatever_follows: list[_Entry] = []
        self._by_follower: dict[str, list[_Entry]] = defaultdict(list)
        for entry in entries:
            second = entry.phrase[1] if len(entry.phrase) > 1 else None
            if second is None or not second.words or second.stems:
                self._whatever_follows.append(entry)
            else:
                for word in second.words:
                    self._by_follower[word].append(entry)

    def followed_by(self, word: str) -> Iterable[_Entry]:
        """The phrases that can go on with ``word``."""
        more = self._by_follower.get(word)
        return (*self._whatever_follows, *more) if more else self._whatever_follows


class Lexicon:
    """The lists of one language."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.common = frozenset(folded(word) for word in raw["common"].split())
        self._negators = frozenset(folded(word) for word in raw["negators"].split())
        self._openers = [phrase for pattern in raw["openers"] for phrase in compiled(pattern)]
        self._by_word: dict[str, list[_Entry]] = defaultdict(list)
        self._by_stem: dict[str, list[tuple[str, _Entry]]] = defaultdict(list)
        self._by_number: list[_Entry] = []
        self._found: dict[str, _Begun] = {}
        for name, lists in raw["topic"].items():
            self._add(Label(Topic(name), lists.get("negation") == "removes"), lists)
        for name, lists in raw["flag"].items():
            self._add(Label(Flag(name), True), lists)

    def _add(self, label: Label, lists: dict[str, Any]) -> None:
        for key, takes_away in (("words", False), ("not", True)):
            for pattern in lists.get(key, ()):
                for phrase in compiled(pattern):
                    self._index(_Entry(label, phrase, takes_away))

    def _index(self, entry: _Entry) -> None:
        first: Atom = entry.phrase[0]
        for word in first.words:
            self._by_word[word].append(entry)
        for stem in first.stems:
            self._by_stem[stem[:3]].append((stem, entry))
        if first.below:
            self._by_number.append(entry)

    def _begun_by(self, word: str) -> _Begun:
        """What may begin with ``word``; remembered, because people use few words."""
        known = self._found.get(word)
        if known is None:
            if len(self._found) > _CACHED_WORDS:
                self._found.clear()
            known = self._found[word] = _Begun(self._entries(word))
        return known

    def _entries(self, word: str) -> tuple[_Entry, ...]:
        stemmed = [pair for cut in (1, 2, 3) for pair in self._by_stem.get(word[:cut], ())]
        stems = [entry for stem, entry in stemmed if word.startswith(stem)]
        numbers = [entry for entry in self._by_number if entry.phrase[0].takes(word)]
        return tuple(dict.fromkeys((*self._by_word.get(word, ()), *stems, *numbers)))

    def hits(self, tokens: Sequence[Token]) -> list[Hit]:
        """Where topics and flags are spoken of, in order; what is taken away or negated is left out."""
        hits: list[Hit] = []
        taken: dict[Topic | Flag, list[tuple[int, int]]] = {}
        for start, token in enumerate(tokens):
            follower = tokens[start + 1].word if start + 1 < len(tokens) else ""
            for entry in self._begun_by(token.word).followed_by(follower):
                end = end_of(entry.phrase, tokens, start)
                if end is None:
                    continue
                if entry.takes_away:
                    taken.setdefault(entry.label.name, []).append((start, end))
                else:
                    hits.append(Hit(entry.label, start, end))
        return [hit for hit in hits if not self._is_void(hit, tokens, taken.get(hit.label.name, ()))]

    def _is_void(self, hit: Hit, tokens: Sequence[Token], taken: Sequence[tuple[int, int]]) -> bool:
        if any(start < hit.end and hit.start < end for start, end in taken):
            return True
        return hit.label.negatable and self._is_negated(tokens, hit.start)

    def _is_negated(self, tokens: Sequence[Token], start: int) -> bool:
        between: set[str] = set()
        for place in range(start, max(start - NEGATION_REACH, 0), -1):
            if tokens[place].after or tokens[place - 1].word == "but":
                return False
            before = tokens[place - 1].word
            if before in self._negators:
                return not between & _NO_NEGATION_BEFORE
            between.add(before)
        return False

    def asks(self, text: str) -> str | None:
        """The first sentence of ``text`` that asks us something, or None; "?!" in anger is no question."""
        for sentence in _questions(text):
            tokens = tokens_of(sentence)
            if any(end_of(phrase, tokens, 0) is not None for phrase in self._openers):
                return sentence.strip()
        return None


_SENTENCE = re.compile(r"[^.!?\n¿¡]+[.!?\n]?")


def _questions(text: str) -> Iterator[str]:
    return (found.group() for found in _SENTENCE.finditer(text) if found.group().endswith("?"))


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text("utf-8"))


@cache
def lexicon(language: str) -> Lexicon | None:
    """The lists of a language ("en"), or None where there are none: its flags are then not judged."""
    raw = _raw().get(language)
    return Lexicon(raw) if raw else None


def languages() -> tuple[str, ...]:
    """The languages that have lists."""
    return tuple(_raw())


@cache
def common_words() -> dict[str, frozenset[str]]:
    """For each language that has lists, the words by which a short text gives it away."""
    return {code: frozenset(folded(word) for word in raw["common"].split()) for code, raw in _raw().items()}
