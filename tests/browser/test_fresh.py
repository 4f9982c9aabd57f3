"""What is new comes to a page that stays where it is: in a real browser, with something half typed in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from service.db import Database
from service.models import ImportRun, ImportState
from service.settings import Settings
from service.web.app import create_app
from service.web.server import make_server
from tests.browser.test_phone import until
from tests.desk_rows import Rows

pytestmark = [pytest.mark.browser, pytest.mark.server]

ASK = "htmx.trigger('#fresh', 'visibilitychange')"  # the moment comes by itself every 20 seconds


@dataclass
class Desk:
    """A running desk with a long inbox."""

    base: str
    rows: Rows
    listing: int

    def arrives(self, author: str) -> int:
        return self.rows.review(self.listing, author=author, urgency="held")


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    rows = Rows(sqlite_database, datetime.now(UTC))
    listing = rows.listing(rows.branch("Harbour Street"))
    for number in range(12):
        rows.alert(rows.review(listing, author=f"Known {number}"), listing)
    settings = Settings(data=tmp_path, port=0)
    server = make_server(create_app(settings, sqlite_database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.effective_port}", rows, listing)  # type: ignore[union-attr]
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
def page(browser: Any, desk: Desk) -> Iterator[Any]:
    """A phone's page; anything its console calls an error fails the test."""
    errors: list[str] = []
    with browser.new_context(viewport={"width": 360, "height": 800}, base_url=desk.base) as visit:
        opened = visit.new_page()
        opened.on(
            "console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None
        )
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
    assert errors == []


def ask(page: Any) -> None:
    with page.expect_response("**/fresh?*"):
        page.evaluate(ASK)


def told(page: Any) -> Any:
    return page.locator("#fresh strong")


def test_new_reviews_are_told_and_nothing_she_reads_or_types_is_moved(page: Any, desk: Desk) -> None:
    page.goto("/")
    page.get_by_label("Search reviews").fill("half typ")
    third = page.get_by_role("link", name="Known 3", exact=True)
    third.focus()
    before = third.bounding_box()
    for author in ("First", "Second", "Third"):
        desk.arrives(author)
    ask(page)
    told(page).wait_for()
    assert told(page).inner_text() == "3 new reviews"
    assert page.locator("#fresh").get_attribute("role") == "status"
    assert third.bounding_box() == before
    assert third.evaluate("one => one === document.activeElement")
    assert page.get_by_label("Search reviews").input_value() == "half typ"
    assert page.locator(".cards > li").count() == 12


def test_one_press_shows_them_and_leaves_the_search_as_it_was_typed(page: Any, desk: Desk) -> None:
    page.goto("/")
    page.get_by_label("Search reviews").fill("half typ")
    desk.arrives("Newcomer")
    ask(page)
    page.get_by_role("link", name="Show").click()
    page.get_by_role("link", name="Newcomer", exact=True).wait_for()
    assert page.url == f"{desk.base}/"
    assert page.get_by_label("Search reviews").input_value() == "half typ"
    assert page.locator("#figures strong").first.inner_text() == "13"
    assert told(page).count() == 0
    until(page, lambda: page.evaluate("document.activeElement.id") == "list")
    page.keyboard.press("j")  # keys know the new ones
    until(page, lambda: page.evaluate("document.activeElement.textContent") == "Newcomer")
    ask(page)
    assert told(page).count() == 0
    desk.arrives("Another")
    ask(page)
    told(page).wait_for()
    assert told(page).inner_text() == "1 new review"


def test_a_press_that_has_the_focus_keeps_it_while_more_come(page: Any, desk: Desk) -> None:
    page.goto("/")
    desk.arrives("First")
    ask(page)
    page.get_by_role("link", name="Show").focus()
    page.evaluate("document.querySelector('#fresh strong').marked = true")
    ask(page)  # nothing newer: what stands there stays, and is not read out again
    assert page.evaluate("document.querySelector('#fresh strong').marked")
    desk.arrives("Second")
    ask(page)
    page.get_by_text("2 new reviews").wait_for()
    assert page.evaluate("document.activeElement.id") == "show-fresh"


def test_it_can_be_told_to_wait(page: Any, desk: Desk) -> None:
    page.goto("/")
    desk.arrives("First")
    ask(page)
    page.get_by_role("button", name="Later").click()
    assert page.locator("#fresh").count() == 0


def test_a_page_nobody_sees_asks_nothing(page: Any, desk: Desk) -> None:
    page.goto("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/fresh?" in request.url else None)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate(ASK)
    page.wait_for_timeout(300)
    assert asked == []
    page.evaluate("delete document.hidden")
    ask(page)
    assert len(asked) == 1


def test_new_alerts_are_told_in_their_list(page: Any, desk: Desk) -> None:
    page.goto("/alerts")
    desk.rows.alert(desk.arrives("Newcomer"), desk.listing)
    ask(page)
    page.get_by_role("link", name="Show").click()
    until(page, lambda: page.locator(".cards > li").count() == 13)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_nothing_while_something_new_is_told(
    browser: Any, desk: Desk, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": width, "height": 800}
    with browser.new_context(viewport=size, color_scheme=scheme, base_url=desk.base) as visit:
        opened = visit.new_page()
        opened.goto("/")
        desk.arrives("First")
        ask(opened)
        told(opened).wait_for()
        assert [found["id"] for found in Axe().run(opened).response["violations"]] == []
        assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        heights = (
            "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
        )
        assert min(opened.eval_on_selector_all("#fresh a, #fresh button", heights)) >= 43.5


def test_an_import_is_followed_without_loading_the_page_again(page: Any, desk: Desk) -> None:
    moment = desk.rows.now
    run = desk.rows.add(
        ImportRun(
            title="Old reviews",
            format="csv",
            body_sha256=bytes(32),
            state=ImportState.RUNNING,
            total=10,
            next_row=2,
            made_at=moment,
            listing_id=desk.listing,
        )
    )
    page.goto(f"/bring/{run}")
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    with desk.rows.database.transaction() as session:
        session.get_one(ImportRun, run).next_row = 7
    page.get_by_text("7 of 10 rows").wait_for(timeout=10_000)
    assert stop.evaluate("one => one === document.activeElement")
    with desk.rows.database.transaction() as session:
        session.get_one(ImportRun, run).state = ImportState.STOPPED
    page.get_by_role("button", name="Resume").wait_for(timeout=10_000)
