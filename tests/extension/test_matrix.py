"""The insertion, tried on real editors from npm in both browsers: what the editor's own state holds counts.

The common four in every run; with ``MATRIX=all`` every one, and the table is printed. A cell is right when
every line stands in the state in its order and nothing else does, and nothing was pressed or submitted.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.extension.anywhere import Anywhere
from tests.extension.browsers import Browser, Tab
from tests.extension.conftest import missing
from tests.extension.lookalike import JAVASCRIPT, LookAlikes
from tests.provision import node

pytestmark = pytest.mark.browser

LAB = Path(__file__).parent / "matrix"
COMMON = ("textarea", "react", "lexical_rich", "contenteditable")
EVERY = (
    "textarea",
    "react",
    "react18",
    "vue",
    "angular",
    "shadow_open",
    "shadow_closed",
    "frame",
    "contenteditable",
    "plaintext_only",
    "shadow_open_rich",
    "shadow_closed_rich",
    "design_mode",
    "lexical_plain",
    "lexical_rich",
    "lexical_facebook",
    "lexical_react",
    "draft",
    "quill",
    "prosemirror",
    "tiptap",
    "slate",
    "trix",
)
EDITORS = EVERY if os.environ.get("MATRIX") == "all" else COMMON
GAPS = {  # Gecko deletes no selection inside a shadow root: what stands there stays, and we say so
    ("shadow_open_rich", "firefox"),
    ("shadow_closed_rich", "firefox"),
}
FIRST = "Dear Ann,\n\nThank you for “the cake” 🎂 & your <b>time</b>.\nWe bake again on Friday.\n\nSam"
SECOND = "Hello Ann,\nwe read every word: thank you!\n\nSam"
DRAFT = "old draft"
RIGHT, BLANKS, NOT_TAKEN = "ok", "~", "refused"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Reply</title>
<style>#root > *, [contenteditable], textarea {{ display: block; min-width: 300px; min-height: 80px }}</style>
<form action="/post"><div id="root"></div><button id="post" disabled>Post</button></form>
<script src="{name}.js"></script></html>"""


@dataclass
class Board:
    """What was measured: a cell for each editor, browser and step."""

    cells: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def table(self) -> str:
        """The cells as lines of text."""
        lines = [f"{'editor':20} {'browser':9} insert  again   undo    over a draft (~: other blank lines)"]
        lines += [
            f"{editor:20} {browser:9} {''.join(f'{cell:8}' for cell in cells)}"
            for (editor, browser), cells in sorted(self.cells.items(), key=lambda one: EVERY.index(one[0][0]))
        ]
        return "\n".join(lines)


@pytest.fixture(scope="module")
def board() -> Iterator[Board]:
    """Printed at the end."""
    board = Board()
    yield board
    sys.stdout.write(f"\n{board.table()}\n")


@pytest.fixture(scope="module")
def lab(npm: Path, sites: LookAlikes, tmp_path_factory: pytest.TempPathFactory) -> LookAlikes:
    """The editors' pages, at a host of their own."""
    if not node.is_installed(LAB):
        missing("what the editor lab's lock names (python -m tests.provision)")
    out = tmp_path_factory.mktemp("lab")
    subprocess.run(["node", "build.mjs", out, *EDITORS], cwd=LAB, check=True)
    for script in out.glob("*.js"):
        sites.put(f"https://editors.test/{script.name}", script.read_bytes(), content_type=JAVASCRIPT)
        sites.put(f"https://editors.test/{script.stem}", PAGE.format(name=script.stem))
    sites.put("https://editors.test/frame.html", "<!doctype html><title>The reply's frame</title>")
    return sites


@pytest.fixture
def page(browser: Browser, lab: LookAlikes, editor: str) -> Iterator[Tab]:
    """The editor's page, the cursor in its box."""
    tab = browser.open(f"https://editors.test/{editor}")
    tab.wait_for("lab.box !== null")
    tab.press("lab.box")
    yield tab
    tab.close()


def state(page: Tab) -> str:
    """What the editor holds, once it stands still."""
    seen: list[str] = []
    while len(seen) < 2 or seen[-1] != seen[-2]:
        seen.append(page.evaluate("new Promise((said) => setTimeout(() => said(lab.state()), 120))"))
    return seen[-1]


def lines(text: str) -> list[str]:
    return [line for line in text.replace("\N{NO-BREAK SPACE}", " ").split("\n") if line.strip()]


@dataclass
class Trial:
    """One editor's cells, as they are measured."""

    page: Tab
    anywhere: Anywhere
    cells: list[str] = field(default_factory=list)

    def insert(self, text: str, *, consent: bool = False) -> None:
        before = state(self.page)
        self._write(self.anywhere.insert(text, consent=consent)["kind"], text, before)

    def undo(self) -> None:
        before = state(self.page)
        self._write(self.anywhere.undo()["kind"], "", before)

    def _write(self, said: str, text: str, before: str) -> None:
        held = state(self.page)
        if said == "done" and lines(held) == lines(text):
            self.cells.append(RIGHT if held.strip("\n") == text else BLANKS)
        elif said == "not_taken" and held == before:
            self.cells.append(NOT_TAKEN)
        else:
            self.cells.append(f"{said}: {held!r}")


@pytest.mark.parametrize("editor", EDITORS)
def test_the_editor_s_own_state_holds_the_reply(
    browser: Browser, page: Tab, editor: str, board: Board
) -> None:
    trial = Trial(page, Anywhere(browser))
    board.cells[editor, browser.name] = trial.cells
    trial.insert(FIRST)
    assert page.evaluate("lab.can_post()")
    trial.insert(SECOND)
    trial.undo()
    page.press("lab.box")
    page.type(DRAFT)
    held = state(page)
    assert trial.anywhere.insert(FIRST)["kind"] == "needs_consent"
    assert state(page) == held
    trial.insert(FIRST, consent=True)
    assert page.evaluate("[lab.submits, lab.presses, lab.keys]") == [0, 0, 0]
    assert set(trial.cells) <= {RIGHT, BLANKS} | ({NOT_TAKEN} if (editor, browser.name) in GAPS else set())
