"""How soon a person must act: the table ``urgency.toml``, read from top to bottom."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service.domain import HELD_FLAGS, Flag, Kind, Urgency


@dataclass(frozen=True, slots=True)
class Allowed:
    """``claim_hours`` are working hours until somebody takes it on, None where nobody need hurry.

    ``public_hours`` are hours by the clock until the answer stands in public.
    """

    claim_hours: int | None
    public_hours: int


@dataclass(frozen=True, slots=True)
class Pressing:
    """What of a review decides how soon somebody must act; ``stars`` are on five, None where nobody rated."""

    kind: str
    stars: float | None
    flags: frozenset[Flag]
    has_words: bool
    complains: bool  # in spite of good stars


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table; what is None is not asked."""

    urgency: Urgency
    because: str = ""
    held: bool = False
    flags: frozenset[Flag] | None = None
    kind: frozenset[Kind] | None = None
    stars: tuple[float, float] | None = None
    words: bool | None = None
    complains: bool = False

    def fits(self, case: Pressing) -> bool:
        """Whether all that the row names is so."""
        if self.stars and not (case.stars is not None and self.stars[0] <= case.stars <= self.stars[1]):
            return False
        if self.held and not HELD_FLAGS.intersection(case.flags):
            return False
        if self.flags is not None and self.flags.isdisjoint(case.flags):
            return False
        if self.kind is not None and case.kind not in self.kind:
            return False
        if self.complains and not case.complains:
            return False
        return self.words is None or self.words is case.has_words


def urgency_of(case: Pressing) -> Rule:
    """The first rule of the table that fits; the last one fits everything."""
    return next(rule for rule in _rules() if rule.fits(case))


@cache
def allowed() -> Mapping[Urgency, Allowed]:
    """The hours for each urgency."""
    return {
        Urgency(name): Allowed(hours.get("claim_hours"), hours["public_hours"])
        for name, hours in _table()["within"].items()
    }


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(map(_rule, _table()["rule"]))


def _rule(raw: dict[str, Any]) -> Rule:
    return Rule(
        urgency=Urgency(raw["urgency"]),
        because=raw.get("because", ""),
        held=raw.get("held", False),
        flags=frozenset(map(Flag, raw["flags"])) if "flags" in raw else None,
        kind=frozenset(map(Kind, raw["kind"])) if "kind" in raw else None,
        stars=(raw["stars"][0], raw["stars"][1]) if "stars" in raw else None,
        words=raw.get("words"),
        complains=raw.get("text") == "complains",
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("urgency.toml").read_text("utf-8"))
