"""Pairing in a real browser: typed, looked at and approved on a phone, by keyboard; and the list of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from service.models import Ended
from service.people import devices, pairing
from service.people.pairing import Asking
from tests.accounts import People
from tests.browser import test_way_in as way_in
from tests.browser.test_way_in import DESKTOP, LONG, PHONE, Desk, reach
from tests.desk_rows import Rows
from tests.paired import ORIGIN, approve

pytestmark = [pytest.mark.browser, pytest.mark.server]

browser, desk = way_in.browser, way_in.desk


def a_code(desk: Desk, label: str) -> str:
    """What an extension shows that has just asked to be paired."""
    asked = Asking(f"{label:x<43}"[:43], ORIGIN, "Firefox on Windows", "0.0.9", label)
    with desk.database.transaction() as session:
        return str(pairing.start(session, asked, datetime.now(UTC))[1])


def sign_in(page: Any, desk: Desk) -> None:
    page.goto(desk.link())
    page.get_by_role("button", name="Sign in").click()


def test_a_browser_is_paired_by_keyboard_and_without_scripts(browser: Any, desk: Desk) -> None:
    People(desk.database, datetime.now(UTC)).owner()
    code = a_code(desk, "Front desk laptop")
    with browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False) as visit:
        page = visit.new_page()
        sign_in(page, desk)
        page.goto(f"{desk.base}/pair")
        page.get_by_label("The code").fill(code.lower())
        page.keyboard.press("Enter")
        page.get_by_text("Front desk laptop").wait_for()
        page.get_by_label("Whose it is").select_option("The desk station of Harbour Street")
        page.get_by_role("button", name="Pair it").click()
        page.wait_for_url("**/browsers?done=paired")
        assert "Desk station of Harbour Street" in page.inner_text("main")


def test_every_step_is_reached_by_tab(browser: Any, desk: Desk) -> None:
    People(desk.database, datetime.now(UTC)).owner()
    code = a_code(desk, "Front desk laptop")
    with browser.new_context(viewport={"width": DESKTOP, "height": 800}) as visit:
        page = visit.new_page()
        sign_in(page, desk)
        page.goto(f"{desk.base}/browsers")
        reach(page, "Pair a browser")
        page.keyboard.press("Enter")
        page.wait_for_url("**/pair")
        reach(page, "The code")
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Pair this browser?").wait_for()
        reach(page, "No, this is not mine")
        page.keyboard.press("Enter")
        page.wait_for_url("**/browsers?done=denied")


@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")])
def test_axe_finds_nothing_and_a_thumb_finds_everything(
    browser: Any, desk: Desk, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    moment = datetime.now(UTC)
    owner = People(desk.database, moment).owner()
    rows = Rows(desk.database, moment)
    rows.listing(rows.branch(f"Kornmarkt {LONG}"), "yelp")
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    with browser.new_context(**options) as visit:
        page = visit.new_page()
        sign_in(page, desk)
        found = [way_in._looked_at(Axe(), page, f"{desk.base}{path}") for path in ("/pair", "/browsers")]
        page.goto(f"{desk.base}/pair")
        page.get_by_label("The code").fill("nonsense")
        page.get_by_role("button", name="Look at it").click()
        found.append(way_in._looked_at(Axe(), page, None))
        page.get_by_label("The code").fill(a_code(desk, LONG))
        page.get_by_role("button", name="Look at it").click()
        assert LONG in page.inner_text("main")
        found.append(way_in._looked_at(Axe(), page, None))
        page.get_by_role("button", name="Pair it").click()
        for branch in (None, None, 1):
            number = approve(desk.database, a_code(desk, f"{branch} {LONG}"), owner, moment, branch)
        with desk.database.transaction() as session:
            devices.end(session, number, Ended.REUSED, by="Shopbell", now=moment)
        page.goto(f"{desk.base}/browsers")
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for told in ("outdated", "End all of mine", "somebody may have a copy"):
            assert told in page.inner_text("main")
        found.append(way_in._looked_at(Axe(), page, None))
        found.append(way_in._looked_at(Axe(), page, f"{desk.base}/you"))
    assert [one for one in found if one[1:] != ((), True, True)] == []
