"""Site mode on look-alike pages, in both browsers: beside the review, into the box, posted by her.

Each site in two languages, two layouts, and with every class name another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.extension.browsers import Browser
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, pair
from tests.extension.pages import facebook, google, yelp
from tests.extension.pages.reviews import ANN, BERT, CARLA, ENGLISH, SPANISH, Written
from tests.extension.service import Service

pytestmark = pytest.mark.browser

MENDED = "put two more cooks on"
FILLED = f"Dear Ann Baker,\n\nthank you for telling us. We {MENDED} this week.\n\nHarbour Cakes"
UNTOUCHED = [0, 0, 0]


@dataclass(frozen=True, slots=True)
class Look:
    """One way a site may look."""

    address: str
    html: str
    card: str  # the review's element, by ``{}`` its key
    box: str
    rated: bool = True

    def of(self, one: Written) -> str:
        """The element of one review."""
        return f"""document.querySelector('{self.card.format(one.key)}')"""


GOOGLE, OTHERS = '[data-review-id="{}"]', '[data-one="{}"]'
SHOWN = (ANN, BERT, CARLA)
PAIRS = (
    (ENGLISH, False, False),
    (ENGLISH, True, True),
    (SPANISH, False, True),
    (SPANISH, True, False),
)


def looks() -> Iterator[object]:
    """Every site in every way, by pairs: each value of language, layout and names with each of the others."""
    for words, second, scrambled in PAIRS:
        how = f"{words.language}-{'second' if second else 'first'}{'-scrambled' if scrambled else ''}"
        address = google.OTHER_LIST if second else google.LIST
        html = google.reviews(SHOWN, words, scrambled=scrambled)
        yield pytest.param(Look(address, html, GOOGLE, "textarea"), id=f"google-{how}")
        html = yelp.reviews(SHOWN, words, listed=second, scrambled=scrambled)
        yield pytest.param(Look(yelp.LIST, html, OTHERS, "textarea"), id=f"yelp-{how}")
        html = facebook.reviews(SHOWN, words, listed=second, scrambled=scrambled)
        look = Look(facebook.LIST, html, OTHERS, "[role=textbox]", rated=False)
        yield pytest.param(look, id=f"facebook-{how}")


@pytest.fixture(scope="module")
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


@pytest.fixture(autouse=True)
def anew(service: Service) -> None:
    service.events.clear()
    service.heard.clear()


@pytest.mark.parametrize("look", list(looks()))
def test_the_reply_goes_from_beside_its_review_into_the_sites_own_box_and_she_posts_it(
    browser: Browser, sites: LookAlikes, service: Service, look: Look
) -> None:
    tab = browser.open(sites.put(look.address, look.html))
    card = OurCard(tab, look.of(ANN))
    card.wait_for("Approved reply")
    assert [as_it_shows(asked, look) for asked in service.heard["/suggest"]] == [True]
    tab.press(f"{look.of(ANN)}.querySelector('[data-open]')")
    card.write(MENDED)
    card.press("insert")
    card.wait_for("Inserted.")
    box = f"{look.of(ANN)}.querySelector('{look.box}')"
    held = tab.evaluate(f"{box}.value ?? {box}.innerText")
    assert [line for line in held.split("\n") if line] == [line for line in FILLED.split("\n") if line]
    assert tab.evaluate("[seen.submits, seen.forged, seen.keys]") == UNTOUCHED
    tab.press(f"{look.of(ANN)}.querySelector('form button, [data-post]')")
    card.wait_for("Noted as posted.")
    service.wait_for_kinds("inserted", "submitted")
    assert list(service.events.values())[-1]["signs"] == ["pressed", "visible"]
    tab.close()


def as_it_shows(asked: dict[str, Any], look: Look) -> bool:
    """What was sent of each card is what it shows, and of the page its address alone."""
    sent = {card["author"]: card for card in asked["cards"]}
    assert set(sent) == {one.author for one in SHOWN}
    for one in SHOWN:
        card = sent[one.author]
        assert card["opening"] == " ".join(one.text.split())[:80]
        assert card["rating"] == (one.stars if look.rated else None)
        assert card["recommends"] == (None if look.rated else True)
        assert card["replied"] == (one.reply is not None)
        assert card["date_shown"]
    return bool(asked["url"] == look.address)
