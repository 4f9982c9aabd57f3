"""What fifty and five hundred reviews on one page may cost: counted here, and timed by ``tests/bench``.

The times of these two pages are told as well, with ``-s``; a loaded machine is no failure.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.extension.browsers import Browser
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import pair
from tests.extension.pages import google
from tests.extension.pages.reviews import Written
from tests.extension.service import Service

pytestmark = pytest.mark.browser

FEW = 10  # questions: she scrolls, and what comes near is asked about together
OURS = "document.querySelectorAll('shopbell-card').length"
WATCH = """<script>
window.tasks = [];
if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
  new PerformanceObserver((list) => list.getEntries().forEach((one) => tasks.push(one.duration)))
    .observe({ type: "longtask", buffered: true });
}
window.loaded = 0;
window.shown = 0;
addEventListener("DOMContentLoaded", () => { loaded = performance.now(); });
const look = () => {
  const ours = [...document.querySelectorAll("shopbell-card")];
  const ready = ours.filter((one) => one.shadowRoot?.querySelector("[data-key=insert]"));
  if (ours.length && ready.length === ours.length) shown = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
</script>"""
SCROLLED = """(async () => {
  tasks.length = 0;
  for (let at = 0; at < document.documentElement.scrollHeight; at += 1500) {
    scrollTo(0, at);
    await new Promise((next) => setTimeout(next, 30));
  }
  await new Promise((next) => setTimeout(next, 500));
  return Math.round(Math.max(0, ...tasks));
})()"""


def tell(measured: str) -> None:
    """For whoever runs this with ``-s``."""
    sys.stdout.write(f"\n{measured}\n")


def many(number: int) -> list[Written]:
    return [Written(f"Ch{one}", f"Ann {one}", text=f"Slice {one} was cold.") for one in range(number)]


@pytest.fixture
def service(browser: Browser) -> Iterator[Service]:
    with Service(written=dict(enumerate(many(500), 1))) as service:
        pair(browser, service)
        yield service


def asked(service: Service) -> list[list[str]]:
    """The cards of each question, in order."""
    return [[card["card"] for card in body["cards"]] for body in service.heard["/suggest"]]


def test_fifty_reviews_are_asked_about_in_few_questions_and_none_twice(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    html = google.reviews(many(50)).replace("<body>", f"<body>{WATCH}")
    tab = browser.open(sites.put(google.LIST, html))
    tab.wait_for("shown > 0")
    tell(f"{browser.name}: shown {tab.evaluate('(shown - loaded) / 1000'):.2f} s after DOMContentLoaded")
    tab.evaluate(SCROLLED)
    cards = [card for question in asked(service) for card in question]
    assert 0 < len(cards) == len(set(cards)) <= 50
    assert len(asked(service)) <= FEW
    tab.close()


def test_of_five_hundred_reviews_those_near_her_eyes_come_first(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    html = google.reviews(many(500)).replace("<body>", f"<body>{WATCH}")
    tab = browser.open(sites.put(google.LIST, html))
    tab.wait_for("shown > 0")
    at_first = tab.evaluate(OURS)
    assert 0 < at_first <= 50
    longest, ours = tab.evaluate(SCROLLED), tab.evaluate(OURS)
    tell(f"{browser.name}: longest task {longest} ms while 500 reviews went by, {ours} cards of ours")
    assert ours > at_first
    assert max(map(len, asked(service))) <= 50
    tab.close()
