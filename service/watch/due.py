"""When to look again: often where reviews come often, within a budget, never impolitely. Pure.

T = pace / sqrt(rate), clipped to [gap, 24 h]; the pace is solved per site so that the mean listing gets the
site's budget of looks a day. Rates are gamma-Poisson posteriors that forget with a half-life of 30 days.
Source of the figures: facts/performance.md §7, repeated by the simulation in tests/test_due.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt

from service.domain import Outcome

DAY = timedelta(days=1)
LONGEST = DAY
"""However seldom reviews come, and however often a look fails, a listing is looked at once a day."""

_HALF_LIFE = 30.0  # days
_MEMORY = _HALF_LIFE / log(2)  # days of evidence in a posterior that has been fed for ever
_JITTER = 0.1  # share of the wait, to either side: looks drift apart within days, at 0.3 % more delay
_STEPS = 60  # halvings: enough for any float

_WALLS = frozenset({Outcome.WALLED, Outcome.SIGNED_OUT, Outcome.LIMITED, Outcome.REFUSED})


@dataclass(frozen=True, slots=True)
class Rate:
    """How often reviews come: a gamma posterior, ``a`` reviews in ``b`` days (``rate_a``, ``rate_b``)."""

    a: float
    b: float

    @property
    def per_day(self) -> float:
        """The posterior mean, reviews a day."""
        return self.a / self.b


PRIOR = Rate(0.5, 1.5)
"""What is believed of a listing nobody has heard yet: 10 reviews a month on average, and very unsure."""


def rate_after(rate: Rate, new: int, elapsed: timedelta) -> Rate:
    """The rate once ``new`` reviews have come in ``elapsed``, older evidence fading towards the prior."""
    kept = _kept(elapsed)
    return Rate(
        PRIOR.a + (rate.a - PRIOR.a) * kept + new,
        PRIOR.b + (rate.b - PRIOR.b) * kept + _MEMORY * (1 - kept),
    )


def rate_before(rate: Rate, quiet: timedelta) -> Rate:
    """The rate as it stood before a ``quiet`` that it has absorbed: ``rate_after`` of nothing, undone."""
    kept = _kept(quiet)
    return Rate(
        PRIOR.a + max(0.0, (rate.a - PRIOR.a) / kept),
        PRIOR.b + max(0.0, (rate.b - PRIOR.b - _MEMORY * (1 - kept)) / kept),
    )


def rate_from_past(posted: Iterable[datetime], since: datetime, now: datetime) -> Rate:
    """A first rate from a baseline: the moments reviews were posted, complete back to ``since``.

    Where ``since`` is itself the moment of the oldest review, that one only begins the stretch and is not
    counted: three reviews of one long-past day are no sign of three a day.
    """
    weights = sum(_kept(now - moment) for moment in posted if since < moment <= now)
    return Rate(PRIOR.a + weights, PRIOR.b + _MEMORY * (1 - _kept(now - since)))


def pace(rates: Sequence[float], gap: timedelta, budget: float) -> float:
    """The pace that gives listings of these rates (reviews a day) ``budget`` looks a day each, on average.

    Where the gap, or one look a day, does not let the budget be met, the nearest that they allow.
    """
    roots = [sqrt(rate) for rate in rates] or [sqrt(PRIOR.per_day)]
    shortest, longest = _bounds(gap)
    quick, slow = shortest * min(roots), longest * max(roots)
    for _ in range(_STEPS):
        middle = (quick + slow) / 2
        looks = sum(1 / min(max(middle / root, shortest), longest) for root in roots) / len(roots)
        quick, slow = (middle, slow) if looks > budget else (quick, middle)
    return slow


def usual_wait(rate: float, pace: float, gap: timedelta) -> timedelta:
    """The mean time between two looks at a listing: at least ``gap``, at most 24 hours."""
    shortest, longest = _bounds(gap)
    return timedelta(days=min(max(pace / sqrt(rate), shortest), longest))


def next_look_at(
    now: datetime,
    wait: timedelta,
    gap: timedelta,
    jitter: float,
    *,
    outcome: Outcome | None = Outcome.OK,
    failures: int = 0,
    retry_after: datetime | None = None,
) -> datetime:
    """When to look next, after a look that ended ``now``.

    ``wait`` is ``usual_wait``; ``jitter`` is drawn by the caller from [0, 1); ``outcome`` None is an error of
    ours; ``failures`` counts looks in a row, this one included, that ended without a reading. A wall doubles
    the wait from the first time on, a page we cannot read from the second, and a site that is away is tried
    again from the gap upwards; none of them waits longer than a day.
    """
    spread = 1 + _JITTER * (2 * jitter - 1)
    planned = now + max(gap, spread * _patience(wait, gap, outcome, failures))
    return max(planned, retry_after) if retry_after else planned


def hinted_look_at(
    hinted_at: datetime,
    planned: datetime,
    gap: timedelta,
    last_look_at: datetime | None,
    not_before: datetime | None = None,
    leased_until: datetime | None = None,
) -> datetime:
    """The planned look, brought forward by a hint: never inside ``gap`` nor before ``not_before``.

    Nor before ``leased_until``, the end of the claim of a look that is under way.
    """
    limits = (last_look_at and last_look_at + gap, not_before, leased_until)
    return min(planned, max([hinted_at, *(limit for limit in limits if limit)]))


def _patience(wait: timedelta, gap: timedelta, outcome: Outcome | None, failures: int) -> timedelta:
    if failures == 0:
        return wait
    doublings = min(failures, 30)  # 2 ** 30 s is thirty years: enough, and no overflow
    if outcome in _WALLS:
        return min(wait * (1 << doublings), max(LONGEST, gap))
    first = gap if outcome is Outcome.UNREACHABLE else wait
    return min(first * (1 << (doublings - 1)), max(LONGEST, gap))


def _bounds(gap: timedelta) -> tuple[float, float]:
    """The shortest and the longest wait, in days."""
    return max(gap / DAY, 1e-6), max(LONGEST, gap) / DAY


def _kept(elapsed: timedelta) -> float:
    """The share of old evidence that still counts."""
    return float(0.5 ** (max(0.0, elapsed / DAY) / _HALF_LIFE))
