"""A person's way through anywhere mode, for tests: press the button, be shown the box, insert, undo."""

from __future__ import annotations

import json
from time import monotonic, sleep
from typing import Any

from tests.extension.browsers import PATIENCE, Browser, ScriptFailed


class Anywhere:
    """The tab in front, after a press on our button there."""

    def __init__(self, browser: Browser) -> None:
        browser.press_action()
        self._browser = browser
        self._tab = front(browser)
        self.box = self._found()

    def insert(self, text: str, *, consent: bool = False) -> dict[str, Any]:
        """What came of putting ``text`` into the box."""
        return self._act({"ask": "insert", "text": text, "consent": consent})

    def insert_twice(self, text: str) -> list[dict[str, Any]]:
        """What came of two presses at the same moment."""
        call = self._call({"ask": "insert", "text": text, "consent": False})
        said: list[dict[str, Any]] = self._browser.harness.evaluate(f"Promise.all([{call}, {call}])")
        return said

    def undo(self, *, consent: bool = False) -> dict[str, Any]:
        """What came of putting back what stood there before."""
        return self._act({"ask": "undo", "consent": consent})

    def look(self) -> dict[str, Any] | None:
        """The box her cursor is in by now: her press holds as long as the page does."""
        self.box = self._found()
        return self.box

    def _act(self, asked: dict[str, Any]) -> dict[str, Any]:
        said: dict[str, Any] = self._browser.harness.evaluate(self._call(asked))
        return said

    def _call(self, asked: dict[str, Any]) -> str:
        assert self.box is not None, "the cursor is in no box"
        return f"shopbell.act({self._tab}, {self.box['frame']}, {json.dumps(asked)})"

    def _found(self) -> dict[str, Any] | None:
        """The box; the press is over when our script is there to say which."""
        until = monotonic() + PATIENCE
        while True:
            try:
                found: dict[str, Any] | None = self._browser.harness.evaluate(
                    f"shopbell.findBox({self._tab})"
                )
                return found
            except ScriptFailed:
                if monotonic() > until:
                    raise
                sleep(0.02)


def front(browser: Browser) -> int:
    """The number of the tab in front."""
    number: int = browser.api("tabs.query({ active: true, lastFocusedWindow: true })")[0]["id"]
    return number
