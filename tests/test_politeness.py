"""Politeness towards a host."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from service.errors import Limited
from service.net.answer import Response
from service.sources.politeness import Politeness

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "https://reviews.example.com/biz/x"
OTHER = "https://elsewhere.example.com/"


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def polite(clock: Clock, gap: int = 3, patience: int = 30) -> Politeness:
    return Politeness(timedelta(seconds=gap), timedelta(seconds=patience), clock=clock, sleep=clock.sleep)


def take_turn(politeness: Politeness, url: str = URL, now: datetime = NOW) -> None:
    with politeness.turn(url, now):
        pass


def test_the_first_request_waits_for_nothing() -> None:
    clock = Clock()
    take_turn(polite(clock))
    assert clock.slept == []


def test_the_gap_lies_between_the_end_of_one_and_the_start_of_the_next() -> None:
    clock = Clock()
    politeness = polite(clock)
    with politeness.turn(URL, NOW):
        clock.at += 10  # a slow answer
    clock.at += 1
    take_turn(politeness)
    assert clock.slept == [2]


def test_another_host_is_not_waited_for() -> None:
    clock = Clock()
    politeness = polite(clock)
    take_turn(politeness)
    take_turn(politeness, OTHER)
    take_turn(politeness, URL.replace("https", "HTTPS").replace("reviews", "Reviews"))
    assert clock.slept == [3]


def test_a_failed_request_counts_too() -> None:
    clock = Clock()
    politeness = polite(clock)
    with pytest.raises(RuntimeError), politeness.turn(URL, NOW):
        raise RuntimeError
    take_turn(politeness)
    assert clock.slept == [3]


def test_a_wider_gap_is_kept() -> None:
    clock = Clock()
    politeness = polite(clock)
    politeness.widen_gap(URL, timedelta(seconds=10))
    take_turn(politeness)
    take_turn(politeness)
    assert clock.slept == [10]


def test_a_gap_beyond_patience_is_told_not_waited_for() -> None:
    clock = Clock()
    politeness = polite(clock)
    politeness.widen_gap(URL, timedelta(minutes=2))
    take_turn(politeness)
    with pytest.raises(Limited, match="120 seconds between requests") as limited:
        take_turn(politeness)
    assert limited.value.retry_after == NOW + timedelta(minutes=2) == politeness.ready_at(URL, NOW)
    assert clock.slept == []


def test_a_host_that_asked_for_quiet_is_left_in_peace() -> None:
    clock = Clock()
    politeness = polite(clock)
    until = NOW + timedelta(hours=1)
    politeness.heed(Response(429, URL, retry_after=until), NOW)
    with pytest.raises(Limited, match="wait until 2026-11-22 10:00 UTC") as limited:
        take_turn(politeness, URL.replace("/biz/x", "/biz/y"))
    assert limited.value.retry_after == until == politeness.ready_at(URL, NOW)
    take_turn(politeness, OTHER)
    take_turn(politeness, now=until)


@pytest.mark.parametrize(
    ("status", "asked", "quiet"),
    [(429, 60, 60), (429, None, 900), (503, 60, 60), (503, None, 0), (403, 60, 0), (200, 60, 0)],
)
def test_what_counts_as_asking_for_quiet(status: int, asked: int | None, quiet: int) -> None:
    politeness = polite(Clock())
    retry_after = None if asked is None else NOW + timedelta(seconds=asked)
    politeness.heed(Response(status, URL, retry_after=retry_after), NOW)
    assert politeness.ready_at(URL, NOW) == NOW + timedelta(seconds=quiet)


def test_a_shorter_request_for_quiet_does_not_undo_a_longer_one() -> None:
    politeness = polite(Clock())
    for seconds in (3600, 60):
        politeness.heed(Response(429, URL, retry_after=NOW + timedelta(seconds=seconds)), NOW)
    assert politeness.ready_at(URL, NOW) == NOW + timedelta(hours=1)


def test_when_a_host_is_ready_is_known_without_waiting() -> None:
    clock = Clock()
    politeness = polite(clock)
    assert politeness.ready_at(URL, NOW) == NOW
    with politeness.turn(URL, NOW):
        assert politeness.ready_at(URL, NOW) == NOW + timedelta(seconds=3)
    clock.at += 2
    assert politeness.ready_at(URL, NOW) == NOW + timedelta(seconds=1)
    clock.at += 100
    assert politeness.ready_at(URL, NOW) == NOW


def test_two_requests_to_a_host_never_run_at_once() -> None:
    politeness = Politeness(gap=timedelta(0))
    inside, most = 0, 0
    lock = threading.Lock()

    def look() -> None:
        nonlocal inside, most
        with politeness.turn(URL, NOW):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
