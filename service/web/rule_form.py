"""The form of a rule: what was typed, and the rule it means. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from service.alerts.rules import Match, Rule
from service.alerts.ruling import Wanted
from service.alerts.timing import Timing, When
from service.domain import Flag, Urgency
from service.errors import AnswerRefused
from service.web.phrases import gettext

MOST_WORDS = 100
LONGEST_WORDS = 2000  # characters, of all of them together
STARS = {"": None, "1-2": (1.0, 2.0), "1-3": (1.0, 3.0), "3": (3.0, 3.0), "4-5": (4.0, 5.0), "5": (5.0, 5.0)}
POINTS = {low: None if band is None else (band[0] * 2 - 2, band[1] * 2) for low, band in STARS.items()}
RECOMMENDS = {"1-2": False, "1-3": False, "4-5": True, "5": True}


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as they stand in the form; lists hold what is ticked."""

    title: str = ""
    stars: str = ""
    flags: tuple[str, ...] = ()
    words: str = ""
    sites: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    to: tuple[int, ...] = ()
    when: str = When.NOW.value
    quiet_from: str = ""
    quiet_until: str = ""
    breaks: tuple[str, ...] = (Urgency.HELD.value, Urgency.HIGH.value)
    then: tuple[int, ...] = ()


def typed_in(form: MultiDict[str, str]) -> Typed:
    """What a posted form holds; what is too long is cut."""
    return Typed(
        title=form.get("title", "")[:200],
        stars=form.get("stars", ""),
        flags=tuple(form.getlist("flags")),
        words=form.get("words", "")[:LONGEST_WORDS],
        sites=tuple(form.getlist("sites")),
        branches=tuple(form.getlist("branches")),
        to=_numbers(form.getlist("to")),
        when=form.get("when", When.NOW.value),
        quiet_from=form.get("quiet_from", "")[:8],
        quiet_until=form.get("quiet_until", "")[:8],
        breaks=tuple(form.getlist("breaks")),
        then=_numbers(form.getlist("then")),
    )


def typed_of(rule: Rule) -> Typed:
    """The form of a rule that is stored."""
    match, timing = rule.match, rule.timing
    quiet = [f"{at:%H:%M}" for at in timing.quiet] if timing.quiet else ["", ""]
    return Typed(
        title=rule.title,
        stars=next((name for name, band in STARS.items() if band == match.stars), ""),
        flags=tuple(flag.value for flag in match.flags),
        words=", ".join(match.words),
        sites=match.sites,
        branches=match.branches,
        to=rule.to,
        when=timing.when.value,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        breaks=tuple(urgency.value for urgency in timing.breaks),
        then=timing.then,
    )


def wanted_by(typed: Typed, before: Match | None = None) -> Wanted:
    """The rule that was typed. Raises ``AnswerRefused``.

    ``before`` is the match that is changed: the kinds of events in it, which the form does not show, stay.
    """
    if bool(typed.quiet_from) != bool(typed.quiet_until):
        raise AnswerRefused(gettext("Quiet hours need both a beginning and an end, or neither."))
    if typed.stars not in STARS:
        raise AnswerRefused(gettext("Choose the stars from the list."))
    words = tuple(word for part in typed.words.split(",") if (word := " ".join(part.split())))
    if len(words) > MOST_WORDS:
        raise AnswerRefused(gettext("At most %(n)s words can be named in one rule.", n=MOST_WORDS))
    try:
        match = Match(
            kinds=before.kinds if before else (),
            sites=typed.sites,
            branches=typed.branches,
            flags=tuple(map(Flag, typed.flags)),
            words=words,
            stars=STARS[typed.stars],
            points10=POINTS[typed.stars],
            recommends=RECOMMENDS.get(typed.stars),
        )
        quiet = (typed.quiet_from, typed.quiet_until) if typed.quiet_from else None
        timing = Timing.model_validate(
            {"when": typed.when, "quiet": quiet, "breaks": typed.breaks, "then": typed.then}
        )
    except ValueError:
        raise AnswerRefused(
            gettext(
                "Quiet hours begin and end at two different times, such as 22:00 and 07:00; everything else "
                "is chosen from the lists."
            )
        ) from None
    return Wanted(typed.title, match, typed.to, timing)


def _numbers(values: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10)
