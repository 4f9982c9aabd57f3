"""The manager's whole way on a phone: from the link in an alert to "posted", with a script and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from service.db import Database
from service.demo.signers import sign_all
from service.models import Posting, Review
from service.people.links import Links, Purpose
from service.settings import CHECKOUT, Settings, the_secret
from service.web.app import create_app
from service.web.server import make_server
from tests.browser.test_screens import MEASURED, PRESSED, browser, context
from tests.desk_rows import Rows, triage

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE = {"width": 360, "height": 800}
FIXED = "put two more cooks on at lunch"


@dataclass(frozen=True, slots=True)
class Shop:
    """A running desk, with one review for each way to go."""

    base: str
    database: Database
    rows: Rows
    links: Links
    listing: int
    channel: int

    def alert(self) -> tuple[str, int]:
        """A review, and the link in the alert about it."""
        review = self.rows.review(self.listing, permalink=f"{self.base}/healthz")
        token = self.links.token(Purpose.REVIEW, review, self.rows.now, self.channel)
        return f"{self.base}/r/{token}", review


@pytest.fixture(scope="module")
def shop(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{folder / 'shopbell.db'}")
    settings = Settings(data=folder, port=0)
    rows = Rows(database, datetime.now(UTC))
    with database.transaction() as session:
        sign_all(session, CHECKOUT, rows.now)
    listing = rows.listing(
        rows.branch("Harbour Street", vertical="restaurant", sign_off="Dana and the team", tz="Europe/London")
    )
    channel = rows.channel(rows.person("Dana Whitlock"), "mail")
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.effective_port}"  # type: ignore[union-attr]
    yield Shop(base, database, rows, Links(the_secret(settings), base), listing, channel)
    server.close()
    thread.join(5)
    database.close()


def sound(page: Any) -> None:
    """Axe finds nothing, nothing is too wide, and everything a thumb presses is large enough."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.eval_on_selector_all(PRESSED, MEASURED) >= 43.5


@pytest.mark.parametrize("scripts", [False, True], ids=["without a script", "with it"])
def test_from_the_alert_to_posted(browser: Any, shop: Shop, scripts: bool) -> None:
    address, review = shop.alert()
    options = {"java_script_enabled": scripts, "viewport": PHONE}
    options |= {"permissions": ["clipboard-read", "clipboard-write"]} if scripts else {}
    with browser.new_context(**options) as visit:
        page = visit.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.locator("[name^=blank-]").first.fill(FIXED)
        page.get_by_role("button", name="Copy and open").click()
        assert FIXED in page.get_by_label("The finished reply").input_value()
        assert page.get_by_text("Press into the text").is_visible() is not scripts
        if scripts:
            _copies_and_opens(page)
        else:
            link = page.get_by_role("link", name="tablenotes.example")
            assert link.get_attribute("href") == f"{shop.base}/healthz"
        page.get_by_role("button", name="Posted", exact=True).click()
        assert "Kept: you posted it." in page.inner_text("main")
        assert not page.get_by_role("button", name="Copy and open").is_visible()
        assert errors == []
    with shop.database.reading() as session:
        posting = session.scalars(select(Posting).where(Posting.review_id == review)).one()  # type: ignore[arg-type]
        assert (posting.state, posting.person) == ("submitted", "Dana Whitlock")
        assert session.get_one(Review, review).state == "submitted"


def _copies_and_opens(page: Any) -> None:
    chosen = "[document.activeElement.id, getSelection().toString() || document.activeElement.value]"
    assert page.evaluate(chosen)[0] == "text"
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Copy, and open").click()
    opened.value.close()
    page.get_by_text("Copied.").wait_for()
    assert FIXED in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_way_is_sound(browser: Any, shop: Shop, scheme: str) -> None:
    address, review = shop.alert()
    with context(browser, 360, color_scheme=scheme) as visit:
        page = visit.new_page()
        page.goto(address)
        sound(page)
        page.locator("[name^=blank-]").first.fill("give you $20")
        page.get_by_role("button", name="Copy and open").click()
        assert "speaks of money" in page.inner_text("main").lower()
        assert page.locator("[name^=blank-]").first.input_value() == "give you $20"
        sound(page)
        page.locator("[name^=blank-]").first.fill(FIXED)
        page.get_by_role("button", name="Copy and open").click()
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        sound(page)
        page.goto(f"{shop.base}/reviews/{review}")
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        sound(page)


def test_another_reply_is_one_press_away_and_nothing_typed_is_lost(browser: Any, shop: Shop) -> None:
    address, _review = shop.alert()
    with context(browser, 360, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(address)
        first = page.locator(".reply-text").inner_text()
        page.locator("[name^=blank-]").first.fill(FIXED)
        page.get_by_role("button", name="Another").click()
        assert page.locator(".reply-text").inner_text() != first
        assert FIXED in page.content()


def test_keys_go_through_the_inbox_and_take_a_review(browser: Any, shop: Shop) -> None:
    shop.rows.review(shop.listing, author="Keyed", urgency="held", triage=triage("held", ["illness"]))
    shop.rows.review(shop.listing, author="Next", urgency="held", triage=triage("held", ["illness"]))
    with context(browser) as visit:
        page = visit.new_page()
        page.goto(shop.base)
        assert page.get_by_text("take it,").is_visible()
        seen = []
        for key in ("j", "j", "k"):
            page.keyboard.press(key)
            seen.append(page.evaluate("document.activeElement.textContent"))
        assert (seen[0] == seen[2], seen[0] != seen[1], set(seen)) == (True, True, {"Keyed", "Next"})
        page.keyboard.press("c")
        page.get_by_text("the desk has it.").wait_for()
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("jk")
        assert page.locator("#q").input_value() == "jk"


def test_without_a_script_no_key_is_promised(browser: Any, shop: Shop) -> None:
    with context(browser, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(shop.base)
        assert not page.locator("[data-keys]").is_visible()
        page.get_by_label("Search reviews").fill("soup")
        page.get_by_role("button", name="Search").click()
        assert "q=soup" in page.url
