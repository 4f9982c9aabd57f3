"""Builders with defaults: a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from service.db import Database, insert_new
from service.domain import (
    ALL,
    Coverage,
    Item,
    Look,
    Moment,
    Observation,
    Outcome,
    Precision,
    Reply,
    Route,
    Urgency,
    Validators,
)
from service.models import Branch, Listing
from service.sites.base import Politeness
from service.watch.check import Asked, Watch
from service.watch.record import Planner
from service.watch.store import Judged

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def posted(at: datetime) -> Moment:
    return Moment(at.isoformat(), at, Precision.SECOND)


def a_review(name: str, *, at: datetime = NOW - 40 * DAY, stars: int = 4, **more: Any) -> Item:
    """A review whose id, author and words all come from ``name``."""
    facts: dict[str, Any] = {
        "ids": (("town", name),),
        "rating": Decimal(stars),
        "best": Decimal(5),
        "author": f"{name.title()} Example",
        "text": f"This is what {name} thought of the place, at some length.",
        "posted": posted(at),
    }
    return Item(**facts | more)


def answered(item: Item, text: str = "Thank you for coming.") -> Item:
    """``item`` with an owner's reply."""
    from dataclasses import replace

    return replace(item, reply=Reply(text))


def a_look(
    *items: Item, at: datetime = NOW, coverage: Coverage = ALL, total: int | None = None, **more: Any
) -> Look:
    """A look that read ``items``."""
    observation = Observation(
        site="town",
        route=more.pop("route", Route.PAGE),
        observed_at=at,
        coverage=coverage,
        site_total=len(items) if total is None else total,
        items=items,
    )
    outcome = Outcome.OK if items else Outcome.EMPTY
    return Look(outcome, ("HTTP 200",), observation, Validators(body_sha256=bytes(32)), **more)


def a_mail(*items: Item, at: datetime = NOW, **more: Any) -> Look:
    """What a mail told; ``items`` lose what mails of most sites do not say."""
    from dataclasses import replace

    told = tuple(replace(item, ids=(), posted=None) for item in items)
    observation = Observation(site="town", route=Route.MAIL, observed_at=at, items=told, **more)
    return Look(Outcome.OK, (), observation)


def failed(outcome: Outcome, *evidence: str, **more: Any) -> Look:
    """A look without a reading."""
    return Look(outcome, evidence or ("HTTP 403",), **more)


def a_listing(database: Database, added_at: datetime = NOW - 90 * DAY, **more: Any) -> int:
    """A branch with one listing on the site ``town``; answers the listing's id."""
    with database.transaction() as session:
        branch = Branch(code=f"b{more.get('key', 'north')}", name="North", language="en", city="Leeds")
        session.add(branch)
        session.flush()
        row = {
            "branch_id": branch.id,
            "site": "town",
            "key": "north",
            "url": "https://town.example/north",
            "added_at": added_at,
            "next_look_at": added_at,
        }
        insert_new(session, Listing, [row | more])
        from sqlalchemy import select
        from sqlmodel import col

        key = (row | more)["key"]
        return session.execute(select(col(Listing.id)).where(col(Listing.key) == key)).scalar_one()


def judged(item: Item) -> Judged:
    """A stand-in for triage: stars decide."""
    low = item.rating is not None and item.rating <= 2
    urgency = Urgency.HIGH if low else Urgency.NORMAL
    return Judged({"urgency": urgency.value, "words": item.text}, urgency, NOW, NOW + DAY)


def a_planner(gap: timedelta = timedelta(hours=1)) -> Planner:
    """Plans with the usual politeness and no chance in it."""
    return Planner(lambda _site: Politeness(gap=gap), lambda: 0.5)


class Town:
    """A watch whose hearing is a list of looks, given one after another."""

    def __init__(self, database: Database, judge_for: Any = lambda *_facts: judged, **more: Any) -> None:
        self.database = database
        self.listing_id = a_listing(database, **more)
        self._looks: list[Look] = []
        self.watch = Watch(database, self._hear, judge_for, a_planner())

    def _hear(self, _asked: Asked, _now: datetime) -> Look:
        return self._looks.pop(0)

    def told(self, look: Look, at: datetime = NOW) -> None:
        """Keep what came of itself: a mail, a file, a capture."""
        assert look.observation is not None
        with self.database.transaction() as session:
            self.watch.keep(session, self.listing_id, look.observation.route, look, at, at)

    def look(self, look: Look, at: datetime = NOW) -> None:
        """Look once; ``look`` is what hearing answers."""
        self._looks.append(look)
        self.watch.check(self.listing_id, at, lambda: at)
