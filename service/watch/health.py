"""How each way of hearing each listing is doing, and when a person must be told (CONTRACTS §8.2). Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.domain import Health, Outcome
from service.watch.due import DAY, Rate, rate_before

_HEALTH = {
    Outcome.OK: Health.OK,
    Outcome.UNCHANGED: Health.OK,
    Outcome.EMPTY: Health.OK,
    Outcome.WALLED: Health.WALLED,
    Outcome.SIGNED_OUT: Health.WALLED,
    Outcome.LIMITED: Health.WALLED,
    Outcome.REFUSED: Health.WALLED,
    Outcome.CHANGED_SHAPE: Health.LAYOUT,
    Outcome.NOT_A_LISTING: Health.LAYOUT,
    Outcome.GONE: Health.LAYOUT,
    Outcome.UNREACHABLE: Health.UNREACHABLE,
}
_PASSING = frozenset({Outcome.UNREACHABLE, Outcome.LIMITED})  # often over by the next look
_WELL = frozenset({Health.OK, Health.NO_NEWS})

UNLIKELY = 0.01
"""How improbable a silence must be under a listing's own history before a person is told."""

LEAST_SILENCE = timedelta(days=3)
"""However busy a place is: it may close for a long weekend."""

_MOST_UNDONE = timedelta(days=900)  # thirty half-lives; beyond, a float holds nothing of before


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
    """The health after a look; ``outcome`` None is an exception of ours, ``silent`` as ``is_silent`` says.

    A silence that ends needs no message, the review that ended it has its own; so it may be told anew.
    """
    health = _HEALTH[outcome] if outcome else Health.OUR_ERROR
    read = health is Health.OK
    if read and silent:
        health = Health.NO_NEWS
    return HealthState(
        health=health,
        since=previous.since if health is previous.health else now,
        last_ok_at=now if read else previous.last_ok_at,
        last_outcome=outcome,
        failures=0 if read else previous.failures + 1,
        told=None if health is Health.OK and previous.told is Health.NO_NEWS else previous.told,
    )


def is_silent(rate: Rate, quiet: timedelta, absorbed: timedelta | None = None) -> bool:
    """Whether ``quiet`` without a review is longer than the listing's own history predicts.

    ``quiet`` counts while we listened: from the last review or from when we began, whichever is later.
    ``rate`` is the present posterior and ``absorbed`` how much of the quiet it has taken in (all of it, where
    None). The chance of no review in t days is (b / (b + t)) ** a, by the rate as it was before the quiet.
    """
    if quiet < LEAST_SILENCE:
        return False
    before = rate_before(rate, min(quiet if absorbed is None else absorbed, _MOST_UNDONE))
    chance: float = (before.b / (before.b + quiet / DAY)) ** before.a
    return chance < UNLIKELY


def worth_telling(current: HealthState) -> bool:
    """Whether a message about this health must go out now; after it has, store ``told(current)``.

    What nobody can read any more is told within one look, and once. A site that only stumbles, after it
    could be read, is told when it stumbles twice running; that all is well again, where anything was told.
    """
    if current.health is current.told or current.health is Health.NEVER:
        return False
    if current.health is Health.OK:
        return current.told is not None and current.told not in _WELL
    if current.last_outcome in _PASSING and current.last_ok_at is not None:
        return current.failures > 1
    return True


def told(current: HealthState) -> HealthState:
    """The state once its message is written."""
    return replace(current, told=current.health)
