"""The approver's way in a real browser, from a first signature to a recall: a phone, no JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from service.approval.asking import ask
from service.approval.keys import new_key, unlock
from service.approval.recalls import recall
from service.approval.submitting import submit
from service.approval.versions import add_version, approve
from service.db import Database
from service.models import Review, SigningKey
from service.settings import Settings
from service.web.app import create_app
from service.web.server import make_server
from tests.browser.test_screens import DESKTOP, LONG, MEASURED, PHONE, PRESSED, browser, context
from tests.desk_rows import Rows, triage
from tests.test_versions import PASSPHRASE, body

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.server]

ENDS = "2099-12-31"
SCREENS = {
    "list": "/packs",
    "pack": "/pack/test",
    "changed": "/pack/changed",
    "recalled": "/pack/recalled",
    "edit": "/pack/test/edit",
    "item": "/pack/test/edit?item=thanks",
    "recall": "/pack/test/recall?item=thanks",
    "put right": "/packs/put-right",
    "past": "/packs/past-replies",
    "asked": "/packs/asked",
    "one asked": "/packs/asked/1",
}
BREAKS = f". We give you a refund if you delete your review. {LONG}"


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk with packs in several states."""

    base: str
    database: Database
    shots: Path | None

    def seen(self, page: Any, name: str) -> None:
        """Keep a picture, where the environment names a folder for them."""
        if self.shots:
            page.screenshot(path=self.shots / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("packs")
    (folder / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{folder / 'shopbell.db'}")
    settings = Settings(data=folder, home=folder, port=0)
    furnish(Rows(database, datetime.now(UTC)))
    lies = folder / "templates_local" / "lies" / "pack.toml"
    lies.parent.mkdir(parents=True)
    lies.write_bytes(body("lies", until=ENDS))
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    shots = os.environ.get("SCREENSHOTS")
    yield Desk(
        f"http://127.0.0.1:{server.effective_port}",  # type: ignore[union-attr]
        database,
        Path(shots) if shots else None,
    )
    server.close()
    thread.join(5)
    database.close()


def furnish(rows: Rows) -> None:
    """Packs in several states, replies that carry recalled words, and words that somebody asked for."""
    shop = rows.listing(rows.branch(f"Harbour Street {LONG}", code="harbour"), "yelp")
    glad = triage("low") | {"sentiment": 0.9, "topics": []}
    asked = rows.review(shop, author=LONG, text=LONG)
    for number in range(7):
        rows.review(shop, rating=5.0, author=f"Guest {number}", text="A lovely place.", triage=glad)
    rows.review(shop, reply_text="You made our day", author="Ann", permalink="https://www.yelp.com/biz/x")
    rows.review(shop, reply_text=f"Thank you{BREAKS}", author="Bo")
    key = new_key("Grace Hopper", "approver", PASSPHRASE, rows.now)
    with rows.database.transaction() as session:
        session.add(SigningKey(**key.model_dump()))
        session.flush()
        grace = unlock(key, PASSPHRASE)
        add_version(session, body(until=ENDS), rows.now)
        for name in ("changed", "recalled"):
            version = add_version(session, body(name, until=ENDS), rows.now)
            approve(session, version.sha256, grace, rows.now)
        recall(session, version, "thanks", "It promises too much.", grace, rows.now)
        add_version(session, body("changed", serial=2, until=ENDS, mark=BREAKS), rows.now)
        submit(session, body("waits", until=ENDS, risk="sensitive"), "f", "Ann", rows.now)
        ask(session, session.get_one(Review, asked), "We have mended it.", "Dana", rows.now)


@pytest.mark.parametrize("look", ["360 light", "1280 dark"])
def test_every_screen_is_for_everybody_at_every_size(browser: Any, desk: Desk, look: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    width, scheme = look.split()
    wrong: list[tuple[str, object]] = []
    with context(browser, int(width), color_scheme=scheme) as visit:
        page = visit.new_page()
        page.on("console", lambda message: wrong.append(("console", message.text)))
        for name, path in SCREENS.items():
            page.goto(desk.base + path)
            page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
            found = Axe().run(page).response["violations"]
            wrong += [(name, f"{one['id']}: {one['nodes'][0]['html']}") for one in found]
            if (wider := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                wrong.append((name, wider))
            if (least := page.eval_on_selector_all(PRESSED, MEASURED)) < 43.5:
                wrong.append((name, least))
            desk.seen(page, f"packs-{name.replace(' ', '-')}-{width}")
    assert wrong == []


def test_an_approver_signs_edits_and_recalls_on_her_phone_without_javascript(
    browser: Any, desk: Desk
) -> None:
    with context(browser, PHONE, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(f"{desk.base}/")
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Packs").click()
        page.locator("#pack-test").get_by_role("link").click()
        _sign(page)
        assert "Ada Byron has no key for that here yet" in page.inner_text("main")
        desk.seen(page, "packs-first-signature")
        page.get_by_label("The same passphrase again").fill(PASSPHRASE)
        _sign(page)
        assert "Signed, and approved" in page.inner_text("main")
        page.get_by_role("link", name="Edit thanks").click()
        text = page.get_by_label("The item, in TOML")
        text.fill(text.input_value().replace("You made our day", "You made my [day]"))
        page.get_by_role("button", name="Check").click()
        assert "Line 7" in page.inner_text("#problems")
        desk.seen(page, "packs-edit-problems")
        text.fill(text.input_value().replace("my [day]", "my whole day"))
        page.get_by_role("button", name="Check").click()
        assert "It would answer 7 of the newest 10 reviews." in page.inner_text("main")
        desk.seen(page, "packs-edit-checked")
        page.get_by_label("Your name").fill("Ada Byron")
        page.get_by_role("button", name="Save as draft").click()
        assert "Saved as a draft" in page.inner_text("main")
        page.get_by_role("link", name="Recall thanks").click()
        page.get_by_label("Why").fill("It promises too much.")
        page.get_by_label("Your name").fill("Ada Byron")
        page.get_by_label("Your signing passphrase").fill("nine green bottlez")
        page.get_by_role("button", name="Recall thanks").click()
        assert page.get_by_label("Why").input_value() == "It promises too much."
        page.get_by_label("Your signing passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Recall thanks").click()
        assert "still stands" in page.inner_text("main")
        desk.seen(page, "packs-after-recall")


def _sign(page: Any) -> None:
    page.get_by_label("Your name").first.fill("Ada Byron")
    page.get_by_label("Your signing passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="I have read it: sign").click()


def test_every_control_is_reached_by_tab(browser: Any, desk: Desk) -> None:
    reached = (
        "document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden]), textarea')"
    )
    with context(browser, DESKTOP) as visit:
        page = visit.new_page()
        for path in ("/packs", "/packs/asked/1"):
            page.goto(desk.base + path)
            expected = page.evaluate(f"[...{reached}].filter(one => one.checkVisibility()).length")
            met = set()
            for _ in range(expected + 8):
                page.keyboard.press("Tab")
                met.add(page.evaluate(f"[...{reached}].indexOf(document.activeElement)"))
            assert len(met - {-1}) == expected, path
