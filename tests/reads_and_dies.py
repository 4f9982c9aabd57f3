"""A process that reads the mails that came in, and stands still at one place until it is killed."""

from __future__ import annotations

import sys
import time
from typing import Any

from service.db import Database
from service.watch import check, mailroom
from service.watch.check import Watch
from service.watch.mailroom import Mailroom
from tests.builders import NOW, a_planner, judged


def stand_still(*_given: Any, **_named: Any) -> Any:
    """Say that the place is reached, and wait for the end."""
    sys.stdout.write("here\n")
    sys.stdout.flush()
    time.sleep(60)


def main(url: str, place: str) -> None:
    """Read until ``place``: "claimed", "read", "storing" or "stored"."""
    if place == "claimed":
        mailroom.parse = stand_still
    if place == "read":
        Mailroom._store = stand_still  # type: ignore[method-assign]
    if place == "storing":
        check.record_look = stand_still
    room = Mailroom(
        database := Database(url), Watch(database, stand_still, lambda *_facts: judged, a_planner())
    )
    while claimed := room.claim(NOW):
        room.read(claimed, NOW)
        if place == "stored":
            stand_still()


if __name__ == "__main__":
    main(*sys.argv[1:])
