"""A deadline for what is asked of a browser: one that leaves a command unanswered is ended, and said to be.

Playwright waits for ever for the answer to a command of Chromium's own protocol. The process is ended then,
so that every command fails at once instead.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer

PATIENCE = 90.0  # seconds for one answer: a loaded machine starts a browser slowly


class NoAnswer(Exception):
    """The browser did not answer a command; the message says which."""


@contextmanager
def within(pid: int, what: str, patience: float = PATIENCE) -> Iterator[None]:
    """Ends the process ``pid`` where the ``with`` block lasts longer. Raises ``NoAnswer`` then."""
    passed = Event()

    def end() -> None:
        passed.set()
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    timer = Timer(patience, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if passed.is_set():
            raise NoAnswer(f"no answer within {patience:.0f} s: {what}") from error
        raise
    finally:
        timer.cancel()
