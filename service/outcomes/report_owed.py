"""What is owed a reply, summed by the database: three queries, however many reviews there are.

A review is owed one that was heard as news in the period, is no mention, and still stands. When a reply has
no date of the site's own, it was answered when it was first seen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    null,
    or_,
    select,
)
from sqlmodel import Session, col

from service.domain import EventKind, Kind, ReviewState
from service.models import AskedWords, Branch, Event, Listing, Review
from service.outcomes.report import BY_ROUTE, NO_BRANCH, NO_REGION, Line, Proof, Why
from service.sites.registry import site_named

STANDING = (
    col(Review.kind) != Kind.MENTION.value,
    col(Review.erased_at).is_(None),
    col(Review.removed_at).is_(None),
)
BY: dict[str, Any] = {
    "branch": func.coalesce(func.nullif(col(Branch.name), ""), NO_BRANCH),
    "region": func.coalesce(func.nullif(col(Branch.region), ""), NO_REGION),
    "site": col(Listing.site),
}
_ANSWERED = col(Review.reply_text).is_not(None)
_WAITS = and_(
    col(Review.reply_text).is_(None),
    col(Review.state).not_in((ReviewState.SUBMITTED.value, ReviewState.CLOSED.value)),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Whose reviews of which time: ``where`` cuts them to somebody's scope."""

    since: datetime
    until: datetime
    where: ColumnElement[bool]

    @property
    def owed(self) -> tuple[ColumnElement[bool], ...]:
        """What a review that is owed a reply meets."""
        return (
            col(Review.first_seen_at) >= self.since,
            col(Review.first_seen_at) < self.until,
            col(Review.baseline).is_(False),
            *STANDING,
            self.where,
        )


def lines(session: Session, period: Period, by: str) -> list[Line]:
    """One line for each branch, region or site (``by``), and the whole, named "", as the last."""
    hours = _hours(session, period, by)
    titled = _title if by == "site" else str
    found = [_line(row, titled(row.name), hours) for row in session.execute(_sums(period, by))]
    return [*found, _whole(found, hours.get(None))]


def unanswered(session: Session, period: Period) -> tuple[dict[Why, int], dict[str, int]]:
    """How many have no answer that anybody has seen, by why; and what was said where one was closed."""
    why = case((_ANSWERED, null()), *_reasons(period.until), else_=Why.UNTOUCHED.value).label("why")
    said = col(Review.closed_why)
    rows = session.execute(select(why, said, func.count()).where(*period.owed).group_by(why, said))
    whys: defaultdict[Why, int] = defaultdict(int)
    closed: defaultdict[str, int] = defaultdict(int)
    for told, words, n in rows:
        if told:
            whys[Why(told)] += n
        if words:
            closed[words] += n
    return dict(whys), dict(closed)


def _reasons(now: datetime) -> list[tuple[ColumnElement[bool], str]]:
    """The first that holds tells."""
    asked = exists().where(
        col(AskedWords.review_id) == col(Review.id),
        col(AskedWords.text).is_(None),
        col(AskedWords.refused_why).is_(None),
    )
    ended = (Why.CLOSED, Why.REJECTED, Why.VANISHED, Why.SUBMITTED)
    return [
        *((col(Review.state) == why.value, why.value) for why in ended),
        (asked, Why.ASKED.value),
        (col(Review.snoozed_until) > now, Why.SNOOZED.value),
        (col(Review.claimed_as).is_not(None), Why.CLAIMED.value),
    ]


def _sums(period: Period, by: str) -> Select[Any]:
    told, answered_at = _told(period, by)
    due = told.c.due_at
    late = and_(answered_at.is_not(None), answered_at > due)
    return select(
        told.c.name,
        func.count().label("owed"),
        *(_sum(told.c.proof == kind.value, kind.value) for kind in Proof),
        func.count(answered_at).label("timed"),
        _sum(late, "late"),
        _sum(told.c.waits == 1, "waiting"),
        _sum(and_(told.c.waits == 1, due < period.until), "overdue"),
    ).group_by(told.c.name)


def _sum(condition: ColumnElement[bool], name: str) -> Label[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


def _told(period: Period, by: str, *further: ColumnElement[bool]) -> tuple[Subquery, ColumnElement[Any]]:
    """One row for each review that is owed a reply, and the column that says when it was answered."""
    seen = _first_seen(period.since)
    told = (
        select(
            BY[by].label("name"),
            _proof().label("proof"),
            case((_WAITS, 1), else_=0).label("waits"),
            col(Review.first_seen_at).label("heard_at"),
            col(Review.due_public_at).label("due_at"),
            case((_ANSWERED, func.coalesce(col(Review.reply_at), seen.c.at))).label("answered_at"),
        )
        .select_from(Review)
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .outerjoin(seen, seen.c.review_id == col(Review.id))
        .where(*period.owed, *further)
        .subquery()
    )
    return told, told.c.answered_at


def _first_seen(since: datetime) -> Subquery:
    """When a reply was first seen, by review: for sites that give it no date."""
    return (
        select(col(Event.review_id), func.min(col(Event.at)).label("at"))
        .where(col(Event.kind) == EventKind.REPLIED.value, col(Event.at) >= since)
        .group_by(col(Event.review_id))
        .subquery()
    )


def _proof() -> ColumnElement[Any]:
    """By what an answer is known; null where there is none."""
    route = col(Review.provenance)["reply"][0].as_string()
    by_route = case(
        *((route == name.value, kind.value) for name, kind in BY_ROUTE.items()), else_=Proof.TOLD.value
    )
    is_said = col(Review.state) == ReviewState.SUBMITTED.value
    return case((_ANSWERED, by_route), (is_said, Proof.PERSON.value))


def _hours(session: Session, period: Period, by: str) -> dict[str | None, float]:
    """The median of hours until the reply, by name; None is the whole.

    The database only finds those in the middle, by order: how long they took is told to the microsecond here.
    """
    middle = _middle(session, period, by)
    took: defaultdict[str | None, list[float]] = defaultdict(list)
    for name, heard, answered, of_name, of_all in session.execute(middle):
        hours = max(timedelta(0), answered - heard) / timedelta(hours=1)
        if of_name:
            took[name].append(hours)
        if of_all:
            took[None].append(hours)
    return {name: sum(pair) / len(pair) for name, pair in took.items()}


def _middle(session: Session, period: Period, by: str) -> Select[Any]:
    told, answered_at = _told(period, by, _ANSWERED)
    took = _took(session, told.c.heard_at, answered_at)
    placed = (
        select(
            told.c.name,
            told.c.heard_at,
            answered_at,
            func.row_number().over(partition_by=told.c.name, order_by=took).label("place"),
            func.count().over(partition_by=told.c.name).label("among"),
            func.row_number().over(order_by=took).label("whole_place"),
            func.count().over().label("whole_among"),
        )
        .where(answered_at.is_not(None))
        .subquery()
    )
    row = placed.c
    of_name, of_all = _is_middle(row.place, row.among), _is_middle(row.whole_place, row.whole_among)
    flags = (case((of_name, 1), else_=0), case((of_all, 1), else_=0))
    return select(row.name, row.heard_at, row.answered_at, *flags).where(or_(of_name, of_all))


def _is_middle(place: ColumnElement[int], among: ColumnElement[int]) -> ColumnElement[bool]:
    """One of an odd number, two of an even one."""
    return and_(place * 2 >= among, place * 2 <= among + 2)


def _took(session: Session, heard: ColumnElement[Any], answered: ColumnElement[Any]) -> ColumnElement[Any]:
    """What sorts by how long it took."""
    if session.get_bind().dialect.name == "postgresql":
        return answered - heard
    return func.julianday(answered) - func.julianday(heard)


def _title(site: str) -> str:
    known = site_named(site)
    return known.title if known else site


def _line(row: Any, name: str, hours: dict[str | None, float]) -> Line:
    sums = row._mapping
    return Line(
        name=name,
        owed=row.owed,
        answered={kind: sums[kind.value] for kind in Proof if sums[kind.value]},
        in_time=row.timed - row.late,
        late=row.late,
        hours=hours.get(row.name),
        waiting=row.waiting,
        overdue=row.overdue,
    )


def _whole(found: list[Line], hours: float | None) -> Line:
    answered = {kind: sum(line.answered.get(kind, 0) for line in found) for kind in Proof}
    return Line(
        name="",
        owed=sum(line.owed for line in found),
        answered={kind: n for kind, n in answered.items() if n},
        in_time=sum(line.in_time for line in found),
        late=sum(line.late for line in found),
        hours=hours,
        waiting=sum(line.waiting for line in found),
        overdue=sum(line.overdue for line in found),
    )
