"""What a digest says: what was gathered, and each week what was heard, also where all is quiet. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from service.alerts.facts import DigestFacts, DigestLine, Facts, Week
from service.alerts.outline import Outline, Part, Role, foreign, line, link
from service.alerts.words import URGENCY, count, short_moment

MOST_LINES = 50

NAMED = {"daily": "today", "weekly": "this week"}


def digest_subject(digest: DigestFacts) -> str:
    """The subject: how many messages there are, or that all is quiet."""
    named = NAMED[digest.when]
    if digest.alerts:
        return f"Shopbell, {named}: {count(len(digest.alerts), 'message')}"
    return f"Shopbell, {named}: {'all quiet' if _is_heard(digest.week) else 'nothing new was heard'}"


def digest_outline(facts: Facts, digest: DigestFacts, desk: str | None, *, personal: bool) -> Outline:
    """The outline; only where it is ``personal`` does each message have its own link."""
    subject = digest_subject(digest)
    parts = (
        line(f"{subject}.", role=Role.HEADLINE),
        *(_week(digest.week) if digest.week else ()),
        *_gathered(digest, personal=personal),
        *_head(digest),
        *([link("Open the desk", desk)] if desk else []),
    )
    return Outline((foreign(facts.subject),), f"{subject}.", parts, facts.urgency)


def _week(week: Week) -> Iterator[Part]:
    yield line(
        f"{count(week.new, 'new review')} this week; {week.waiting:,} wait for a reply, "
        f"{week.overdue:,} of them overdue."
    )
    if week.offline or week.unreported:
        late = f"; {count(week.unreported, 'report back')} in public overdue" if week.unreported else ""
        yield line(f"{count(week.offline, 'conversation')} taken offline{late}.")
    if not week.watched:
        yield line("No listing is watched, so nothing could be heard.")
    elif week.unheard:
        yield line(
            f"{week.unheard:,} of {count(week.watched, 'listing')} cannot be heard just now: "
            "their silence says nothing. The desk says which, and what to do."
        )
    else:
        yield line(f"All {count(week.watched, 'listing')} were heard.")


def _gathered(digest: DigestFacts, *, personal: bool) -> Iterator[Part]:
    for one in digest.lines[:MOST_LINES]:
        yield _line(one)
        if personal and one.url:
            yield link("Open it", one.url)
    if len(digest.lines) > MOST_LINES:
        yield line(f"And {len(digest.lines) - MOST_LINES:,} more at the desk.")
    if gone := len(digest.alerts) - len(digest.lines):
        yield line(f"{count(gone, 'message')} told of words that were erased since.", role=Role.DETAIL)


def _line(one: DigestLine) -> Part:
    urgency = URGENCY[one.urgency].partition(":")[0]
    told = f" ({urgency}, {short_moment(one.at, 'UTC')} UTC)"
    return line(foreign(one.subject), told, role=Role.DETAIL)


def _head(digest: DigestFacts) -> Iterator[Part]:
    if digest.head:
        yield line(
            f"{digest.head} (`shopbell audit verify --head …` tells whether anything before it was cut off).",
            role=Role.DETAIL,
            label="The audit's head, to keep",
        )


def _is_heard(week: Week | None) -> bool:
    return week is not None and week.watched > 0 and not week.unheard and not week.new
