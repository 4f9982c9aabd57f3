"""Pairing and granting as a person does them, in the options page; in Firefox with the store's own build.

Chromium without a window can press no permission bubble: there the test flavour has the hosts granted.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extension.browsers import Browser, Tab
from tests.extension.conftest import missing
from tests.extension.firefox import Firefox
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import ask
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN
from tests.extension.service import Service
from tests.provision import browsers

pytestmark = pytest.mark.browser

OURS = "document.querySelector('shopbell-card') !== null"


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


@pytest.fixture(scope="module")
def store(npm: Path, sites: LookAlikes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Firefox with what the store gets: no host is granted, and every shadow root is closed."""
    out = tmp_path_factory.mktemp("store")
    subprocess.run(["node", "build.mjs", f"--out={out}"], cwd=npm, check=True)
    program = browsers.firefox()
    if program is None:
        missing("Firefox")
    browser = Firefox(str(program), out / "firefox", sites.port)
    yield browser
    browser.close()


def options(browser: Browser) -> Tab:
    tab = browser.page("options.html")
    tab.wait_for("document.querySelector('#parts').childElementCount > 0")
    return tab


def says(tab: Tab, words: str) -> None:
    tab.wait_for(f"document.body.innerText.includes({words!r})")


def pair(tab: Tab, service: Service) -> None:
    """From the typed address to "paired"."""
    service.refuse("/pair/token", 400, "pending")
    tab.press("document.querySelector('#address')")
    tab.type(service.url)
    tab.press("document.querySelector('form button')")
    says(tab, "BCDF-2345")
    service.refusals.clear()
    says(tab, "This browser is paired.")


def test_a_browser_is_paired_by_a_code_that_is_typed_elsewhere(browser: Browser, service: Service) -> None:
    ask(browser, "disconnect")
    tab = options(browser)
    pair(tab, service)
    says(tab, "As Mia")
    [begun] = service.heard["/pair/start"]
    assert sorted(begun) == ["browser", "challenge", "label", "version"]
    assert all(len(one["verifier"]) == 43 for one in service.heard["/pair/token"])
    tab.close()


def test_a_pairing_outlives_the_background_and_its_page(browser: Browser, service: Service) -> None:
    ask(browser, "disconnect")
    service.refuse("/pair/token", 400, "pending")
    assert ask(browser, "pair_start", origin=service.url, label="Till")["ok"]
    browser.stop_worker()
    tab = options(browser)
    says(tab, "BCDF-2345")
    service.refusals.clear()
    says(tab, "This browser is paired.")
    tab.close()


@pytest.mark.parametrize(("code", "words"), [("denied", "was declined"), ("expired", "code is too old")])
def test_a_pairing_that_ended_says_how(browser: Browser, service: Service, code: str, words: str) -> None:
    ask(browser, "disconnect")
    service.refuse("/pair/token", 400, code)
    assert ask(browser, "pair_start", origin=service.url, label="Till")["ok"]
    tab = options(browser)
    says(tab, words)
    says(tab, "Address of your Shopbell")
    tab.close()


def test_an_address_that_is_none_is_not_asked(browser: Browser, service: Service) -> None:
    ask(browser, "disconnect")
    tab = options(browser)
    tab.press("document.querySelector('#address')")
    tab.type("http://bell.example")
    tab.press("document.querySelector('form button')")
    says(tab, "no address we may use")
    assert service.asked == []
    tab.close()


DISCONNECT = "[...document.querySelectorAll('button')].find((one) => one.innerText.startsWith('Disconnect'))"


def test_disconnect_tells_the_desk_and_leaves_nothing(browser: Browser, service: Service) -> None:
    ask(browser, "disconnect")
    tab = options(browser)
    pair(tab, service)
    service.refuse("/events", 503, "no_database")
    ask(browser, "event", kind="copied", review=1, posting=None, text="Thank you.")
    service.wait_for("/events")
    service.refusals.clear()
    tab.press(DISCONNECT)
    says(tab, "Everything was wiped.")
    assert (service.heard["/pair/end"], service.kinds) == ([{}], ["copied"])
    assert browser.api("storage.session.get()") == {}
    assert browser.api("storage.local.get()") == {}
    rows = (
        "new Promise((done) => { const open = indexedDB.open('shopbell', 1); open.onsuccess = () => {"
        " const asked = open.result.transaction('kept').objectStore('kept').count();"
        " asked.onsuccess = () => done(asked.result); }; })"
    )
    assert browser.harness.evaluate(rows) == 0
    tab.close()


def test_a_desk_that_cannot_be_told_keeps_nothing_here(browser: Browser, service: Service) -> None:
    ask(browser, "disconnect")
    tab = options(browser)
    pair(tab, service)
    service.refuse("/pair/end", 503, "no_database")
    tab.press(DISCONNECT)
    says(tab, "The desk could not be told")
    assert browser.api("storage.session.get()") == {}
    assert ask(browser, "me")["trouble"]["kind"] == "not_paired"
    tab.close()


def test_a_site_is_granted_in_a_press_and_taken_back(
    store: Browser, sites: LookAlikes, service: Service
) -> None:
    tab = options(store)
    pair(tab, service)
    page = store.open(sites.put(google.LIST, google.reviews([ANN])))
    assert page.evaluate(OURS) is False
    tab.press("document.querySelector('input[type=checkbox]')")
    says(tab, "Replies are shown on Google Business Profile now.")
    page.wait_for(OURS)  # a page that was open already is joined
    assert page.evaluate("document.querySelector('shopbell-card').shadowRoot") is None
    assert "Dear" not in page.evaluate("document.documentElement.innerHTML + document.body.innerText")
    page.go(google.LIST)
    page.wait_for(OURS)
    tab.press("document.querySelector('input[type=checkbox]')")
    says(tab, "Nothing is shown on Google Business Profile any more.")
    page.wait_for("document.querySelector('shopbell-card') === null")
    page.go(google.LIST)
    page.evaluate("new Promise((done) => setTimeout(done, 400))")
    assert page.evaluate(OURS) is False
    page.close()
    tab.close()
