"""What is owed a reply, summed by the database: three queries, however many reviews there are.

A review is owed one that was heard as news in the period, is no mention, and still stands. When a reply has
no date of the site's own, it was answered when it was first seen. Every query reads one index and no words:
first by listing, as that index is sorted, and then the sums of the listings by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Label,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    select,
)
from sqlmodel import Session, col

from service.domain import Kind, ReviewState
from service.models import AskedWords, Branch, Listing, Review
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
_NAMED = tuple((kind, kind.value) for kind in Proof)
HOUR = timedelta(hours=1) // timedelta(microseconds=1)
_ANSWERED = col(Review.reply_route).is_not(None)
_ANSWERED_AT = case((_ANSWERED, func.coalesce(col(Review.reply_at), col(Review.reply_seen_at))))
_WAITS = and_(~_ANSWERED, col(Review.state).not_in((ReviewState.SUBMITTED.value, ReviewState.CLOSED.value)))


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
    titled = _title if by == "site" else str
    rows = session.execute(_sums(session, period, by)).all()
    took = [_read(row.took) for row in rows]
    found = [_line(row, titled(row.name), some) for row, some in zip(rows, took, strict=True)]
    return [*found, _whole(found, [one for some in took for one in some])]


def unanswered(session: Session, period: Period) -> tuple[dict[Why, int], dict[str, int]]:
    """How many have no answer that anybody has seen, by why; and what was said where one was closed."""
    why = case(*_reasons(period.until), else_=Why.UNTOUCHED.value).label("why")
    whys = session.execute(select(why, func.count()).where(*period.owed, ~_ANSWERED).group_by(why))
    said = col(Review.closed_why)
    closed = session.execute(select(said, func.count()).where(*period.owed, said.is_not(None)).group_by(said))
    return {Why(told): n for told, n in whys}, dict(closed.all())


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


def _sums(session: Session, period: Period, by: str) -> Select[Any]:
    each = _of_listings(session, period)
    figures = (column for column in each.c if column.name not in ("listing_id", "took"))
    return (
        select(
            BY[by].label("name"),
            *(cast(func.sum(figure), Integer).label(figure.name) for figure in figures),
            func.aggregate_strings(each.c.took, ",").label("took"),
        )
        .join_from(each, Listing, col(Listing.id) == each.c.listing_id)
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .group_by(BY[by])
    )


def _of_listings(session: Session, period: Period) -> Subquery:
    """One row for each listing; ``took`` are the microseconds that its replies took, with commas between."""
    due = col(Review.due_public_at)
    return (
        select(
            col(Review.listing_id),
            func.count().label("owed"),
            *(_sum(proved, kind.value) for kind, proved in _proofs()),
            func.count(_ANSWERED_AT).label("timed"),
            _sum(due < _ANSWERED_AT, "late"),
            _sum(_WAITS, "waiting"),
            _sum(and_(_WAITS, due < period.until), "overdue"),
            func.aggregate_strings(cast(_took(session), Text), ",").label("took"),
        )
        .where(*period.owed)
        .group_by(col(Review.listing_id))
        .subquery()
    )


def _sum(condition: ColumnElement[bool], name: str) -> Label[int]:
    return func.sum(case((condition, 1), else_=0)).label(name)


def _proofs() -> Iterable[tuple[Proof, ColumnElement[bool]]]:
    """By what an answer is known."""
    route = col(Review.reply_route)
    for told, kind in BY_ROUTE.items():
        yield kind, route == told.value
    yield Proof.TOLD, route.not_in([told.value for told in BY_ROUTE])
    yield Proof.PERSON, and_(~_ANSWERED, col(Review.state) == ReviewState.SUBMITTED.value)


def _took(session: Session) -> ColumnElement[int]:
    """From when a review was heard until it was answered, in microseconds; null where it was not."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    between = _between_on_postgres if is_postgres else _between_on_sqlite
    return case((_ANSWERED, between(col(Review.first_seen_at), _ANSWERED_AT)))


def _between_on_postgres(began: Any, ended: Any) -> ColumnElement[int]:
    seconds = extract("epoch", ended) - extract("epoch", began)
    return cast(func.round(seconds * 1_000_000), BigInteger)


def _between_on_sqlite(began: Any, ended: Any) -> ColumnElement[int]:
    """It reckons in milliseconds: so whole seconds by themselves, and the six digits as they are written."""
    days = func.julianday(func.substr(ended, 1, 19)) - func.julianday(func.substr(began, 1, 19))
    rest = func.substr(ended, 21, type_=Integer) - func.substr(began, 21, type_=Integer)
    return cast(func.round(days * 86_400), Integer) * 1_000_000 + rest


def _read(took: str | None) -> list[int]:
    return [int(one) for one in took.split(",")] if took else []


def _hours(took: list[int]) -> float | None:
    """The median. A reply that stood there before the review was heard took no time of ours."""
    in_order, n = sorted(took), len(took)
    middle = [max(0, one) / HOUR for one in in_order[(n - 1) // 2 : n // 2 + 1]]
    return sum(middle) / len(middle) if middle else None


def _title(site: str) -> str:
    known = site_named(site)
    return known.title if known else site


def _line(row: Any, name: str, took: list[int]) -> Line:
    sums = row._mapping
    return Line(
        name=name,
        owed=row.owed,
        answered={kind: sums[name] for kind, name in _NAMED if sums[name]},
        in_time=row.timed - row.late,
        late=row.late,
        hours=_hours(took),
        waiting=row.waiting,
        overdue=row.overdue,
    )


def _whole(found: list[Line], took: list[int]) -> Line:
    answered = {kind: sum(line.answered.get(kind, 0) for line in found) for kind in Proof}
    return Line(
        name="",
        owed=sum(line.owed for line in found),
        answered={kind: n for kind, n in answered.items() if n},
        in_time=sum(line.in_time for line in found),
        late=sum(line.late for line in found),
        hours=_hours(took),
        waiting=sum(line.waiting for line in found),
        overdue=sum(line.overdue for line in found),
    )
