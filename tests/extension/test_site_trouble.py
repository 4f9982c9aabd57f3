"""Site mode where something is in the way: the service, a colleague, the box, the page, the browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.extension.browsers import Browser, Tab
from tests.extension.lookalike import LookAlikes
from tests.extension.ours import OurCard, ask, pair, wait_until_told
from tests.extension.pages import google
from tests.extension.pages.reviews import ANN, BERT, CARLA
from tests.extension.service import Service, suggestion

pytestmark = pytest.mark.browser

ANNS = f"document.querySelector('[data-review-id={ANN.key}]')"
CARLAS = f"document.querySelector('[data-review-id={CARLA.key}]')"
BOX = f"{ANNS}.querySelector('textarea')"
FILLED = "Dear Ann Baker,\n\nthank you for telling us. We pie this week.\n\nHarbour Cakes"


@pytest.fixture
def service(browser: Browser) -> Iterator[Service]:
    with Service() as service:
        pair(browser, service)
        yield service


@pytest.fixture
def tab(browser: Browser, sites: LookAlikes, service: Service) -> Iterator[Tab]:
    """The list, not yet with any card of ours."""
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN, BERT, CARLA])))
    yield tab
    assert tab.evaluate("seen.submits + seen.forged + seen.keys") == 0
    tab.close()


@pytest.fixture
def card(tab: Tab) -> OurCard:
    """Ours beside Ann's review, its blank filled, the site's box open."""
    card = OurCard(tab, ANNS)
    card.wait_for("Approved reply")
    tab.press(f"{ANNS}.querySelector('[data-open]')")
    card.write("pie")
    return card


def held(tab: Tab, box: str = BOX) -> str:
    text: str = tab.evaluate(f"{box}.value")
    return text


def test_without_an_open_box_she_is_told_to_open_it(tab: Tab) -> None:
    card = OurCard(tab, ANNS)
    card.wait_for("Approved reply")
    card.write("pie")
    card.press("insert")
    card.wait_for("Open the site's own reply box")


def test_a_blank_of_hers_must_be_filled_first(card: OurCard, service: Service) -> None:
    card.tab.evaluate(f"({card.root}.querySelector('input').value = '')")
    card.press("insert")
    card.wait_for("Please fill this in")
    assert service.heard["/confirm"] == []


def test_her_own_words_in_the_box_are_asked_about(card: OurCard, service: Service) -> None:
    card.tab.press(BOX)
    card.tab.type("my own")
    card.press("insert")
    card.wait_for("The box holds words of somebody's")
    assert "my own" in card.words and "Dear Ann Baker" in card.words
    assert held(card.tab) == "my own"
    card.press("go")
    card.wait_for("Inserted.")
    assert held(card.tab) == FILLED


@pytest.mark.parametrize("code", ["recalled", "expired"])
def test_a_reply_that_may_not_be_used_is_not_inserted_and_the_next_best_is_offered(
    card: OurCard, service: Service, code: str
) -> None:
    instead = suggestion("Ann Baker", 3, "We are sorry, Ann. We [what you changed].")
    service.refuse("/confirm", 409, code, instead=[instead])
    card.press("insert")
    card.wait_for("This is the next best")
    assert "We are sorry, Ann." in card.words
    assert held(card.tab) == ""
    assert service.kinds == []


def test_a_review_that_is_answered_needs_a_spelled_out_yes(tab: Tab, service: Service) -> None:
    card = OurCard(tab, CARLAS)
    card.wait_for("Approved reply")
    tab.press(f"{CARLAS}.querySelector('[data-open]')")
    card.write("tea")
    card.press("insert")
    card.wait_for("This review is answered already")
    assert CARLA.reply in card.words and "Dear Carla Ruiz" in card.words
    assert service.heard["/confirm"] == []
    card.press("go")
    card.wait_for("Inserted.")
    [confirmed] = service.heard["/confirm"]
    assert (confirmed["again"], confirmed["take"]) == (True, False)


def test_a_review_in_somebody_elses_hands_is_taken_only_on_purpose(card: OurCard, service: Service) -> None:
    service.refuse("/confirm", 409, "held", by="Sam")
    card.press("insert")
    card.wait_for("Sam has this review in hand")
    assert held(card.tab) == ""
    service.refusals.clear()
    card.press("go")
    card.wait_for("Inserted.")
    assert service.heard["/confirm"][-1]["take"] is True


def test_no_is_an_answer(card: OurCard, service: Service) -> None:
    service.refuse("/confirm", 409, "held", by="Sam")
    card.press("insert")
    card.wait_for("Sam has this review in hand")
    card.press("back")
    card.wait_for("Approved reply")
    assert held(card.tab) == ""
    assert card.tab.evaluate(f"{card.root}.querySelector('input').value") == "pie"


def test_two_reviews_that_look_alike_are_a_question_to_her(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    service.twins = (1, 2)
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN])))
    card = OurCard(tab, ANNS)
    card.wait_for("Which review is this?")
    assert "Dear" not in card.words
    tab.press(f"{card.root}.querySelectorAll('button')[1]")
    card.wait_for("Dear Bert Miller")
    tab.close()


def test_two_presses_are_one_use(card: OurCard, service: Service) -> None:
    with service.holding("/confirm"):
        card.press("insert")
        service.wait_for("/confirm")
        card.press("insert")
    card.wait_for("Inserted.")
    assert len(service.heard["/confirm"]) == 1


TROUBLES: list[tuple[int, str, dict[str, Any], str]] = [
    (500, "our_error", {}, "trouble of its own"),
    (429, "slow_down", {"retry_after": 7}, "7 seconds"),
    (423, "locked", {}, "station is locked"),
    (426, "too_old", {"min_version": "9.0"}, "at least 9.0"),
]


def test_a_trouble_of_the_service_is_said_and_nothing_is_inserted(card: OurCard, service: Service) -> None:
    for status, code, more, words in TROUBLES:
        service.refuse("/confirm", status, code, **more)
        card.press("insert")
        card.wait_for(words)
        assert held(card.tab) == "", code
        card.tab.press(f"{card.root}.querySelector('button')")  # "Try again": her blank is still filled
    assert len(service.heard["/confirm"]) == len(TROUBLES)


def test_a_service_that_is_gone_is_said_and_asked_again_on_her_press(
    browser: Browser, sites: LookAlikes
) -> None:
    with Service() as gone:
        pair(browser, gone)
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN])))
    card = OurCard(tab, ANNS)
    card.wait_for("cannot be reached")
    assert "Try again" in card.words
    tab.close()


def test_too_many_questions_are_not_asked_at_once_again(
    browser: Browser, sites: LookAlikes, service: Service
) -> None:
    service.refuse("/suggest", 429, "slow_down", retry_after=1)
    tab = browser.open(sites.put(google.LIST, google.reviews([ANN])))
    card = OurCard(tab, ANNS)
    card.wait_for("Try again in 1 seconds")
    service.refusals.clear()
    tab.press(f"{card.root}.querySelector('button')")
    card.wait_for("Approved reply")
    tab.close()


def test_an_access_that_is_over_is_renewed_once_and_she_sees_nothing_of_it(
    card: OurCard, service: Service
) -> None:
    service.expired.add(service.access)
    card.press("insert")
    card.wait_for("Inserted.")
    assert len(service.heard["/token"]) == 1


def test_a_browser_that_was_ended_forgets_everything(
    browser: Browser, card: OurCard, service: Service
) -> None:
    service.refuse("/confirm", 401, "revoked")
    card.press("insert")
    card.wait_for("was ended in the desk")
    assert ask(browser, "state")["value"]["origin"] is None
    assert browser.api("storage.session.get()") == {}


def test_what_happened_while_the_service_was_down_is_told_later_and_once(
    browser: Browser, card: OurCard, service: Service
) -> None:
    service.refuse("/events", 503, "no_database")
    card.press("insert")
    card.wait_for("Inserted.")
    assert ask(browser, "state")["value"]["waiting"] == 1
    browser.stop_worker()
    service.refusals.clear()
    assert ask(browser, "me")["ok"]
    service.wait_for_kinds("inserted")
    wait_until_told(browser)


def test_a_worker_that_died_between_two_presses_is_not_missed(
    browser: Browser, card: OurCard, service: Service
) -> None:
    browser.stop_worker()
    card.press("insert")
    card.wait_for("Inserted.")
    browser.stop_worker()
    card.tab.press(f"{ANNS}.querySelector('[data-post]')")
    card.wait_for("Noted as posted.")
    service.wait_for_kinds("inserted", "submitted")
    card.tab.evaluate("(seen.submits = 0)")


def test_a_page_that_shows_another_review_now_gets_nothing(card: OurCard, service: Service) -> None:
    with service.holding("/confirm"):
        card.press("insert")
        service.wait_for("/confirm")
        card.tab.evaluate(f"({ANNS}.querySelector('[jsname=PBWx0c]').textContent = 'Another review.')")
        card.wait_for("0 of 40 characters")  # another card of ours
    card.tab.evaluate("new Promise((done) => setTimeout(done, 900))")
    assert held(card.tab) == ""
    assert service.kinds == []


def test_a_page_that_draws_itself_anew_gets_its_cards_again(tab: Tab, service: Service) -> None:
    OurCard(tab, ANNS).wait_for("Approved reply")
    tab.evaluate("document.querySelectorAll('shopbell-card').forEach((one) => one.remove())")
    tab.evaluate("(document.body.firstElementChild.outerHTML = document.body.firstElementChild.outerHTML, 1)")
    OurCard(tab, ANNS).wait_for("Approved reply")
    assert tab.evaluate(f"{ANNS}.querySelectorAll('shopbell-card').length") == 1


def test_what_she_writes_in_the_box_afterwards_is_looked_at(card: OurCard, service: Service) -> None:
    card.press("insert")
    card.wait_for("Inserted.")
    card.tab.press(BOX)
    card.tab.type(" refund ")
    card.wait_for("Offers money.")


def test_undo_takes_the_reply_out_again_and_nobody_is_asked_about_it(card: OurCard, service: Service) -> None:
    card.press("insert")
    card.wait_for("Inserted.")
    card.tab.evaluate(f"({card.button('undo')}.focus(), 1)")
    card.tab.type(" ")  # by keyboard
    card.wait_for("Taken out again.")
    assert held(card.tab) == ""
    service.wait_for_kinds("inserted", "denied")
    card.press("insert")
    card.wait_for("Inserted.")
    assert held(card.tab) == FILLED


def test_undo_puts_a_draft_back_and_asks_about_it_again(card: OurCard) -> None:
    card.tab.press(BOX)
    card.tab.type("my own")
    card.press("insert")
    card.press("go")
    card.press("undo")
    card.wait_for("Taken out again.")
    assert held(card.tab) == "my own"
    card.press("insert")
    card.wait_for("The box holds words of somebody's")


def test_undo_is_gone_once_she_types_on_and_once_she_posts(card: OurCard, service: Service) -> None:
    card.press("insert")
    card.wait_for("Undo")
    card.tab.press(BOX)
    card.tab.type("!")
    card.tab.wait_for(f"!{card.button('undo')}")
    card.press("back")
    card.press("insert")
    card.press("go")
    card.wait_for("Undo")
    card.tab.press(f"{ANNS}.querySelector('[data-post]')")
    card.wait_for("Noted as posted.")
    assert "Undo" not in card.words
    service.wait_for_kinds("inserted", "inserted", "submitted")
    card.tab.evaluate("(seen.submits = 0)")


def test_undo_takes_nothing_of_hers(card: OurCard, service: Service) -> None:
    card.press("insert")
    card.wait_for("Undo")
    card.tab.evaluate(f"({BOX}.value += ' Bye')")  # no event tells of it
    card.press("undo")
    card.wait_for("The box holds other words now")
    assert held(card.tab) == FILLED + " Bye"
    assert card.tab.evaluate(f"!{card.button('undo')}")
    service.wait_for_kinds("inserted")


def test_a_press_without_its_text_is_no_proof(card: OurCard, service: Service) -> None:
    card.press("insert")
    card.wait_for("Inserted.")
    card.tab.evaluate("addEventListener('click', (event) => event.stopImmediatePropagation(), true)")
    card.tab.evaluate(f"({ANNS}.querySelector('textarea').value = 'something else')")
    card.tab.press(f"{ANNS}.querySelector('[data-post]')")
    card.tab.evaluate("new Promise((done) => setTimeout(done, 600))")
    service.wait_for_kinds("inserted")
    card.tab.evaluate("(seen.submits = 0)")


def test_text_that_appears_without_her_press_is_a_question_to_her(card: OurCard, service: Service) -> None:
    card.press("insert")
    card.wait_for("Inserted.")
    said = f"Object.assign(document.createElement('p'), {{ textContent: {BOX}.value }})"
    card.tab.evaluate(f"({ANNS}.append({said}), 1)")
    card.wait_for("Did you post this reply?")
    service.wait_for_kinds("inserted")
    card.tab.press(f"{card.root}.querySelector('button.deed')")
    service.wait_for_kinds("inserted", "submitted")
    assert list(service.events.values())[-1]["signs"] == ["visible", "told"]
