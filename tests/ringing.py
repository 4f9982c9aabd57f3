"""Rows and parcels that tests of alerts begin with; every builder has defaults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from service.alerts.channels import Parcel
from service.alerts.claim import Packing
from service.alerts.compose import Ways
from service.alerts.facts import Facts, Place, ReviewFacts
from service.alerts.outbox import Post
from service.alerts.queue import enqueue
from service.alerts.reach import ChannelKind, add_channel
from service.domain import EventKind, Urgency
from service.errors import DeliveryFailed
from service.models import Alert, Branch, Channel, Event, Listing, Person, Review
from service.people.links import Links
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
