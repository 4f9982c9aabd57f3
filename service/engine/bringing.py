"""The job that works on files people brought: one file at a time, a turn at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from service.engine.boundary import attempt
from service.engine.local import Clock
from service.engine.parts import Parts
from service.sentences import say
from service.watch import importing, imports

OUR_ERROR = say(
    "a fault of ours, written in the log; nothing that was kept is lost, and it can go on from there"
)


class Bringing:
    """Works on files in a thread of its own.

    The scheduler lends any of its threads, and each that ever worked on a large file keeps ten megabytes.
    """

    def __init__(self, parts: Parts, clock: Clock) -> None:
        self._parts = parts
        self._clock = clock
        self._hand = ThreadPoolExecutor(1, thread_name_prefix="bring")

    def round(self, now: datetime) -> int | None:
        """Work a turn on the file that has waited longest; answers which, None where none waits."""
        with self._parts.database.reading() as session:
            if not imports.anything_waits(session):
                return None
        return self._hand.submit(self._turn, now).result()

    def _turn(self, now: datetime) -> int | None:
        parts = self._parts
        with parts.database.transaction() as session:
            run = imports.claim(session, now)
        if run is not None:
            attempt(
                f"bringing in file {run}",
                lambda: importing.work(parts.database, parts.watch, run, self._clock),
                lambda _error: self._give_up(run),
            )
        return run

    def _give_up(self, run: int) -> None:
        """Leave it to a person: what failed once would fail at every turn, and hold up the other files."""
        with self._parts.database.transaction() as session:
            imports.fail(session, run, OUR_ERROR)
