"""From frozen facts to the message itself, for one kind of channel. Pure: no rows, no network, no clock.

The same outline becomes plain text and HTML, so the two never say different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from service.alerts import plain
from service.alerts.facts import Facts
from service.alerts.markup import html
from service.alerts.media import Medium
from service.alerts.outline import Outline, Part, line, link, stop
from service.alerts.outline_digest import digest_outline
from service.alerts.outline_listing import listing_outline
from service.alerts.outline_pack import feed_outline, pack_outline
from service.alerts.outline_review import review_outline
from service.domain import Urgency
from service.sentences import say
from service.tongues import ENGLISH, Tongue


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses of ours in a message: ``desk`` opens what it tells of, ``stop`` ends such messages."""

    desk: str | None = None
    stop: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. ``html`` is None where the medium has none; ``links`` are those it carries, in order."""

    subject: str
    text: str
    html: str | None
    priority: Urgency
    links: tuple[str, ...]


def compose(facts: Facts, medium: Medium, ways: Ways, tongue: Tongue = ENGLISH) -> Message:
    """The message, within the medium's limits, with every word that is not ours made harmless there.

    What we say is said in ``tongue``; the review and the reply stay in their own language.
    """
    medium = replace(medium, language=tongue)
    outline = outline_of(facts, ways, personal=medium.html).in_language(tongue)
    subject = plain.title(outline, medium)
    return Message(
        subject=subject,
        text=plain.text(outline, medium, room_taken=medium.measure(subject) + 2),
        html=html(outline, tongue.code.replace("_", "-")) if medium.html else None,
        priority=outline.priority,
        links=tuple(part.url for part in outline.parts if part.url),
    )


def outline_of(facts: Facts, ways: Ways, *, personal: bool) -> Outline:
    """The outline every medium is written from; only where it is ``personal`` does it say how to stop.

    In a shared channel anybody could press that.
    """
    if facts.review is not None:
        outline = review_outline(facts, facts.review, ways.desk)
    elif facts.digest is not None:
        outline = digest_outline(facts, facts.digest, ways.desk, personal=personal)
    elif facts.pack is not None:
        outline = pack_outline(facts, facts.pack, ways.desk)
    elif facts.feed_of is not None:
        outline = feed_outline(facts, facts.feed_of, ways.desk)
    else:
        outline = listing_outline(facts, ways.desk)
    if not personal or ways.stop is None:
        return outline
    return replace(outline, parts=(*outline.parts, *_ending(facts, ways.stop)))


def _ending(facts: Facts, address: str) -> Iterator[Part]:
    if facts.told_because:
        yield line(stop(facts.told_because), label=say("Why you"))
    yield link(say("Stop these messages"), address)
