"""Site mode on look-alike pages, in both browsers: beside the review, into the box, posted by her."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.browsers import Browser
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, pair
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN, BERT
from tests.extension.service import Service

pytestmark = pytest.mark.browser

MENDED = "put two more cooks on"
FILLED = f"Dear Ann Baker,\n\nthank you for telling us. We {MENDED} this week.\n\nHarbour Cakes"
ANNS = f"document.querySelector('[data-review-id={ANN.key}]')"


@pytest.fixture
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


def test_the_reply_stands_beside_its_review_and_goes_into_the_sites_own_box(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN, BERT])))
    card = OurCard(tab, ANNS)
    card.wait_for("Approved reply")
    tab.press(f"{ANNS}.querySelector('[data-open]')")
    card.write(MENDED)
    card.press("insert")
    card.wait_for("Inserted.")
    assert tab.evaluate(f"{ANNS}.querySelector('textarea').value") == FILLED
    assert tab.evaluate("[seen.submits, seen.forged, seen.keys]") == [0, 0, 0]
    tab.press(f"{ANNS}.querySelector('[data-post]')")
    card.wait_for("Noted as posted.")
    service.wait_for_kinds("inserted", "submitted")
    tab.close()
