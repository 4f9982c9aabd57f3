"""Phrases of the lists as one tree of steps, so that one pass over a review's words finds all of them."""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Sequence
from itertools import pairwise
from threading import RLock
from typing import Any, Generic, TypeVar

from service.replies.patterns import Phrase, Token, compiled
from service.replies.steps import GAP, LONGEST_GAP, Index, Step, Taken, is_plain

_CACHED_WORDS = 20_000
_CACHED_PAIRS = 500  # after one word

Meaning = TypeVar("Meaning")

_Entry = tuple[Any, ...]  # the steps of a phrase and, last, what it means

_sorting = RLock()  # texts are judged in several threads; each part of a list is sorted out once


class Phrases(Generic[Meaning]):
    """Patterns and what each means."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._firsts: tuple[_Fork[Meaning], Index] | None = None
        self._begun: dict[str, _Begun[Meaning]] = {}

    def add(self, pattern: str, meaning: Meaning) -> None:
        """Let ``pattern`` stand for ``meaning``. Raises ``ValueError`` where it is not well formed."""
        for phrase in compiled(pattern):
            self.add_phrase(phrase, meaning)

    def add_phrase(self, phrase: Phrase, meaning: Meaning) -> None:
        """Let ``phrase`` stand for ``meaning``; all are added before a text is looked through."""
        self._entries.append((*phrase, meaning))

    def found_in(self, tokens: Sequence[Token]) -> list[tuple[Meaning, int, int]]:
        """What is meant, and by which tokens (the end is exclusive), in the order of the text.

        Of what begins with the same token the longest comes first. A phrase ends as soon as it can, and in
        the sentence it began in.
        """
        words = [token.word for token in tokens]
        breaks = [place for place, token in enumerate(tokens) if place and token.after == "."]
        found: list[tuple[Meaning, int, int]] = []
        known = self._begun
        for first, last in pairwise((0, *breaks, len(words))):
            for start in range(first, last):
                begun = known.get(words[start]) or self._begun_by(words[start])
                if begun.forks and (ends := begun.ends(words, start + 1, last)):
                    found += [(meaning, start, end) for fork, end in ends for meaning in fork.meant]
                if begun.meant:
                    found += [(meaning, start, start + 1) for meaning in begun.meant]
        return found

    def _begun_by(self, word: str) -> _Begun[Meaning]:
        """What may begin with ``word``; remembered, because people use few words."""
        begin, index = self._firsts or self._sorted()
        if len(self._begun) > _CACHED_WORDS:
            self._begun.clear()
        forks = [begin.to(step) for step in index.taking(word)]
        begun = self._begun[word] = _Begun(forks) if forks else _NOTHING
        return begun

    def _sorted(self) -> tuple[_Fork[Meaning], Index]:
        with _sorting:
            if self._firsts is None:
                begin: _Fork[Meaning] = _Fork(self._entries, 0)
                self._firsts = begin, Index(begin.steps)
            return self._firsts


class _Begun(Generic[Meaning]):
    """What may begin with one word, by what follows it: most of it is ruled out without a look."""

    __slots__ = ("_gaps", "_known", "forks", "meant")

    def __init__(self, forks: Sequence[_Fork[Meaning]]) -> None:
        self.meant = tuple([meaning for fork in forks for meaning in fork.meant])
        self.forks = tuple([fork for fork in forks if fork.goes_on])
        self._gaps = tuple([fork.gap for fork in self.forks if fork.gap])
        self._known: dict[str, Sequence[_Fork[Meaning]]] = {}

    def ends(self, words: Sequence[str], at: int, last: int) -> Iterable[tuple[_Fork[Meaning], int]]:
        """Where what goes on from before ``at`` ends, by ``last`` at the latest; the longest first."""
        forks = self._followed_by(words[at]) if at < last else ()
        if not (forks or self._gaps):
            return ()
        ends: dict[_Fork[Meaning], int] = {}
        _follow(forks, words, at + 1, last, ends)
        for gap in self._gaps:
            _cross(gap, words, at, last, ends)
        if len(ends) < 2:
            return ends.items()
        return sorted(ends.items(), key=lambda ended: -ended[1])

    def _followed_by(self, word: str) -> Sequence[_Fork[Meaning]]:
        """The ways on with ``word``; remembered, because people say the same pairs."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) > _CACHED_PAIRS:
                self._known.clear()
            known = self._known[word] = tuple([taking for fork in self.forks for taking in fork.taking(word)])
        return known


_NOTHING: _Begun[Any] = _Begun(())


def _follow(
    forks: Iterable[_Fork[Meaning]], words: Sequence[str], at: int, last: int, ends: dict[_Fork[Meaning], int]
) -> None:
    """Note in ``ends`` where the phrases end that come to ``forks`` before ``at``: each as soon as it can."""
    for fork in forks:
        if fork.meant:
            ends.setdefault(fork, at)
        if fork.goes_on and at < last:
            _follow(fork.taking(words[at]), words, at + 1, last, ends)
        if fork.gap:
            _cross(fork.gap, words, at, last, ends)


def _cross(
    gap: _Fork[Meaning], words: Sequence[str], at: int, last: int, ends: dict[_Fork[Meaning], int]
) -> None:
    for place in range(at, min(at + LONGEST_GAP + 1, last)):
        if forks := gap.taking(words[place]):
            _follow(forks, words, place + 1, last, ends)


class _Fork(Generic[Meaning]):
    """Where phrases part that begin alike: what is meant if they end here, and how they may go on.

    Where a step leads is sorted out when a text first takes it: most of the lists is never said.
    """

    __slots__ = ("_asked", "_at", "_onward", "gap", "meant")

    def __init__(self, entries: Iterable[_Entry], at: int) -> None:
        """Sort ``entries``, which have their first ``at`` steps in common."""
        self._at = at
        self._onward: dict[Step, _Entry | list[_Entry] | _Fork[Meaning]] = {}
        meant: dict[Meaning, None] = {}
        for entry in entries:
            if at == len(entry) - 1:
                meant[entry[at]] = None
            else:
                self._part(entry, entry[at])
        self.meant = tuple(meant)
        self.gap = self.to(GAP) if GAP in self._onward else None
        self._asked: tuple[tuple[Step, Taken], ...] | None = None

    def _part(self, entry: _Entry, step: Step) -> None:
        others = self._onward.get(step)
        if others is None:
            self._onward[step] = entry
        elif isinstance(others, list):
            others.append(entry)
        elif isinstance(others, tuple):
            self._onward[step] = [others, entry]

    @property
    def goes_on(self) -> bool:
        """Whether any phrase is longer."""
        return bool(self._onward)

    @property
    def steps(self) -> KeysView[Step]:
        """The steps by which they go on."""
        return self._onward.keys()

    def taking(self, word: str) -> list[_Fork[Meaning]]:
        """Where ``word`` leads: few steps go on from anywhere but the beginning, so each is asked."""
        forks = [self.to(word)] if word in self._onward else []
        if self._asked is None:
            self._asked = tuple([(step, Taken.by(step)) for step in self._onward if not is_plain(step)])
        for step, taken in self._asked:
            if taken.has(word):
                forks.append(self.to(step))
        return forks

    def to(self, step: Step) -> _Fork[Meaning]:
        """Where ``step``, one of ``steps``, leads."""
        fork = self._onward[step]
        return fork if isinstance(fork, _Fork) else self._sorted(step)

    def _sorted(self, step: Step) -> _Fork[Meaning]:
        with _sorting:
            known = self._onward[step]
            if isinstance(known, _Fork):
                return known
            fork = self._onward[step] = _Fork(known if isinstance(known, list) else (known,), self._at + 1)
            return fork
