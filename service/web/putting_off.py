"""Until when a review may be put off, on the branch's own clock. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from service.web.phrases import N_, Phrases
from service.web.words import zone_named

MORNING = time(9)
CHOICES = Phrases(
    {
        "hour": N_("for an hour"),
        "hours": N_("for four hours"),
        "morning": N_("until tomorrow, 9:00"),
        "week": N_("for a week"),
    }
)


def moment(choice: str, now: datetime, zone: str) -> datetime:
    """When that is, in UTC; a choice there is not means now, which is refused."""
    tomorrow = now.astimezone(zone_named(zone)).date() + timedelta(days=1)
    morning = datetime.combine(tomorrow, MORNING, zone_named(zone)).astimezone(UTC)
    return {
        "hour": now + timedelta(hours=1),
        "hours": now + timedelta(hours=4),
        "morning": morning,
        "week": now + timedelta(days=7),
    }.get(choice, now)
