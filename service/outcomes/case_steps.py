"""A conversation taken offline: what may follow what, what ends it, and by when it is reported back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import ReplyRules
from service.models import CaseEntryKind, CaseOutcome, CaseState
from service.sentences import say

WRITTEN = (
    *(CaseEntryKind.CALLED, CaseEntryKind.WROTE, CaseEntryKind.VISITED),
    *(CaseEntryKind.ANSWERED, CaseEntryKind.AGREED, CaseEntryKind.NOTE),
)
"""What a person writes down herself."""

SETTLING = (CaseOutcome.PUT_RIGHT, CaseOutcome.AGREED, CaseOutcome.CLEARED_UP)

REPORT_WITHIN = timedelta(days=3)
"""From settling it to the report back: a weekend fits in, and whoever put it right still knows what was done.

Readers judge a shop by how a complaint ended, and the review is read every day that it stands without an
ending. Ours to choose: no site asks for one.
"""
REPORT_SOON = say("within three days, while whoever settled it still knows what was done")

KEPT_IN_HEALTH = timedelta(days=90)
"""How long a health branch's words of a case are kept: what is settled by then needs them no more."""

_OURS = (CaseEntryKind.CALLED, CaseEntryKind.WROTE, CaseEntryKind.VISITED)
_THEIRS = (CaseEntryKind.ANSWERED, CaseEntryKind.AGREED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the review stands: its site by name, that site's rules, what of ours the public sees there."""

    site: str
    rules: ReplyRules
    is_there: bool = True  # the review itself
    is_answered: bool = False
    takes_replies: bool = True  # a mention's article does not


@dataclass(frozen=True, slots=True)
class ReportBack:
    """By when a settled case is to be told in public; None: not at all. ``why`` is a phrase for a person."""

    due: datetime | None
    why: str


def may_follow(state: CaseState) -> tuple[CaseEntryKind, ...]:
    """What may be written down next. What has ended takes notes alone, until it is opened again."""
    return WRITTEN if state in (CaseState.OPEN, CaseState.WAITING) else (CaseEntryKind.NOTE,)


def state_after(state: CaseState, kind: CaseEntryKind) -> CaseState:
    """Whose turn it is: after an attempt theirs, after their answer ours."""
    if kind in _OURS:
        return CaseState.WAITING
    return CaseState.OPEN if kind in (*_THEIRS, CaseEntryKind.REOPENED) else state


def state_of(outcome: CaseOutcome) -> CaseState:
    """Where a case stands that came to this."""
    return CaseState.RESOLVED if outcome in SETTLING else CaseState.CLOSED


def report_back(outcome: CaseOutcome, at: datetime, place: Place) -> ReportBack:
    """Whether and by when a case that came to ``outcome`` at that moment is reported back."""
    if state_of(outcome) is CaseState.CLOSED:
        return ReportBack(None, say("nothing was settled, so there is nothing to report back"))
    if not place.is_there:
        return ReportBack(None, say("the review is no longer on %(site)s", site=place.site))
    if not place.takes_replies:
        return ReportBack(None, say("nobody waits for a reply below an article"))
    if place.rules.one_shot and place.is_answered:
        return ReportBack(None, say("%(site)s, and yours stands there already", site=last_word(place.site)))
    return ReportBack(at + REPORT_WITHIN, REPORT_SOON)


def last_word(site: str) -> str:
    """What a site is like where a reply can be neither changed nor followed by another."""
    return say("%(site)s takes one reply to a review and lets nobody change it", site=site)


def how_to_report(place: Place) -> str:
    """What a report back is on that site, as a sentence."""
    if not place.is_answered:
        return say("%(site)s: this is it.", site=last_word(place.site)) if place.rules.one_shot else ""
    return say(
        "Your reply stands on %(site)s already: edit it there so that it tells the ending, "
        "or add this below it where the site lets you.",
        site=place.site,
    )
