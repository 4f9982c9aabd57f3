"""Rows for the desk's tests: builders with defaults, written straight into a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from service.alerts.facts import Facts, Place, ReviewFacts
from service.db import Database
from service.domain import EventKind, Item, Outcome, Reply, Urgency
from service.models import (
    Alert,
    Branch,
    Channel,
    Delivery,
    Event,
    Installation,
    Listing,
    ListingSource,
    LookRow,
    Person,
    Review,
    ReviewVersion,
    SourceAccount,
)
from service.watch.folding import folded
from service.watch.rows import item_json, judgement_columns

WORDS = "We waited forty minutes for two bowls of soup."
SUBJECT = "Harbour Street: 2 of 5 stars on TableNotes, from Marta K."


def triage(urgency: str = "high", flags: list[str] | None = None, *reasons: str) -> dict[str, Any]:
    """A judgement as it is stored; ``flags`` are none unless given."""
    return {
        "language": "en",
        "has_words": True,
        "sentiment": -0.5,
        "topics": [{"topic": "wait", "score": 0.4}],
        "flags": flags or [],
        "urgency": urgency,
        "due_hours": 24,
        "reasons": list(reasons) or ["2 stars", "topic wait: 'forty minutes'"],
    }


@dataclass
class Rows:
    """Writes rows at ``now``; every method answers the new row's id."""

    database: Database
    now: datetime
    _numbers: Any = field(default_factory=lambda: count(1))

    def add(self, row: Any) -> int:
        with self.database.transaction() as session:
            session.add(row)
            session.flush()
            return int(row.id)

    def installation(self, **facts: Any) -> int:
        return self.add(Installation(created_at=self.now, **facts))

    def branch(self, name: str = "Harbour Street", **facts: Any) -> int:
        code = facts.pop("code", f"branch-{next(self._numbers)}")
        return self.add(Branch(code=code, name=name, **facts))

    def listing(self, branch: int | None, site: str = "tablenotes.example", **facts: Any) -> int:
        key = facts.pop("key", f"/place/{next(self._numbers)}")
        defaults = {"url": f"https://{site}{key}", "added_at": self.now, "next_look_at": self.now}
        return self.add(Listing(branch_id=branch, site=site, key=key, **(defaults | facts)))

    def feed(self, branch: int | None, title: str = "Google Alert - harbour", **settings: Any) -> int:
        """A feed's listing with its account."""
        number = next(self._numbers)
        account = SourceAccount(
            kind="feed", external_id=f"feed-{number}", title=title, settings=settings, added_at=self.now
        )
        return self.listing(branch, "web", url="https://www.google.com/alerts", account_id=self.add(account))

    def mention(self, feed: int, **facts: Any) -> int:
        told = {
            "kind": "mention",
            "scale": "none",
            "rating": None,
            "best": None,
            "author": None,
            "title": "Five cafés worth a walk",
            "text": "Harbour Street is one of them.",
            "permalink": "https://www.crumbs.example/five",
            "urgency": "low",
            "triage": triage("low"),
            "due_public_at": None,
        }
        return self.review(feed, **(told | facts))

    def source(self, listing: int, route: str = "page", **facts: Any) -> int:
        return self.add(ListingSource(listing_id=listing, route=route, **facts))

    def look(self, listing: int, outcome: Outcome, before: timedelta = timedelta(0), **facts: Any) -> int:
        row = LookRow(
            listing_id=listing,
            route="page",
            started_at=self.now - before,
            seconds=0.2,
            outcome=outcome.value,
            **facts,
        )
        return self.add(row)

    def review(self, listing: int, **facts: Any) -> int:
        defaults = {
            "author": "Marta K.",
            "rating": 2.0,
            "best": 5.0,
            "text": WORDS,
            "language": "en",
            "posted_at": self.now - timedelta(hours=5),
            "posted_precision": "second",
            "posted_shown": "5 hours ago",
            "first_seen_at": self.now - timedelta(hours=4),
            "last_seen_at": self.now,
            "urgency": "high",
            "due_public_at": self.now + timedelta(hours=20),
            "triage": triage(),
        }
        told = defaults | facts
        told |= judgement_columns(told["triage"]) if told["triage"] else {}
        if told.get("reply_text") is not None:
            told.setdefault("reply_route", told.get("provenance", {}).get("reply", ["hand"])[0])
        told.setdefault("author_folded", folded(told["author"]) or None)
        return self.add(Review(listing_id=listing, **told))

    def set(self, review: int, **facts: Any) -> None:
        """What became of a review since."""
        with self.database.transaction() as session:
            row = session.get_one(Review, review)
            for name, value in facts.items():
                setattr(row, name, value)

    def version(self, review: int, n: int, text: str, reply: str | None = None, **facts: Any) -> int:
        item = Item(author="Marta K.", text=text, reply=Reply(reply) if reply else None)
        row = ReviewVersion(
            review_id=review,
            n=n,
            route="page",
            content_sha256=sha256(f"{text}{reply}".encode()).digest(),
            item=item_json(item),
            seen_at=facts.pop("seen_at", self.now - timedelta(hours=4)),
            last_seen_at=self.now,
        )
        return self.add(row)

    def person(self, name: str = "Dana Whitlock", email: str = "dana@example.com") -> int:
        return self.add(Person(email_folded=email, name=name))

    def channel(self, person: int, kind: str = "demo", title: str = "this desk", **facts: Any) -> int:
        mark = f"{kind}{next(self._numbers)}".encode()
        row = Channel(
            person_id=person,
            kind=kind,
            title=title,
            target_hash=sha256(mark).digest(),
            target_enc=mark,
            **facts,
        )
        return self.add(row)

    def event(self, kind: EventKind = EventKind.NEW, **facts: Any) -> int:
        number = next(self._numbers)
        defaults = {"subject": f"event:{number}", "dedupe_key": str(number), "at": self.now}
        return self.add(Event(kind=kind.value, **(defaults | facts)))

    def alert(self, review: int | None = None, listing: int | None = None, **facts: Any) -> int:
        event = self.event(review_id=review, listing_id=listing)
        kind, urgency = facts.pop("kind", EventKind.NEW), facts.pop("urgency", Urgency.HIGH)
        place = Place(listing_id=listing or 1, listing_url="https://tablenotes.example/1", site="TableNotes")
        shown = ReviewFacts(id=review, rating=2, best=5, author="Marta K.", text=WORDS) if review else None
        body = Facts(
            kind=kind,
            at=self.now,
            urgency=urgency,
            subject=SUBJECT,
            place=place,
            review=shown,
            told_because="rule 2, Everything else",
        )
        defaults = {
            "kind": kind.value,
            "urgency": urgency.value,
            "created_at": self.now - timedelta(minutes=3),
            "body": body.model_dump(mode="json"),
        }
        key = f"alert-{next(self._numbers)}"
        row = Alert(
            dedupe_key=key, event_id=event, review_id=review, listing_id=listing, **(defaults | facts)
        )
        return self.add(row)

    def delivery(self, alert: int, channel: int, **facts: Any) -> int:
        defaults = {
            "state": "sent",
            "tries": 1,
            "sent_at": self.now - timedelta(minutes=2),
            "next_try_at": self.now,
        }
        key = f"message-{next(self._numbers)}"
        row = Delivery(
            alert_id=alert,
            channel_id=channel,
            message_id=key,
            **(defaults | facts),
        )
        return self.add(row)
