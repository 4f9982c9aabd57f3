"""What a digest says: what was gathered, and each week what was heard, also where all is quiet. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import DigestFacts, DigestLine, Facts, Week
from service.alerts.outline import Outline, Part, Role, foreign, line, link, stop
from service.alerts.words import URGENCY, and_more, short_moment
from service.domain import Urgency
from service.sentences import listed, say, say_many

MOST_LINES = 50

NAMED = {"daily": say("today"), "weekly": say("this week")}


def digest_subject(digest: DigestFacts) -> str:
    """The subject: how many messages there are, or that all is quiet."""
    named = NAMED[digest.when]
    if digest.alerts:
        messages = say_many("%(n)s message", "%(n)s messages", len(digest.alerts))
        return say("Shopbell, %(when)s: %(told)s", when=named, told=messages)
    quiet = say("all quiet") if _is_heard(digest.week) else say("nothing new was heard")
    return say("Shopbell, %(when)s: %(told)s", when=named, told=quiet)


def digest_outline(facts: Facts, digest: DigestFacts, desk: str | None, *, personal: bool) -> Outline:
    """The outline; only where it is ``personal`` does each message have its own link."""
    subject = digest_subject(digest)
    parts = (
        line(stop(subject), role=Role.HEADLINE),
        *(_week(digest.week) if digest.week else ()),
        *_gathered(digest, personal=personal),
        *_head(digest),
        *([link(say("Open the desk"), desk)] if desk else []),
    )
    return Outline((foreign(facts.subject),), stop(subject), parts, facts.urgency)


def _week(week: Week) -> Iterator[Part]:
    yield line(
        say_many(
            "%(n)s new review this week; %(waiting)s wait for a reply, %(overdue)s of them overdue.",
            "%(n)s new reviews this week; %(waiting)s wait for a reply, %(overdue)s of them overdue.",
            week.new,
            waiting=f"{week.waiting:,}",
            overdue=f"{week.overdue:,}",
        )
    )
    if week.offline or week.unreported:
        yield line(stop(_offline(week)))
    if not week.watched:
        yield line(say("No listing is watched, so nothing could be heard."))
    elif week.unheard:
        yield line(
            say_many(
                "%(unheard)s of %(n)s listing cannot be heard just now: "
                "their silence says nothing. The desk says which, and what to do.",
                "%(unheard)s of %(n)s listings cannot be heard just now: "
                "their silence says nothing. The desk says which, and what to do.",
                week.watched,
                unheard=f"{week.unheard:,}",
            )
        )
    else:
        yield line(say_many("All %(n)s listing were heard.", "All %(n)s listings were heard.", week.watched))


def _offline(week: Week) -> str:
    taken = say_many("%(n)s conversation taken offline", "%(n)s conversations taken offline", week.offline)
    if not week.unreported:
        return taken
    late = say_many(
        "%(n)s report back in public overdue", "%(n)s report backs in public overdue", week.unreported
    )
    return listed((taken, late), "; ")


def _gathered(digest: DigestFacts, *, personal: bool) -> Iterator[Part]:
    for one in digest.lines[:MOST_LINES]:
        yield _line(one)
        if personal and one.url:
            yield link(say("Open it"), one.url)
    if len(digest.lines) > MOST_LINES:
        yield line(and_more(len(digest.lines) - MOST_LINES))
    if gone := len(digest.alerts) - len(digest.lines):
        erased = say_many(
            "%(n)s message told of words that were erased since.",
            "%(n)s messages told of words that were erased since.",
            gone,
        )
        yield line(erased, role=Role.DETAIL)


def _line(one: DigestLine) -> Part:
    urgency = say("Held") if one.urgency is Urgency.HELD else URGENCY[one.urgency]
    told = listed((" (", urgency, ", ", short_moment(one.at, "UTC"), " UTC)"), "")
    return line(foreign(one.subject), told, role=Role.DETAIL)


def _head(digest: DigestFacts) -> Iterator[Part]:
    if digest.head:
        yield line(
            say(
                "%(head)s (`shopbell audit verify --head …` tells whether anything before it was cut off).",
                head=digest.head,
            ),
            role=Role.DETAIL,
            label=say("The audit's head, to keep"),
        )


def _is_heard(week: Week | None) -> bool:
    return week is not None and week.watched > 0 and not week.unheard and not week.new
