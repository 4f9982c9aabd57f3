"""Tries: counted within a span, forgotten after it, for a bounded number of names."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.people import tries
from service.people.tries import Tries

SPAN = timedelta(minutes=15)


def test_so_many_tries_within_the_span_and_then_a_wait(now: datetime) -> None:
    door = Tries(2, SPAN)
    assert door.take("kim", now) is None
    assert door.take("kim", now + timedelta(minutes=5)) is None
    assert door.take("kim", now + timedelta(minutes=6)) == timedelta(minutes=9)
    assert door.take("ann", now + timedelta(minutes=6)) is None
    assert door.take("kim", now + SPAN) is None
    assert door.take("kim", now + SPAN) == timedelta(minutes=5)


def test_who_proved_herself_begins_anew(now: datetime) -> None:
    door = Tries(1, SPAN)
    door.take("kim", now)
    door.forget("kim")
    door.forget("nobody")
    assert door.take("kim", now) is None


def test_a_flood_of_names_takes_no_more_memory(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tries, "MOST_NAMES", 3)
    door = Tries(1, SPAN)
    for name in ("kim", "a", "b", "c"):
        door.take(name, now)
    assert len(door._made) == 3
    assert door.take("c", now) is not None
    assert door.take("kim", now) is None
