"""How each way of hearing each listing is doing, and when a person must be told (CONTRACTS §8.2). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import Health, Outcome
from service.watch.due import Rate


@dataclass(frozen=True, slots=True)
class HealthState:
    """One ``listing_source`` row's health.

    ``since``: when it became so. ``failures``: looks in a row without a reading. ``told``: the health the
    last message about it spoke of, None where no message ever went out.
    """

    health: Health = Health.NEVER
    since: datetime | None = None
    last_ok_at: datetime | None = None
    last_outcome: Outcome | None = None
    failures: int = 0
    told: Health | None = None


def after(
    previous: HealthState, outcome: Outcome | None, now: datetime, *, silent: bool = False
) -> HealthState:
    """The health after a look; ``outcome`` None is an exception of ours, ``silent`` as ``is_silent`` says."""
    raise NotImplementedError


def is_silent(rate: Rate, quiet: timedelta) -> bool:
    """Whether ``quiet`` without a review is longer than the listing's own history predicts.

    ``rate`` is the present posterior, which has already absorbed the quiet.
    """
    raise NotImplementedError


def worth_telling(current: HealthState) -> bool:
    """Whether a message about this health must go out now; after it has, store ``told(current)``."""
    raise NotImplementedError


def told(current: HealthState) -> HealthState:
    """The state once its message is written."""
    raise NotImplementedError
