"""Phrases of the lists, indexed so that one pass over a review's words finds all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from service.replies.patterns import Atom, Phrase, Token, compiled, end_of_rest

FIRST_LETTERS = 3  # by which stems are indexed
_CACHED_WORDS = 20_000
_CACHED_PAIRS = 500  # after one word

Meaning = TypeVar("Meaning")


_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Meaning]):
    """``third`` are the words its third token may be, ``needs`` words of which the text must hold one.

    ``begins`` are the first letters of words of which it must hold one. All are empty where that cannot be
    said.
    """

    meaning: Meaning
    phrase: Phrase
    third: frozenset[str] = _NOTHING
    needs: frozenset[str] = _NOTHING
    begins: frozenset[str] = _NOTHING


class _Begun(Generic[Meaning]):
    """What may begin with one word, by what follows it: most phrases are ruled out without a look."""

    def __init__(self, entries: Sequence[_Entry[Meaning]]) -> None:
        self._whatever_follows: list[_Entry[Meaning]] = []
        self._by_follower: list[tuple[Atom, _Entry[Meaning]]] = []
        for entry in entries:
            second = entry.phrase[1] if len(entry.phrase) > 1 else None
            if second is None or second.is_gap or second.is_any:
                self._whatever_follows.append(entry)
            else:
                self._by_follower.append((second, entry))
        self._known: dict[str, list[_Entry[Meaning]]] = {}

    def followed_by(self, word: str) -> Iterable[_Entry[Meaning]]:
        """The phrases that can go on with ``word``; remembered, because people say the same pairs."""
        if not self._by_follower:
            return self._whatever_follows
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _CACHED_PAIRS:
                self._known.clear()
            more = [entry for second, entry in self._by_follower if second.takes(word)]
            known = self._known[word] = [*self._whatever_follows, *more] if more else self._whatever_follows
        return known


class Phrases(Generic[Meaning]):
    """Patterns and what each means."""

    def __init__(self) -> None:
        self._by_word: dict[str, list[_Entry[Meaning]]] = defaultdict(list)
        self._by_stem: dict[str, list[tuple[str, _Entry[Meaning]]]] = defaultdict(list)
        self._by_tail: dict[str, list[tuple[str, _Entry[Meaning]]]] = defaultdict(list)
        self._by_inner: list[tuple[str, _Entry[Meaning]]] = []
        self._by_number: list[_Entry[Meaning]] = []
        self._found: dict[str, _Begun[Meaning]] = {}

    def add(self, pattern: str, meaning: Meaning) -> None:
        """Let ``pattern`` stand for ``meaning``. Raises ``ValueError`` where it is not well formed."""
        for phrase in compiled(pattern):
            self.add_phrase(phrase, meaning)

    def add_phrase(self, phrase: Phrase, meaning: Meaning) -> None:
        """Let ``phrase`` stand for ``meaning``."""
        self._index(_Entry(meaning, phrase, _third(phrase), _needed(phrase), _needed_letters(phrase)))

    def _index(self, entry: _Entry[Meaning]) -> None:
        first: Atom = entry.phrase[0]
        for word in first.words:
            self._by_word[word].append(entry)
        for stem in first.stems:
            self._by_stem[stem[:FIRST_LETTERS]].append((stem, entry))
        for tail in first.tails:
            self._by_tail[tail[-3:]].append((tail, entry))
        self._by_inner += [(part, entry) for part in first.inner]
        if first.below:
            self._by_number.append(entry)

    def _begun_by(self, word: str) -> _Begun[Meaning]:
        """What may begin with ``word``; remembered, because people use few words."""
        known = self._found.get(word)
        if known is None:
            if len(self._found) > _CACHED_WORDS:
                self._found.clear()
            known = self._found[word] = _Begun(self._entries(word))
        return known

    def _entries(self, word: str) -> tuple[_Entry[Meaning], ...]:
        stemmed = [pair for cut in (1, 2, 3) for pair in self._by_stem.get(word[:cut], ())]
        stems = [entry for stem, entry in stemmed if word.startswith(stem)]
        tailed = [pair for cut in (1, 2, 3) for pair in self._by_tail.get(word[-cut:], ())]
        tails = [entry for tail, entry in tailed if word.endswith(tail)]
        inner = [entry for part, entry in self._by_inner if part in word]
        numbers = [entry for entry in self._by_number if entry.phrase[0].takes(word)]
        return tuple(dict.fromkeys((*self._by_word.get(word, ()), *stems, *tails, *inner, *numbers)))

    def found_in(self, tokens: Sequence[Token]) -> Iterator[tuple[Meaning, int, int]]:
        """What is meant, and by which tokens (the end is exclusive), in the order of the text."""
        said = [token.word for token in tokens]
        words = set(said)
        letters = {word[:FIRST_LETTERS] for word in words}
        begun = self._found
        followed = zip(said, [*said[1:], ""], [*said[2:], "", ""], strict=False)
        for start, (word, follower, third) in enumerate(followed):
            known = begun.get(word) or self._begun_by(word)
            for entry in known.followed_by(follower):
                if entry.third and third not in entry.third:
                    continue
                if len(entry.phrase) == 1:
                    yield entry.meaning, start, start + 1
                elif not (
                    (entry.needs and entry.needs.isdisjoint(words))
                    or (entry.begins and entry.begins.isdisjoint(letters))
                ):
                    end = end_of_rest(entry.phrase, tokens, start)
                    if end is not None:
                        yield entry.meaning, start, end


def _third(phrase: Phrase) -> frozenset[str]:
    """The words of the third token, where it is the third of the text as well and one of plain words."""
    if len(phrase) < 3 or phrase[1].is_gap:
        return _NOTHING
    atom = phrase[2]
    return _NOTHING if atom.is_open or atom.below or atom.is_any or atom.is_gap else atom.words


def _needed(phrase: Phrase) -> frozenset[str]:
    """The words after the first gap, one of which must come, where they are plain words."""
    after = _after_gap(phrase)
    return _NOTHING if after is None or after.is_open else after.words


def _needed_letters(phrase: Phrase) -> frozenset[str]:
    """How the words after the first gap begin, where some of them are only stems."""
    after = _after_gap(phrase)
    if after is None or not after.stems or after.tails or after.inner:
        return _NOTHING
    if min(map(len, after.stems)) < FIRST_LETTERS:
        return _NOTHING
    return frozenset(word[:FIRST_LETTERS] for word in (*after.words, *after.stems))


def _after_gap(phrase: Phrase) -> Atom | None:
    for place, atom in enumerate(phrase):
        if atom.is_gap:
            return phrase[place + 1]
    return None
