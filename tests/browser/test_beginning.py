"""The owner's way from an empty installation to a first review and a first test alert, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from service.db import Database
from service.engine.parts import Parts
from service.settings import Settings, the_secret
from service.sources.sheet import written
from service.web.app import create_app
from service.web.server import make_server
from tests.browser.test_bringing import faults
from tests.browser.test_screens import DESKTOP, LONG, PAGE, PHONE, context
from tests.loopback import Loopback, answer
from tests.postbox import Postbox

pytestmark = [pytest.mark.browser, pytest.mark.server]

TABLE = written(
    [
        ("Branch", "City", "Time zone", "Floor", "Yelp"),
        *(
            (f"Shop {n}", "Hull", "Europe/London", "1", f"https://www.yelp.com/biz/shop-{n}")
            for n in range(30)
        ),
        (LONG, LONG, LONG, LONG, LONG),
        (f"{LONG} 2", LONG[:100], "", LONG, "https://www.yelp.com/biz/shop-1"),
    ]
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk with nothing on it, a site with one page, and a mail server."""

    base: str
    site: str
    post: Postbox
    settings: Settings
    database: Database

    def look(self, listing: int) -> None:
        """Do what the engine would."""
        parts = Parts.of(self.settings, self.database, the_secret(self.settings))
        try:
            parts.watch.check(listing, datetime.now(UTC), lambda: datetime.now(UTC))
        finally:
            parts.close()


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'shopbell.db'}")
    with (
        Postbox() as post,
        Loopback(
            lambda asked: answer(PAGE) if asked.path == "/north" else answer(status="404 Not Found")
        ) as site,
    ):
        settings = Settings(
            data=tmp_path,
            port=0,
            allow_hosts=("127.0.0.1",),
            mail=SecretStr(f"smtp://127.0.0.1:{post.port}"),
            mail_from="bell@shop.example",
        )
        server = make_server(create_app(settings, database), settings)
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        base = f"http://127.0.0.1:{server.effective_port}"  # type: ignore[union-attr]
        yield Desk(base, f"{site.url}/north", post, settings, database)
        server.close()
        thread.join(5)
    database.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


def test_from_nothing_to_a_first_review_by_keyboard_on_a_phone_without_javascript(
    browser: Any, desk: Desk
) -> None:
    with context(browser, PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(desk.base)
        _press(page, "Begin here")
        assert _next_step(page) == "Your first branch"
        _type(page, name="North Bakery", city="Leeds", tz="Europe/London", sign_off="Dana")
        page.keyboard.press("Enter")
        page.wait_for_url("**#listing")
        assert _next_step(page) == "Where customers review it"
        _type(page, url=desk.site)
        page.keyboard.press("Enter")
        page.wait_for_url("**#way")
        assert "best first" in page.inner_text("#way")
        assert "Paste what you see" in page.inner_text("#way")
        _type(page, person="Ann", email="ann@shop.example")
        page.keyboard.press("Enter")
        page.wait_for_url("**#told")
        assert "taken just now" in page.inner_text("#told")
        assert [letter["To"] for letter in desk.post.taken] == ["Ann <ann@shop.example>"]
        assert "Any shop, English" in page.inner_text("#words")
        assert "Nothing has come in yet" in page.inner_text("#review")
        desk.look(1)
        _press(page, "Look again")
        page.get_by_text("It works: a real review has come in").wait_for()
        _press(page, "What has come in")
        page.get_by_role("link", name="Lori K.").wait_for()


def test_a_mistake_on_the_way_is_told_and_put_right_by_keyboard(browser: Any, desk: Desk) -> None:
    with context(browser, PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(f"{desk.base}/begin")
        _type(page, name="North Bakery", tz="Leeds")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]")
        assert page.get_by_label("What is the shop called?").input_value() == "North Bakery"
        _press(page, "“Leeds” is no time zone such as Europe/Berlin: choose one of the list.")
        assert page.url.endswith("#tz")
        _type(page, tz="Europe/London")
        page.keyboard.press("Enter")
        page.wait_for_url("**#listing")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_what_comes_back_has_no_fault_either(browser: Any, desk: Desk, width: int, scheme: str) -> None:
    wrong = {}
    with context(browser, width, color_scheme=scheme) as visit:
        page = visit.new_page()
        page.goto(f"{desk.base}/begin")
        wrong["empty begin"] = faults(page)
        page.get_by_role("button", name="Add the branch").click()
        wrong["begin"] = faults(page)
        page.goto(f"{desk.base}/branches/new")
        page.get_by_label("Name", exact=True).fill(LONG)
        page.get_by_label("Time zone").fill(LONG[:60])
        page.get_by_label("Monday").fill("soon")
        page.get_by_role("button", name="Add the branch").click()
        assert "2 things to put right" in page.inner_text("main")
        wrong["branch"] = faults(page)
        page.goto(f"{desk.base}/mailboxes/add")
        page.get_by_role("button", name="Try it").click()
        wrong["mailbox"] = faults(page)
        page.goto(f"{desk.base}/mailboxes/hooks/add")
        page.get_by_label("Provider").select_option("postmark")
        page.get_by_role("button", name="Make its address").click()
        assert "shown this once" in page.inner_text("main")
        wrong["hook"] = faults(page)
        page.goto(f"{desk.base}/branches/import")
        page.get_by_label("File").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": TABLE})
        page.get_by_role("button", name="Look at it first").click()
        assert "2 rows cannot be taken" in page.inner_text("main")
        wrong["table"] = faults(page)
        page.get_by_role("button", name="Keep 30 rows").click()
        assert "Kept: 30 new branches and 30 new listings" in page.inner_text("main")
        wrong["kept"] = faults(page)
    assert {screen: found for screen, found in wrong.items() if found} == {}


def _next_step(page: Any) -> str:
    cards = page.locator("section.card").filter(has=page.locator(".chip", has_text="Next"))
    text: str = cards.first.locator("h2").inner_text()
    return text


def _press(page: Any, name: str) -> None:
    """Reach a link or a button by Tab, and press Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} is not reached by Tab")


def _type(page: Any, **texts: str) -> None:
    """Reach each field by Tab, and type; what stood there is replaced."""
    for field, text in texts.items():
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == field:
                break
        else:
            pytest.fail(f"{field} is not reached by Tab")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(text)
