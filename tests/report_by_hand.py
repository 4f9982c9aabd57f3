"""A report summed by hand, review after review: what the database's own sums are held against."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from service.domain import ReviewState, Route, Scale
from service.outcomes.report import Line, Proof, Report, Span, Trend, Why

NO_REGION = "No region"
_PROOF = {Route.API: Proof.API, Route.PAGE: Proof.LOOK, Route.CAPTURE: Proof.BROWSER}
_STATE = {
    ReviewState.CLOSED: Why.CLOSED,
    ReviewState.REJECTED: Why.REJECTED,
    ReviewState.VANISHED: Why.VANISHED,
    ReviewState.SUBMITTED: Why.SUBMITTED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One review that is owed a reply: heard as news, and no mention.

    ``answered_at`` is the site's own date of the reply, else when it was first seen; ``route`` told of it.
    """

    branch: str
    region: str
    site: str
    heard_at: datetime
    state: str = ReviewState.NEW.value
    route: str | None = None
    answered_at: datetime | None = None
    due_at: datetime | None = None
    claimed: bool = False
    snoozed_until: datetime | None = None
    asked: bool = False
    closed_why: str | None = None

    @property
    def proof(self) -> Proof | None:
        """By what its answer is known; None where there is none."""
        if self.route is not None:
            return _PROOF.get(Route(self.route), Proof.TOLD)
        return Proof.PERSON if self.state == ReviewState.SUBMITTED else None


class Said(NamedTuple):
    """What one review said, its day as the site dates it, else as it was heard; of the past as well."""

    day: date
    scale: str = Scale.STARS5.value
    rating: float | None = None
    recommends: bool | None = None
    topics: tuple[str, ...] = ()


BY: dict[str, Callable[[Told], str]] = {
    "branch": lambda one: one.branch,
    "region": lambda one: one.region,
    "site": lambda one: one.site,
}
MOST_REASONS = 10


def report(owed: Sequence[Told], said: Sequence[Said], by: str, since: datetime, until: datetime) -> Report:
    """The report on ``since`` to ``until``, by one of ``BY``.

    ``said`` should reach as far back again, for what rises and falls.
    """
    groups: defaultdict[str, list[Told]] = defaultdict(list)
    for one in owed:
        groups[BY[by](one)].append(one)
    lines = sorted((_line(name, group, until) for name, group in groups.items()), key=_worst_first)
    first, last, length = since.date(), until.date(), (until - since)
    lately = [one for one in said if first <= one.day <= last]
    before = [one for one in said if first - length <= one.day < first]
    return Report(
        since=since,
        until=until,
        whole=_line("", owed, until),
        lines=tuple(lines),
        spans=tuple(_spans(lately, first, last)),
        trends=tuple(_trends(lately, before)),
        unanswered=tuple(Counter(_why(one, until) for one in owed if one.route is None).most_common()),
        closed_because=tuple(
            Counter(one.closed_why for one in owed if one.closed_why).most_common(MOST_REASONS)
        ),
    )


def _line(name: str, owed: Sequence[Told], now: datetime) -> Line:
    answered = [one for one in owed if one.proof is not None]
    timed = [one for one in answered if one.answered_at is not None]
    late = sum(_is_late(one) for one in timed)
    waits = [one for one in owed if one.proof is None and one.state != ReviewState.CLOSED]
    return Line(
        name=name,
        owed=len(owed),
        answered=dict(Counter(one.proof for one in answered if one.proof)),
        in_time=len(timed) - late,
        late=late,
        hours=median(map(_hours, timed)) if timed else None,
        waiting=len(waits),
        overdue=sum(one.due_at is not None and one.due_at < now for one in waits),
    )


def _worst_first(line: Line) -> tuple[float, int, str]:
    return _share(line.seen + line.told, line.owed), -line.owed, line.name


def _is_late(one: Told) -> bool:
    return one.due_at is not None and one.answered_at is not None and one.answered_at > one.due_at


def _hours(one: Told) -> float:
    """From when it was heard; a reply that stood there already took no time of ours."""
    assert one.answered_at is not None
    return max(timedelta(0), one.answered_at - one.heard_at) / timedelta(hours=1)


def _spans(said: Iterable[Said], first: date, last: date) -> Iterable[Span]:
    """Weeks, or months where they would be many."""
    monthly = last - first > timedelta(days=120)
    begin_of = _month if monthly else _week
    groups: defaultdict[date, list[Said]] = defaultdict(list)
    for one in said:
        groups[begin_of(one.day)].append(one)
    begins = begin_of(first)
    while begins <= last:
        yield _span(begins, groups.get(begins, []))
        begins = begin_of(begins + timedelta(days=32 if monthly else 7))


def _span(begins: date, said: Sequence[Said]) -> Span:
    def mean(scale: Scale) -> float | None:
        rated = [one.rating for one in said if one.scale == scale and one.rating is not None]
        return sum(rated) / len(rated) if rated else None

    opinions = [one.recommends for one in said if one.scale == Scale.RECOMMEND and one.recommends is not None]
    recommended = sum(opinions) / len(opinions) if opinions else None
    return Span(begins, len(said), mean(Scale.STARS5), mean(Scale.POINTS10), recommended)


def _trends(now: Sequence[Said], before: Sequence[Said]) -> Iterable[Trend]:
    """Every topic that was spoken of, the greatest change first."""
    counts, earlier = (Counter(topic for one in said for topic in one.topics) for said in (now, before))
    trends = [
        Trend(topic, counts[topic], len(now), earlier[topic], len(before)) for topic in counts | earlier
    ]
    return sorted(trends, key=lambda trend: (-abs(trend.change), trend.topic))


def _why(one: Told, now: datetime) -> Why:
    if told := _STATE.get(ReviewState(one.state)):
        return told
    if one.asked:
        return Why.ASKED
    if one.snoozed_until is not None and one.snoozed_until > now:
        return Why.SNOOZED
    return Why.CLAIMED if one.claimed else Why.UNTOUCHED


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)
