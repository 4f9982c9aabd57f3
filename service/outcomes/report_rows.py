"""What a report is made of, summed by the database: six queries, however many reviews there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import JSON, ColumnElement, Text, case, cast, column, func, select, true
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlmodel import Session, col

from service.models import Posting, Review
from service.outcomes.postings import USED
from service.outcomes.report import Day, Owed, Report, Said, report
from service.outcomes.report_owed import STANDING, Period, lines, unanswered

MOST_USED = 20
_AT = func.coalesce(col(Review.posted_at), col(Review.first_seen_at))


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


def reported(session: Session, period: Period, by: str) -> Report:
    """The report on ``period``, by one of ``report_owed.BY``."""
    return report(_owed(session, period, by), _said(session, period), period.since, period.until)


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


def _owed(session: Session, period: Period, by: str) -> Owed:
    *found, whole = lines(session, period, by)
    return Owed(tuple(found), whole, *unanswered(session, period))


def _said(session: Session, period: Period) -> Said:
    """What every review said of that time, and of as long before it."""
    begins = period.since - (period.until - period.since)
    there = (begins <= _AT, *STANDING, period.where)
    day = func.date(_AT)
    rated, told = func.count(col(Review.rating)), func.count(col(Review.recommends))
    good = func.sum(case((col(Review.recommends).is_(True), 1), else_=0))
    total = func.coalesce(func.sum(col(Review.rating)), 0.0)
    days = session.execute(
        select(cast(day, Text), col(Review.scale), func.count(), rated, total, told, good)
        .where(*there)
        .group_by(day, col(Review.scale))
    )
    return Said(
        tuple(Day(date.fromisoformat(one), *sums) for one, *sums in days), _topics(session, period, there)
    )


def _topics(
    session: Session, period: Period, there: tuple[ColumnElement[bool], ...]
) -> dict[str, tuple[int, int]]:
    """In how many reviews each was spoken of, in the period's days and before them."""
    first = datetime.combine(period.since.date(), time(), UTC)
    after = datetime.combine(period.until.date(), time.max, UTC)
    spoken, topic = _spoken(session)
    is_now = case((first <= _AT, 1), else_=0)
    rows = session.execute(
        select(topic, func.sum(is_now), func.count())
        .select_from(Review)
        .join(spoken, true())
        .where(*there, after >= _AT)
        .group_by(topic)
    )
    return {name: (int(now), int(ever - now)) for name, now, ever in rows if name is not None}


def _spoken(session: Session) -> tuple[TableValuedAlias, ColumnElement[Any]]:
    """One row for each topic of a judgement, and its name; what is no topic has none."""
    if session.get_bind().dialect.name == "postgresql":
        told = col(Review.triage)["topics"]
        is_list = func.json_typeof(told) == "array"
        each = func.json_array_elements(case((is_list, told))).table_valued(column("value", JSON))
        is_one = func.json_typeof(each.c.value) == "object"
        return each, case((is_one, each.c.value["topic"].as_string()))
    each = func.json_each(col(Review.triage), "$.topics").table_valued("value", "type")
    return each, case((each.c.type == "object", func.json_extract(each.c.value, "$.topic")))
