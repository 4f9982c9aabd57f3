"""The rows a report is made of: three queries for the reviews, one for the replies that were used."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, exists, func, select
from sqlmodel import Session, col

from service.domain import EventKind, Kind, Route
from service.models import AskedWords, Branch, Event, Listing, Posting, Review
from service.outcomes.postings import USED
from service.outcomes.report import Said, Told
from service.sites.registry import site_named

NO_BRANCH = "The whole brand"
NO_REGION = "No region"
MOST_USED = 20


@dataclass(frozen=True, slots=True)
class Used:
    """How often one item's words were taken, and how far from the approved wording they were posted."""

    pack: str
    item: str
    by_class: dict[str, int]

    @property
    def uses(self) -> int:
        """All of them."""
        return sum(self.by_class.values())


def owed_since(session: Session, since: datetime, until: datetime, where: ColumnElement[bool]) -> list[Told]:
    """Every review heard as news in that time, that still stands; ``where`` cuts them to somebody's scope."""
    asked = exists().where(
        col(AskedWords.review_id) == col(Review.id),
        col(AskedWords.text).is_(None),
        col(AskedWords.refused_why).is_(None),
    )
    rows = session.execute(
        select(
            col(Review.id),
            *(col(getattr(Review, name)) for name in _AS_THEY_ARE),
            col(Review.provenance)["reply"][0].as_string().label("route"),
            (col(Review.reply_text).is_not(None)).label("is_answered"),
            asked.label("asked"),
            col(Branch.name).label("branch"),
            col(Branch.region).label("region"),
            col(Listing.site).label("site"),
        )
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(
            col(Review.first_seen_at) >= since,
            col(Review.first_seen_at) < until,
            col(Review.baseline).is_(False),
            *_STANDING,
            where,
        )
    ).all()
    seen = _first_seen(session, since)
    return [_told(row, seen) for row in rows]


def said_since(session: Session, since: datetime, where: ColumnElement[bool]) -> list[Said]:
    """What every review of that time said, of a listing's past too.

    Tens of thousands of rows: dates and topics come as text, and alike ones are read once.
    """
    at = func.coalesce(col(Review.posted_at), col(Review.first_seen_at))
    rows = session.execute(
        select(
            cast(func.date(at), String),
            col(Review.scale),
            col(Review.rating),
            col(Review.recommends),
            cast(col(Review.triage)["topics"].as_string(), String),
        ).where(at >= since, *_STANDING, where)
    )
    return [
        Said(_day(day), scale, rating, recommends, _topics(topics))
        for day, scale, rating, recommends, topics in rows
    ]


def replies_used(
    session: Session, since: datetime, until: datetime, where: ColumnElement[bool]
) -> tuple[Used, ...]:
    """The items whose words were used, the most first."""
    rows = session.execute(
        select(col(Posting.pack), col(Posting.item), col(Posting.reply_class), func.count())
        .join(Review, col(Review.id) == col(Posting.review_id))
        .where(
            col(Posting.made_at) >= since,
            col(Posting.made_at) < until,
            col(Posting.state).in_([state.value for state in USED]),
            where,
        )
        .group_by(col(Posting.pack), col(Posting.item), col(Posting.reply_class))
    )
    counts: dict[tuple[str, str], Counter[str]] = {}
    for pack, item, reply_class, n in rows:
        counts.setdefault((pack, item), Counter())[reply_class or "not_told"] += n
    used = [Used(pack, item, dict(by_class)) for (pack, item), by_class in counts.items()]
    return tuple(sorted(used, key=lambda one: (-one.uses, one.pack, one.item))[:MOST_USED])


_AS_THEY_ARE = (
    *("first_seen_at", "state", "reply_at", "due_public_at", "claimed_as", "snoozed_until", "closed_why"),
)
_STANDING = (
    col(Review.kind) != Kind.MENTION.value,
    col(Review.erased_at).is_(None),
    col(Review.removed_at).is_(None),
)


def _first_seen(session: Session, since: datetime) -> dict[int, datetime]:
    """When a reply was first seen, by review: for sites that give it no date."""
    seen = (
        select(col(Event.review_id), func.min(col(Event.at)))
        .where(col(Event.kind) == EventKind.REPLIED.value, col(Event.at) >= since)
        .group_by(col(Event.review_id))
    )
    return {review: at for review, at in session.execute(seen) if review is not None}


def _told(row: Row[Any], seen: dict[int, datetime]) -> Told:
    site = site_named(row.site)
    return Told(
        branch=row.branch or NO_BRANCH,
        region=row.region or NO_REGION,
        site=site.title if site else row.site,
        heard_at=row.first_seen_at,
        state=row.state,
        route=(row.route or Route.HAND.value) if row.is_answered else None,
        answered_at=(row.reply_at or seen.get(row.id)) if row.is_answered else None,
        due_at=row.due_public_at,
        claimed=row.claimed_as is not None,
        snoozed_until=row.snoozed_until,
        asked=row.asked,
        closed_why=row.closed_why,
    )


@lru_cache(maxsize=4096)
def _day(written: str) -> date:
    return date.fromisoformat(written)


@lru_cache(maxsize=4096)
def _topics(written: str | None) -> tuple[str, ...]:
    found = json.loads(written) if written else ()
    return tuple(str(one["topic"]) for one in found if isinstance(one, dict) and "topic" in one)
