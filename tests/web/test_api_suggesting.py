"""/suggest: the cards on a page become our reviews, with the approved replies that fit them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Branch, Listing, Posting, PostingEvent, Review, ReviewKey
from service.web.answers import answer_for
from tests.accounts import People
from tests.conftest import NOW
from tests.desk_rows import WORDS, Rows, triage
from tests.paired import Browser, paired
from tests.web.on_a_page import a_card, a_page

pytestmark = pytest.mark.usefixtures("approved")

MOST_STATEMENTS = 24


@pytest.fixture
def here(rows: Rows) -> int:
    """A listing of a restaurant on Google."""
    return rows.listing(rows.branch("Harbour Street", code="harbour", vertical="restaurant"), "google_maps")


@pytest.fixture
def review(rows: Rows, here: int) -> int:
    return rows.review(here)


@pytest.fixture
def people(sqlite_database: Database) -> People:
    people = People(sqlite_database, NOW)
    people.owner()
    return people


@pytest.fixture
def owner(app: Flask, people: People, sqlite_database: Database) -> Browser:
    return paired(app, sqlite_database, 1, NOW)


@pytest.fixture
def statements(sqlite_database: Database) -> Iterator[list[str]]:
    """Every statement that is sent to the database, as it is written."""
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    event.listen(sqlite_database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(sqlite_database.engine, "before_cursor_execute", note)


def ask(browser: Browser, *cards: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = browser.ask("/suggest", a_page(*cards, **more))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def only(told: dict[str, Any]) -> dict[str, Any]:
    (card,) = told["cards"]
    found: dict[str, Any] = card
    return found


def test_a_card_is_told_its_review_and_the_replies_that_the_desk_shows(
    owner: Browser, review: int, rows: Rows
) -> None:
    card = only(ask(owner, a_card()))
    assert (card["card"], card["match"]) == ("c1", "likely")
    offered = card["offered"]
    assert (offered["review"]["id"], offered["review"]["branch_name"]) == (review, "Harbour Street")
    with rows.database.reading() as session:
        row, listing = session.get_one(Review, review), session.get_one(Listing, 1)
        desk = answer_for(session, row, listing, session.get(Branch, 1), NOW)
    assert offered["suggestions"] == [one.shape for one in desk.replies]
    assert offered["none_because"] is None


def test_an_equal_id_is_exact(owner: Browser, review: int, rows: Rows) -> None:
    rows.add(ReviewKey(review_id=review, site="google_maps", id_kind="google.maps", value="Ch1"))
    shown = a_card(ids=[["google.maps", "Ch1"]], author=None, opening=None, rating=None, date_shown=None)
    assert only(ask(owner, shown))["match"] == "exact"


def test_a_made_up_card_gets_no_reply_out_of_us(owner: Browser, review: int) -> None:
    for fishing in (
        a_card(opening="Something that nobody ever wrote about this place, at all."),
        a_card(author="Somebody Else"),
        a_card(rating=5),
        a_card(ids=[["shopbell", str(review)], ["file.id", str(review)]], author="X", opening=None),
        a_card(chosen=review, author="X"),
        a_card(opening=None, date_shown=None),
    ):
        card = only(ask(owner, fishing))
        assert (card["match"], card["offered"], card["candidates"]) == ("none", None, [])


def test_two_candidates_are_shown_both_and_the_chosen_one_is_offered(
    owner: Browser, review: int, here: int, rows: Rows
) -> None:
    other = rows.review(here)
    card = only(ask(owner, a_card()))
    assert (card["match"], card["offered"]) == ("ask", None)
    assert {one["id"] for one in card["candidates"]} == {review, other}
    assert only(ask(owner, a_card(chosen=other)))["offered"]["review"]["id"] == other


def test_stars_without_words_are_only_asked_about(owner: Browser, here: int, rows: Rows) -> None:
    bare = rows.review(here, text=None, author="Bo", posted_precision="day")
    card = only(ask(owner, a_card(author="Bo", opening=None)))
    assert (card["match"], [one["id"] for one in card["candidates"]]) == ("ask", [bare])


def test_nobody_is_told_of_a_branch_that_is_not_hers(
    app: Flask, people: People, sqlite_database: Database, review: int, rows: Rows
) -> None:
    rows.listing(rows.branch("Old Mill", code="mill"), "google_maps")
    kim = people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "mill")
    browser = paired(app, sqlite_database, kim, NOW)
    assert only(ask(browser, a_card()))["match"] == "none"
    assert ask(browser, mode="anywhere")["open"] == []


def test_a_station_sees_what_waits_at_its_branch_alone_and_without_a_pin(
    app: Flask, people: People, sqlite_database: Database, review: int, here: int, rows: Rows
) -> None:
    rows.review(here, author="Done Already", state="answered", reply_text="Thank you.")
    browser = paired(app, sqlite_database, 1, NOW, branch=1)
    assert only(ask(browser, a_card()))["offered"]["suggestions"]
    assert only(ask(browser, a_card(author="Done Already")))["match"] == "none"


def test_an_answer_that_stands_is_told_and_who_holds_it(owner: Browser, here: int, rows: Rows) -> None:
    rows.review(here, reply_text="Thank you.", reply_at=NOW, state="answered", claimed_as="Kim")
    told = only(ask(owner, a_card()))["offered"]["review"]
    assert told["answered"] == {"by": "site", "text": "Thank you.", "at": "2026-11-22T09:00:00Z"}
    assert told["held_by"] == "Kim"


def test_a_reply_that_only_the_page_shows_is_the_pages_word(owner: Browser, review: int) -> None:
    told = only(ask(owner, a_card(replied=True)))["offered"]
    assert told["review"]["answered"] == {"by": "page", "text": None, "at": None}


def test_a_held_review_gets_a_holding_reply_or_none_and_says_why(
    owner: Browser, here: int, rows: Rows
) -> None:
    rows.review(here, urgency="held", triage=triage("held", ["legal"]))
    offered = only(ask(owner, a_card()))["offered"]
    assert offered["review"]["flags"] == ["legal"]
    assert all("holding" in one["pack"] or "hold" in one["item"] for one in offered["suggestions"])
    assert offered["suggestions"] or "held" in offered["none_because"]


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"triage": None}, "not judged"),
        ({"removed_at": NOW}, "no longer on the site"),
        ({"state": "closed", "closed_why": "spam"}, "closed"),
    ],
)
def test_where_nothing_is_suggested_it_says_why(
    owner: Browser, here: int, rows: Rows, facts: dict[str, Any], why: str
) -> None:
    rows.review(here, **facts)
    offered = only(ask(owner, a_card()))["offered"]
    assert offered["suggestions"] == []
    assert why in offered["none_because"]


def test_anywhere_lists_what_waits_on_that_site_most_urgent_first(
    owner: Browser, review: int, here: int, rows: Rows
) -> None:
    yelp = rows.listing(1, "yelp")
    elsewhere = rows.review(yelp, author="On Yelp")
    held = rows.review(here, author="Held", urgency="held", triage=triage("held", ["legal"]))
    rows.review(here, author="Done", state="answered", reply_text="Thank you.")
    told = ask(owner, mode="anywhere", site=None, url="https://www.google.com/local/business/1/reviews")
    assert (told["site"], [one["review"]["id"] for one in told["open"]]) == ("google_maps", [held, review])
    strange = ask(owner, mode="anywhere", site=None, url="https://owners.example.org/reviews")
    assert strange["site"] is None
    assert {one["review"]["id"] for one in strange["open"]} == {held, review, elsewhere}


def test_no_more_than_twenty_are_listed(owner: Browser, here: int, rows: Rows) -> None:
    for number in range(25):
        rows.review(here, author=f"Guest {number}")
    assert len(ask(owner, mode="anywhere")["open"]) == 20


def test_what_was_shown_is_stored_once_for_each_browser(
    app: Flask, owner: Browser, review: int, sqlite_database: Database
) -> None:
    second = paired(app, sqlite_database, 1, NOW)
    for browser in (owner, owner, second):
        ask(browser, a_card())
    with sqlite_database.reading() as session:
        postings = session.scalars(select(Posting)).all()
        events = session.scalars(select(PostingEvent)).all()
    assert [(one.review_id, one.state, one.person) for one in postings] == [(review, "shown", "Olga Owner")]
    assert sorted((one.kind, one.device) for one in events) == [("shown", "1"), ("shown", "2")]


def test_nothing_is_stored_of_an_answered_review(
    owner: Browser, here: int, rows: Rows, sqlite_database: Database
) -> None:
    rows.review(here, reply_text="Thank you.", state="answered")
    ask(owner, a_card())
    with sqlite_database.reading() as session:
        assert session.scalars(select(Posting)).all() == []


def test_fifty_cards_cost_as_many_statements_as_one(
    owner: Browser, here: int, rows: Rows, statements: list[str]
) -> None:
    names = [f"Guest Number {number}" for number in range(50)]
    for name in names:
        rows.review(here, author=name)
    ask(owner)  # the first request of a browser writes down that it came
    statements.clear()
    ask(owner, a_card(author=names[0]))
    for_one = len(statements)
    statements.clear()
    told = ask(owner, *(a_card(f"c{number}", author=name) for number, name in enumerate(names)))
    assert [card["match"] for card in told["cards"]] == ["likely"] * 50
    assert len(statements) == for_one <= MOST_STATEMENTS


def test_fifty_cards_of_fifty_branches_cost_as_many_statements_as_one(
    owner: Browser, here: int, review: int, rows: Rows, statements: list[str]
) -> None:
    replied = {"author": "Old", "reply_text": "Thank you.", "state": "answered", "posted_at": NOW}
    rows.review(here, **replied)
    ask(owner, a_card())
    statements.clear()
    ask(owner, a_card())
    for_one = len(statements)
    names = [f"Guest {number}" for number in range(50)]
    for number, name in enumerate(names):
        place = {"brand": f"brand {number % 3}", "region": f"region {number % 7}", "vertical": "restaurant"}
        there = rows.listing(rows.branch(f"Street {number}", **place), "google_maps")
        rows.review(there, author=name)
        rows.review(there, **replied)
    cards = [a_card(f"c{number}", author=name) for number, name in enumerate(names)]
    ask(owner, *cards)
    statements.clear()
    told = ask(owner, *cards)
    assert [card["match"] for card in told["cards"]] == ["likely"] * 50
    assert all(card["offered"]["suggestions"] for card in told["cards"])
    assert len(statements) == for_one <= MOST_STATEMENTS


def test_a_pages_address_is_cut_before_anything_is_done_with_it(owner: Browser, review: int) -> None:
    told = ask(owner, a_card(), site=None, url="https://business.google.com/reviews?token=secret#x")
    assert only(told)["match"] == "likely"


def test_fifty_one_cards_are_refused(owner: Browser) -> None:
    cards = [a_card(f"c{number}") for number in range(51)]
    assert owner.ask("/suggest", a_page(*cards)).json["code"] == "bad_request"


def test_a_card_from_before_and_one_told_late_are_one(owner: Browser, here: int, rows: Rows) -> None:
    """A mail's cut text, and the page's whole one."""
    rows.review(here, text=WORDS[:30], text_complete=False, posted_at=NOW - timedelta(hours=5))
    assert only(ask(owner, a_card()))["match"] == "likely"
