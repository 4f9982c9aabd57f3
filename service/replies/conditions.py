"""What a rule of our tables asks of a judged review; what it does not name, it does not ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain import HELD_FLAGS, Flag, Kind, Urgency


@dataclass(frozen=True, slots=True)
class Facts:
    """What tables may ask. ``stars`` are on five, None where nobody rated; ``complains`` where the text does,
    in spite of good stars; ``urgency`` is None before it is told.
    """

    kind: str
    stars: float | None
    flags: frozenset[Flag]
    has_words: bool
    complains: bool
    urgency: Urgency | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that must be so for a rule to fit."""

    held: bool = False
    flags: frozenset[Flag] | None = None
    kind: frozenset[Kind] | None = None
    stars: tuple[float, float] | None = None
    words: bool | None = None
    complains: bool = False
    urgency: frozenset[Urgency] | None = None

    def fit(self, facts: Facts) -> bool:
        """Whether all of it is so."""
        return all(
            (
                self.stars is None or _within(self.stars, facts.stars),
                not self.held or HELD_FLAGS.intersection(facts.flags),
                self.flags is None or self.flags.intersection(facts.flags),
                self.kind is None or facts.kind in self.kind,
                self.urgency is None or facts.urgency in self.urgency,
                self.words is None or facts.has_words is self.words,
                facts.complains or not self.complains,
            )
        )


def _within(band: tuple[float, float], stars: float | None) -> bool:
    return stars is not None and band[0] <= stars <= band[1]


def conditions(raw: Mapping[str, Any]) -> Conditions:
    """The conditions among the keys of a rule as a table has it; other keys are the table's own."""
    return Conditions(
        held=raw.get("held", False),
        flags=frozenset(map(Flag, raw["flags"])) if "flags" in raw else None,
        kind=frozenset(map(Kind, raw["kind"])) if "kind" in raw else None,
        stars=(raw["stars"][0], raw["stars"][1]) if "stars" in raw else None,
        words=raw.get("words"),
        complains=raw.get("text") == "complains",
        urgency=frozenset(map(Urgency, raw["urgencies"])) if "urgencies" in raw else None,
    )
