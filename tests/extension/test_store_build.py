"""The store's own scripts in Chromium: the real popup, and shadow roots that no page can look into.

Only the manifest is another: in Chromium without a window no permission bubble can be pressed, so the hosts
are granted.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extension.browsers import Tab
from tests.extension.chromium import Chromium
from tests.extension.conftest import missing
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import Popup, pair
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN
from tests.extension.service import Service
from tests.provision import browsers

pytestmark = pytest.mark.browser

FILLED = "Dear Ann Baker,\n\nthank you for telling us. We pie this week.\n\nHarbour Cakes"
NOSY = """<script>
window.roots = [];
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (how) {
  const root = attachShadow.call(this, how);
  roots.push(root);
  return root;
};
</script>"""
PAGE = f"""<!doctype html><title>Owners</title>{NOSY}<textarea id="box" cols="60" rows="9"></textarea>"""
SEEN = """[
  document.querySelector('shopbell-card').shadowRoot,
  document.querySelector('shopbell-card').childNodes.length,
  roots.length,
  document.documentElement.innerHTML + document.documentElement.innerText,
]"""


@pytest.fixture(scope="module")
def store(
    npm: Path, built: Path, sites: LookAlikes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chromium]:
    out = tmp_path_factory.mktemp("store")
    subprocess.run(["node", "build.mjs", f"--out={out}"], cwd=npm, check=True)
    ours, granted = out / "chrome" / "manifest.json", built / "chrome" / "manifest.json"
    hosts = {"host_permissions": json.loads(granted.read_bytes())["host_permissions"]}
    ours.write_text(json.dumps(json.loads(ours.read_bytes()) | hosts))
    for name in ("harness.html", "harness.js"):
        shutil.copy(built / "chrome" / name, out / "chrome" / name)
    program = browsers.chromium()
    if program is None:
        missing("Chromium")
    browser = Chromium(str(program), out / "chrome", sites.port)
    browser.harness  # noqa: B018
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def service(store: Chromium) -> Iterator[Service]:
    with Service() as service:
        pair(store, service)
        yield service


def sees_nothing(page: Tab) -> None:
    """The page's own script finds no way into what we show there."""
    root, children, roots, words = page.evaluate(SEEN)
    assert (root, children, roots) == (None, 0, 0)
    assert "approved reply" not in words.casefold()


def test_the_real_popup_puts_a_reply_into_a_box_nobody_knows(
    store: Chromium, sites: LookAlikes, service: Service
) -> None:
    page = store.open(sites.put("https://owners.reviews.test/answer", PAGE))
    page.press("document.querySelector('#box')")
    store.press_action()
    popup = Popup(store, tab=store.popup())
    popup.says("Ann Baker · 2 of 5 stars · “We waited forty minutes")
    popup.choose()
    popup.press("Insert")
    popup.says("Inserted.")
    assert page.evaluate("box.value") == FILLED
    service.wait_for_kinds("inserted")
    popup.tab.close()
    page.wait_for("document.querySelector('html > shopbell-card') !== null")
    sees_nothing(page)
    page.close()


def test_a_page_cannot_look_into_the_card_beside_a_review(
    store: Chromium, sites: LookAlikes, service: Service
) -> None:
    service.heard.clear()
    html = google.reviews([ANN]).replace("<body>", f"<body>{NOSY}")
    page = store.open(sites.put(google.LIST, html))
    service.wait_for("/suggest")
    page.wait_for("document.querySelector('shopbell-card')?.getBoundingClientRect().height > 100")  # drawn
    sees_nothing(page)
    assert "Dear" not in page.evaluate(SEEN)[-1]
    page.close()
