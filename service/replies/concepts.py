"""Groups of words of one kind, which tell little by themselves, and the rules by which they tell a flag.

The groups are ``words/concepts/<language>.toml``, the rules ``words/rules.toml``, the same in every language;
``words/README.md`` says how both are written.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from service.domain import HELD_FLAGS, Flag
from service.replies.patterns import Token, alternatives, spelt
from service.replies.phrases import Phrases

CLOSE = 8  # tokens between two groups that stand close
FARTHEST = 40  # tokens between two groups in neighbouring sentences
MOST_SPOTS = 100  # of a group that are looked at: beyond it a text is hostile, and pairs would be millions

FIGURE = "figure"  # the group of manners of speaking
BROUGHT = "own"  # the group of what somebody came with
SOLVED = "solved"  # the group of what was cured, found, mended or calmed for somebody
OURS = "ours"  # the group of harm that was done here
BESIDE = 25  # tokens between a trouble and what was done about it, at the most
_BROUGHT = tuple(flag for flag in HELD_FLAGS if flag is not Flag.EXTORTION)

_WORDS = Path(__file__).with_name("words")


class Near(StrEnum):
    """How near one another the groups of a rule must stand."""

    CLOSE = "close"
    SENTENCE = "sentence"
    NEIGHBOURS = "neighbours"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Rule:
    """``needs`` are groups by alternatives, the trouble last; ``unless`` groups that say it is none.

    ``is_suspicion`` where it counts only in a review that complains.
    """

    flag: Flag
    needs: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    near: Near
    is_suspicion: bool


class Spot(NamedTuple):
    """Words of a group: tokens ``start`` to ``end``, exclusive, in the sentence of that number."""

    start: int
    end: int
    sentence: int


Spots = Mapping[str, Sequence[Spot]]


class Concepts:
    """The groups of one language, indexed for one pass over a review."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        self._phrases: Phrases[str] = Phrases()
        for name in groups:
            for phrase in alternatives(spelt(f"{{{name}}}", groups)):
                self._phrases.add_phrase(phrase, name)
        known = [rule for rule in rules() if all(set(need) & groups.keys() for need in rule.needs)]
        self._rules = known
        self._by_trouble: dict[str, list[int]] = defaultdict(list)
        for number, rule in enumerate(known):
            for name in rule.needs[-1]:
                self._by_trouble[name].append(number)

    def told(
        self, spots: Spots, is_denied: Callable[[int], bool], *, is_suspected: bool
    ) -> Iterator[tuple[Rule, int, int]]:
        """The rules that hold, each once, and the tokens they stand on; ``is_denied`` of a token's number."""
        numbers = {number for name in spots for number in self._by_trouble.get(name, ())}
        for rule in map(self._rules.__getitem__, sorted(numbers)):
            if rule.is_suspicion > is_suspected or any(map(spots.keys().isdisjoint, rule.needs)):
                continue
            if held := _held(rule, spots, is_denied):
                yield rule, *held

    def spots(self, tokens: Sequence[Token]) -> Spots:
        """Where each group is spoken of."""
        sentence, sentences = 0, []
        for token in tokens:
            sentence += token.after == "."
            sentences.append(sentence)
        spots: dict[str, list[Spot]] = defaultdict(list)
        for name, start, end in self._phrases.found_in(tokens):
            if len(spots[name]) < MOST_SPOTS:
                spots[name].append(Spot(start, end, sentences[start]))
        return spots


def excuses(spots: Spots, flag: Flag, start: int, end: int, *, is_complaint: bool) -> bool:
    """Whether words that tell ``flag`` are a manner of speaking or, in praise, trouble brought along."""
    if not is_complaint and flag in _BROUGHT and spots.get(BROUGHT) and not spots.get(OURS):
        return True
    return is_figure(spots, start, end)


def is_solved(spots: Spots, flag: Flag, start: int, end: int) -> bool:
    """Whether words beside those that tell ``flag`` say that somebody was rid of the trouble here.

    Never where a review tells of harm that was done here: amends are praised, and the harm is ours.
    """
    if flag not in _BROUGHT or spots.get(OURS):
        return False
    trouble = Spot(start, end, 0)
    return any(_apart(trouble, spot) <= BESIDE for spot in spots.get(SOLVED, ()))


def is_figure(spots: Spots, start: int, end: int) -> bool:
    """Whether words are part of a manner of speaking that is at least as long."""
    return any(
        spot.start < end and start < spot.end and spot.end - spot.start >= end - start
        for spot in spots.get(FIGURE, ())
    )


def _held(rule: Rule, spots: Spots, is_denied: Callable[[int], bool]) -> tuple[int, int] | None:
    *others, last = (_any_of(need, spots) for need in rule.needs)
    excuses = _any_of(rule.unless, spots)
    for trouble in last:
        if is_denied(trouble.start) or is_figure(spots, trouble.start, trouble.end):
            continue
        if any(_near(rule.near, trouble, excuse) for excuse in excuses):
            continue
        chosen = _beside(rule.near, trouble, others)
        if chosen:
            return min(spot.start for spot in chosen), max(spot.end for spot in chosen)
    return None


def _any_of(names: Sequence[str], spots: Spots) -> list[Spot]:
    return [spot for name in names for spot in spots.get(name, ())]


def _beside(near: Near, trouble: Spot, others: Sequence[Sequence[Spot]]) -> list[Spot]:
    """``trouble`` and the nearest spot of each of ``others``, each by its own words; empty if one lacks."""
    chosen = [trouble]
    for spots in others:
        fitting = [
            spot
            for spot in spots
            if _near(near, trouble, spot) and not any(_overlap(spot, taken) for taken in chosen)
        ]
        if not fitting:
            return []
        chosen.append(min(fitting, key=lambda spot: (_apart(spot, trouble), spot.start)))
    return chosen


def _near(near: Near, trouble: Spot, other: Spot) -> bool:
    if near is Near.REVIEW:
        return True
    if near is Near.NEIGHBOURS:
        return abs(trouble.sentence - other.sentence) <= 1 and _apart(trouble, other) <= FARTHEST
    return trouble.sentence == other.sentence and (near is Near.SENTENCE or _apart(trouble, other) <= CLOSE)


def _apart(one: Spot, other: Spot) -> int:
    return max(one.start - other.end, other.start - one.end)


def _overlap(one: Spot, other: Spot) -> bool:
    return one.start < other.end and other.start < one.end


def parsed(flag: Flag, written: str, near: Near, *, is_suspicion: bool) -> Rule:
    """The rule ``written`` as "structure + unsound|slick - mended"."""
    needed, *excused = (part.strip() for part in written.split(" - "))
    needs = tuple(tuple(name.strip() for name in need.split("|")) for need in needed.split("+"))
    return Rule(
        flag, needs, tuple(name.strip() for part in excused for name in part.split("|")), near, is_suspicion
    )


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    raw = tomllib.loads((_WORDS / "rules.toml").read_text("utf-8"))
    return tuple(
        parsed(Flag(flag), written, Near(near), is_suspicion=where == "complaint")
        for flag, by_place in raw.items()
        for where, by_reach in by_place.items()
        for near, listed in by_reach.items()
        for written in listed
    )


def groups_of(language: str) -> dict[str, Any]:
    """The groups of a language as they are written; empty where it has none."""
    file = _WORDS / "concepts" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
