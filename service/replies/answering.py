"""Whether a review expects a reply: the table ``answers.toml`` and what a branch sets of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from service.replies.conditions import Conditions, Facts, conditions
from service.sentences import say, tabled

GOOD_RATINGS = "good_ratings"  # the rule that a branch may switch off


@dataclass(frozen=True, slots=True)
class AnswerPolicy:
    """What a branch decides: how much praise a day expects a reply, and whether bare good ratings do."""

    praise_a_day: int
    good_ratings: bool


@dataclass(frozen=True, slots=True)
class Expectation:
    """Whether a reply is expected, and why; ``is_capped`` where it counts towards the day's praise."""

    expected: bool
    why: str
    is_capped: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is stored beside the judgement; what counts towards the day's praise says so."""
        return {"expected": self.expected, "why": self.why} | ({"counts": True} if self.is_capped else {})


@dataclass(frozen=True, slots=True)
class _Rule:
    expected: bool
    because: str
    name: str
    is_capped: bool
    asks: Conditions


def policy_of(attributes: Mapping[str, Any]) -> AnswerPolicy:
    """What a branch's attribute ``answers`` sets; what it leaves out or cannot be read is as in the table."""
    table, own = _table(), attributes.get("answers")
    own = own if isinstance(own, dict) else {}
    praise, ratings = own.get("praise_a_day"), own.get(GOOD_RATINGS)
    if not isinstance(praise, int) or isinstance(praise, bool) or praise < 0:
        praise = table["praise_a_day"]
    return AnswerPolicy(praise, ratings if isinstance(ratings, bool) else table[GOOD_RATINGS])


def expectation(facts: Facts, policy: AnswerPolicy, praised_today: int) -> Expectation:
    """Whether a reply to this review is expected, after ``praised_today`` of praise that were."""
    rule = next(rule for rule in _rules() if _stands(rule, policy) and rule.asks.fit(facts))
    if rule.is_capped and praised_today >= policy.praise_a_day:
        return Expectation(
            False, say("%(praise_a_day)s of praise are enough for a day", praise_a_day=policy.praise_a_day)
        )
    return Expectation(rule.expected, rule.because, rule.is_capped)


def _stands(rule: _Rule, policy: AnswerPolicy) -> bool:
    return rule.name != GOOD_RATINGS or not policy.good_ratings


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(
            expected=raw["expected"],
            because=tabled(raw["because"]),
            name=raw.get("name", ""),
            is_capped=raw.get("capped", False),
            asks=conditions(raw),
        )
        for raw in _table()["rule"]
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("answers.toml").read_text("utf-8"))
