"""Anywhere mode after the insertion, in both browsers: the box is watched where no site was granted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.browsers import Browser, Tab
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, Popup, ask, pair
from tests.extension.service import Service
from tests.extension.soundness import sound

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>Owners</title><textarea id="box" cols="60" rows="9"></textarea>"""
PANEL = "document.querySelector('html > shopbell-card')"
NOT_GRANTED = {"ok": False, "trouble": {"kind": "not_granted"}}


@pytest.fixture(scope="module")
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


@pytest.fixture
def page(browser: Browser, sites: LookAlikes, service: Service) -> Iterator[Tab]:
    """The reply is in the box of a page nobody knows, and the popup is closed again."""
    service.events.clear()
    service.heard.clear()
    tab = browser.open(sites.put("https://owners.reviews.test/answer", PAGE))
    tab.press("document.querySelector('#box')")
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Inserted.")
    popup.tab.close()
    yield tab
    tab.close()


@pytest.fixture
def panel(page: Tab) -> OurCard:
    """Ours, in the half of the window where the box is not."""
    panel = OurCard(page, "document.documentElement")
    panel.host, panel.root = PANEL, f"{PANEL}.shadowRoot"
    panel.wait_for("The approved reply is in the box.")
    return panel


def test_what_she_writes_is_said_beside_the_box_and_in_its_way_is_nothing(
    page: Tab, panel: OurCard, service: Service
) -> None:
    page.press("box")
    page.type(" refund ")
    panel.wait_for("Some words are not the approved ones.")
    panel.wait_for("Look again: Offers money.")
    asked = service.heard["/check"][-1]
    assert (asked["review"], asked["item"], asked["variant"]) == (1, "wait", 1)
    assert page.evaluate(f"!{panel.button('undo')}")
    assert page.evaluate(f"{PANEL}.getBoundingClientRect().top > box.getBoundingClientRect().bottom")


def test_a_blank_that_is_emptied_again_is_said(page: Tab, panel: OurCard) -> None:
    page.evaluate("(box.value = box.value.replace('We pie', 'We [what you changed]'), 1)")
    page.press("box")
    page.type(" ")
    panel.wait_for("Still to fill in: what you changed")


def test_undo_takes_the_reply_out_again_and_the_panel_with_it(
    page: Tab, panel: OurCard, service: Service
) -> None:
    page.evaluate(f"({panel.button('undo')}.focus(), 1)")
    page.type(" ")  # by keyboard
    page.wait_for(f"!{PANEL}")
    assert page.evaluate("box.value") == ""
    service.wait_for_kinds("inserted", "denied")


def test_the_panel_goes_with_its_box(page: Tab, panel: OurCard) -> None:
    page.evaluate("(box.remove(), 1)")
    page.wait_for(f"!{PANEL}")


def test_the_panel_is_sound_in_light_and_dark(page: Tab, panel: OurCard, axe: str) -> None:
    sound(page, axe, "{ include: [['shopbell-card']] }")
    page.press("box")
    page.type(" refund ")
    panel.wait_for("Look again: Offers money.")
    sound(page, axe, "{ include: [['shopbell-card']] }")


HIDDEN = {
    "invisible": f"({PANEL}.style.opacity = 0.01)",
    "in an invisible page": "(document.documentElement.style.opacity = 0.2)",
    "elsewhere": f"(window.moved = {PANEL}, document.body.append(moved), moved.style.position = 'static', 1)",
    "under something": (
        "(window.cover = document.createElement('p'), document.documentElement.append(cover),"
        " cover.style.cssText = 'position: fixed; inset: 0; margin: 0; z-index: 2147483647')"
    ),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_panel_that_the_page_hid_or_moved_takes_nothing_out(
    page: Tab, panel: OurCard, service: Service, how: str
) -> None:
    held = page.evaluate("box.value")
    page.evaluate(HIDDEN[how])
    where = PANEL.replace("html >", "") if how == "elsewhere" else PANEL
    page.press(f"{where}.shadowRoot.querySelector('[data-key=undo]')")
    settle(page)
    assert page.evaluate("box.value") == held
    assert service.kinds == ["inserted"]


def test_messages_a_page_makes_up_move_nothing(page: Tab, panel: OurCard, service: Service) -> None:
    held = page.evaluate("box.value")
    page.evaluate(
        "(window.heard = [], addEventListener('message', (event) => heard.push(event.data ?? {})),"
        "[{ ask: 'undo', consent: true }, { ask: 'insert', text: 'x', consent: true }, { ask: 'box_undone' }]"
        ".forEach((one) => { postMessage(one, '*');"
        " dispatchEvent(new CustomEvent('message', { detail: one })); }))"
    )
    page.wait_for("heard.length >= 3")
    settle(page)
    assert page.evaluate("box.value") == held
    assert service.kinds == ["inserted"]


def settle(page: Tab) -> None:
    page.evaluate("new Promise((done) => setTimeout(done, 300))")


def test_a_press_by_the_page_takes_nothing_out(page: Tab, panel: OurCard) -> None:
    page.evaluate(f"({panel.button('undo')}.click(), 1)")
    settle(page)
    assert page.evaluate("box.value") != ""


def test_nobody_is_answered_without_the_key_of_a_box(browser: Browser, service: Service) -> None:
    assert ask(browser, "box_check", key="no such key", text="x") == NOT_GRANTED
    assert ask(browser, "box_undone", key="no such key") == NOT_GRANTED
    assert not ask(browser, "box_check", key="toString", text="x")["ok"]
