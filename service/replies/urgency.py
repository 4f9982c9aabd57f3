"""How soon a person must act: the table ``urgency.toml``, read from top to bottom."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service.domain import Urgency
from service.replies.conditions import Conditions, Facts, conditions
from service.sentences import tabled


@dataclass(frozen=True, slots=True)
class Allowed:
    """``claim_hours`` are working hours until somebody takes it on, None where nobody need hurry.

    ``public_hours`` are hours by the clock until the answer stands in public.
    """

    claim_hours: int | None
    public_hours: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: how urgent a review is that it fits, and why."""

    urgency: Urgency
    because: str
    asks: Conditions


def urgency_of(facts: Facts) -> Rule:
    """The first rule of the table that fits; the last one fits everything."""
    return next(rule for rule in _rules() if rule.asks.fit(facts))


@cache
def allowed() -> Mapping[Urgency, Allowed]:
    """The hours for each urgency."""
    return {
        Urgency(name): Allowed(hours.get("claim_hours"), hours["public_hours"])
        for name, hours in _table()["within"].items()
    }


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(Urgency(raw["urgency"]), tabled(raw["because"]) if "because" in raw else "", conditions(raw))
        for raw in _table()["rule"]
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("urgency.toml").read_text("utf-8"))
