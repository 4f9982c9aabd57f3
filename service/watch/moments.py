"""When something was posted, honestly: not a point but the stretch of time a shown date may mean. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain import Moment, Precision

_DAY = timedelta(days=1)
_WIDTH = {
    Precision.SECOND: timedelta(0),
    Precision.DAY: _DAY,
    Precision.MONTH: timedelta(days=31),
    Precision.YEAR: timedelta(days=366),
}
_ZONES = timedelta(hours=14)  # a date without a zone may lie this far to either side of UTC
_UNITS = (
    timedelta(days=365),
    timedelta(days=30),
    timedelta(days=7),
    _DAY,
    timedelta(hours=1),
    timedelta(minutes=1),
)


@dataclass(frozen=True, slots=True)
class Span:
    """The earliest and the latest moment (aware UTC) that a shown date may mean."""

    earliest: datetime
    latest: datetime

    def apart(self, other: Span) -> timedelta:
        """How far apart the two surely are; zero where they may be the same moment."""
        return max(self.earliest - other.latest, other.earliest - self.latest, timedelta(0))


def span(moment: Moment | None, seen_at: datetime) -> Span | None:
    """What ``moment`` may mean, shown at ``seen_at``; None where nothing is known.

    A relative date ("2 months ago") is trusted to one of its own units, which its age tells in any language.
    """
    if moment is None or moment.at is None or moment.precision is Precision.NONE:
        return None
    if moment.precision is Precision.SECOND:
        return Span(moment.at, moment.at)
    if moment.precision is Precision.RELATIVE:
        unit = _unit(seen_at - moment.at)
        return Span(moment.at - unit, max(moment.at, min(moment.at + unit, seen_at)))
    return Span(moment.at - _ZONES, moment.at + _WIDTH[moment.precision] + _ZONES)


def _unit(age: timedelta) -> timedelta:
    return next((unit for unit in _UNITS if age >= unit), _UNITS[-1])
