"""The way in, in a real browser: first account, out, in again by a link; on a phone, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from service.db import Database
from service.domain import Role, ScopeKind
from service.people import sign_in
from service.settings import Settings
from service.web.app import create_app
from service.web.server import make_server
from tests.accounts import People
from tests.desk_rows import Rows

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE, DESKTOP = 360, 1280
PASSWORD = "a walk by the harbour"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
PRESSED = "button, .button, nav a, summary, select, input:not([type=hidden])"
LEAST = """all => Math.min(...all.filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect().height))"""
WIDER = "document.documentElement.scrollWidth - innerWidth"


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk, and its rows."""

    base: str
    database: Database

    def link(self, person: int = 1) -> str:
        """A fresh link that signs that person in."""
        moment = datetime.now(UTC)
        with self.database.transaction() as session:
            token = sign_in.make_link(session, person, timedelta(hours=1), moment)
        return f"{self.base}/sign-in/{token}"


@pytest.fixture
def desk(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'shopbell.db'}")
    settings = Settings(data=tmp_path, port=0)
    rows = Rows(database, datetime.now(UTC))
    rows.review(rows.listing(rows.branch("Harbour Street", code="harbour", region="Coast")))
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield Desk(f"http://127.0.0.1:{server.effective_port}", database)  # type: ignore[union-attr]
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


def reach(page: Any, name: str) -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if (
            page.evaluate(
                "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent"
            )
            == name
        ):
            return
    pytest.fail(f"{name} is not reached by Tab")


def test_first_account_out_and_in_by_link_on_a_phone_by_keyboard(browser: Any, desk: Desk) -> None:
    with browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=True) as visit:
        page = visit.new_page()
        page.goto(desk.base)
        reach(page, "Menu")
        page.keyboard.press("Enter")
        reach(page, "Make your account")
        page.keyboard.press("Enter")
        page.wait_for_url("**/first-account")
        for label, typed in (
            ("Your name", "Olga Owner"),
            ("Your mail address", "olga@shops.example"),
            ("A password for Shopbell", PASSWORD),
        ):
            reach(page, label)
            page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{desk.base}/")
        reach(page, "Menu")
        page.keyboard.press("Enter")
        reach(page, "Olga Owner")
        page.keyboard.press("Enter")
        page.wait_for_url("**/you")
        reach(page, "Sign out here")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sign-in")
        page.goto(f"{desk.base}/reviews/1")
        assert page.url.endswith("/sign-in?next=/reviews/1")
        page.goto(desk.link() + "?next=/reviews/1")
        reach(page, "Sign in")
        page.keyboard.press("Enter")
        page.wait_for_url("**/reviews/1")
        assert "Marta K." in page.inner_text("main")


def test_a_password_leads_on_to_the_page_that_was_asked_for(browser: Any, desk: Desk) -> None:
    with browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(f"{desk.base}/first-account")
        page.get_by_label("Your name").fill("Olga Owner")
        page.get_by_label("Your mail address").fill("olga@shops.example")
        page.get_by_label("A password for Shopbell").fill(PASSWORD)
        page.get_by_role("button", name="Make it, and sign in").click()
        visit.clear_cookies()
        page.goto(f"{desk.base}/reviews/1")
        page.get_by_label("Your mail address").fill("olga@shops.example")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in with the password").click()
        assert page.url.endswith("/reviews/1")


def test_what_was_typed_is_sent_after_signing_in_again(browser: Any, desk: Desk) -> None:
    from axe_playwright_python.sync_playwright import Axe

    people = People(desk.database, datetime.now(UTC))
    people.owner()
    with browser.new_context(viewport={"width": PHONE, "height": 740}) as visit:
        page = visit.new_page()
        page.goto(desk.link())
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{desk.base}/people")
        page.get_by_label("Name").fill("Kim Park")
        page.get_by_label("Mail address").fill("kim@shops.example")
        visit.clear_cookies(name="shopbell")
        page.get_by_role("button", name="Let her in").click()
        assert "nothing is lost" in page.inner_text("main")
        other = visit.new_page()
        other.goto(desk.link())
        other.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="I have signed in in another tab").click()
        assert page.get_by_label("Name", exact=True).input_value() == "Kim Park"
        assert _looked_at(Axe(), page, None)[1:] == ((), True, True)
        page.get_by_role("button", name="Send it now").click()
        assert "The account is there" in page.inner_text("main")
        assert "kim@shops.example" in page.inner_text("main")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing_and_a_thumb_finds_everything(
    browser: Any, desk: Desk, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    people = People(desk.database, datetime.now(UTC))
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with browser.new_context(**options) as visit:
        page = visit.new_page()
        found = [_looked_at(Axe(), page, f"{desk.base}/first-account")]
        people.owner()
        kim = people.person("Kim " + LONG, Role.BRANCH, ScopeKind.BRANCH, "harbour")
        out = people.person("Lee Gone", Role.VIEWER)
        for path in ("/sign-in?next=/health", "/sign-in/over"):
            found.append(_looked_at(Axe(), page, desk.base + path))
        found.append(_looked_at(Axe(), page, desk.link()))
        page.get_by_role("button", name="Sign in").click()
        people.token(1, "Safari on iPhone")
        for path in ("/you", "/people", f"/people/{kim}", f"/people/{out}/leave", "/people/99"):
            found.append(_looked_at(Axe(), page, desk.base + path))
        page.goto(f"{desk.base}/people/{out}/leave")
        page.get_by_role("button", name="End it all").click()
        found.append(_looked_at(Axe(), page, None))
        visit.clear_cookies(name="shopbell")
        page.goto(desk.link(kim))
        page.get_by_role("button", name="Sign in").click()
        found.append(_looked_at(Axe(), page, f"{desk.base}/people"))
    assert [one for one in found if one[1:] != ((), True, True)] == []


def _looked_at(axe: Any, page: Any, address: str | None) -> tuple[str, tuple[str, ...], bool, bool]:
    """The screen, what axe finds, whether it fits its window, and whether a thumb can press everything."""
    if address:
        page.goto(address)
    found = axe.run(page).response["violations"]
    told = tuple(f"{one['id']}: {one['nodes'][0]['html']}" for one in found)
    tall = page.eval_on_selector_all(PRESSED, LEAST)
    return page.url, told, page.evaluate(WIDER) <= 0, tall is None or tall >= 43.5
