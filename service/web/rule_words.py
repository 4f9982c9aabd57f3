"""A rule in words, as the desk shows it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from service.alerts.rules import Match, Rule
from service.alerts.timing import Timing, When
from service.domain import Flag, Scale, Urgency
from service.web import words
from service.web.phrases import N_, Phrases, gettext
from service.web.shown import site_title

FLAG = Phrases({"staff_named": N_("names staff"), "wrong_business": N_("about another business")})

WHEN = Phrases(
    {
        When.NOW: N_("at once"),
        When.DAILY: N_("in the daily digest, at eight"),
        When.WEEKLY: N_("in the weekly digest, Monday at eight"),
    }
)


def flag(value: str) -> str:
    """A flag for people."""
    return FLAG.get(value) or words.FLAG[Flag(value)]


def matched(match: Match, branches: Mapping[str, str]) -> str:
    """What a rule speaks for: "1 to 2 stars, at Harbour Street". ``branches`` are names by code."""
    return "; ".join(_parts(match, branches)) or gettext("everything")


def timed(timing: Timing) -> str:
    """How soon it tells, and what waits for nothing."""
    waits = [WHEN[timing.when]] if timing.when is not When.NOW else []
    if timing.quiet:
        quiet = {"since": f"{timing.quiet[0]:%H:%M}", "until": f"{timing.quiet[1]:%H:%M}"}
        quiet = {"since": f"{timing.quiet[0]:%H:%M}", "until": f"{timing.quiet[1]:%H:%M}"}
        waits.append(gettext("not from %(since)s to %(until)s at the branch", **quiet))
    if not waits:
        return WHEN[When.NOW]
    urgent = _either(words.URGENCY[one].lower() for one in Urgency if one in timing.breaks)
    if not urgent:
        return ", ".join(waits)
    return gettext("%(waits)s; what is %(urgent)s at once", waits=", ".join(waits), urgent=urgent)


def told(rule: Rule, channels: Mapping[int, str]) -> str:
    """Whom it names; a channel that is gone is left out."""
    named = [channels[one] for one in rule.to if one in channels]
    return ", ".join(named) or gettext("nobody who is left, so everybody is told")


def _parts(match: Match, branches: Mapping[str, str]) -> Iterator[str]:
    if match.kinds:
        yield ", ".join(words.event(kind).lower() for kind in match.kinds)
    if match.stars:
        low, high = match.stars
        yield words.stars(Scale.STARS5, low, 5, None) if low == high else _between(low, high)
    if match.flags:
        yield gettext("flagged %(flags)s", flags=_either(flag(one.value) for one in match.flags))
    if match.words:
        yield gettext("says %(words)s", words=_either(f"“{word}”" for word in match.words[:5]))
    if match.sites:
        yield gettext("on %(sites)s", sites=_either(map(site_title, match.sites)))
    if match.branches:
        yield gettext(
            "at %(branches)s", branches=_either(branches.get(code, code) for code in match.branches)
        )


def _between(low: float, high: float) -> str:
    return gettext("%(low)s to %(high)s of 5 stars", low=words.number(low), high=words.number(high))


def _either(said: Iterable[str]) -> str:
    return gettext(" or ").join(said)
