"""The rules of ``policy.toml``: what each looks for, and on which grounds it holds at a site, in a trade."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from service.sentences import tabled


class Level(StrEnum):
    """What a finding asks for, gravest first: it must not be posted, be read again, or be known."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return list(Level).index(self)


class How(StrEnum):
    """How a rule looks at a text."""

    WORDS = "words"
    LENGTH = "length"
    UNFILLED = "unfilled"
    LINK = "link"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    QUOTE = "quote"
    EMOJI = "emoji"
    LIST = "list"
    CAPS = "caps"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a rule holds, how gravely, and who says so; empty sites and trades mean everywhere.

    ``source`` names what was read and ``read`` the month it was read in ("2026-11").
    """

    level: Level
    site: frozenset[str] = frozenset()
    vertical: frozenset[str] = frozenset()
    law: str = ""
    source: str = ""
    read: str = ""

    def holds(self, site: str, vertical: str) -> bool:
        """Whether it applies to a reply at this site, for a branch of this trade."""
        return (not self.site or site in self.site) and (not self.vertical or vertical in self.vertical)

    @property
    def cited(self) -> str:
        """Law, source and date in one line."""
        dated = f"{self.source} (read {self.read})" if self.read else self.source
        return f"{self.law}: {dated}" if self.law else dated


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule. ``words``, ``near``, ``spared`` are patterns by language; ``near`` must share the sentence.

    ``threshold`` is a share of likeness between 0 and 1. Equal only to itself.
    """

    id: str
    how: How
    why: str
    mend: str
    grounds: tuple[Ground, ...]
    words: Mapping[str, tuple[str, ...]]
    near: Mapping[str, tuple[str, ...]]
    spared: Mapping[str, tuple[str, ...]]
    negatable: bool
    threshold: float

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages whose words it knows; None where it needs no words."""
        return frozenset(self.words) if self.how is How.WORDS else None

    def ground(self, site: str, vertical: str) -> Ground | None:
        """The gravest ground that holds, the most particular of these; None where none does."""
        holding = [ground for ground in self.grounds if ground.holds(site, vertical)]
        return min(holding, key=lambda one: (one.level.rank, not one.site, not one.vertical), default=None)


@cache
def _raw() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("policy.toml").read_text("utf-8"))


@cache
def word_list(name: str) -> frozenset[str]:
    """One of the short lists that the looks share, folded."""
    return frozenset(_raw()["lists"][name].split())


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    return tuple(map(_rule, _raw()["rule"]))


@cache
def languages() -> frozenset[str]:
    """The languages in which every rule of words can be judged."""
    spoken = [rule.languages for rule in rules() if rule.languages is not None]
    return frozenset.intersection(*spoken)


@lru_cache(maxsize=256)
def rules_at(site: str, vertical: str) -> tuple[tuple[Rule, Ground], ...]:
    """The rules that hold at a site for a trade, each with its gravest ground."""
    held = ((rule, rule.ground(site, vertical)) for rule in rules())
    return tuple((rule, ground) for rule, ground in held if ground)


def _rule(raw: Mapping[str, Any]) -> Rule:
    return Rule(
        id=raw["id"],
        how=How(raw["how"]),
        why=tabled(raw["why"]),
        mend=tabled(raw["mend"]),
        grounds=tuple(map(_ground, raw["ground"])),
        words=_patterns(raw.get("words", {})),
        near=_patterns(raw.get("near", {})),
        spared=_patterns(raw.get("not", {})),
        negatable=raw.get("negatable", False),
        threshold=raw.get("threshold", 0.0),
    )


def _ground(raw: Mapping[str, Any]) -> Ground:
    facts = {key: frozenset(raw[key]) for key in ("site", "vertical") if key in raw}
    return Ground(**{**raw, "level": Level(raw["level"]), **facts})


def _patterns(raw: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {code: tuple(patterns) for code, patterns in raw.items()}
