"""What an alert says of a listing: its past, health and silence, and what we doubt of ourselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import Baseline, Facts, Place, ReviewFacts, SourceFacts
from service.alerts.neutral import link as web_link
from service.alerts.neutral import one_line
from service.alerts.outline import Outline, Part, Role, foreign, line, link
from service.alerts.words import author, count, moment, verdict, where
from service.domain import EventKind, Health, Kind, Route

OPENING = 100  # characters of a review in a summary
MENTION = Kind.MENTION.value

CAME = {Route.HAND: "its past was brought in", Route.MAIL: "its past came by mail"}
"""How a past came that no first look heard."""

STATE = {
    Health.WALLED: "the site answers us with a wall",
    Health.LAYOUT: "the page is no longer what we can read",
    Health.UNREACHABLE: "no answer comes",
    Health.OUR_ERROR: "Shopbell itself failed",
    Health.NO_NEWS: "nothing new for longer than usual",
    Health.NEVER: "nothing has been heard yet",
}
MEND = {
    Health.WALLED: "Open the page yourself until another way to hear it is connected: the site closes it to "
    "programs, and Shopbell neither climbs walls nor takes silence for peace.",
    Health.LAYOUT: "Open the page. If it looks right to you, the site changed its form and Shopbell must "
    "learn it; if it does not, correct the listing's address.",
    Health.UNREACHABLE: "Open the page. If it opens for you, this machine's connection is at fault.",
    Health.OUR_ERROR: "`shopbell doctor` says more; the other listings go on.",
}

MEND_FEED = {
    Health.WALLED: "The feed closes itself to programs, or asks them to keep out. Nothing is heard there "
    "until another way is found: a Google Alert for the same place, perhaps.",
    Health.LAYOUT: "No feed stands at its address any more. Copy the address anew where you had it from, and "
    "add it.",
}


def listing_subject(facts: Facts) -> str:  # noqa: PLR0911  # one sentence for each kind
    """The subject of an alert that is not about one review."""
    spot = _spot(facts.place)
    if facts.kind is EventKind.TEST:
        return "A test from Shopbell"
    match facts.kind:
        case EventKind.BASELINE if facts.baseline is not None:
            came = CAME.get(facts.baseline.route, "now watched")
            return f"{spot}: {came}, {_of_the_past(facts, facts.baseline)}"
        case EventKind.HEALTH if facts.source is not None and facts.source.health is Health.OK:
            return f"{spot}: heard again"
        case EventKind.HEALTH:
            return f"{spot}: we cannot hear it"
        case EventKind.SILENCE:
            return f"{spot}: unusually quiet"
        case EventKind.TWINS:
            return f"{spot}: one review or two?"
        case EventKind.ALARM if facts.place is None:
            return f"{spot}: mails that nobody can read"
    return f"{spot}: we do not believe what we read"


def listing_outline(facts: Facts, desk: str | None) -> Outline:
    """The outline of an alert about a listing, or about ourselves."""
    subject = listing_subject(facts)
    parts = (
        line(f"{subject}.", role=Role.HEADLINE),
        *_body(facts),
        *_evidence(facts),
        *_links(facts.place, desk),
    )
    return Outline((foreign(facts.subject),), f"{subject}.", parts, facts.urgency)


def _body(facts: Facts) -> Iterator[Part]:
    match facts.kind:
        case EventKind.TEST:
            yield line("If you can read this, alerts reach you here. Nothing needs to be done.")
        case EventKind.BASELINE:
            yield from _past(facts)
        case EventKind.HEALTH if facts.source is not None:
            yield from _health(facts.source, facts.place)
        case EventKind.SILENCE:
            yield from _silence(facts)
        case EventKind.ALARM if facts.place is None:
            yield line("What they tell is not heard by mail until somebody says how they read:")
        case EventKind.ALARM:
            yield line(
                "What the last look showed contradicts what we know, so nothing of it was taken for news:"
            )
        case EventKind.TWINS:
            yield line(
                "A review came that may be one we have, or another. Nobody is told twice until you say."
            )


def _past(facts: Facts) -> Iterator[Part]:
    past = facts.baseline
    if past is None:
        return
    yield line(
        f"{count(past.heard, _noun(facts))} heard for the first time. They are the past: nothing is overdue."
    )
    if _noun(facts) == MENTION:
        return
    if not past.waiting:
        yield line("None from the last 30 days waits for an answer.")
        return
    waits = "waits" if past.waiting == 1 else "wait"
    yield line(f"{count(past.waiting, 'review')} from the last 30 days {waits} for an answer.")
    if facts.place is not None and facts.place.discreet:
        return
    yield from (_opening(review) for review in past.shown)
    if past.waiting > len(past.shown) > 0:
        yield line(f"And {past.waiting - len(past.shown):,} more at the desk.", role=Role.DETAIL)


def _opening(review: ReviewFacts) -> Part:
    words = one_line(review.text or "", OPENING) or "(no words)"
    return line(f"{verdict(review)}, ", foreign(f"{author(review)}: {words}"), role=Role.DETAIL)


def _health(source: SourceFacts, place: Place | None) -> Iterator[Part]:
    if source.health is Health.OK:
        yield line(f"The {source.route.value} route hears it again; what came meanwhile is being read now.")
        return
    yield line(f"By the {source.route.value} route, {STATE.get(source.health, source.health.value)}.")
    if source.last_ok_at:
        at = moment(source.last_ok_at, place.tz if place else "UTC")
        yield line(f"Last heard well: {at}. What was written since then may be missing here.")
    else:
        yield line("It was never heard well by this route. Nothing here says that there is nothing.")
    mend = MEND | MEND_FEED if source.route is Route.FEED else MEND
    if source.health in mend:
        yield line(mend[source.health], label="What to do")


def _silence(facts: Facts) -> Iterator[Part]:
    usual = f"; usually one comes every {_days(facts.usual_days)}" if facts.usual_days else ""
    yield line(f"No new {_noun(facts)} for {_days(facts.days or 0)}{usual}.")
    yield line(
        "It may be a quiet time, or the site no longer shows us everything. Open the page and compare."
    )


def _days(days: float) -> str:
    return "day" if days == 1 else f"{days:g} days"


def _evidence(facts: Facts) -> Iterator[Part]:
    if facts.evidence:
        yield line(foreign("; ".join(facts.evidence)), role=Role.DETAIL, label="Evidence")


def _links(place: Place | None, desk: str | None) -> Iterator[Part]:
    if desk:
        yield link("Open it here", desk)
    if place and (there := web_link(place.listing_url)):
        yield link(f"On {place.site}", there)


def _of_the_past(facts: Facts, past: Baseline) -> str:
    """A mention waits for nobody."""
    if _noun(facts) == MENTION:
        return f"{count(past.heard, MENTION)} from before"
    return f"{count(past.waiting, 'review')} waiting"


def _noun(facts: Facts) -> str:
    return facts.place.hears if facts.place else "review"


def _spot(place: Place | None) -> str:
    if place is None:
        return "Shopbell"
    return f"{where(place)} on {place.site}" if place.branch else where(place)
