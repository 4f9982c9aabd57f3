"""When a server says "later": the Retry-After header. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(days=30)  # beyond that it is a mistake, and a listing must not fall silent for it


def read_retry_after(value: str | None, now: datetime) -> datetime | None:
    """The moment in a Retry-After (seconds or an HTTP date), no later than 30 days on; else ``None``."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return min(max(at, now), now + LONGEST)
