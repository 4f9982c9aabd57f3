"""A paired browser, and our card in a page, as a test speaks of them."""

from __future__ import annotations

import json
from typing import Any

from tests.extension.anywhere import front
from tests.extension.browsers import API, Browser, Tab
from tests.extension.service import Service


def ask(browser: Browser, what: str, **body: Any) -> dict[str, Any]:
    """The background's answer to a message of one of our own pages."""
    said: dict[str, Any] = browser.api(f"runtime.sendMessage({json.dumps({'ask': what, **body})})")
    return said


def wait_until_told(browser: Browser) -> None:
    """Until nothing waits in the outbox."""
    state = json.dumps({"ask": "state"})
    browser.harness.wait_for(f"{API}.runtime.sendMessage({state}).then((said) => said.value.waiting === 0)")


def pair(browser: Browser, service: Service) -> None:
    """Pair, as the options page does it."""
    ask(browser, "disconnect")
    assert ask(browser, "pair_start", origin=service.url, label="Till")["ok"]
    assert ask(browser, "pair_poll") == {"ok": True, "value": "paired"}


class OurCard:
    """The card of ours beside one review. ``inside`` is a JavaScript expression for the review's element."""

    def __init__(self, tab: Tab, inside: str) -> None:
        self.tab = tab
        self.host = f"{inside}.querySelector('shopbell-card')"
        self.root = f"{self.host}.shadowRoot"

    @property
    def words(self) -> str:
        """All it says now; "" where it is not there."""
        said: str = self.tab.evaluate(f"{self.host}?.shadowRoot.querySelector('section').innerText ?? ''")
        return said

    def wait_for(self, words: str) -> None:
        """Until it says so."""
        said = f"{self.host}?.shadowRoot.querySelector('section').innerText.includes({json.dumps(words)})"
        try:
            self.tab.wait_for(f"Boolean({said})")
        except AssertionError:
            raise AssertionError(f"{words!r} is not in {self.words!r}") from None

    def button(self, key: str) -> str:
        """A button of it, as an expression."""
        return f"{self.root}.querySelector('[data-key={key}]')"

    def press(self, key: str) -> None:
        """A person's press on one of its buttons."""
        self.tab.press(self.button(key))

    def write(self, text: str) -> None:
        """Fill its first blank, by keys."""
        self.tab.press(f"{self.root}.querySelector('input, select')")
        self.tab.type(text)


class Popup:
    """The popup, after a press on our button in the tab in front; ``of``: of a tab that needs no press.

    It is opened as a page; ``tab``: where it stands already.
    """

    def __init__(self, browser: Browser, of: int | None = None, tab: Tab | None = None) -> None:
        self.tab = tab or _as_a_page(browser, of)

    def says(self, words: str) -> None:
        """Until it does."""
        try:
            self.tab.wait_for(f"document.body.innerText.includes({words!r})")
        except AssertionError:
            raise AssertionError(f"{words!r}: {self.tab.evaluate('document.body.innerText')}") from None

    def press(self, words: str) -> None:
        """On the first button that says so."""
        button = f"[...document.querySelectorAll('button')].find((one) => one.innerText.includes({words!r}))"
        self.tab.press(button)

    def choose(self) -> None:
        """Ann's review, its blank filled."""
        self.press("Ann Baker")
        self.says("Why this reply")
        self.tab.press("document.querySelector('.reply input')")
        self.tab.type("pie")


def _as_a_page(browser: Browser, of: int | None) -> Tab:
    number = of or front(browser)
    if of is None:
        browser.press_action()
    return browser.page(f"popup.html?tab={number}")
