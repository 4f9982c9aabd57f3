"""Which tests run apart from the quick ones, by what they use: no file need remember to say so.

``server`` starts a process or a real server, ``postgres`` a PostgreSQL, ``browser`` a browser. A test that
says none of these and starts a process all the same fails, and is told how to say it. ``large`` is said by
hand, where a test takes a good second of its own.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

BY_FIXTURE = {"mail_server": "server", "npm": "server", "postgres_server": "postgres", "chromium": "browser"}
STARTING = {"server", "postgres", "browser"}


class Apart:
    """A plugin that marks tests by their fixtures, and watches the others."""

    def __init__(self) -> None:
        self._patch, self._is_quick = pytest.MonkeyPatch(), False

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Marked before anybody selects by marks."""
        for fixture in BY_FIXTURE.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(BY_FIXTURE[fixture])

    def pytest_sessionstart(self) -> None:
        """From here on, whoever starts a process is seen."""
        really = subprocess.Popen.__init__

        def begun(popen: Any, *words: Any, **options: Any) -> None:
            if self._is_quick:
                pytest.fail("this test starts a process: mark it with pytest.mark.server")
            really(popen, *words, **options)

        self._patch.setattr(subprocess.Popen, "__init__", begun)

    def pytest_sessionfinish(self) -> None:
        """Nobody is watched any more."""
        self._patch.undo()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """While a quick test runs, it may start no process."""
        self._is_quick = STARTING.isdisjoint(mark.name for mark in item.iter_markers())
        try:
            return (yield)
        finally:
            self._is_quick = False
