"""When to look again: often where reviews come often, within a budget, never impolitely. Pure.

T = pace / sqrt(rate), clipped to [gap, 24 h]; the pace is solved per site so that the mean listing gets the
site's budget of looks a day. Rates are gamma-Poisson posteriors that forget with a half-life of 30 days.
Source of the figures: facts/performance.md §7, repeated by the simulation in tests/test_due.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import Outcome


@dataclass(frozen=True, slots=True)
class Rate:
    """How often reviews come: a gamma posterior, ``a`` reviews in ``b`` days (``rate_a``, ``rate_b``)."""

    a: float
    b: float

    @property
    def per_day(self) -> float:
        """The posterior mean, reviews a day."""
        return self.a / self.b


def rate_after(rate: Rate, new: int, elapsed: timedelta) -> Rate:
    """The rate once ``new`` reviews have come in ``elapsed``, older evidence fading."""
    raise NotImplementedError


def rate_from_past(posted: Iterable[datetime], since: datetime, now: datetime) -> Rate:
    """A first rate from a baseline: the moments reviews were posted, complete back to ``since``."""
    raise NotImplementedError


def pace(rates: Sequence[float], gap: timedelta, budget: float) -> float:
    """The pace that gives listings of these rates (reviews a day) ``budget`` looks a day each, on average."""
    raise NotImplementedError


def usual_wait(rate: float, pace: float, gap: timedelta) -> timedelta:
    """The mean time between two looks at a listing: at least ``gap``, at most 24 hours."""
    raise NotImplementedError


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
    ours; ``failures`` counts looks in a row, this one included, that ended without a reading.
    """
    raise NotImplementedError


def hinted_look_at(
    hinted_at: datetime,
    planned: datetime,
    gap: timedelta,
    last_look_at: datetime | None,
    not_before: datetime | None = None,
) -> datetime:
    """The planned look, brought forward by a hint: never inside ``gap`` nor before ``not_before``."""
    raise NotImplementedError
