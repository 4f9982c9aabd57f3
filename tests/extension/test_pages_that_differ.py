"""Pages that are not as we know them: said to her, and counted for the desk without a word of theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.extension.browsers import Browser
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, pair
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN, BERT, SPANISH, Written
from tests.extension.service import Service

pytestmark = pytest.mark.browser

NOTICE = "document.querySelector('body > shopbell-card')?.shadowRoot.querySelector('section').innerText ?? ''"


@pytest.fixture
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


def test_a_list_without_any_card_says_so(browser: Browser, sites: LookAlikes, service: Service) -> None:
    tab = browser.open(sites.put(google.LIST, google.reviews([])))
    tab.wait_for(f"({NOTICE}).includes('looks different')")
    said = {"site": "google_maps", "surface": "list", "code": "zero_cards", "counts": {}, "version": "0.1.0"}
    assert service.wait_for("/misfit") == [said]
    tab.close()


def test_a_card_without_a_name_says_so(browser: Browser, sites: LookAlikes, service: Service) -> None:
    html = google.reviews([ANN, BERT]).replace("<a class", "<i class").replace(f"{ANN.author}</a>", "</i>")
    tab = browser.open(sites.put(google.LIST, html))
    tab.wait_for(f"({NOTICE}).includes('looks different')")
    [said] = service.wait_for("/misfit")
    assert (said["code"], said["counts"]) == ("no_name", {"cards": 2})
    assert ANN.text not in str(said)
    tab.close()


def test_a_box_that_takes_no_text_says_so(browser: Browser, sites: LookAlikes, service: Service) -> None:
    stubborn = "<script>addEventListener('input', (event) => { event.target.value = '' }, true)</script>"
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN]) + stubborn))
    card = OurCard(tab, f"document.querySelector('[data-review-id={ANN.key}]')")
    card.wait_for("Approved reply")
    tab.press("document.querySelector('[data-open]')")
    card.write("pie")
    card.press("insert")
    card.wait_for("This box did not take the text")
    assert [one["code"] for one in service.wait_for("/misfit")] == ["not_taken"]
    assert service.kinds == []
    tab.close()


def test_a_card_without_a_box_says_so_once_she_opened_it(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    html = google.reviews([ANN]).replace("<textarea", "<output").replace("</textarea>", "</output>")
    tab = browser.open(sites.put(google.LIST, html))
    card = OurCard(tab, f"document.querySelector('[data-review-id={ANN.key}]')")
    card.wait_for("Approved reply")
    card.write("pie")
    card.press("insert")
    card.wait_for("Open the site's own reply box")
    assert service.heard["/misfit"] == []
    tab.press("document.querySelector('[data-open]')")
    tab.evaluate("new Promise((done) => setTimeout(done, 1000))")  # what a page may take to draw it
    card.press("insert")
    card.wait_for("This page looks different")
    said = {"site": "google_maps", "surface": "list", "code": "no_box", "counts": {}, "version": "0.1.0"}
    assert service.wait_for("/misfit") == [said]
    assert service.heard["/confirm"] == []
    tab.close()


def test_a_box_that_opened_in_a_frame_of_its_own_is_no_misfit(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    sites.put(google.REPLY, google.reply_frame())
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN], framed=True)))
    card = OurCard(tab, f"document.querySelector('[data-review-id={ANN.key}]')")
    card.wait_for("Approved reply")
    card.write("pie")
    tab.press("document.querySelector('[data-open]')")
    tab.evaluate("(document.querySelector('iframe').style.inset = 'auto 0 0 auto', 1)")
    tab.evaluate("(document.querySelector('iframe').style.height = '100px', 1)")  # so that it covers nothing
    tab.evaluate("new Promise((done) => setTimeout(done, 1100))")  # longer than a page may take to draw a box
    card.press("insert")
    card.wait_for("Open the site's own reply box")
    assert "looks different" not in card.words
    assert service.heard["/misfit"] == []
    tab.close()


def test_the_reply_s_own_frame_is_for_the_review_its_address_names(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    sites.put(google.REPLY, google.reply_frame(SPANISH))
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN, BERT], SPANISH, framed=True)))
    OurCard(tab, f"document.querySelector('[data-review-id={BERT.key}]')").wait_for("Approved reply")
    tab.press(f"document.querySelector('[data-review-id={BERT.key}] [data-open]')")
    frame = "document.querySelector('iframe').contentDocument"
    card = OurCard(tab, f"{frame}.body")
    card.wait_for("Approved reply")
    assert "Dear Bert Miller" in card.words
    card.write("pie")
    card.press("insert")
    card.wait_for("Inserted.")
    assert tab.evaluate(f"{frame}.querySelector('textarea').value").startswith("Dear Bert Miller,")
    tab.press(f"{frame}.querySelector('button')")
    service.wait_for_kinds("inserted", "submitted")
    assert list(service.events.values())[-1]["signs"] == ["pressed", "visible"]
    tab.close()


def test_five_hundred_reviews_get_ours_only_where_she_looks(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    many = [
        Written(f"Ch{number}", f"Ann {number}", text=f"Slice {number} was cold.") for number in range(500)
    ]
    service.written = dict(enumerate(many, 1))
    tab = browser.open(sites.put(google.LIST, google.reviews(many)))
    OurCard(tab, "document.querySelector('[data-review-id=Ch0]')").wait_for("Approved reply")
    assert tab.evaluate("document.querySelectorAll('shopbell-card').length") < 30
    tab.evaluate("document.querySelector('[data-review-id=Ch499]').scrollIntoView()")
    OurCard(tab, "document.querySelector('[data-review-id=Ch499]')").wait_for("Approved reply")
    assert tab.evaluate("document.querySelectorAll('shopbell-card').length") < 60
    assert max(len(one["cards"]) for one in service.heard["/suggest"]) <= 50
    tab.close()
