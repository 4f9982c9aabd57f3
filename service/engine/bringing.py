"""The job that works on files people brought: one file at a time, a turn at a time."""

from __future__ import annotations

from datetime import datetime

from service.engine.boundary import attempt
from service.engine.local import Clock
from service.engine.parts import Parts
from service.watch import importing, imports

OUR_ERROR = "a fault of ours, written in the log; nothing that was kept is lost, and it can go on from there"


def bring_in(parts: Parts, clock: Clock, now: datetime) -> int | None:
    """Work a turn on the file that has waited longest; answers which, None where none waits."""
    with parts.database.reading() as session:
        if not imports.anything_waits(session):
            return None
    with parts.database.transaction() as session:
        run = imports.claim(session, now)
    if run is not None:
        attempt(
            f"bringing in file {run}",
            lambda: importing.work(parts.database, parts.watch, run, clock),
            lambda _error: _give_up(parts, run),
        )
    return run


def _give_up(parts: Parts, run: int) -> None:
    """Leave it to a person: what failed once would fail at every turn, and hold up the other files."""
    with parts.database.transaction() as session:
        imports.fail(session, run, OUR_ERROR)
