"""How pleased a text sounds, from -1 to 1: graded words and phrases from ``polarity.toml``, summed with care.

A negator turns a word round and softens it, "very" and "a bit" weigh it, what follows "but" counts more than
what stood before it, and the last sentence counts a little more than the others.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

from service.replies.lexicon import Lexicon, lexicon
from service.replies.patterns import Token
from service.replies.phrases import Phrases
from service.replies.turns import turns

GRADES = {
    "wonderful": 3.0,
    "good": 2.0,
    "fair": 1.0,
    "weak": -1.0,
    "bad": -2.0,
    "awful": -3.0,
    "neutral": 0.0,
}
EMOJI = 2.0
NEGATED = -0.6
NEGATED_BAD = -0.4  # "not bad" is no praise to speak of
MORE, LESS = 1.3, 0.6
BEFORE_TURN, AFTER_TURN = 0.5, 1.3
LAST_SENTENCE = 1.25
EVEN = 12.0  # what is added under the root: 3.5 grades in all come to a polarity of 0.7


@dataclass(frozen=True, slots=True)
class Opinion:
    """One graded word or phrase: where it stands, and its weight after all that turns or moves it."""

    start: int
    end: int
    weight: float


class Grades:
    """The graded words of one language."""

    def __init__(self, raw: dict[str, Any], words: Lexicon) -> None:
        self._words = words
        self._phrases: Phrases[float] = Phrases()
        for grade, value in GRADES.items():
            for pattern in _entries(raw[grade]):
                self._phrases.add(pattern, value)
        self._not = frozenset(_entries(raw["not"]))
        self._more = frozenset(_entries(raw["more"]))
        self._less = frozenset(_entries(raw["less"]))
        self._turns = turns().anywhere | turns().regrets

    def opinions(self, tokens: Sequence[Token]) -> list[Opinion]:
        """What ``tokens`` praise and blame, in order, each word in one opinion only: the longest."""
        factors = self._factors(tokens)
        opinions = []
        for value, start, end in _longest(self._phrases.found_in(tokens)):
            if value:
                weight = self._weighed(value, tokens, start) * factors[start]
                opinions.append(Opinion(start, end, weight))
        return opinions

    def _weighed(self, value: float, tokens: Sequence[Token], start: int) -> float:
        before = tokens[start - 1].word if start and not tokens[start].after else ""
        two = f"{tokens[start - 2].word} {before}" if start > 1 and before else ""
        if before in self._more:
            value *= MORE
        elif before in self._less or two in self._less:
            value *= LESS
        if self._words.negates(tokens, start, self._not):
            value *= NEGATED if value > 0 else NEGATED_BAD
        return value

    def _factors(self, tokens: Sequence[Token]) -> list[float]:
        """For each token how much its place makes it count."""
        factors = [1.0] * len(tokens)
        begin = 0
        for place, token in enumerate(tokens):
            if token.after == ".":
                begin = place
            elif token.word in self._turns and place > begin:
                factors[begin:place] = [BEFORE_TURN * factor for factor in factors[begin:place]]
                factors[place:] = [AFTER_TURN] * (len(tokens) - place)
            if token.after == "." and place:
                factors[place:] = [1.0] * (len(tokens) - place)
        return [*factors[:begin], *(LAST_SENTENCE * factor for factor in factors[begin:])]


@dataclass(frozen=True, slots=True)
class Tone:
    """What all opinions of a text come to.

    ``polarity`` runs from -1 to 1 and is 0 where nothing is praised or blamed; ``agreement``, from 0 to 1, is
    how far the opinions point the same way.
    """

    polarity: float
    agreement: float


def tone(opinions: Iterable[Opinion], text: str) -> Tone:
    """The tone of ``text``, whose words hold ``opinions``; emoji count too."""
    good, bad = _drawn(text)
    weights = [*(opinion.weight for opinion in opinions), EMOJI * good, -EMOJI * bad]
    total, spread = sum(weights), sum(map(abs, weights))
    return Tone(total / sqrt(total * total + EVEN), abs(total) / spread if spread else 0.0)


def _drawn(text: str) -> tuple[int, int]:
    """How many faces and signs of praise and of blame ``text`` holds."""
    if text.isascii():
        return 0, 0
    good, bad = _emoji()
    return sum(char in good for char in text), sum(char in bad for char in text)


def _longest(found: Iterable[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    chosen: list[tuple[float, int, int]] = []
    reached = 0
    for value, start, end in sorted(found, key=lambda one: (one[1], -one[2], one[0])):
        if start >= reached:
            chosen.append((value, start, end))
            reached = end
    return chosen


def _entries(listed: str) -> list[str]:
    return [entry for raw in listed.replace("\n", " ").split(",") if (entry := raw.strip())]


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("polarity.toml").read_text("utf-8"))


@cache
def _emoji() -> tuple[frozenset[str], frozenset[str]]:
    listed = _raw()["emoji"]
    return frozenset(listed["good"]), frozenset(listed["bad"])


@cache
def grades(language: str) -> Grades | None:
    """The graded words of a language ("en"), or None where there are none."""
    raw, words = _raw().get(language), lexicon(language)
    return Grades(raw, words) if raw and words else None
