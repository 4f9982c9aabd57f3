"""Anywhere mode in both browsers: only her press opens a page to us, and only our own pages are heard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.anywhere import Anywhere, front
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


def test_nothing_of_ours_is_in_a_page_before_she_presses(browser: Browser, page: Tab) -> None:
    with pytest.raises(ScriptFailed, match=r"Cannot access|Missing host permission"):
        browser.harness.evaluate(f"shopbell.findBox({front(browser)})")


def test_her_press_shows_us_the_box_her_cursor_is_in(browser: Browser, page: Tab) -> None:
    page.type("draft")
    assert Anywhere(browser).box == {"holds": "draft", "room": None, "has_focus": True, "frame": 0}


def test_a_reply_goes_in_and_out_again_and_nothing_is_submitted(browser: Browser, page: Tab) -> None:
    anywhere = Anywhere(browser)
    assert anywhere.insert(REPLY) == {"kind": "done"}
    assert page.evaluate("box.value") == REPLY
    assert anywhere.undo() == {"kind": "done"}
    assert page.evaluate("[box.value, posted]") == ["", 0]


def test_her_own_words_are_asked_for_first(browser: Browser, page: Tab) -> None:
    page.type("my own words")
    anywhere = Anywhere(browser)
    assert anywhere.insert("ours") == {"kind": "needs_consent", "holds": "my own words"}
    assert page.evaluate("box.value") == "my own words"
    assert anywhere.insert("ours", consent=True) == {"kind": "done"}


def test_the_press_works_after_the_background_died(browser: Browser, page: Tab) -> None:
    browser.stop_worker()
    assert Anywhere(browser).box is not None


def test_a_page_without_a_box_in_focus_says_so(browser: Browser, page: Tab) -> None:
    page.press("document.body")
    page.evaluate("document.activeElement.blur()")
    assert Anywhere(browser).box is None
