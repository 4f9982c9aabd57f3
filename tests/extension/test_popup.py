"""The popup: anywhere mode on a page nobody knows, "did you post it?", capture and the desk station."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.browsers import Browser, Tab
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import Popup, ask, pair
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN, BERT, CARLA
from tests.extension.service import Service, suggestion

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>Owners</title>
<form action="/post"><textarea id="box"></textarea><button>Post</button></form>
<script>
  window.posted = 0;
  addEventListener("submit", (event) => { event.preventDefault(); posted += 1; });
</script>"""
FILLED = "Dear Ann Baker,\n\nthank you for telling us. We pie this week.\n\nHarbour Cakes"


@pytest.fixture
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


@pytest.fixture
def page(browser: Browser, sites: LookAlikes) -> Iterator[Tab]:
    """A page at a host nobody granted us, the cursor in its box."""
    tab = browser.open(sites.put("https://owners.reviews.test/answer?session=7", PAGE))
    tab.press("document.querySelector('#box')")
    yield tab
    assert tab.evaluate("posted") == 0
    tab.close()


def test_anywhere_mode_puts_a_reply_into_a_box_nobody_knows(
    browser: Browser, page: Tab, service: Service
) -> None:
    popup = Popup(browser)
    popup.says("Ann Baker · 2 of 5 stars · “We waited forty minutes")
    popup.choose()
    popup.press("Insert")
    popup.says("Inserted.")
    assert page.evaluate("box.value") == FILLED
    service.wait_for_kinds("inserted")
    [asked] = service.heard["/suggest"]
    assert asked == {
        "site": None,
        "url": "https://owners.reviews.test/answer",
        "mode": "anywhere",
        "cards": [],
    }
    popup.tab.close()


def test_what_was_inserted_where_we_cannot_look_is_asked_about(
    browser: Browser, page: Tab, service: Service
) -> None:
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Inserted.")
    popup.tab.go(browser.origin + "popup.html")
    popup.says("Did you post this reply?")
    popup.press("Yes, I posted it")
    popup.says("Noted as posted.")
    service.wait_for_kinds("inserted", "submitted")
    assert list(service.events.values())[-1]["signs"] == ["told"]
    popup.tab.close()


def test_undo_takes_the_reply_out_again_and_nobody_is_asked_about_it(
    browser: Browser, page: Tab, service: Service
) -> None:
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Undo")
    popup.press("Undo")
    popup.says("Taken out again.")
    assert page.evaluate("box.value") == ""
    assert "Undo" not in popup.tab.evaluate("document.body.innerText")
    service.wait_for_kinds("inserted", "denied")
    popup.tab.go(browser.origin + "popup.html")
    popup.says("Open reviews")
    assert "Did you post" not in popup.tab.evaluate("document.body.innerText")
    popup.tab.close()


def test_undo_in_the_popup_takes_nothing_of_hers(browser: Browser, page: Tab, service: Service) -> None:
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Undo")
    page.evaluate("(box.value += ' Bye')")
    popup.press("Undo")
    popup.says("The box holds other words now")
    assert page.evaluate("box.value") == FILLED + " Bye"
    popup.tab.close()


def test_without_a_cursor_she_is_told_where_to_put_it(browser: Browser, page: Tab, service: Service) -> None:
    page.evaluate("document.activeElement.blur()")
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Put the cursor in the site's reply box")
    assert service.heard["/confirm"] == []
    popup.tab.close()


def test_her_own_words_are_asked_about_with_both_texts(browser: Browser, page: Tab, service: Service) -> None:
    page.type("my own words")
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("The box holds words of somebody's")
    popup.says("my own words")
    assert page.evaluate("box.value") == "my own words"
    popup.press("Yes, replace")
    popup.says("Inserted.")
    assert page.evaluate("box.value") == FILLED
    popup.tab.close()


def test_a_recalled_reply_is_replaced_by_the_next_best(browser: Browser, page: Tab, service: Service) -> None:
    instead = suggestion("Ann Baker", 3, "We are sorry, Ann. We [what you changed].")
    service.refuse("/confirm", 409, "recalled", instead=[instead])
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Said by the service. This is the next best.")
    popup.says("We are sorry, Ann.")
    assert page.evaluate("box.value") == ""
    popup.tab.close()


def test_a_review_in_somebody_elses_hands_is_taken_on_purpose(
    browser: Browser, page: Tab, service: Service
) -> None:
    service.refuse("/confirm", 409, "held", by="Sam")
    popup = Popup(browser)
    popup.choose()
    popup.press("Insert")
    popup.says("Sam has this review in hand")
    service.refusals.clear()
    popup.press("Yes, take it over")
    popup.says("Inserted.")
    assert service.heard["/confirm"][-1]["take"] is True
    popup.tab.close()


def test_a_capture_sends_what_its_preview_shows_and_nothing_else(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN, CARLA])) + "?hl=en&session=7")
    tab.wait_for("document.querySelector('shopbell-card') !== null")
    popup = Popup(browser)
    popup.press("Look over 2 visible reviews")
    popup.says("Thank you, Carla.")
    assert service.heard["/capture"] == []
    popup.press("Send 2 visible reviews")
    popup.says("New: 2.")
    [sent] = service.heard["/capture"]
    assert sorted(sent) == ["cards", "site", "url"]
    assert sent["url"] == google.LIST
    first, second = sent["cards"]
    assert first == {
        "card": "v0",
        "ids": [["google.maps", ANN.key]],
        "author": ANN.author,
        "rating": ANN.stars,
        "recommends": None,
        "date_shown": "2 weeks ago",
        "text": ANN.text,
        "text_complete": True,
        "reply": None,
        "permalink": None,
    }
    assert second["reply"] == {"text": CARLA.reply, "text_complete": True}
    popup.tab.close()
    tab.close()


def test_what_she_looks_at_is_sent_by_itself_only_where_she_turned_it_on(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN])))
    tab.wait_for("document.querySelector('shopbell-card')?.shadowRoot.textContent.includes('Insert')")
    assert service.heard["/capture"] == []
    assert ask(browser, "auto", site="google_maps", on=True)["ok"]
    tab.go(google.LIST)
    [sent] = service.wait_for("/capture")
    assert [one["text"] for one in sent["cards"]] == [ANN.text]
    tab.close()


def test_nothing_is_captured_where_it_is_turned_off(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    service.captures = False
    tab = browser.open(sites.put(google.LIST, google.reviews([BERT])))
    popup = Popup(browser)
    popup.says("Open reviews")
    assert "Look over" not in popup.tab.evaluate("document.body.innerText")
    popup.tab.close()
    tab.close()


def test_a_page_whose_reviews_cannot_be_sent_says_what_to_do_instead(
    browser: Browser, page: Tab, service: Service
) -> None:
    popup = Popup(browser)
    popup.says("Reviews cannot be sent from this page")
    popup.says("At your desk, Bring in takes the site's export")
    assert "Look over" not in popup.tab.evaluate("document.body.innerText")
    popup.tab.close()


def test_a_desk_station_asks_who_and_shows_nothing_before(
    browser: Browser, page: Tab, service: Service
) -> None:
    people = [{"id": 5, "name": "Mia"}, {"id": 6, "name": "Noa"}]
    service.station = {"branch": 1, "label": "Front desk", "people": people, "unlocked": None}
    popup = Popup(browser)
    popup.says("Desk station Front desk is locked")
    assert service.heard["/suggest"] == []
    popup.tab.press("document.querySelector('#pin')")
    popup.tab.type("4711")
    popup.press("Unlock")
    popup.says("Front desk, used by Mia")
    assert service.heard["/unlock"] == [{"person": 5, "pin": "4711"}]
    popup.says("Ann Baker")
    popup.press("Lock")
    popup.says("Desk station Front desk is locked")
    popup.tab.close()


def test_a_wrong_pin_says_so(browser: Browser, page: Tab, service: Service) -> None:
    people = [{"id": 5, "name": "Mia"}]
    service.station = {"branch": 1, "label": "Front desk", "people": people, "unlocked": None}
    service.refuse("/unlock", 403, "wrong_pin", tries_left=4)
    popup = Popup(browser)
    popup.says("is locked")
    popup.tab.press("document.querySelector('#pin')")
    popup.tab.type("1")
    popup.press("Unlock")
    popup.says("That PIN is not right.")
    assert popup.tab.evaluate("document.querySelector('#pin').value") == ""
    popup.tab.close()


def test_a_browser_that_is_not_paired_says_what_to_do(browser: Browser, page: Tab, service: Service) -> None:
    ask(browser, "disconnect")
    popup = Popup(browser)
    popup.says("not paired with your Shopbell yet")
    popup.press("Pair this browser")
    popup.tab.close()
