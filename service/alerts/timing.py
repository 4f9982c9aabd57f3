"""When a message leaves: at once, after the night, or in a digest. Pure; times of day are the branch's own.

What is urgent enough waits for nothing: neither for the morning nor for a digest.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from service.domain import Urgency
from service.replies.due import zone

DIGEST_AT = time(8)  # on the reader's own clock
MONDAY = 0
DAY, WEEK = timedelta(days=1), timedelta(days=7)


class When(StrEnum):
    """How soon what a rule speaks for is told."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"


class Timing(BaseModel):
    """A rule's ``timing`` as it is stored; what is absent is told at once, at any hour.

    ``quiet`` is from when until when nothing leaves, over midnight where the first is the later. ``breaks``
    are the urgencies that wait for nothing. ``then`` are the channels told where nobody takes a review in
    time; without any, everybody is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: When = When.NOW
    quiet: tuple[time, time] | None = None
    breaks: tuple[Urgency, ...] = (Urgency.HELD, Urgency.HIGH)
    then: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _is_a_night(self) -> Timing:
        if self.quiet and (self.quiet[0] == self.quiet[1] or any(at.tzinfo for at in self.quiet)):
            raise ValueError("quiet hours begin and end at two times of day")
        return self

    def gathered(self, urgency: Urgency) -> When | None:
        """The digest that a message of ``urgency`` waits for; None where it waits for none."""
        return None if self.when is When.NOW or urgency in self.breaks else self.when

    def leaves_at(self, urgency: Urgency, tz: str, now: datetime) -> datetime:
        """The earliest moment for a message of ``urgency``: ``now``, or the end of quiet hours; aware UTC."""
        if self.quiet is None or urgency in self.breaks:
            return now
        return _after(self.quiet, tz, now)


AT_ONCE = Timing()


def read_timing(written: dict[str, Any]) -> Timing:
    """A rule's ``timing`` as stored. Raises ``ValueError`` (pydantic's) where it is malformed."""
    return Timing.model_validate(written)


def last_due(when: When, tz: str, now: datetime) -> datetime:
    """The newest moment, not after ``now``, at which such a digest was due: at eight, or Monday at eight.

    Aware UTC; ``tz`` is the reader's.
    """
    own = zone(tz)
    day = now.astimezone(own).date()
    if when is When.WEEKLY:
        day -= timedelta(days=(day.weekday() - MONDAY) % 7)
    due = datetime.combine(day, DIGEST_AT, own).astimezone(UTC)
    if due <= now:
        return due
    before = day - (WEEK if when is When.WEEKLY else DAY)
    return datetime.combine(before, DIGEST_AT, own).astimezone(UTC)


def _after(quiet: tuple[time, time], tz: str, now: datetime) -> datetime:
    begins, ends = quiet
    local = now.astimezone(zone(tz))
    clock = local.time()
    over_midnight = begins > ends
    is_quiet = clock >= begins or clock < ends if over_midnight else begins <= clock < ends
    if not is_quiet:
        return now
    day = local.date() + (DAY if over_midnight and clock >= begins else timedelta(0))
    return max(now, datetime.combine(day, ends, zone(tz)).astimezone(UTC))
