"""What one step of a phrase takes, and which of many steps take a word.

A step is written as ``words/README.md`` says, folded, with its limit where it is a number; a choice between
single words is one step of several parts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

Step = str | tuple[str, ...]

ANY = "_"  # any one word
GAP = ".."  # up to LONGEST_GAP words of any kind; it takes none itself
LONGEST_GAP = 5
ANY_NUMBER = 10**9
_WHOLE = re.compile(r"\d+(?=$|[.,]\d|yo$|k$)")
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


class Taken(NamedTuple):
    """The words that a step takes: some, what begins or ends so or has it inside, numbers below a limit."""

    words: frozenset[str]
    stems: tuple[str, ...]
    tails: tuple[str, ...]
    inner: tuple[str, ...]
    below: int

    @classmethod
    def by(cls, step: Step) -> Taken:
        """What ``step`` takes."""
        parts = _parts(step)
        return cls(
            words=frozenset(part for part in parts if is_plain(part)),
            stems=tuple(part.strip("*_") for part in parts if part == ANY or part[0] != "*" == part[-1]),
            tails=tuple(part[1:] for part in parts if part[0] == "*" != part[-1]),
            inner=tuple(part[1:-1] for part in parts if part[0] == "*" == part[-1]),
            below=max((int(part[2:]) for part in parts if part[0] == "#"), default=0),
        )

    def has(self, word: str) -> bool:
        """Whether ``word``, folded, is one of them."""
        if word in self.words or word.startswith(self.stems) or word.endswith(self.tails):
            return True
        if self.below:
            return number_in(word) < self.below
        return bool(self.inner) and any(part in word for part in self.inner)


class Index:
    """Many steps, found by a word and by all that it begins and ends with."""

    def __init__(self, steps: Collection[Step]) -> None:
        """Index ``steps``, of which it can quickly be told whether one is among them."""
        self._steps = steps
        self._longest = max((len(part) for step in steps for part in _parts(step)), default=0)
        self._choices: dict[str, list[Step]] = defaultdict(list)
        for step in steps:
            if isinstance(step, tuple):
                for part in step:
                    self._choices[part].append(step)
        others = (step for step in steps if any(map(_is_found_otherwise, _parts(step))))
        self._others = [(step, Taken.by(step)) for step in others]

    def taking(self, word: str) -> Iterable[Step]:
        """The steps that take ``word``, each once."""
        cuts = range(1, min(len(word), self._longest) + 1)
        parts = [word, *(word[:cut] + "*" for cut in cuts), *("*" + word[-cut:] for cut in cuts)]
        single = [part for part in parts if part in self._steps]
        choices = [step for part in parts for step in self._choices.get(part, ())]
        others = [step for step, taken in self._others if taken.has(word)]
        return dict.fromkeys([*single, *choices, *others])


def _parts(step: Step) -> tuple[str, ...]:
    return step if isinstance(step, tuple) else (step,)


def is_plain(step: Step) -> bool:
    """Whether ``step`` takes only the word that it is."""
    return isinstance(step, str) and step[0] not in "*#_" and step[-1] != "*"


def _is_found_otherwise(part: str) -> bool:
    """Whether neither a whole word nor its beginning or end tells that ``part`` takes it."""
    return part[0] in "#_" or part[0] == "*" == part[-1]


@lru_cache(maxsize=4096)
def number_in(word: str) -> int:
    """The number a word writes in digits or in letters; ``ANY_NUMBER`` where it writes none.

    Of "29.84" it is 29, for a part of a year tells no age.
    """
    whole = _WHOLE.match(word)
    if whole and len(whole[0]) < 9:
        return int(whole[0])
    return _NUMBER_WORDS.get(word, ANY_NUMBER)
