"""After the insertion, in both browsers: what she writes in the box is looked at, and said beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.browsers import Browser, Tab
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, pair
from tests.extension.pages import facebook, google
from tests.extension.pages.reviews import ANN
from tests.extension.service import Service

pytestmark = pytest.mark.browser

ANNS = f"document.querySelector('[data-review-id={ANN.key}]')"
BOX = f"{ANNS}.querySelector('textarea')"
FILLED = "Dear Ann Baker,\n\nthank you for telling us. We {} this week.\n\nHarbour Cakes"


@pytest.fixture(scope="module")
def inserted(browser: Browser, sites: LookAlikes) -> Iterator[tuple[Tab, OurCard, Service]]:
    """The reply is in the site's box, and she may write on in it."""
    with Service() as service:
        pair(browser, service)
        tab = browser.open(sites.put(google.LIST, google.reviews([ANN])))
        card = OurCard(tab, ANNS)
        card.wait_for("Approved reply")
        tab.press(f"{ANNS}.querySelector('[data-open]')")
        card.write("put two cooks on")
        card.press("insert")
        card.wait_for("Inserted.")
        yield tab, card, service
        tab.close()


def write(tab: Tab, text: str) -> None:
    """Let the box hold ``text``; the last character of it by her own key."""
    tab.evaluate(f"(({BOX}).value = {text[:-1]!r}, 1)")
    tab.press(BOX)
    tab.evaluate(f"({BOX}.setSelectionRange({len(text)}, {len(text)}), 1)")
    tab.type(text[-1])


SAID = {
    "Still to fill in: what you changed": FILLED.format("[what you changed]"),
    "Some words are not the approved ones.": FILLED.format("put two cooks on") + " Bye",
    "Too long: “what you changed”": FILLED.format("put two cooks on, and two more, and two more"),
    "Look again: Offers money.": FILLED.format("gave her a refund"),
}


@pytest.mark.parametrize("said", SAID)
def test_it_is_said_beside_the_box(inserted: tuple[Tab, OurCard, Service], said: str) -> None:
    tab, card, _ = inserted
    write(tab, SAID[said])
    card.wait_for(said)


def test_nothing_is_left_to_say_once_it_is_mended(inserted: tuple[Tab, OurCard, Service]) -> None:
    tab, card, _ = inserted
    write(tab, FILLED.format("[what you changed]"))
    card.wait_for("Still to fill in")
    write(tab, FILLED.format("put three cooks on"))
    tab.wait_for(f"!{card.root}.querySelector('section').innerText.includes('Still to fill in')")
    assert tab.evaluate(f"{BOX}.value") == FILLED.format("put three cooks on")


def test_what_shows_in_the_text_is_said_while_the_service_is_away(
    inserted: tuple[Tab, OurCard, Service],
) -> None:
    tab, card, service = inserted
    service.refusals["check"] = (503, {})
    write(tab, FILLED.format("put two cooks on") + " Bye now")
    card.wait_for("Some words are not the approved ones.")


def test_an_editor_that_writes_by_itself_is_watched_too(browser: Browser, sites: LookAlikes) -> None:
    anns = f"document.querySelector('[data-one={ANN.key}]')"
    box = f"{anns}.querySelector('[role=textbox]')"
    with Service() as service:
        pair(browser, service)
        tab = browser.open(sites.put(facebook.LIST, facebook.reviews([ANN])))
        card = OurCard(tab, anns)
        card.wait_for("Approved reply")
        tab.press(f"{anns}.querySelector('[data-open]')")
        card.write("put two cooks on")
        card.press("insert")
        card.wait_for("Inserted.")
        tab.evaluate(f"({box}.append('Bye'), 1)")  # no event tells of it
        card.wait_for("Some words are not the approved ones.")
        tab.close()
