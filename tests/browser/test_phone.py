"""The desk on a phone, in a real browser: installable, rung by a push, humane without a network.

The browser's own push service is elsewhere, and nothing here leaves the machine: its answer is put in its
place, and what it would bring is handed to the service worker as the browser would.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from service.db import Database
from service.settings import Settings
from service.web.app import create_app
from service.web.server import make_server
from tests.accounts import People
from tests.desk_rows import Rows
from tests.loopback import Loopback
from tests.pushing import Phone, push_service

pytestmark = [pytest.mark.browser, pytest.mark.server]

SUBSCRIBES = """(written) => {
    const made = JSON.parse(written);
    const one = { endpoint: made.endpoint, options: {}, toJSON: () => made, unsubscribe: async () => {
        PushManager.prototype.getSubscription = async () => null; return true; } };
    PushManager.prototype.subscribe = async () => one;
    if (sessionStorage.rings) PushManager.prototype.getSubscription = async () => one;
    document.addEventListener("submit", () => { sessionStorage.rings = 1; });
}"""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
    .map((one) => ({ title: one.title, body: one.body, tag: one.tag, path: one.data.path }))"""


@dataclass
class Desk:
    """A running desk, its owner's session, and a push service."""

    base: str
    token: str
    service: Loopback
    phone: Phone


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    now = datetime.now(UTC)
    rows, people = Rows(sqlite_database, now), People(sqlite_database, now)
    rows.review(rows.listing(rows.branch("Harbour Street")))
    token = people.token(people.owner())
    settings = Settings(data=tmp_path, port=0, allow_hosts=("127.0.0.1",))
    server = make_server(create_app(settings, sqlite_database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    with push_service() as service:
        phone = Phone(f"{service.url}/send/phone")
        yield Desk(f"http://127.0.0.1:{server.effective_port}", token, service, phone)  # type: ignore[union-attr]
    server.close()
    thread.join(5)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Any, desk: Desk) -> Iterator[Any]:
    """A phone's browser, signed in, that may notify; its console's errors fail the test."""
    with browser.new_context(viewport={"width": 360, "height": 800}, base_url=desk.base) as opened:
        opened.add_cookies([{"name": "shopbell", "value": desk.token, "url": desk.base}])
        opened.grant_permissions(["notifications"], origin=desk.base)
        opened.add_init_script(f"({SUBSCRIBES})({json.dumps(desk.phone.subscription.written())})")
        yield opened


def heard(page: Any) -> list[str]:
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors


def ring(visit: Any) -> Any:
    page = visit.new_page()
    page.goto("/phone")
    page.get_by_role("button", name="Ring here").click()
    page.wait_for_url("**/phone?done=added")
    return page


def push(page: Any, visit: Any, desk: Desk, data: str) -> None:
    """Hand over what its push service would."""
    inspector = visit.new_cdp_session(page)
    registered: list[dict[str, Any]] = []
    inspector.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"])
    )
    inspector.send("ServiceWorker.enable")
    until(page, lambda: registered)
    number = registered[0]["registrationId"]
    inspector.send(
        "ServiceWorker.deliverPushMessage", {"origin": desk.base, "registrationId": number, "data": data}
    )


def until(page: Any, holds: Any) -> Any:
    deadline = monotonic() + 15
    while not (found := holds()) and monotonic() < deadline:
        page.wait_for_timeout(50)
    assert found
    return found


def test_a_browser_finds_nothing_wrong_with_the_manifest(visit: Any) -> None:
    page = visit.new_page()
    errors = heard(page)
    page.goto("/")
    told = visit.new_cdp_session(page).send("Page.getAppManifest")
    assert told["url"].endswith("/manifest.webmanifest")
    assert told["errors"] == []
    assert json.loads(told["data"])["start_url"] == "/"
    assert visit.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
    assert errors == []


def test_one_press_makes_a_phone_ring_and_its_test_comes_through(visit: Any, desk: Desk) -> None:
    page = ring(visit)
    errors = heard(page)
    assert "this browser rings from now on" in page.inner_text("main")
    told = desk.phone.reads(desk.service.asked[0].body)
    push(page, visit, desk, json.dumps(told))
    (shown,) = until(page, lambda: page.evaluate(SHOWN))
    assert shown == {**told, "path": "/"}
    push(page, visit, desk, json.dumps({**told, "title": "Later"}))
    until(page, lambda: [one["title"] for one in page.evaluate(SHOWN)] == ["Later"])  # in its place
    assert errors == []


def test_a_push_nobody_understands_still_says_that_something_rang(visit: Any, desk: Desk) -> None:
    page = ring(visit)
    push(page, visit, desk, "<b>no json")
    (shown,) = until(page, lambda: page.evaluate(SHOWN))
    assert shown["body"] == "Something rang. Open the desk to read it."


def test_it_knows_which_of_hers_it_is(visit: Any) -> None:
    page = ring(visit)
    page.locator("[data-here]").wait_for()
    assert page.locator("[data-here]").inner_text() == "this one"
    assert page.get_by_role("button", name="Ring here").is_hidden()


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("delete window.PushManager", "This browser cannot be rung"),
        (
            "delete window.PushManager; Object.defineProperty(navigator, 'standalone', { value: false })",
            "Add to Home Screen",
        ),
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "only over https"),
        ("Object.defineProperty(Notification, 'permission', { value: 'denied' })", "are blocked"),
    ],
)
def test_where_it_cannot_ring_it_says_why(visit: Any, seen: str, told: str) -> None:
    page = visit.new_page()
    page.add_init_script(seen)
    page.goto("/phone")
    until(page, lambda: told in page.inner_text("main"))
    assert page.get_by_role("button", name="Ring here").is_hidden()


def test_a_browser_that_is_not_allowed_says_so_and_may_be_asked_again(visit: Any) -> None:
    page = visit.new_page()
    page.add_init_script("Notification.requestPermission = async () => 'default'")
    page.add_init_script("Object.defineProperty(Notification, 'permission', { value: 'default' })")
    page.goto("/phone")
    page.get_by_role("button", name="Ring here").click()
    until(page, lambda: "was not allowed to notify" in page.inner_text("main"))
    assert page.get_by_role("button", name="Ring here").is_enabled()


def test_without_a_network_a_page_of_ours_stands_there_and_nothing_private_is_kept(visit: Any) -> None:
    page = ring(visit)
    page.goto("/")
    kept = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"""
    )
    assert sorted(kept) == ["/offline", "/static/bell.svg", "/static/desk.css"]
    visit.set_offline(True)
    page.goto("/alerts")
    assert page.inner_text("h1") == "No connection"
    assert page.evaluate("getComputedStyle(document.body).display") == "flex"  # dressed, too
    visit.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    assert "Marta K." in page.inner_text("main")


def test_without_javascript_the_page_says_what_else_there_is(browser: Any, desk: Desk) -> None:
    with browser.new_context(java_script_enabled=False, base_url=desk.base) as visit:
        visit.add_cookies([{"name": "shopbell", "value": desk.token, "url": desk.base}])
        page = visit.new_page()
        page.goto("/phone")
        assert "needs JavaScript" in page.inner_text("main")
        assert page.get_by_role("button", name="Ring here").is_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_where_phones_are_added(browser: Any, desk: Desk, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": width, "height": 800}
    with browser.new_context(viewport=size, color_scheme=scheme, base_url=desk.base) as visit:
        visit.add_cookies([{"name": "shopbell", "value": desk.token, "url": desk.base}])
        visit.grant_permissions(["notifications"], origin=desk.base)
        visit.add_init_script(f"({SUBSCRIBES})({json.dumps(desk.phone.subscription.written())})")
        page = ring(visit)
        page.eval_on_selector_all("[data-why], [data-ring]", "all => all.forEach(one => one.hidden = false)")
        assert [found["id"] for found in Axe().run(page).response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        heights = (
            "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
        )
        assert min(page.eval_on_selector_all("button, .button, nav a", heights)) >= 43.5
