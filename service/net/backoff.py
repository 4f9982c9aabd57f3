"""When a message that was not taken is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from zlib import crc32

DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""After the first, second … failure; the last one repeats."""

GIVE_UP_AFTER = timedelta(days=3)
JITTER = 0.2  # of the delay, either way: what failed together is not tried together


def next_try(tries: int, began: datetime, now: datetime, key: str) -> datetime | None:
    """When to try after the ``tries``-th failure (1 is the first); None once three days are over.

    A message that lay while the machine was off has its first few tries all the same. The jitter follows
    from ``key``, so that the same history has the same answer.
    """
    delay = DELAYS[min(tries, len(DELAYS)) - 1]
    part = crc32(f"{key}:{tries}".encode()) / 0xFFFFFFFF
    at = now + delay * (1 - JITTER + 2 * JITTER * part)
    return at if at < began + GIVE_UP_AFTER or tries < len(DELAYS) else None
