"""Anywhere mode in both browsers: only her press opens a page to us, and only our own pages are heard."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep

import pytest

from tests.extension.browsers import Browser, ScriptFailed, Tab
from tests.extension.lookalike import LookAlikes

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>Owners</title>
<form action="/post"><textarea id="box"></textarea><button>Post</button></form>
<script>
  window.posted = 0;
  addEventListener("submit", (event) => { event.preventDefault(); posted += 1; });
</script>"""
REPLY = "Dear Ann,\n\nThank you for “the cake” 🎂 & your <b>time</b>.\nSam"


@pytest.fixture
def page(browser: Browser, sites: LookAlikes) -> Iterator[Tab]:
    """A page at a host that nobody granted us, the cursor in its box."""
    tab = browser.open(sites.put("https://owners.reviews.test/answer", PAGE))
    tab.press("document.querySelector('#box')")
    yield tab
    tab.close()


def ask(browser: Browser, asked: str) -> object:
    """What the tab in front answers our own page."""
    tab = browser.api("tabs.query({ active: true, lastFocusedWindow: true })")[0]["id"]
    return browser.api(f"tabs.sendMessage({tab}, {asked})")


def pressed(browser: Browser) -> None:
    browser.press_action()
    for _ in range(100):
        try:
            if ask(browser, "{ ask: 'look' }"):
                return
        except ScriptFailed:
            sleep(0.02)
    raise AssertionError("the press let us in nowhere")


def test_nothing_of_ours_is_in_a_page_before_she_presses(browser: Browser, page: Tab) -> None:
    with pytest.raises(ScriptFailed, match="Could not establish connection"):
        ask(browser, "{ ask: 'look' }")


def test_her_press_shows_us_the_box_her_cursor_is_in(browser: Browser, page: Tab) -> None:
    page.type("draft")
    pressed(browser)
    assert ask(browser, "{ ask: 'look' }") == {"holds": "draft", "room": None, "has_focus": True}


def test_a_reply_goes_in_and_out_again_and_nothing_is_submitted(browser: Browser, page: Tab) -> None:
    pressed(browser)
    assert ask(browser, f"{{ ask: 'insert', text: {REPLY!r}, consent: false }}") == {"kind": "done"}
    assert page.evaluate("box.value") == REPLY
    assert ask(browser, "{ ask: 'undo', consent: false }") == {"kind": "done"}
    assert page.evaluate("[box.value, posted]") == ["", 0]


def test_her_own_words_are_asked_for_first(browser: Browser, page: Tab) -> None:
    page.type("my own words")
    pressed(browser)
    held = ask(browser, "{ ask: 'insert', text: 'ours', consent: false }")
    assert held == {"kind": "needs_consent", "holds": "my own words"}
    assert page.evaluate("box.value") == "my own words"
    assert ask(browser, "{ ask: 'insert', text: 'ours', consent: true }") == {"kind": "done"}


def test_the_press_works_after_the_background_died(browser: Browser, page: Tab) -> None:
    browser.stop_worker()
    pressed(browser)
