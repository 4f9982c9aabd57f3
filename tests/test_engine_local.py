"""The engine: a job that fails stops neither itself nor the others, and nothing it touched is logged."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from service.engine.boundary import attempt
from service.engine.local import Engine, Job
from service.errors import SettingsError, described


def clock() -> datetime:
    return datetime.now(UTC)


def test_a_failing_job_goes_on_and_so_do_the_others() -> None:
    failing, healthy = threading.Semaphore(0), threading.Semaphore(0)

    def fail(_now: datetime) -> None:
        failing.release()
        raise ValueError

    soon = timedelta(seconds=0.01)
    engine = Engine([Job("fails", soon, fail), Job("works", soon, lambda _now: healthy.release())], clock)
    engine.start()
    assert all(failing.acquire(timeout=5) for _ in range(3))
    assert all(healthy.acquire(timeout=5) for _ in range(3))
    engine.stop()


def test_a_slow_job_never_runs_twice_at_once_and_is_not_dropped() -> None:
    at_once, most, runs = 0, 0, threading.Semaphore(0)
    lock = threading.Lock()

    def slow(_now: datetime) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.05)
        with lock:
            at_once -= 1
        runs.release()

    engine = Engine([Job("slow", timedelta(seconds=0.01), slow)], clock)
    engine.start()
    assert all(runs.acquire(timeout=5) for _ in range(3))
    engine.stop()
    assert most == 1


def test_an_error_is_told_by_its_place_and_never_by_its_data(caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise ValueError("the customer wrote: what a dreadful place")

    told: list[Exception] = []
    with caplog.at_level(logging.ERROR):
        assert not attempt("reading", work, told.append)
    assert "dreadful" not in caplog.text
    assert "reading failed: ValueError at test_engine_local.work:" in caplog.text
    assert len(told) == 1


def test_our_own_sentences_are_told_whole() -> None:
    assert described(SettingsError("PORT: must be a number.")) == "PORT: must be a number."
