"""Which events ring, and who is told. Pure.

The first rule that matches decides, in order of position. Nobody is ever left out by an oversight: where no
rule matches, or none of a rule's channels can be used, everybody who can be reached is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from service.alerts.timing import AT_ONCE, Timing
from service.domain import HELD_FLAGS, EventKind, Flag, Scale
from service.sentences import say

RINGING = frozenset(
    {
        EventKind.NEW,
        EventKind.EDITED,
        EventKind.REPLY_VANISHED,
        EventKind.BASELINE,
        EventKind.HEALTH,
        EventKind.SILENCE,
        EventKind.ALARM,
        EventKind.TWINS,
        EventKind.SUBMITTED,
        EventKind.SENT_BACK,
        EventKind.WORDS_ASKED,
        EventKind.WORDS_ANSWERED,
        EventKind.REPORT_BACK,
    }
)
"""The rest (removed, restored, replied, facts drifted) is shown at the desk and rings nobody."""

UNTAKEN = say("nobody has taken it")

ASKED_BY_PEOPLE = frozenset({EventKind.WORDS_ASKED, EventKind.WORDS_ANSWERED, EventKind.REPORT_BACK})
"""What somebody here asked, answered or left undone just now: it is news, however old the review."""

WORTH_RINGING_AGAIN = frozenset({"text", "title", "rating", "recommends"})


class Match(BaseModel):
    """What a rule is for; an absent part matches everything. ``branches`` are codes.

    ``stars`` and ``points10`` are inclusive bands, and with ``recommends`` they are alternatives: each speaks
    for reviews on its own scale, and a review on a scale that none speaks for does not match.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kinds: tuple[EventKind, ...] = ()
    sites: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    words: tuple[str, ...] = ()
    stars: tuple[float, float] | None = None
    points10: tuple[float, float] | None = None
    recommends: bool | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Who (``to``: channel ids) is told of what matches, and how soon."""

    position: int
    title: str
    match: Match
    to: tuple[int, ...]
    timing: Timing = AT_ONCE


@dataclass(frozen=True, slots=True)
class Occasion:
    """What rules look at. ``branch`` is a code; ``words`` are the review's title and text."""

    kind: EventKind
    site: str | None = None
    branch: str | None = None
    scale: Scale = Scale.NONE
    rating: float | None = None
    recommends: bool | None = None
    flags: frozenset[str] = frozenset()
    words: str = ""

    @property
    def held_flags(self) -> frozenset[str]:
        """Its flags that allow nothing but a holding reply."""
        return frozenset(flag.value for flag in HELD_FLAGS) & self.flags


@dataclass(frozen=True, slots=True)
class Routing:
    """The channels to tell, in order; ``why`` is a sentence for the desk."""

    channels: tuple[int, ...]
    why: str
    timing: Timing = AT_ONCE


def rings(kind: EventKind, *, changed: Collection[str] = (), past: bool = False) -> bool:
    """Whether an event rings. ``past`` reviews never do; an edit does where its words or stars changed."""
    if kind not in RINGING or (past and kind not in ASKED_BY_PEOPLE):
        return False
    return kind is not EventKind.EDITED or bool(WORTH_RINGING_AGAIN.intersection(changed))


def read_match(written: dict[str, Any]) -> Match:
    """A rule's ``match`` as stored. Raises ``ValueError`` (pydantic's) where it is malformed."""
    return Match.model_validate(written)


def route(occasion: Occasion, rules: Iterable[Rule], usable: Sequence[int]) -> Routing:
    """Who is told of ``occasion``, among the ``usable`` channels."""
    if not usable:
        return Routing((), say("nobody was told: no channel is verified and open"))
    everybody = tuple(usable)
    rule = _first(occasion, rules)
    if rule is None:
        unnamed = say("no rule names anybody for its flags, so everybody is told")
        unmatched = say("no rule matches, so everybody is told")
        return Routing(everybody, unnamed if occasion.held_flags else unmatched)
    named = tuple(dict.fromkeys(channel for channel in rule.to if channel in everybody))
    if named:
        why = say("rule %(position)s, %(title)s", position=rule.position, title=rule.title)
        return Routing(named, why, rule.timing)
    nobody = say(
        "rule %(position)s, %(title)s, reaches nobody, so everybody is told",
        position=rule.position,
        title=rule.title,
    )
    return Routing(everybody, nobody)


def route_on(
    occasion: Occasion, rules: Iterable[Rule], usable: Sequence[int], told: Collection[int]
) -> Routing:
    """Who is told once more, where nobody took it in time; ``told`` are the channels that were.

    Those the rule names for it; else everybody who was not told yet, or where there is no such, all again.
    What is held stays with the people it was told to.
    """
    rule = _first(occasion, rules)
    timing = rule.timing if rule else AT_ONCE
    if then := tuple(dict.fromkeys(channel for channel in timing.then if channel in usable)):
        return Routing(then, UNTAKEN, timing)
    if occasion.held_flags:
        return Routing(tuple(one for one in usable if one in told), UNTAKEN, timing)
    others = tuple(channel for channel in usable if channel not in told)
    return Routing(others or tuple(usable), UNTAKEN, timing)


def names_its_kind(occasion: Occasion, rules: Iterable[Rule]) -> bool:
    """Whether the rule that decides was written for this very kind of event: then it has the last word."""
    rule = _first(occasion, rules)
    return rule is not None and occasion.kind in rule.match.kinds


def matches(match: Match, occasion: Occasion) -> bool:
    """Whether every part of ``match`` speaks for ``occasion``."""
    return (
        _among(occasion.kind, match.kinds)
        and _among(occasion.site, match.sites)
        and _among(occasion.branch, match.branches)
        and (not match.flags or bool(occasion.flags.intersection(match.flags)))
        and (not match.words or says(occasion.words, match.words))
        and _within(match, occasion)
    )


def _first(occasion: Occasion, rules: Iterable[Rule]) -> Rule | None:
    """For held flags only a rule that names one of them, or the asking for words, counts; no catch-all."""
    held = occasion.held_flags
    for rule in sorted(rules, key=lambda rule: rule.position):
        is_for_asked = occasion.kind in ASKED_BY_PEOPLE and occasion.kind in rule.match.kinds
        if held and not held.intersection(rule.match.flags) and not is_for_asked:
            continue
        if matches(rule.match, occasion):
            return rule
    return None


def _among(value: str | None, listed: Collection[str]) -> bool:
    return not listed or value in listed


def says(text: str, words: Iterable[str]) -> bool:
    """Whether any of ``words`` stands in ``text``, whole, in any case."""
    folded = _folded(text)
    wanted = (re.escape(_folded(word)) for word in words if word.strip())
    return any(re.search(rf"(?<!\w){word}(?!\w)", folded) for word in wanted)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _within(match: Match, occasion: Occasion) -> bool:
    if match.stars is None and match.points10 is None and match.recommends is None:
        return True
    if occasion.scale is Scale.RECOMMEND:
        return match.recommends is not None and occasion.recommends is match.recommends
    band = {Scale.STARS5: match.stars, Scale.POINTS10: match.points10}.get(occasion.scale)
    if band is None or occasion.rating is None:
        return False
    return band[0] <= occasion.rating <= band[1]
