"""How often somebody may try: counted in memory, within a sliding span, for a bounded number of names.

In memory because a guess must cost no write: whoever floods the door would otherwise fill the disk and starve
the one writer that SQLite has. The price is said here: a restart forgets, and with several web processes each
counts for itself, so that the bound is theirs times their number.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

MOST_NAMES = 10_000


class Tries:
    """At most ``most`` tries by one name ``within`` a span; the names longest unheard of are forgotten."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._made: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def take(self, name: str, now: datetime) -> timedelta | None:
        """Count one try; None where it may go on, else how long to wait. A refused try counts as none."""
        with self._lock:
            made = self._made.setdefault(name, deque())
            self._made.move_to_end(name)
            while made and now - made[0] >= self._within:
                made.popleft()
            if len(made) >= self._most:
                return self._within - (now - made[0])
            made.append(now)
            while len(self._made) > MOST_NAMES:
                self._made.popitem(last=False)
            return None

    def forget(self, name: str) -> None:
        """Begin anew with a name: it has proved itself."""
        with self._lock:
            self._made.pop(name, None)
