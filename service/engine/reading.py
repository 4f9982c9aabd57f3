"""The engine's part in the mails that came in: read one by one, and one that fails stops no other."""

from __future__ import annotations

from datetime import datetime

from service.engine.boundary import attempt
from service.engine.local import Clock
from service.watch.mailroom import Mailroom
from service.watch.waiting import Claimed

AT_ONCE = 100  # mails in one round; the next one begins two seconds later


class Reading:
    """Reads what waits. ``round`` may run in several processes: each mail is claimed by one of them."""

    def __init__(self, mailroom: Mailroom, clock: Clock) -> None:
        self._mailroom = mailroom
        self._clock = clock
        self._to_be_told = True  # what an earlier process read may not have been summed up

    def round(self, _now: datetime) -> int:
        """Read what waits, at most ``AT_ONCE`` mails; answers how many were claimed."""
        for done in range(AT_ONCE):
            claimed = self._mailroom.claim(self._clock())
            if claimed is None:
                self._sum_up()
                return done
            self._to_be_told = True
            self._read(claimed)
        return AT_ONCE

    def _read(self, claimed: Claimed) -> None:
        attempt(
            f"reading mail {claimed.id}",
            lambda: self._mailroom.read(claimed, self._clock()),
            lambda error: self._mailroom.failed(claimed, error, self._clock()),
        )

    def _sum_up(self) -> None:
        if self._to_be_told and self._mailroom.sum_up(self._clock()):
            self._to_be_told = False
