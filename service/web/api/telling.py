"""``/events``: what became of a reply in somebody's browser, told once it happened and kept once."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from service.models import PostingState
from service.outcomes import telling
from service.outcomes.inserting import Browser
from service.outcomes.telling import Report, Result, Teller
from service.people import devices, scope
from service.people.devices import Scope
from service.people.may import Act
from service.web.api.endpoint import Call, Endpoint
from service.web.api.shapes import NO_NUL, Asked, Id, Told, line

MOST_EVENTS = 50
MOST_BYTES = 2 * 1024 * 1024
MOST_SIGNS = 10


class EventAsked(Asked):
    """One thing that happened; ``key`` is its own, however often it is told."""

    key: UUID
    posting: Id | None
    review: Id
    kind: Literal["shown", "inserted", "copied", "submitted", "denied"]
    at: AwareDatetime
    text: Annotated[str, StringConstraints(pattern=NO_NUL)] | None
    signs: Annotated[list[Annotated[str, line(60, 1)]], Field(max_length=MOST_SIGNS)]


class EventsAsked(Asked):
    """What waited in the browser, oldest first."""

    events: Annotated[list[EventAsked], Field(max_length=MOST_EVENTS)]


class EventTold(Told):
    """What became of one of them; what is refused is not to be told again."""

    key: str
    result: Literal["stored", "duplicate", "refused"]
    why: str | None


class EventsTold(Told):
    """One result for each, in order."""

    results: list[EventTold]


def events(call: Call, asked: EventsAsked) -> EventsTold:
    """Keep what happened to replies in a browser; each by itself, so that one bad one stops no other."""
    teller = _teller(call)
    return EventsTold(results=[_kept(call, teller, one) for one in asked.events])


def _teller(call: Call) -> Teller:
    """At a desk station whoever told it may have left, and the next one's browser tells it for her."""
    with call.database.reading() as session:
        browser = Browser(call.who.key, devices.told(session, call.who.device))
    is_station = call.who.station is not None
    hers = scope.branches(call.who.who, Act.READ if is_station else Act.ANSWER)
    return Teller(call.who.who.name, browser, hers, is_station)


def _kept(call: Call, teller: Teller, one: EventAsked) -> EventTold:
    report = Report(
        one.key, one.review, one.posting, PostingState(one.kind), one.at, one.text, tuple(one.signs)
    )
    with call.database.transaction() as session:
        kept = telling.keep(session, report, teller, call.now)
    return EventTold(key=str(one.key), result=Result(kept.result).value, why=kept.why)


ENDPOINTS = (Endpoint("/events", events, EventsAsked, EventsTold, scope=Scope.POSTED, most=MOST_BYTES),)
