"""What a report is made of, summed by the database: six queries, however many reviews there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, Text, case, cast, func, select, true
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
    used = (
        select(col(Posting.pack), col(Posting.item), col(Posting.reply_class), func.count())
        .where(
            col(Posting.made_at) >= since,
            col(Posting.made_at) < until,
            col(Posting.state).in_([state.value for state in USED]),
        )
        .group_by(col(Posting.pack), col(Posting.item), col(Posting.reply_class))
    )
    if where is not true():  # else every posting's review would be looked up for nothing
        used = used.join(Review, col(Review.id) == col(Posting.review_id)).where(where)
    counts: dict[tuple[str, str], Counter[str]] = {}
    for pack, item, reply_class, n in session.execute(used):
        counts.setdefault((pack, item), Counter())[reply_class or "not_told"] += n
    found = [Used(pack, item, dict(by_class)) for (pack, item), by_class in counts.items()]
    return tuple(sorted(found, key=lambda one: (-one.uses, one.pack, one.item))[:MOST_USED])


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
    together = col(Review.topics)
    rows = session.execute(
        select(together, func.sum(case((first <= _AT, 1), else_=0)), func.count())
        .where(*there, after >= _AT, together != "")
        .group_by(together)
    )
    now, before = Counter[str](), Counter[str]()
    for topics, lately, ever in rows:
        for topic in topics.split():
            now[topic] += lately
            before[topic] += ever - lately
    return {topic: (now[topic], before[topic]) for topic in now}
