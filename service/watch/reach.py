"""How far one look can speak, and what its silence about a review means. Pure.

A look never misses what it could not have shown: only a review that this route has shown before, whose date
lies surely within the unbroken stretch that the look covers.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from service.domain import CoverageKind, Observation
from service.sentences import say
from service.watch.changes import EVER, Alarm, AlarmKind, ListingState
from service.watch.identity import KnownReview
from service.watch.moments import Span, span


@dataclass(frozen=True, slots=True)
class Absences:
    """Reviews a look should have shown and did not, for the first time or again; or a doubt."""

    missed: tuple[KnownReview, ...] = ()
    removed: tuple[KnownReview, ...] = ()
    alarm: Alarm | None = None


def tolerated(among: int) -> int:
    """How many of ``among`` reviews may change in one look before the look is doubted: 3, or a fifth."""
    return max(3, among // 5)


def reach(observation: Observation) -> datetime | None:
    """Everything posted after this moment is in the observation; ``EVER`` for all, None for nothing.

    The oldest shown date is as vague as it is written ("3 months ago"), so the reach ends at the latest
    moment it may mean. A look that shows fewer reviews than the site counts cannot speak for all.
    """
    coverage, shown = observation.coverage, observation.items
    if coverage.kind is CoverageKind.ALL:
        return None if (observation.site_total or 0) > len(shown) else EVER
    if coverage.since is None:
        return None
    oldest = [
        item.posted for item in shown if item.posted and item.posted.at and item.posted.at <= coverage.since
    ]
    spans = (span(moment, observation.observed_at) for moment in oldest)
    return max([coverage.since, *(one.latest for one in spans if one)])


def absences(
    known: Sequence[KnownReview], seen: Set[int], observation: Observation, state: ListingState
) -> Absences:
    """What is missing from ``observation``; ``seen`` are the known reviews that are, or may be, in it."""
    expected = _expected(known, observation)
    missing = [review for review in expected if review.id not in seen]
    alarm = _total_fell(observation, state) or _mass_disappearance(missing, expected, observation)
    if alarm:
        return Absences(alarm=alarm)
    return Absences(
        missed=tuple(review for review in missing if review.missed_at is None),
        removed=tuple(review for review in missing if review.missed_at is not None),
    )


def nothing_shown(known: Sequence[KnownReview], observation: Observation) -> Alarm | None:
    """The alarm that an empty look is, unless the site itself says that there is nothing."""
    if observation.items or observation.site_total == 0:
        return None
    counted = observation.site_total or len(_expected(known, observation))
    if not counted:
        return None
    return Alarm(
        AlarmKind.NOTHING_SHOWN,
        (say("0 of %(counted)s reviews shown", counted=counted),),
        _key(AlarmKind.NOTHING_SHOWN, observation),
    )


def posted_span(review: KnownReview) -> Span | None:
    """When a known review may have been posted, by its sharpest date and the day that was read."""
    posted = review.item.posted
    told = [heard.first_seen_at for heard in review.heard if heard.item.posted == posted]
    return span(posted, min(told)) if told else None


def _expected(known: Sequence[KnownReview], observation: Observation) -> list[KnownReview]:
    """The reviews the look would have shown if they still stood where its route has shown them."""
    edge = reach(observation)
    if edge is None:
        return []
    return [review for review in known if _was_shown(review, observation) and _lies_after(review, edge)]


def _was_shown(review: KnownReview, observation: Observation) -> bool:
    """Whether this route has shown the review, and nothing later than this look has told of it."""
    at = observation.observed_at
    if (
        review.removed_at
        or review.erased
        or review.elsewhere
        or (review.missed_at and review.missed_at >= at)
    ):
        return False
    present = [heard for heard in review.heard if heard.route.sees_the_present]
    shown = any(heard.route is observation.route for heard in present)
    return shown and all(heard.last_seen_at < at for heard in present)


def _lies_after(review: KnownReview, edge: datetime) -> bool:
    posted = posted_span(review)
    return edge == EVER or (posted is not None and posted.earliest > edge)


def _total_fell(observation: Observation, state: ListingState) -> Alarm | None:
    before = state.routes.get(observation.route)
    if before is None or before.site_total is None or observation.site_total is None:
        return None
    fell = before.site_total - observation.site_total
    if fell <= tolerated(before.site_total):
        return None
    totals = f"{before.site_total} to {observation.site_total}"
    return Alarm(
        AlarmKind.TOTAL_FELL,
        (say("the site's own count fell from %(totals)s", totals=totals),),
        _key(AlarmKind.TOTAL_FELL, observation),
    )


def _mass_disappearance(
    missing: Sequence[KnownReview], expected: Sequence[KnownReview], observation: Observation
) -> Alarm | None:
    if len(missing) <= tolerated(len(expected)):
        return None
    gone = say("%(missing)s of %(n)s reviews missing at once", missing=len(missing), n=len(expected))
    return Alarm(AlarmKind.MASS_DISAPPEARANCE, (gone,), _key(AlarmKind.MASS_DISAPPEARANCE, observation))


def _key(kind: AlarmKind, observation: Observation) -> str:
    """Once a day for as long as it lasts."""
    return f"{kind}:{observation.route}:{observation.observed_at:%Y-%m-%d}"
