"""Where the weights of ``evidence.toml`` come from: ``python -m tests.weigh`` finds them and writes the file.

A logistic regression with a ridge over what a complaint speaks of, its groups of words and its topics,
fitted on lines of our own: ``held_lines/``, ``held_said.toml`` and ``held_complained.toml``; no other text
goes in. The same lines and groups give the same file.
"""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, inf
from pathlib import Path

from service.domain import HELD_FLAGS, Flag, Topic
from service.replies import evidence
from service.replies.concepts import OURS, SOLVED, Concepts, groups_of, rules
from service.replies.lexicon import lexicon
from service.replies.patterns import tokens_of
from service.replies.triage import POOR_STARS

HOME = Path(__file__).parent
FILE = Path(evidence.__file__).with_name("words") / "evidence.toml"
TOPIC = "topic "
HEAD = """\
# How heavily groups of words weigh in a complaint for which no rule holds: the same in every language.
# Written by ``python -m tests.weigh``; README.md says what the weights are for.
"""
ENOUGH = "# The least weight that is held, by language: where groups are wider, more of them are heard.\n"
GENERAL = "# What many troubles have in common: it tells no flag by itself.\n"
AGAINST = "# What makes it a manner of speaking or somebody's own affair.\n"
ABOUT = "# What the review is about: most topics are those of an everyday complaint.\n"
RIDGE = 8.0
ROUNDS = 400
SCALE = 10  # a weight is a tenth of a unit of log odds
EVERYDAY_HELD = 0.06  # of everyday complaints, at the most, that the weights may hold
SPEAKS = (
    0.4  # of the lines in which a group is heard and a flag is told: the share that makes it speak for one
)
WHO_TELLS = frozenset(("kin",))  # every story has somebody who tells it; our everyday lines are shorter
OF_PRAISE = frozenset((SOLVED, OURS))  # they say only whether praise excuses what it tells
TALLY = 3  # lines in which a group must be heard to weigh anything


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint of ours and what it must be held for, if anything."""

    language: str
    flags: frozenset[Flag]
    text: str


def lines() -> Iterator[Line]:
    """Every complaint that the weights are fitted on, in a fixed order."""
    for language in ("en", "es", "fr", "de"):
        for line in (HOME / "held_lines" / f"{language}.txt").read_text("utf-8").splitlines():
            stars, flags, text = line.split("|", 2)
            if int(stars) <= POOR_STARS + 1:
                yield Line(language, _flags(flags.split(",")), text)
    for name in ("held_said.toml", "held_complained.toml"):
        for language, told in tomllib.loads((HOME / name).read_text("utf-8")).items():
            for flag, texts in told.items():
                yield from (Line(language, _flags([flag]), text) for text in texts)


def _flags(names: Sequence[str]) -> frozenset[Flag]:
    return frozenset(flag for flag in HELD_FLAGS if flag in names)


def heard(line: Line) -> frozenset[str]:
    """What ``line`` speaks of: groups by their names, topics with TOPIC before them."""
    words = lexicon(line.language)
    assert words is not None
    tokens = tokens_of(line.text)
    groups = evidence.real(concepts(line.language).spots(tokens), lambda place: words.negates(tokens, place))
    hits = words.hits(tokens)
    return (
        frozenset(groups)
        .difference(WHO_TELLS, OF_PRAISE)
        .union(TOPIC + hit.label.name for hit in hits if isinstance(hit.label.name, Topic))
    )


@cache
def concepts(language: str) -> Concepts:
    """The groups of a language."""
    return Concepts(groups_of(language))


def troubles() -> frozenset[str]:
    """The groups that tell trouble in some rule and excuse it in none: they never weigh against it."""
    told = {name for rule in rules() for need in rule.needs for name in need}
    return frozenset(told.difference(name for rule in rules() for name in rule.unless))


def fitted(rows: Sequence[tuple[frozenset[str], bool]], never_against: Collection[str]) -> dict[str, float]:
    """What each thing heard adds to the log odds of a flag; "" is what everything begins with."""
    tally = Counter(name for names, _ in rows for name in names)
    known = [name for name in sorted(tally) if tally[name] >= TALLY]
    place = {name: number for number, name in enumerate(["", *known])}
    sparse = [([0, *(place[name] for name in sorted(names) if name in place)], told) for names, told in rows]
    floor = [0.0 if name in never_against else -inf for name in place]
    weights = [0.0] * len(place)
    moved = [1e-8] * len(place)  # AdaGrad: what is rarely heard moves in larger steps
    for _ in range(ROUNDS):
        slope = [RIDGE * weight for weight in weights]
        slope[0] = 0.0
        for places, told in sparse:
            error = 1 / (1 + exp(-sum(weights[one] for one in places))) - told
            for one in places:
                slope[one] += error
        for one, value in enumerate(slope):
            moved[one] += value * value
            weights[one] = max(floor[one], weights[one] - 0.5 * value / moved[one] ** 0.5)
    return dict(zip(place, weights, strict=True))


def told_by(rows: Sequence[tuple[Line, frozenset[str]]], weights: Mapping[str, float]) -> dict[str, Flag]:
    """The flag for which each group that weighs something speaks."""
    tally: dict[str, Counter[Flag]] = defaultdict(Counter)
    for line, names in rows:
        for name in names:
            tally[name].update(line.flags)
    speaks = {}
    for name, flags in tally.items():
        if not flags or name.startswith(TOPIC) or round(weights.get(name, 0) * SCALE) < 1:
            continue
        flag, count = max(flags.items(), key=lambda told: (told[1], told[0]))
        if count >= SPEAKS * flags.total():
            speaks[name] = flag
    return speaks


def enough(rows: Sequence[tuple[Line, frozenset[str]]], weights: Mapping[str, int]) -> dict[str, int]:
    """For each language the least weight that holds no more than EVERYDAY_HELD of its everyday complaints."""
    spoken = dict.fromkeys(line.language for line, _ in rows)
    return {one: _enough([row for row in rows if row[0].language == one], weights) for one in spoken}


def _enough(rows: Sequence[tuple[Line, frozenset[str]]], weights: Mapping[str, int]) -> int:
    sums = sorted(
        (sum(weights.get(name, 0) for name in names) for line, names in rows if not line.flags), reverse=True
    )
    return sums[int(EVERYDAY_HELD * len(sums))] + 1


def written(weights: Mapping[str, int], speaks: Mapping[str, Flag], least: Mapping[str, int]) -> str:
    """The file."""
    parts = [HEAD, ENOUGH + _table("enough", least)]
    groups = {name: weight for name, weight in weights.items() if weight and not name.startswith(TOPIC)}
    for flag in Flag:
        if told := {name: groups[name] for name in groups if speaks.get(name) is flag}:
            parts.append(_table(f"for.{flag}", told))
    left = {name: weight for name, weight in groups.items() if name not in speaks}
    parts.append(GENERAL + _table("general", {name: weight for name, weight in left.items() if weight > 0}))
    parts.append(AGAINST + _table("against", {name: weight for name, weight in left.items() if weight < 0}))
    topics = {name.removeprefix(TOPIC): weight for name, weight in weights.items() if name.startswith(TOPIC)}
    parts.append(ABOUT + _table("topics", {name: weight for name, weight in topics.items() if weight}))
    return "\n".join(parts)


def _table(name: str, weights: Mapping[str, int]) -> str:
    ordered = sorted(weights.items(), key=lambda one: (-one[1], one[0]))
    return f"[{name}]\n" + "".join(f"{key} = {weight}\n" for key, weight in ordered)


def found() -> tuple[dict[str, int], dict[str, Flag], dict[str, int]]:
    """The weights, whom they speak for, and how much is enough."""
    rows = [(line, heard(line)) for line in lines()]
    weights = fitted([(names, bool(line.flags)) for line, names in rows], troubles())
    scaled = {name: round(weight * SCALE) for name, weight in weights.items() if name}
    return scaled, told_by(rows, weights), enough(rows, scaled)


if __name__ == "__main__":
    FILE.write_text(written(*found()), "utf-8")
