"""What came of reviews, in figures: how many were answered, how soon, and by what it is proved. Pure.

The kinds of proof are kept apart: what the owner's API says, what a look at the public page showed, what a
person's browser showed, what a person told, and what a mail or a file told. They are never added up into one
rate that looks like more than it is. Only what was heard as news counts as owed a reply; a listing's past
counts for ratings and topics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar

from service.domain import Route, Scale
from service.sentences import say

_Name = TypeVar("_Name", bound=str)


class Proof(StrEnum):
    """How an answer is known, best first."""

    API = "api"
    LOOK = "look"
    BROWSER = "browser"
    PERSON = "person"  # who says that she posted it
    TOLD = "told"  # by a mail, a feed or a file


class Why(StrEnum):
    """Why a review has no answer that anybody has seen."""

    CLOSED = "closed"
    REJECTED = "rejected"
    VANISHED = "vanished"
    SUBMITTED = "submitted"
    ASKED = "asked"
    SNOOZED = "snoozed"
    CLAIMED = "claimed"
    UNTOUCHED = "untouched"


BY_ROUTE = {Route.API: Proof.API, Route.PAGE: Proof.LOOK, Route.CAPTURE: Proof.BROWSER}
"""What each route proves of an answer; every other one only tells of it."""
NO_BRANCH = say("The whole brand")
NO_REGION = "No region"
SEEN = (Proof.API, Proof.LOOK, Proof.BROWSER)
"""What shows the answer itself; the others tell of it."""


class Day(NamedTuple):
    """What the reviews of one day said on one scale, summed; the day as the site dates it, else as heard."""

    day: date
    scale: str
    reviews: int
    rated: int
    rating: float  # the sum of those that are rated
    opinions: int
    recommended: int  # of the opinions


@dataclass(frozen=True, slots=True)
class Line:
    """One branch, region or site: of ``owed`` reviews so many were answered, by each kind of proof.

    ``in_time`` are those answered by their due time; ``hours`` is the median until the reply, of all whose
    time is known.
    """

    name: str
    owed: int
    answered: dict[Proof, int]
    in_time: int
    late: int
    hours: float | None
    waiting: int
    overdue: int

    @property
    def seen(self) -> int:
        """Answers that were seen themselves."""
        return sum(self.answered.get(kind, 0) for kind in SEEN)

    @property
    def told(self) -> int:
        """Answers that are only told of."""
        return sum(self.answered.values()) - self.seen


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed a reply: the sums of each branch, region or site, and of all of them together."""

    lines: tuple[Line, ...]
    whole: Line
    unanswered: Mapping[Why, int]
    closed_because: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """What reviews said, of a listing's past too. ``topics``: in how many now, and before."""

    days: tuple[Day, ...]
    topics: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of time: how many reviews, and their means, each on its own scale."""

    begins: date
    reviews: int
    stars: float | None
    points: float | None
    recommended: float | None  # the share that does, 0 to 1


@dataclass(frozen=True, slots=True)
class Trend:
    """A topic now and before: in how many reviews, and of how many."""

    topic: str
    now: int
    of_now: int
    before: int
    of_before: int

    @property
    def change(self) -> float:
        """The change of its share, in points of a hundred."""
        return 100 * (_share(self.now, self.of_now) - _share(self.before, self.of_before))


@dataclass(frozen=True, slots=True)
class Report:
    """Everything for one period."""

    since: datetime
    until: datetime
    whole: Line
    lines: tuple[Line, ...]
    spans: tuple[Span, ...]
    trends: tuple[Trend, ...]
    unanswered: tuple[tuple[Why, int], ...]
    closed_because: tuple[tuple[str, int], ...] = field(default=())


MOST_REASONS = 10


def report(owed: Owed, said: Said, since: datetime, until: datetime) -> Report:
    """The report on ``since`` to ``until``.

    ``said`` should reach as far back again, for what rises and falls.
    """
    first, last = since.date(), until.date()
    lately = [one for one in said.days if first <= one.day <= last]
    before = sum(one.reviews for one in said.days if one.day < first)
    return Report(
        since=since,
        until=until,
        whole=owed.whole,
        lines=tuple(sorted(owed.lines, key=_worst_first)),
        spans=tuple(_spans(lately, first, last)),
        trends=tuple(_trends(said.topics, sum(one.reviews for one in lately), before)),
        unanswered=_most(owed.unanswered),
        closed_because=_most(owed.closed_because)[:MOST_REASONS],
    )


def _most(counts: Mapping[_Name, int]) -> tuple[tuple[_Name, int], ...]:
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _worst_first(line: Line) -> tuple[float, int, str]:
    return _share(sum(line.answered.values()), line.owed), -line.owed, line.name


def _spans(said: Iterable[Day], first: date, last: date) -> Iterable[Span]:
    """Weeks, or months where they would be many."""
    monthly = last - first > timedelta(days=120)
    begin_of = _month if monthly else _week
    groups: defaultdict[date, list[Day]] = defaultdict(list)
    for one in said:
        groups[begin_of(one.day)].append(one)
    begins = begin_of(first)
    while begins <= last:
        yield _span(begins, groups.get(begins, []))
        begins = begin_of(begins + timedelta(days=32 if monthly else 7))


def _span(begins: date, said: Sequence[Day]) -> Span:
    def mean(scale: Scale) -> float | None:
        on_it = [one for one in said if one.scale == scale]
        return _mean(sum(one.rating for one in on_it), sum(one.rated for one in on_it))

    verdicts = [one for one in said if one.scale == Scale.RECOMMEND]
    recommended = _mean(sum(one.recommended for one in verdicts), sum(one.opinions for one in verdicts))
    reviews = sum(one.reviews for one in said)
    return Span(begins, reviews, mean(Scale.STARS5), mean(Scale.POINTS10), recommended)


def _mean(total: float, of: int) -> float | None:
    return total / of if of else None


def _trends(topics: Mapping[str, tuple[int, int]], of_now: int, of_before: int) -> Iterable[Trend]:
    """Every topic that was spoken of, the greatest change first."""
    trends = [Trend(topic, now, of_now, before, of_before) for topic, (now, before) in topics.items()]
    return sorted(trends, key=lambda trend: (-abs(trend.change), trend.topic))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)
