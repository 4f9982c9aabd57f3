"""What groups of words weigh together in a review that complains, where no rule tells a flag by itself.

The weights are ``words/evidence.toml``, the same in every language; ``words/README.md`` says how they came
to be.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.domain import Flag, Topic
from service.replies.concepts import FIGURE, Spot, Spots, is_figure

QUOTED = 2  # of a flag's groups, the weightiest, that a reason quotes

_FILE = Path(__file__).with_name("words") / "evidence.toml"


@dataclass(frozen=True, slots=True)
class Weights:
    """What groups and topics weigh, what is ``enough`` by language, and the flags that groups speak for."""

    enough: Mapping[str, int]
    groups: Mapping[str, int]
    topics: Mapping[Topic, int]
    speaks_for: Mapping[str, Flag]


def weighed(
    spots: Spots, topics: Collection[Topic], is_denied: Callable[[int], bool], language: str
) -> tuple[Flag, int, int] | None:
    """The flag at which everything together hints, and the tokens of its weightiest words.

    A group and a topic count once; a group only where ``is_denied`` of its first token does not hold and it
    is no manner of speaking. None where they do not weigh enough, or speak for nothing.
    """
    known = weights()
    heard = real(spots, is_denied, known.groups.keys())
    weight = sum(known.groups[name] for name in heard) + sum(known.topics.get(topic, 0) for topic in topics)
    speaking = heard.keys() & known.speaks_for.keys()
    if weight < known.enough[language] or not speaking:
        return None
    by_flag: dict[Flag, list[str]] = defaultdict(list)
    for name in speaking:
        by_flag[known.speaks_for[name]].append(name)
    flag = max(by_flag, key=lambda one: (sum(known.groups[name] for name in by_flag[one]), one))
    told = sorted(by_flag[flag], key=lambda name: (-known.groups[name], name))[:QUOTED]
    return flag, min(heard[name].start for name in told), max(heard[name].end for name in told)


def real(
    spots: Spots, is_denied: Callable[[int], bool], among: Collection[str] | None = None
) -> dict[str, Spot]:
    """For each group, ``among`` some, the first spot that is neither denied nor a manner of speaking."""
    first = {}
    for name in spots if among is None else spots.keys() & among:
        for spot in spots[name]:
            if not is_denied(spot.start) and not (name != FIGURE and is_figure(spots, spot.start, spot.end)):
                first[name] = spot
                break
    return first


@cache
def weights() -> Weights:
    """The weights as the file has them."""
    raw = tomllib.loads(_FILE.read_text("utf-8"))
    groups = raw["general"] | raw["against"]
    speaks_for: dict[str, Flag] = {}
    for name, weighing in raw["for"].items():
        groups |= weighing
        speaks_for |= dict.fromkeys(weighing, Flag(name))
    topics = {Topic(name): weight for name, weight in raw["topics"].items()}
    return Weights(raw["enough"], groups, topics, speaks_for)
