"""The extension in a real Chromium, beside 50 and 500 reviews, against a real ``shopbell serve``.

What is printed is measured and not judged: it depends on this machine. The same page at a host where the
extension has nothing to do stands beside it, so that what page and browser cost by themselves is seen.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from service.db import Database
from service.demo.signers import sign_all
from service.settings import CHECKOUT
from tests.accounts import People
from tests.bench import memory
from tests.bench.ratio import Ratio
from tests.bench.scrolling import SPEEDS, longest_task, scrolled, traced
from tests.desk_rows import Rows
from tests.extension.chromium import Chromium
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import ask
from tests.extension.pages import google
from tests.extension.pages.reviews import Written
from tests.paired import approve
from tests.provision import browsers, node

FEW, MANY, TIMES = 50, 500, 5
ELSEWHERE = "https://plain.example/reviews"  # no host of ours: the page alone
SAID = (
    "We waited forty minutes for two bowls of soup.",
    "The cake was dry and the tea was cold.",
    "Nobody said a word when we came in, and nobody when we left.",
    "A lovely place, kind people, and the best bread in town.",
)
WATCH = """
window.bench = { first: null, all: null };
const onScreen = (one) => one.getBoundingClientRect().top < innerHeight;
const isShown = (one) => one.querySelector("shopbell-card")?.shadowRoot?.querySelector("[data-key=insert]");
addEventListener("DOMContentLoaded", () => {
  const began = performance.now();
  const cards = [...document.querySelectorAll("[data-review-id]")].filter(onScreen);
  const look = setInterval(() => {
    const shown = cards.filter(isShown).length;
    if (shown) bench.first ??= performance.now() - began;
    if (shown === cards.length) { bench.all = performance.now() - began; clearInterval(look); }
  }, 5);
});
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load of a page, in ms after DOMContentLoaded; None where nothing was shown."""

    first: float | None
    all: float | None
    longest: float  # task on the page's main thread, in CPU time: others share this machine


def run(_peers_python: Path) -> list[Ratio]:
    """Measure and print; there is no ratio."""
    program = browsers.chromium()
    if program is None or not node.is_installed(node.ROOT / "extension"):
        sys.stderr.write("extension: Chromium, Node or the extension's packages are missing; not measured\n")
        return []
    with tempfile.TemporaryDirectory() as folder, _paired(program, Path(folder)) as (browser, sites):
        for many in (FEW, MANY):
            html = google.reviews(_written(many))
            _tell(f"{many} reviews", browser, sites.put(google.LIST, html))
            _tell(f"{many} reviews, page alone", browser, sites.put(ELSEWHERE, html), is_ours=False)
        ask(browser, "disconnect")
    return []


def _tell(what: str, browser: Chromium, address: str, *, is_ours: bool = True) -> None:
    loads = [_load(browser, address, is_ours=is_ours) for _ in range(TIMES)]
    longest = max(one.longest for one in loads)
    click.echo(f"  {what}:")
    if is_ours:
        click.echo(f"    first reply {_middle([one.first for one in loads])}")
        click.echo(f"    all on the screen {_middle([one.all for one in loads])}")
    click.echo(f"    longest task of the page's main thread {longest:.0f} ms of CPU")
    for how, step in SPEEDS.items():
        click.echo(f"    scrolled {how}: {scrolled(browser, address, step)}")


def _load(browser: Chromium, address: str, *, is_ours: bool) -> Load:
    tab = browser.tab()
    tab.page.add_init_script(WATCH)
    with traced(tab) as events:
        tab.go(address)
        if is_ours:
            tab.wait_for("bench.all !== null", patience=30)
        tab.page.wait_for_timeout(500)
    told = tab.evaluate("bench")
    tab.close()
    return Load(told["first"], told["all"], longest_task(events))


def _middle(times: Sequence[float | None]) -> str:
    """The first load, which wakes everything, and the median of the others."""
    cold, *warm = [one for one in times if one is not None]
    return f"{statistics.median(warm):.0f} ms after DOMContentLoaded (the very first {cold:.0f})"


def _written(many: int) -> list[Written]:
    said = [f"{SAID[number % len(SAID)]} Visit {number}." for number in range(many)]
    return [Written(f"Ch{n}", f"Guest {n}", 1 + n % 5, text) for n, text in enumerate(said)]


@contextmanager
def _paired(program: str, folder: Path) -> Iterator[tuple[Chromium, LookAlikes]]:
    """A browser that is paired with a service that knows every review."""
    subprocess.run(
        ["node", "build.mjs", "--flavour=test", f"--out={folder}"], cwd=node.ROOT / "extension", check=True
    )
    where = memory.environment(str(folder))
    with memory.serving(where) as (_process, address), LookAlikes(folder) as sites:
        database = Database(f"sqlite:///{folder / 'shopbell.db'}")
        owner = _furnish(database)
        browser = Chromium(program, folder / "chrome", sites.port)
        begun = ask(browser, "pair_start", origin=address, label="Bench")
        approve(database, begun["value"]["user_code"], owner, datetime.now(UTC))
        assert ask(browser, "pair_poll")["value"] == "paired"
        try:
            yield browser, sites
        finally:  # else Playwright waits for it, whatever went wrong
            browser.close()
            database.close()


def _furnish(database: Database) -> int:
    """A branch with all the reviews; answers the owner."""
    now = datetime.now(UTC)
    rows, owner = Rows(database, now), People(database, now).owner()
    listing = rows.listing(rows.branch(vertical="restaurant", sign_off="Dana"), "google_maps")
    with database.transaction() as session:
        sign_all(session, CHECKOUT, now)
    for one in _written(MANY):
        facts = {"author": one.author, "rating": float(one.stars), "text": one.text}
        rows.review(listing, posted_at=now - timedelta(days=14), posted_precision="day", **facts)
    return owner
