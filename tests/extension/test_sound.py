"""Popup, options and our card: axe finds nothing, in light and dark, and nothing is wider than 320 px."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.anywhere import front
from tests.extension.browsers import Browser
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, ask, pair
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN, CARLA
from tests.extension.service import Service
from tests.extension.soundness import narrow, sound

pytestmark = pytest.mark.browser

ANNS = f"document.querySelector('[data-review-id={ANN.key}]')"


@pytest.fixture
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


def test_the_options_are_sound_before_and_after_pairing(browser: Browser, service: Service, axe: str) -> None:
    tab = browser.page("options.html")
    tab.wait_for("document.body.innerText.includes('Sites')")
    sound(tab, axe)
    narrow(tab)
    ask(browser, "disconnect")
    tab.go(browser.origin + "options.html")
    tab.wait_for("document.body.innerText.includes('Address of your Shopbell')")
    sound(tab, axe)
    narrow(tab)
    service.refuse("/pair/token", 400, "pending")
    ask(browser, "pair_start", origin=service.url, label="Till")
    tab.go(browser.origin + "options.html")
    tab.wait_for("document.body.innerText.includes('BCDF-2345')")
    sound(tab, axe)
    narrow(tab)
    tab.close()


def test_the_popup_is_sound_at_every_step(
    browser: Browser, sites: LookAlikes, service: Service, axe: str
) -> None:
    page = browser.open(sites.put(google.LIST, google.reviews([ANN, CARLA])))
    page.wait_for("document.querySelector('shopbell-card') !== null")
    tab = browser.page(f"popup.html?tab={front(browser)}")
    for press in ("Look over", "Cancel", "Ann Baker"):
        button = f"[...document.querySelectorAll('button')].find((one) => one.innerText.includes('{press}'))"
        tab.wait_for(f"Boolean({button})")
        sound(tab, axe)
        narrow(tab)
        tab.press(button)
    tab.wait_for("document.body.innerText.includes('Why this reply')")
    sound(tab, axe)
    narrow(tab)
    people = [{"id": 5, "name": "Mia"}]
    service.station = {"branch": 1, "label": "Front desk", "people": people, "unlocked": None}
    tab.go(browser.origin + "popup.html")
    tab.wait_for("document.body.innerText.includes('is locked')")
    sound(tab, axe)
    narrow(tab)
    tab.close()
    page.close()


def test_our_card_is_sound_and_works_by_keyboard(
    browser: Browser, sites: LookAlikes, service: Service, axe: str
) -> None:
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN])))
    card = OurCard(tab, ANNS)
    card.wait_for("Approved reply")
    sound(tab, axe, "{ include: [['shopbell-card']] }")
    tab.press(f"{ANNS}.querySelector('[data-open]')")
    card.write("pie")
    tab.evaluate(f"({card.button('insert')}.focus(), 1)")
    tab.type(" ")
    card.wait_for("Inserted.")
    assert tab.evaluate("document.activeElement.localName") in {"textarea", "shopbell-card"}
    sound(tab, axe, "{ include: [['shopbell-card']] }")
    tab.close()
