"""What both browsers can do for a test, by the same names. ``chromium`` and ``firefox`` say how."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from time import monotonic, sleep
from typing import Any

HARNESS = "harness.html"  # only in the test flavour: a page of the extension, to speak from
API = "(globalThis.browser ?? globalThis.chrome)"
PATIENCE = 30.0  # seconds until a page must have come so far: others share the machine
_MIDDLE = """(element) => {
  element.scrollIntoView({ block: "center" });
  const box = element.getBoundingClientRect();
  let [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  for (let view = element.ownerDocument.defaultView; view.frameElement; view = view.parent) {
    const frame = view.frameElement.getBoundingClientRect();
    [x, y] = [x + frame.x, y + frame.y];
  }
  return [x, y];
}"""
_STEADY = f"""async (find) => {{
  const [x, y] = ({_MIDDLE})(find());
  await new Promise((next) => setTimeout(next, 25));
  const now = ({_MIDDLE})(find());
  return now[0] === x && now[1] === y ? now : null;
}}"""


class ScriptFailed(Exception):
    """A script threw; the message is the page's."""


class Tab(ABC):
    """One tab."""

    @abstractmethod
    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression that gives a string, awaited. Raises ``ScriptFailed``."""

    @abstractmethod
    def go(self, address: str) -> None:
        """Open ``address`` here, and wait until it is loaded."""

    @abstractmethod
    def press_at(self, x: float, y: float) -> None:
        """A person's press on that point of the window."""

    @abstractmethod
    def type(self, text: str) -> None:
        """A person's keys, into whatever has the focus."""

    @abstractmethod
    def close(self) -> None:
        """Close it."""

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited, as JSON has it. Raises ``ScriptFailed``."""
        return json.loads(self.run(f"(async () => JSON.stringify((await ({expression})) ?? null))()"))

    def wait_for(self, expression: str, *, patience: float = PATIENCE) -> Any:
        """The first truthy value of ``expression``. Raises ``AssertionError`` where there is none in time.

        A script that fails has no value yet: a frame that is being loaded has no body for a moment.
        """
        until = monotonic() + patience
        while not (value := self._value_or_failure(expression)) or isinstance(value, ScriptFailed):
            assert monotonic() < until, f"not within {patience} s: {expression} ({value})"
            sleep(0.03)
        return value

    def _value_or_failure(self, expression: str) -> Any:
        try:
            return self.evaluate(expression)
        except ScriptFailed as failure:
            return failure

    def press(self, element: str) -> None:
        """A person's press on the middle of what the JavaScript expression ``element`` gives.

        It is waited for, and until it stands still: a page that is still being drawn moves what she aims at.
        """
        self.press_at(*self.wait_for(f"({_STEADY})(() => {element})"))


class Browser(ABC):
    """A browser with the extension in it. Every host leads to the look-alikes; 127.0.0.1 stays itself."""

    name: str
    origin: str  # of the extension's own pages, with a slash at the end

    @abstractmethod
    def tab(self) -> Tab:
        """A new, empty tab in front."""

    @abstractmethod
    def press_action(self) -> None:
        """A person's press on the extension's button, in the tab in front."""

    @abstractmethod
    def stop_worker(self) -> None:
        """Let the background die, as the browser does when it has nothing to do."""

    @abstractmethod
    def close(self) -> None:
        """End it, and all it kept."""

    def open(self, address: str) -> Tab:
        """A new tab in front at ``address``."""
        tab = self.tab()
        tab.go(address)
        return tab

    def page(self, path: str = HARNESS) -> Tab:
        """A new tab with a page of the extension."""
        return self.open(self.origin + path)

    @property
    def harness(self) -> Tab:
        """The extension's page that speaks for the tests, opened once."""
        if not hasattr(self, "_harness"):
            self._harness = self.page()
        return self._harness

    def api(self, call: str) -> Any:
        """The awaited answer of a call of the extension's API, such as ``tabs.query({})``."""
        return self.harness.evaluate(f"{API}.{call}")
