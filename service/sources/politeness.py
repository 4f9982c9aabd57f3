"""Politeness towards a host: one request at a time, a gap between two, and a request for quiet remembered.

A host is a name with its port. Kept in memory, for this process alone: several processes that look at one
host take turns by the queue that feeds them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from service.errors import Limited
from service.net.answer import Response
from service.sentences import say

UNSAID_QUIET = timedelta(minutes=15)  # after a 429 that does not say how long


@dataclass(slots=True)
class _Host:
    turn: Lock = field(default_factory=Lock)
    gap: timedelta = timedelta(0)  # what robots.txt asks for
    free_at: float = 0.0  # on the clock handed in
    quiet_until: datetime | None = None


class Politeness:
    """``gap`` lies between one request's end and the next one's start; a turn waits ``patience`` for it.

    At three seconds, one machine serves 2,400 branches on one site every two hours. Safe to share between
    threads.
    """

    def __init__(
        self,
        gap: timedelta = timedelta(seconds=3),
        patience: timedelta = timedelta(seconds=30),
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = gap
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = Lock()

    def ready_at(self, url: str, now: datetime) -> datetime:
        """The earliest moment the host may be asked again; ``now`` where it may be asked at once."""
        host = self._host(url)
        left = self._gap.total_seconds() if host.turn.locked() else host.free_at - self._clock()
        free = now + timedelta(seconds=max(left, 0.0))
        return max(free, host.quiet_until) if host.quiet_until else free

    @contextmanager
    def turn(self, url: str, now: datetime) -> Iterator[None]:
        """Wait for the host's turn and hold it. Raises ``Limited`` for one further off than ``patience``."""
        host = self._host(url)
        with host.turn:
            self._wait(host, now)
            try:
                yield
            finally:
                host.free_at = self._clock() + max(self._gap, host.gap).total_seconds()

    def heed(self, response: Response, now: datetime) -> None:
        """Remember where an answer asked for quiet, and until when."""
        if response.status in (429, 503) and response.retry_after:
            self._quiet(response.url, response.retry_after)
        elif response.status == 429:
            self._quiet(response.url, now + UNSAID_QUIET)

    def widen_gap(self, url: str, gap: timedelta) -> None:
        """Keep at least ``gap`` between requests to this host, as its robots.txt asks."""
        self._host(url).gap = gap

    def _quiet(self, url: str, until: datetime) -> None:
        host = self._host(url)
        host.quiet_until = max(until, host.quiet_until or until)

    def _wait(self, host: _Host, now: datetime) -> None:
        if host.quiet_until and host.quiet_until > now:
            until = f"{host.quiet_until:%Y-%m-%d %H:%M} UTC"
            raise Limited(
                say("the site asked us to wait until %(until)s", until=until), retry_after=host.quiet_until
            )
        left = host.free_at - self._clock()
        if left > self._patience.total_seconds():
            ready = now + timedelta(seconds=left)
            asked = say(
                "robots.txt asks for %(total_seconds)s seconds between requests",
                total_seconds=f"{host.gap.total_seconds():g}",
            )
            raise Limited(asked, retry_after=ready)
        if left > 0:
            self._sleep(left)

    def _host(self, url: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(urlsplit(url).netloc.lower(), _Host())
