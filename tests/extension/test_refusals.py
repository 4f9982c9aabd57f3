"""What the insertion refuses, in both browsers, and that nothing is changed where it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.extension.anywhere import Anywhere
from tests.extension.browsers import Browser, Tab
from tests.extension.lookalike import LookAlikes

pytestmark = pytest.mark.browser

Shown = Callable[..., Tab]

REPLY = "Dear Ann,\nthank you for your visit."
PAGE = """<!doctype html><title>Owners</title><body>{body}
<script>const box = document.querySelector("#box"); {script}</script>"""


@pytest.fixture
def shown(browser: Browser, sites: LookAlikes) -> Iterator[Shown]:
    """Opens a page with what a test puts in its body, the cursor in its box."""
    tabs: list[Tab] = []

    def open_page(body: str, script: str = "") -> Tab:
        address = f"https://refusals.test/{len(tabs)}"
        tabs.append(browser.open(sites.put(address, PAGE.format(body=body, script=script))))
        tabs[-1].evaluate("box.focus()")
        return tabs[-1]

    yield open_page
    for tab in tabs:
        tab.close()


REFUSED = {
    "a box that holds less than the reply": (
        "<textarea id=box maxlength=20></textarea>",
        "",
        "too_long",
    ),
    "a box that only shows": ("<textarea id=box readonly></textarea>", "", "readonly"),
    "an editor that says it only shows": (
        "<div id=box contenteditable aria-readonly=true style='height:50px'></div>",
        "",
        "readonly",
    ),
    "a box nobody sees": ("<textarea id=box style='opacity:0'></textarea>", "", "invisible"),
    "a box within what nobody sees": (
        "<div style='opacity:0'><textarea id=box></textarea></div>",
        "",
        "invisible",
    ),
    "a box of one point": (
        "<textarea id=box style='width:1px;height:1px;padding:0;border:0'></textarea>",
        "",
        "invisible",
    ),
    "a line that would glue the reply's lines together": ("<input id=box>", "", "single_line"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_and_nothing_changes(browser: Browser, shown: Shown, case: str) -> None:
    body, script, why = REFUSED[case]
    page = shown(body, script)
    assert Anywhere(browser).insert(REPLY) == {"kind": "refused", "why": why}
    assert page.evaluate("box.value ?? box.innerText") == ""


def test_a_box_in_a_frame_that_nobody_sees_is_refused(browser: Browser, shown: Shown) -> None:
    page = shown("<iframe id=box srcdoc='<textarea></textarea>'></iframe>")
    page.wait_for("Boolean(box.contentDocument.querySelector('textarea'))")
    page.press("box.contentDocument.querySelector('textarea')")
    page.evaluate("(box.style.opacity = '0')")
    assert Anywhere(browser).insert(REPLY) == {"kind": "refused", "why": "invisible"}


def test_what_is_no_box_for_prose_is_none(browser: Browser, shown: Shown) -> None:
    kinds = ("password", "email", "number", "url", "checkbox")
    page = shown("<input id=box>" + "".join(f"<input type={kind}>" for kind in kinds))
    anywhere = Anywhere(browser)
    for kind in kinds:
        page.evaluate(f"document.querySelector('[type={kind}]').focus()")
        assert anywhere.look() is None, kind
    page.evaluate("box.focus()")
    assert anywhere.look() is not None


def test_an_open_word_of_an_input_method_is_not_broken(browser: Browser, shown: Shown) -> None:
    page = shown("<textarea id=box></textarea>")
    anywhere = Anywhere(browser)
    page.evaluate("box.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true })) && 1")
    assert anywhere.insert(REPLY) == {"kind": "refused", "why": "composing"}
    page.evaluate("box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })) && 1")
    assert anywhere.insert(REPLY) == {"kind": "done"}


def test_a_box_that_went_away_is_gone(browser: Browser, shown: Shown) -> None:
    page = shown("<textarea id=box></textarea>")
    anywhere = Anywhere(browser)
    page.evaluate("box.remove()")
    assert anywhere.insert(REPLY) == {"kind": "refused", "why": "gone"}


def test_a_box_that_holds_the_reply_is_left_alone(browser: Browser, shown: Shown) -> None:
    page = shown("<textarea id=box></textarea>", "let changes = 0; box.oninput = () => { changes += 1; };")
    anywhere = Anywhere(browser)
    assert anywhere.insert(REPLY) == {"kind": "done"}
    changes = page.evaluate("changes")
    assert anywhere.insert(REPLY) == {"kind": "already"}
    assert page.evaluate("changes") == changes


def test_a_page_that_cuts_the_reply_is_told_on_and_not_tried_again(browser: Browser, shown: Shown) -> None:
    page = shown(
        "<textarea id=box></textarea>", "box.oninput = () => { box.value = box.value.slice(0, 8); };"
    )
    assert Anywhere(browser).insert(REPLY) == {"kind": "partial", "holds": "Dear Ann"}
    assert page.evaluate("box.value") == "Dear Ann"


@pytest.mark.parametrize("body", ["<textarea id=box></textarea>", "<div id=box contenteditable>&nbsp;</div>"])
def test_a_page_that_takes_nothing_is_believed(browser: Browser, shown: Shown, body: str) -> None:
    empty = "box.oninput = () => { 'value' in box ? (box.value = '') : (box.textContent = '\\u00a0'); };"
    shown(body, empty)
    assert Anywhere(browser).insert(REPLY) == {"kind": "not_taken"}


def test_a_page_that_keeps_the_cursor_elsewhere_gets_nothing_there(browser: Browser, shown: Shown) -> None:
    page = shown("<textarea id=box></textarea><textarea id=other></textarea>")
    anywhere = Anywhere(browser)
    page.evaluate("(box.onfocus = () => document.querySelector('#other').focus(), 1)")
    page.evaluate("document.querySelector('#other').focus()")
    assert anywhere.insert(REPLY) == {"kind": "not_taken"}
    assert page.evaluate("[box.value, document.querySelector('#other').value]") == ["", ""]


@pytest.mark.parametrize("body", ["<textarea id=box></textarea>", "<div id=box contenteditable>&nbsp;</div>"])
def test_two_presses_at_once_put_one_reply_there(browser: Browser, shown: Shown, body: str) -> None:
    page = shown(body)
    first, second = Anywhere(browser).insert_twice(REPLY)
    assert (first["kind"], second["kind"] in {"done", "already"}) == ("done", True)
    assert page.evaluate("box.value ?? box.innerText") == REPLY


def test_our_reply_after_she_wrote_in_it_is_hers(browser: Browser, shown: Shown) -> None:
    page = shown("<textarea id=box></textarea>")
    anywhere = Anywhere(browser)
    anywhere.insert(REPLY)
    page.type("!")
    assert anywhere.insert("Another reply.")["kind"] == "needs_consent"
    assert anywhere.undo()["kind"] == "needs_consent"
    assert anywhere.undo(consent=True) == {"kind": "done"}
    assert page.evaluate("box.value") == ""


def test_a_frame_from_elsewhere_is_not_reached(browser: Browser, sites: LookAlikes, shown: Shown) -> None:
    inner = sites.put("https://elsewhere.test/frame", "<textarea autofocus></textarea>")
    page = shown(f"<iframe id=box src='{inner}'></iframe>")
    page.press("box")
    assert Anywhere(browser).box is None
