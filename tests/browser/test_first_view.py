"""What a phone shows first of a review: its words, one reply with its blank, another, and the press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest

from service.approval.keys import new_key, unlock
from service.approval.versions import add_version, approve
from service.db import Database
from service.models import SigningKey
from service.people.links import Links, Purpose
from service.settings import Settings, the_secret
from service.web.app import create_app
from service.web.server import make_server
from tests.browser.test_screens import MEASURED, PRESSED, browser
from tests.desk_rows import Rows
from tests.test_versions import PASSPHRASE

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, pytest.mark.server]

WIDTH = 360
HEIGHTS = (740, 640)
PACK = """
format = 1
pack = "waits"
serial = 1
title = "Waits"
risk = "routine"
from = 2026-01-01
until = 2099-12-31
author = "Ada Byron"
[fallback]
sign_off = "The team"
"""
ITEM = """
[[item]]
id = "{name}"
when = {{ stars = [1, 3] }}
variants = [{variants}]
[item.blank.fix]
hint = "what you changed since"
max = 140
forbid = ["link", "phone", "email", "money", "name", "newline"]
"""
SIGN_OFF = "Dana and the team at Harbour Street"
OPENINGS = ("That was too long a wait", "Nobody should sit so long", "You waited, and we let you")
REPLY = (
    "{opening}, and I am sorry. A hungry table should at least be told what is going on. I went through that "
    "shift with everybody who worked it, and it should not happen again: we have since [fix]. If you give us "
    "another try, ask for me at the door. {{sign_off}}"
)
WORDS = (
    "We waited forty minutes for two bowls of soup, and when they came one was cold. Nobody said sorry "
    "until I asked. A shame, because the bread was as good as ever."
)
PARTS = ("h1", "#words", ".reply-text", "[name=blank-fix]")
PRESSES = ("[name=another]", "text=Copy and open")
AT_ITS_END = "one => one.scrollTop + one.clientHeight >= one.scrollHeight - 2"
UNDER_THE_PRESS = """() => {
  const one = document.activeElement, bar = document.querySelector('.press');
  if (bar.contains(one)) return false;
  const box = one.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + 5, box.top + 5);
  return box.top >= bar.getBoundingClientRect().top && bar.contains(over);
}"""


@dataclass(frozen=True, slots=True)
class Town:
    """A running desk in a demo, where one pack is approved and an account or two are yet to be made."""

    base: str
    rows: Rows
    links: Links
    listing: int
    channel: int

    def review(self, text: str = WORDS) -> int:
        return self.rows.review(self.listing, author="Tom Ashdown", text=text)

    def ways(self, review: int) -> tuple[str, str]:
        """The review at the desk, and by the link in an alert."""
        token = self.links.token(Purpose.REVIEW, review, self.rows.now, self.channel)
        return f"{self.base}/reviews/{review}", f"{self.base}/r/{token}"


@pytest.fixture(scope="module")
def town(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    (folder / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{folder / 'shopbell.db'}")
    settings = Settings(data=folder, home=folder, port=0)
    rows = Rows(database, datetime.now(UTC))
    rows.installation(demo_since=rows.now, tick_at=rows.now)
    branch = rows.branch("Harbour Street", sign_off=SIGN_OFF)
    listing = rows.listing(branch)
    channel = rows.channel(rows.person("Dana Whitlock"), "mail")
    _sign(rows)
    server = make_server(create_app(settings, database), settings)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.effective_port}"  # type: ignore[union-attr]
    yield Town(base, rows, Links(the_secret(settings), base), listing, channel)
    server.close()
    thread.join(5)
    database.close()


def _sign(rows: Rows) -> None:
    variants = ", ".join(f'"{REPLY.format(opening=opening)}"' for opening in OPENINGS)
    body = PACK + "".join(ITEM.format(name=name, variants=variants) for name in ("wait", "sorry"))
    key = new_key("Ada Byron", "approver", PASSPHRASE, rows.now)
    with rows.database.transaction() as session:
        session.add(SigningKey(**key.model_dump()))
        session.flush()
        version = add_version(session, body.encode(), rows.now)
        approve(session, version.sha256, unlock(key, PASSPHRASE), rows.now)


def phone(browser: Any, height: int = HEIGHTS[0], **options: Any) -> Any:
    return browser.new_context(viewport={"width": WIDTH, "height": height}, **options)


def box(page: Any, what: str) -> tuple[float, float]:
    """Where a part begins and ends."""
    found = page.locator(what).first.bounding_box()
    return float(found["y"]), float(found["y"] + found["height"])


def test_what_is_measured_is_a_reply_of_some_sixty_words() -> None:
    filled = REPLY.format(opening=OPENINGS[0]).replace("{sign_off}", SIGN_OFF)
    assert 60 <= len(filled.split()) <= 70


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("scripts", [True, False], ids=["with a script", "without"])
def test_the_first_view_holds_all_she_needs(browser: Any, town: Town, height: int, scripts: bool) -> None:
    for address in town.ways(town.review()):
        with phone(browser, height, java_script_enabled=scripts) as visit:
            page = visit.new_page()
            page.goto(address)
            assert below(page, PARTS, box(page, ".press")[0]) == {}
            assert below(page, PRESSES, height) == {}
            assert page.get_by_text("Why this one").count() == 1
            assert not page.get_by_text("Pack waits").is_visible()


def below(page: Any, parts: tuple[str, ...], end: float) -> dict[str, tuple[float, float]]:
    """The parts that begin above the view or end under ``end``."""
    boxes = {part: box(page, part) for part in parts}
    return {part: (top, bottom) for part, (top, bottom) in boxes.items() if top < 0 or bottom > end + 0.5}


def test_a_long_review_is_cut_until_she_asks_and_takes_nothing_out_of_view(browser: Any, town: Town) -> None:
    for address in town.ways(town.review(f"{WORDS} " * 6)):
        with phone(browser, java_script_enabled=False) as visit:
            page = visit.new_page()
            page.goto(address)
            assert below(page, PARTS, box(page, ".press")[0]) == {}
            cut = box(page, "#words")
            page.get_by_role("link", name="Show all of it").click()
            whole = box(page, "#words")
            assert whole[1] - whole[0] > 2 * (cut[1] - cut[0])
            assert not page.get_by_role("link", name="Show all of it").is_visible()


def test_every_word_of_the_reply_is_reached_by_keyboard(browser: Any, town: Town) -> None:
    with phone(browser, HEIGHTS[1]) as visit:
        page = visit.new_page()
        page.goto(town.ways(town.review())[1])
        words = page.locator(".reply-text")
        assert words.evaluate("one => one.scrollHeight > one.clientHeight")
        words.focus()
        page.keyboard.press("End")
        deadline = monotonic() + 5  # it may glide
        while not words.evaluate(AT_ITS_END) and monotonic() < deadline:
            page.wait_for_timeout(50)
        assert words.evaluate(AT_ITS_END)


def test_the_press_never_covers_what_has_the_focus(browser: Any, town: Town) -> None:
    with phone(browser, HEIGHTS[1]) as visit:
        page = visit.new_page()
        page.goto(town.ways(town.review())[0])
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        met = set()
        for _ in range(80):
            page.keyboard.press("Tab")
            met.add(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
            assert not page.evaluate(UNDER_THE_PRESS), page.evaluate("document.activeElement.outerHTML")
        assert len(met) > 15


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_keeps_its_ways_on_behind_a_button_that_needs_no_script(
    browser: Any, town: Town, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with phone(browser, color_scheme=scheme) as visit:
        page = visit.new_page()
        page.goto(town.base)
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Settings").wait_for()
        assert Axe().run(page).response["violations"] == []
        assert page.eval_on_selector_all(PRESSED, MEASURED) >= 43.5
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Settings").wait_for(state="hidden")
    with phone(browser, java_script_enabled=False) as visit:
        page = visit.new_page()
        page.goto(town.base)
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Health").click()
        assert page.url.endswith("/health")
