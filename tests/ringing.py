"""Rows and parcels that tests of alerts begin with; every builder has defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlmodel import Session

from service.alerts.channels import Parcel
from service.alerts.claim import Packing
from service.alerts.compose import Ways
from service.alerts.facts import Facts, Place, ReviewFacts
from service.alerts.outbox import Post
from service.alerts.queue import enqueue
from service.alerts.reach import ChannelKind, add_channel
from service.approval import versions
from service.approval.keys import UnlockedKey, new_key, unlock
from service.domain import EventKind, Flag, Topic, Urgency
from service.errors import DeliveryFailed
from service.models import Alert, Branch, Channel, Event, Listing, Person, Review, SigningKey
from service.people.links import Links
from service.replies.triage import TopicScore, Triage
from service.secrets import Vault

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = bytes(range(32))
VAULT = Vault(SECRET)
LINKS = Links(SECRET, "https://bell.example.com")
HOST = "bell.example.com"


@dataclass
class Recorder:
    """A sender that takes everything, or fails with what it is given, in order; it keeps what came."""

    failures: list[DeliveryFailed] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)

    def send(self, parcel: Parcel, now: datetime) -> None:
        self.parcels.append(parcel)
        if self.failures:
            raise self.failures.pop(0)

    @property
    def keys(self) -> list[str]:
        return [parcel.key for parcel in self.parcels]


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


def packing(*, approved: bool = True) -> Packing:
    return Packing(VAULT, LINKS, lambda _session, _offer, _now: approved)


def post(**senders: Any) -> Post:
    return Post(senders, packing())


def person(session: Session, name: str = "Kim", **columns: Any) -> Person:
    row = Person(email_folded=f"{name.casefold()}@example.com", name=name, **columns)
    session.add(row)
    session.flush()
    return row


def channel(
    session: Session,
    whose: Person,
    target: str = "",
    kind: ChannelKind = ChannelKind.MAIL,
    verified_at: datetime | None = NOW,
) -> int:
    target = target or f"{whose.name.casefold()}@example.com"
    row: Channel = add_channel(
        session,
        VAULT,
        person=whose.id or 0,
        kind=kind,
        target=target,
        title=f"{whose.name}'s {kind.value}",
        verified_at=verified_at,
    )
    return row.id or 0


def branch(session: Session, code: str = "north", **columns: Any) -> Branch:
    row = Branch(code=code, **({"name": "Northside", "city": "Leeds", "tz": "Europe/London"} | columns))
    session.add(row)
    session.flush()
    return row


def listing(session: Session, whose: Branch | None = None, **columns: Any) -> Listing:
    told = {"site": "yelp", "key": "northside", "url": "https://www.yelp.com/biz/northside", "added_at": NOW}
    row = Listing(branch_id=whose.id if whose else None, **(told | columns))
    session.add(row)
    session.flush()
    return row


def review(session: Session, where: Listing, **columns: Any) -> Review:
    told = {
        "listing_id": where.id,
        "rating": 2.0,
        "best": 5.0,
        "author": "Ann L.",
        "text": "Waited 40 minutes.",
        "first_seen_at": NOW,
        "last_seen_at": NOW,
        "urgency": Urgency.HIGH.value,
        "due_public_at": NOW + timedelta(hours=24),
    }
    row = Review(**(told | columns))
    session.add(row)
    session.flush()
    return row


def event(session: Session, where: Listing, about: Review | None = None, **columns: Any) -> Event:
    subject = f"review:{about.id}" if about else f"listing:{where.id}"
    told = {
        "kind": EventKind.NEW.value,
        "subject": subject,
        "dedupe_key": "1",
        "at": NOW,
        "listing_id": where.id,
        "review_id": about.id if about else None,
    }
    row = Event(**(told | columns))
    session.add(row)
    session.flush()
    return row


def told(about: Review | None = None, **facts: Any) -> Facts:
    """Facts as a ring freezes them."""
    place = Place(
        listing_id=1, listing_url="https://www.yelp.com/biz/northside", site="Yelp", branch="Northside"
    )
    shown = ReviewFacts(id=about.id or 0 if about else 7, rating=2, best=5, author="Ann", text="Waited.")
    given = {
        "kind": EventKind.NEW,
        "at": NOW,
        "urgency": Urgency.HIGH,
        "subject": "Northside: 2 of 5 stars on Yelp, from Ann",
        "place": place,
        "review": shown,
    }
    return Facts.model_validate(given | facts)


def alert(session: Session, channels: Sequence[int], number: int = 1, **facts: Any) -> Alert:
    """An alert about a review of its own, on its way to ``channels``."""
    spot = listing(session, key=f"k{number}")
    about = review(session, spot)
    happened = event(session, spot, about)
    row = Alert(
        dedupe_key=f"event:{happened.id}",
        event_id=happened.id,
        review_id=about.id,
        listing_id=spot.id,
        kind=EventKind.NEW.value,
        urgency=Urgency.HIGH.value,
        created_at=NOW,
        body=told(about, **facts).model_dump(mode="json"),
    )
    session.add(row)
    session.flush()
    enqueue(session, row, channels, HOST, NOW)
    return row


def parcel(target: str, **columns: Any) -> Parcel:
    given = {
        "facts": told(),
        "target": target,
        "name": "Kim",
        "key": f"item-12-6562ab.3@{HOST}",
        "thread": None,
        "ways": Ways("https://bell.example.com/r/token", "https://bell.example.com/u/token"),
    }
    return Parcel(**(given | columns))


PACK = b"""format = 1
pack = "northside-restaurant"
serial = 7
title = "Restaurant replies"
risk = "routine"
scope = { language = ["en"] }
from = 2026-01-01
until = 2027-12-31
author = "Content team"
changes = "First."
[fallback]
first_name = "there"
sign_off = "The team"
[[item]]
id = "wait-apology"
tone = "warm"
when = { stars = [1, 3], topics = ["wait"] }
variants = [
  "Hi {first_name}, that was too long a wait, and I am sorry. We have since [fix]. Ask for me. {sign_off}",
  "{first_name}, you should not have waited like that. The team read your words, and [fix]. {sign_off}",
  "I am sorry about the wait, {first_name}. What we changed: [fix]. I hope we may try again. {sign_off}" ]
[item.blank.fix]
hint = "what you changed since"
max = 120
empty = false
forbid = ["link", "phone"]
[[item]]
id = "thanks"
tone = "warm"
when = { stars = [4, 5] }
variants = [
  "Thank you, {first_name}, we are glad that you came. {sign_off}",
  "How kind of you to write, {first_name}. We look forward to next time. {sign_off}",
  "{first_name}, this made our day. Thank you for coming by. {sign_off}" ]
"""
PASSPHRASE = "a long enough passphrase"


@cache
def _robin() -> tuple[dict[str, Any], UnlockedKey]:
    """A key, made once: sealing and unlocking one takes its time on purpose."""
    row = new_key("Robin Vale", "approver", PASSPHRASE, NOW)
    return row.model_dump(), unlock(row, PASSPHRASE)


def approve(session: Session, body: bytes = PACK, now: datetime = NOW) -> UnlockedKey:
    """Store a pack and have Robin sign it; answers Robin's key."""
    columns, key = _robin()
    session.add(SigningKey(**columns))
    session.flush()
    missing = versions.approve(session, versions.add_version(session, body, now).sha256, key, now)
    assert missing is None
    return key


def judged(
    urgency: Urgency = Urgency.HIGH,
    topics: Sequence[Topic] = (Topic.WAIT,),
    flags: Sequence[Flag] | None = (),
) -> dict[str, Any]:
    """A judgement as triage stores it."""
    return Triage(
        language="en",
        has_words=True,
        sentiment=-0.8,
        topics=tuple(TopicScore(topic, 0.8) for topic in topics),
        flags=None if flags is None else tuple(flags),
        urgency=urgency,
        due_hours=24,
        reasons=("2 of 5 stars", *(f"topic {topic}: 'waited'" for topic in topics)),
    ).as_json()
