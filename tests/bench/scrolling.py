"""What scrolling a page costs: gaps between frames, and the time its main thread was busy.

A gap is what a person sees. But others share this machine, and a page that is busy loses its turn where one
that rests does not: so the CPU time stands beside it, which is the page's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.extension.chromium import Chromium, ChromiumTab

SPEEDS = {"as one reads": 30, "fast": 120}  # px a frame
LATE = 33.0  # ms: two frames of a screen that shows sixty a second
TRACED = ["-*", "toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]
SCROLL = """new Promise((done) => {
  let before = performance.now();
  const gaps = [];
  const step = (now) => {
    gaps.push(now - before);
    before = now;
    scrollBy(0, STEP);
    const isOver = scrollY + innerHeight > document.documentElement.scrollHeight - 2 || gaps.length > 900;
    if (isOver) done([gaps, document.querySelectorAll("shopbell-card").length]);
    else requestAnimationFrame(step);
  };
  requestAnimationFrame((now) => { before = now; requestAnimationFrame(step); });
})"""


@dataclass(frozen=True, slots=True)
class Scrolled:
    """One way down a page; times in ms, those of tasks in CPU time."""

    gaps: Sequence[float]  # between two frames
    cards: int  # of ours, at the end
    longest: float  # task
    busy: float  # all tasks

    def __str__(self) -> str:
        late = sum(gap > LATE for gap in self.gaps)
        frames = len(self.gaps)
        return (
            f"longest gap {max(self.gaps):.0f} ms, {late} of {frames} frames later than {LATE:.0f} ms;"
            f" longest task {self.longest:.0f} ms of CPU, {self.busy / frames:.1f} ms a frame;"
            f" {self.cards} cards of ours"
        )


def scrolled(browser: Chromium, address: str, step: int) -> Scrolled:
    """A way down the page at ``address``, ``step`` pixels a frame, from its top for at most 900 frames."""
    tab = browser.tab()
    tab.go(address)
    tab.page.wait_for_timeout(1_000)
    with traced(tab) as events:
        gaps, cards = tab.evaluate(SCROLL.replace("STEP", str(step)))
    tab.close()
    return Scrolled(gaps, cards, longest_task(events), sum(_tasks(events)))


@contextmanager
def traced(tab: ChromiumTab) -> Iterator[list[dict[str, Any]]]:
    """What the browser did, once the ``with`` block ends."""
    running = tab.page.context.browser
    assert running is not None
    running.start_tracing(page=tab.page, categories=TRACED)
    events: list[dict[str, Any]] = []
    yield events
    events += json.loads(running.stop_tracing())["traceEvents"]


def longest_task(events: Sequence[dict[str, Any]]) -> float:
    """The longest task of a page's main thread, in ms of CPU; only the page that is measured is busy."""
    return max(_tasks(events))


def _tasks(events: Sequence[dict[str, Any]]) -> list[float]:
    named = (one for one in events if one["name"] == "thread_name")
    main = {(one["pid"], one["tid"]) for one in named if one["args"]["name"] == "CrRendererMain"}
    tasks = (one for one in events if one["name"] == "RunTask" and (one["pid"], one["tid"]) in main)
    return [float(one.get("tdur", 0)) / 1000 for one in tasks]
