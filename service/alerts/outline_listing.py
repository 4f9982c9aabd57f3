"""What an alert says of a listing: its past, health and silence, and what we doubt of ourselves. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import Baseline, Facts, Place, ReviewFacts, SourceFacts
from service.alerts.neutral import link as web_link
from service.alerts.neutral import one_line
from service.alerts.outline import Outline, Part, Role, foreign, line, link, stop
from service.alerts.words import and_more, author, moment, verdict, where
from service.domain import EventKind, Health, Kind, Route
from service.replies.called import called
from service.sentences import listed, say, say_many

OPENING = 100  # characters of a review in a summary
MENTION = Kind.MENTION.value

CAME = {Route.HAND: say("its past was brought in"), Route.MAIL: say("its past came by mail")}
"""How a past came that no first look heard."""

ROUTE = {
    Route.API: say("api"),
    Route.CAPTURE: say("capture"),
    Route.PAGE: say("page"),
    Route.FEED: say("feed"),
    Route.MAIL: say("mail"),
    Route.HAND: say("hand"),
}

STATE = {
    Health.WALLED: say("the site answers us with a wall"),
    Health.LAYOUT: say("the page is no longer what we can read"),
    Health.UNREACHABLE: say("no answer comes"),
    Health.OUR_ERROR: say("Shopbell itself failed"),
    Health.NO_NEWS: say("nothing new for longer than usual"),
    Health.NEVER: say("nothing has been heard yet"),
}
MEND = {
    Health.WALLED: say(
        "Open the page yourself until another way to hear it is connected: the site closes "
        "it to programs, and Shopbell neither climbs walls nor takes silence for peace."
    ),
    Health.LAYOUT: say(
        "Open the page. If it looks right to you, the site changed its form and Shopbell "
        "must learn it; if it does not, correct the listing's address."
    ),
    Health.UNREACHABLE: say("Open the page. If it opens for you, this machine's connection is at fault."),
    Health.OUR_ERROR: say("`shopbell doctor` says more; the other listings go on."),
}

MEND_FEED = {
    Health.WALLED: say(
        "The feed closes itself to programs, or asks them to keep out. Nothing is heard "
        "there until another way is found: a Google Alert for the same place, perhaps."
    ),
    Health.LAYOUT: say(
        "No feed stands at its address any more. Copy the address anew where you had it from, and add it."
    ),
}


def listing_subject(facts: Facts) -> str:  # noqa: PLR0911  # one sentence for each kind
    """The subject of an alert that is not about one review."""
    spot = _spot(facts.place)
    if facts.kind is EventKind.TEST:
        return say("A test from Shopbell")
    match facts.kind:
        case EventKind.BASELINE if facts.baseline is not None:
            came = CAME.get(facts.baseline.route, say("now watched"))
            past = _of_the_past(facts, facts.baseline)
            return say("%(spot)s: %(came)s, %(past)s", spot=spot, came=came, past=past)
        case EventKind.HEALTH if facts.source is not None and facts.source.health is Health.OK:
            return say("%(spot)s: heard again", spot=spot)
        case EventKind.HEALTH:
            return say("%(spot)s: we cannot hear it", spot=spot)
        case EventKind.SILENCE:
            return say("%(spot)s: unusually quiet", spot=spot)
        case EventKind.TWINS:
            return say("%(spot)s: one review or two?", spot=spot)
        case EventKind.ALARM if facts.place is None:
            return say("%(spot)s: mails that nobody can read", spot=spot)
    return say("%(spot)s: we do not believe what we read", spot=spot)


def listing_outline(facts: Facts, desk: str | None) -> Outline:
    """The outline of an alert about a listing, or about ourselves."""
    subject = listing_subject(facts)
    parts = (
        line(stop(subject), role=Role.HEADLINE),
        *_body(facts),
        *_evidence(facts),
        *_links(facts.place, desk),
    )
    return Outline((foreign(facts.subject),), stop(subject), parts, facts.urgency)


def _body(facts: Facts) -> Iterator[Part]:
    match facts.kind:
        case EventKind.TEST:
            yield line(say("If you can read this, alerts reach you here. Nothing needs to be done."))
        case EventKind.BASELINE:
            yield from _past(facts)
        case EventKind.HEALTH if facts.source is not None:
            yield from _health(facts.source, facts.place)
        case EventKind.SILENCE:
            yield from _silence(facts)
        case EventKind.ALARM if facts.place is None:
            yield line(say("What they tell is not heard by mail until somebody says how they read:"))
        case EventKind.ALARM:
            yield line(
                say(
                    "What the last look showed contradicts what we know, so nothing of it was taken for news:"
                )
            )
        case EventKind.TWINS:
            yield line(
                say("A review came that may be one we have, or another. Nobody is told twice until you say.")
            )


def _past(facts: Facts) -> Iterator[Part]:
    past = facts.baseline
    if past is None:
        return
    yield line(_heard(facts, past))
    if _noun(facts) == MENTION:
        return
    if not past.waiting:
        yield line(say("None from the last 30 days waits for an answer."))
        return
    yield line(
        say_many(
            "%(n)s review from the last 30 days waits for an answer.",
            "%(n)s reviews from the last 30 days wait for an answer.",
            past.waiting,
        )
    )
    if facts.place is not None and facts.place.discreet:
        return
    yield from (_opening(review) for review in past.shown)
    if past.waiting > len(past.shown) > 0:
        yield line(and_more(past.waiting - len(past.shown)), role=Role.DETAIL)


def _heard(facts: Facts, past: Baseline) -> str:
    if _noun(facts) == MENTION:
        return say_many(
            "%(n)s mention heard for the first time. They are the past: nothing is overdue.",
            "%(n)s mentions heard for the first time. They are the past: nothing is overdue.",
            past.heard,
        )
    return say_many(
        "%(n)s review heard for the first time. They are the past: nothing is overdue.",
        "%(n)s reviews heard for the first time. They are the past: nothing is overdue.",
        past.heard,
    )


def _opening(review: ReviewFacts) -> Part:
    words = one_line(review.text or "", OPENING) or say("(no words)")
    told = listed((author(review), words), ": ")
    return line(listed((verdict(review), ", "), ""), foreign(told), role=Role.DETAIL)


def _health(source: SourceFacts, place: Place | None) -> Iterator[Part]:
    route = ROUTE[source.route]
    if source.health is Health.OK:
        again = say("The %(route)s route hears it again; what came meanwhile is being read now.", route=route)
        yield line(again)
        return
    state = STATE.get(source.health, source.health.value)
    yield line(say("By the %(route)s route, %(state)s.", route=route, state=state))
    if source.last_ok_at:
        at = moment(source.last_ok_at, place.tz if place else "UTC")
        yield line(say("Last heard well: %(at)s. What was written since then may be missing here.", at=at))
    else:
        yield line(say("It was never heard well by this route. Nothing here says that there is nothing."))
    mend = MEND | MEND_FEED if source.route is Route.FEED else MEND
    if source.health in mend:
        yield line(mend[source.health], label=say("What to do"))


def _silence(facts: Facts) -> Iterator[Part]:
    new = say("No new %(noun)s for %(days)s", noun=called(_noun(facts)), days=_days(facts.days or 0))
    if facts.usual_days:
        new = say("%(new)s; usually one comes every %(days)s", new=new, days=_days(facts.usual_days))
    yield line(stop(new))
    yield line(
        say("It may be a quiet time, or the site no longer shows us everything. Open the page and compare.")
    )


def _days(days: float) -> str:
    return say("day") if days == 1 else say("%(days)s days", days=float(days))


def _evidence(facts: Facts) -> Iterator[Part]:
    if facts.evidence:
        yield line(foreign(listed(facts.evidence, "; ")), role=Role.DETAIL, label=say("Evidence"))


def _links(place: Place | None, desk: str | None) -> Iterator[Part]:
    if desk:
        yield link(say("Open it here"), desk)
    if place and (there := web_link(place.listing_url)):
        yield link(say("On %(site)s", site=place.site), there)


def _of_the_past(facts: Facts, past: Baseline) -> str:
    """A mention waits for nobody."""
    if _noun(facts) == MENTION:
        return say_many("%(n)s mention from before", "%(n)s mentions from before", past.heard)
    return say_many("%(n)s review waiting", "%(n)s reviews waiting", past.waiting)


def _noun(facts: Facts) -> str:
    return facts.place.hears if facts.place else "review"


def _spot(place: Place | None) -> str:
    if place is None:
        return "Shopbell"
    return say("%(where)s on %(site)s", where=where(place), site=place.site) if place.branch else where(place)
