"""A rule in words, as the desk shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service.alerts.rules import Match, Rule
from service.alerts.timing import Timing, When
from service.domain import Scale, Urgency
from service.web import words
from service.web.shown import site_title

FLAG = {"staff_named": "names staff", "wrong_business": "about another business"}

WHEN = {
    When.NOW: "at once",
    When.DAILY: "in the daily digest, at eight",
    When.WEEKLY: "in the weekly digest, Monday at eight",
}


def flag(value: str) -> str:
    """A flag for people."""
    return FLAG.get(value, value.replace("_", " "))


def matched(match: Match, branches: Mapping[str, str]) -> str:
    """What a rule speaks for: "1 to 2 stars, at Harbour Street". ``branches`` are names by code."""
    return "; ".join(_parts(match, branches)) or "everything"


def timed(timing: Timing) -> str:
    """How soon it tells, and what waits for nothing."""
    waits = [WHEN[timing.when]] if timing.when is not When.NOW else []
    if timing.quiet:
        waits.append(f"not from {timing.quiet[0]:%H:%M} to {timing.quiet[1]:%H:%M} at the branch")
    if not waits:
        return WHEN[When.NOW]
    urgent = " or ".join(words.URGENCY[one].lower() for one in Urgency if one in timing.breaks)
    return ", ".join(waits) + (f"; what is {urgent} at once" if urgent else "")


def told(rule: Rule, channels: Mapping[int, str]) -> str:
    """Whom it names; a channel that is gone is left out."""
    named = [channels[one] for one in rule.to if one in channels]
    return ", ".join(named) or "nobody who is left, so everybody is told"


def _parts(match: Match, branches: Mapping[str, str]) -> Iterator[str]:
    if match.kinds:
        yield ", ".join(words.event(kind).lower() for kind in match.kinds)
    if match.stars:
        low, high = match.stars
        yield words.stars(Scale.STARS5, low, 5, None) if low == high else f"{low:g} to {high:g} of 5 stars"
    if match.flags:
        yield "flagged " + " or ".join(flag(one.value) for one in match.flags)
    if match.words:
        yield "says " + " or ".join(f"“{word}”" for word in match.words[:5])
    if match.sites:
        yield "on " + " or ".join(map(site_title, match.sites))
    if match.branches:
        yield "at " + " or ".join(branches.get(code, code) for code in match.branches)
