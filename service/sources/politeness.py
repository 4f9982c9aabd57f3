"""Politeness towards a host: one request at a time, a gap between two, and its Retry-After remembered."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta


class Politeness:
    """Kept in memory, for this process. Safe to share between threads."""

    def __init__(
        self, gap: timedelta = timedelta(seconds=3), patience: timedelta = timedelta(seconds=30)
    ) -> None:
        raise NotImplementedError

    def ready_at(self, url: str, now: datetime) -> datetime:
        """The earliest moment the host may be asked again; ``now`` where it may be asked at once."""
        raise NotImplementedError

    def turn(self, url: str, now: datetime) -> AbstractContextManager[object]:
        """Wait for the host's turn and hold it. Raises ``Limited`` where that would outlast ``patience``."""
        raise NotImplementedError

    def slow_down(self, url: str, until: datetime) -> None:
        """Remember that the host asked for quiet until then."""
        raise NotImplementedError
