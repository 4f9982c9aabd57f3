"""robots.txt, as RFC 9309 has it: read once a day for each origin, and obeyed.

A file that is not there (4xx) allows everything; one that cannot be had (5xx) allows nothing for now, unless
an older copy is at hand. Its Crawl-delay and Request-rate widen the gap between requests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from service.errors import Limited, Refused
from service.net.answer import Response
from service.net.client import Client
from service.sentences import say
from service.sources.politeness import Politeness

if TYPE_CHECKING:
    from protego import Protego

FRESH = timedelta(hours=24)  # RFC 9309, section 2.4
TRY_AGAIN = timedelta(minutes=15)
LARGEST = 512_000  # bytes; section 2.5 asks for 500 KiB at least
MOST_ORIGINS = 500
LONGEST_GAP = timedelta(
    minutes=10
)  # looks at one listing are hours apart; more would only stop its neighbours


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt says, until ``until``. ``parsed`` is ``None`` where all is allowed."""

    until: datetime
    parsed: Protego | None = None
    unknown: str | None = None  # why nobody could say; then nothing is allowed

    def gap(self, name: str) -> timedelta:
        """The time it asks for between two requests."""
        if self.parsed is None:
            return timedelta(0)
        rate = self.parsed.request_rate(name)
        by_rate = rate.seconds / rate.requests if rate and rate.requests else 0
        seconds = max(self.parsed.crawl_delay(name) or 0, by_rate)
        return min(timedelta(seconds=min(seconds, 86_400)), LONGEST_GAP)


class Robots:
    """Kept in memory, safe to share between threads. ``name`` is what a file calls us."""

    def __init__(self, client: Client, politeness: Politeness, name: str = "Shopbell") -> None:
        self._client = client
        self._politeness = politeness
        self._name = name
        self._known: dict[str, Rules] = {}
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)

    def require(self, url: str, now: datetime) -> None:
        """Return where ``url`` may be looked at.

        Raises ``Refused`` where it may not, or where nobody could say; ``Unreachable`` and ``Limited`` where
        the host gave no answer.
        """
        parts = urlsplit(url)
        rules = self._rules(f"{parts.scheme}://{parts.netloc}", now)
        if rules.unknown:
            raise Refused(
                say("robots.txt could not be read: %(unknown)s", unknown=rules.unknown),
                retry_after=rules.until,
            )
        if rules.parsed and not rules.parsed.can_fetch(url, self._name):
            raise Refused(say("robots.txt asks programs to keep out of this address"))
        self._politeness.widen_gap(url, rules.gap(self._name))

    @contextmanager
    def visit(self, url: str, now: datetime) -> Iterator[None]:
        """Hold the host's turn, if robots.txt lets us. Raises as ``require`` and ``Politeness.turn``."""
        self.require(url, now)
        with self._politeness.turn(url, now):
            yield

    def _rules(self, origin: str, now: datetime) -> Rules:
        with self._locks[origin]:
            known = self._known.get(origin)
            if known is None or known.until <= now:
                known = self._read(origin, known, now)
                self._keep(origin, known)
            return known

    def _read(self, origin: str, older: Rules | None, now: datetime) -> Rules:
        response = self._client.fetch(
            f"{origin}/robots.txt", now=now, cut_at=LARGEST, visit=lambda url: self._politeness.turn(url, now)
        )
        self._politeness.heed(response, now)
        if response.status == 429:
            raise Limited(say("HTTP 429 for robots.txt"), retry_after=response.retry_after)
        if response.status < 500:
            return Rules(now + FRESH, _parse(response))
        if older and not older.unknown:
            return Rules(now + TRY_AGAIN, older.parsed)
        return Rules(now + TRY_AGAIN, unknown=f"HTTP {response.status}")

    def _keep(self, origin: str, rules: Rules) -> None:
        if len(self._known) >= MOST_ORIGINS:
            self._known.pop(next(iter(self._known)))
        self._known[origin] = rules


def _parse(response: Response) -> Protego | None:
    from protego import Protego

    if not 200 <= response.status <= 299:
        return None
    return Protego.parse(response.body.decode("utf-8-sig", "replace"))
