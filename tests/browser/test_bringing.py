"""Bringing reviews in, in a real browser: phone and desktop, by keyboard, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from service.db import Database
from service.settings import Settings
from service.sources import files
from service.watch import importing, imports
from service.watch.check import Watch
from service.watch.judge import judge_for
from service.web.app import create_app
from service.web.server import make_server
from tests import brought
from tests.browser.test_screens import DESKTOP, LONG, MEASURED, PHONE, PRESSED, context
from tests.builders import a_planner
from tests.desk_rows import Rows
from tests.test_paste import GOOGLE

pytestmark = [pytest.mark.browser, pytest.mark.server]

TABLE = [(f"Guest {n}", "4", "2026-03-04", f"Visit {n}, as one would wish.", "") for n in range(300)]
BAD = (LONG, "nine", "2026-03-04", LONG, "")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk with a run in every state."""

    base: str
    database: Database
    paths: dict[str, str]

    def work(self, run: int, steps: int = 99) -> None:
        """Do what the engine would."""
        watch = Watch(self.database, None, judge_for, a_planner())  # type: ignore[arg-type]
        while steps and importing.step(self.database, watch, run, datetime.now(UTC)):
            steps -= 1


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("bringing")
    (folder / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{folder / 'shopbell.db'}")
    settings = Settings(data=folder, port=0)
    rows = Rows(database, datetime.now(UTC))
    north = rows.listing(rows.branch(f"North {LONG}"), "google_maps")
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    made = Desk(f"http://127.0.0.1:{server.effective_port}", database, {})  # type: ignore[union-attr]
    furnish(made, north)
    yield made
    server.close()
    thread.join(5)
    database.close()


def furnish(desk: Desk, listing: int) -> None:
    """Every screen there is to be looked at."""
    states = {"done": 99, "stopped": 1, "running": 1, "preview": 0}
    for name, steps in states.items():
        run = _begun(desk, listing, name, started=name != "preview")
        desk.work(run, steps)
        desk.paths[name] = f"/bring/{run}"
        if name == "stopped":
            with desk.database.transaction() as session:
                imports.stop(session, run)
    unsure = files.recognised(brought.table(("East", "Ann", "85", "3/10/2026", LONG), header=_UNSURE))
    with desk.database.transaction() as session:
        begun = imports.Begun(LONG, unsure, files.extent(unsure, datetime.now(UTC)))
        desk.paths["unsure"] = f"/bring/{imports.begin(session, begun, datetime.now(UTC))}?asked=1"
    desk.paths.update(bring="/bring", file="/bring/file", paste="/bring/paste", read="/read")


_UNSURE = ("Branch", "Name", "Score", "Date", "Review")


def _begun(desk: Desk, listing: int, name: str, *, started: bool) -> int:
    file = files.recognised(brought.table(BAD, *TABLE))
    begun = imports.Begun(f"{name}.csv", file, files.extent(file, datetime.now(UTC)), listing)
    with desk.database.transaction() as session:
        run = imports.begin(session, begun, datetime.now(UTC))
        if started:
            imports.start(session, run, datetime.now(UTC))
    return run


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield running
        running.close()


def faults(page: Any) -> list[str]:
    """What is wrong with a page: what axe finds, what is too wide, what is too small to press."""
    from axe_playwright_python.sync_playwright import Axe

    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = [f"{one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    low = page.eval_on_selector_all(PRESSED, MEASURED)
    return found + (["too wide"] if wide > 0 else []) + (["too small"] if low < 43.5 else [])


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_no_screen_has_a_fault(browser: Any, desk: Desk, width: int, scheme: str) -> None:
    wrong = {}
    with context(browser, width, color_scheme=scheme, java_script_enabled=True) as visit:
        errors: list[str] = []
        page = visit.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        for screen, path in desk.paths.items():
            page.goto(desk.base + path + ("?live=0" if screen == "running" else ""))
            wrong[screen] = faults(page)
        page.goto(f"{desk.base}/bring/paste")
        page.get_by_label("The text").fill(GOOGLE)
        page.get_by_label("Copied from").select_option(index=1)
        page.get_by_role("button", name="Find the reviews").click()
        wrong["cards"] = faults(page)
        page.get_by_label("Rating").first.fill("eleven")
        page.get_by_role("button", name="Keep them").click()
        assert "cannot be kept" in page.inner_text("[role=alert]")
        wrong["cards again"] = faults(page)
    assert {screen: found for screen, found in wrong.items() if found} == {}
    assert [error for error in errors if "400" not in error] == []


def test_a_file_comes_in_without_javascript(browser: Any, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    path.write_bytes(brought.table(brought.ANNA, brought.BERT, ("Dora", "nine", "", "Fine.", "")))
    with context(browser, PHONE, java_script_enabled=False, accept_downloads=True) as visit:
        page = visit.new_page()
        page.goto(desk.base)
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Bring in").click()
        page.get_by_role("link", name="A file").click()
        page.get_by_label("File").set_input_files(path)
        page.get_by_label("These reviews are of").select_option(index=1)
        page.get_by_role("button", name="Look at it first").click()
        assert "Would be given back" in page.inner_text("main")
        page.get_by_role("button", name="Bring in 3 rows").click()
        assert page.locator("progress").get_attribute("max") == "3"
        page.get_by_role("button", name="Stop").click()
        assert "Stopped" in page.inner_text("h2")
        page.get_by_role("button", name="Resume").click()
        desk.work(int(page.url.partition("/bring/")[2].partition("?")[0]))
        page.reload()
        assert "3 of 3 rows" in page.inner_text("main")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download them").click()
        assert "“nine” is no rating" in Path(download.value.path()).read_text("utf-8-sig")


def test_a_paste_is_kept_by_keyboard_alone(browser: Any, desk: Desk) -> None:
    with context(browser) as visit:
        page = visit.new_page()
        page.goto(f"{desk.base}/bring/paste")
        _tab_to(page, "listing")
        page.keyboard.press("ArrowDown")
        _tab_to(page, "text")
        page.keyboard.insert_text("Erin Example\n1 review\n★★★★☆\nyesterday\nAll as it should be.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("legend")
        assert page.get_by_label("Who wrote it").input_value() == "Erin Example"
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent").strip() == "Keep it":
                break
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="A paste of 1").wait_for()


def _tab_to(page: Any, name: str) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == name:
            return
    pytest.fail(f"{name} is not reached by Tab")
