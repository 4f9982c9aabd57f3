"""At the desk: whose a review is, notes beside it, closing it, and saying that a judgement is wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.domain import Role, ScopeKind
from service.models import AskedWords, Review, ReviewNote, TriageNote
from service.web.forms import KEEPS_WORDS
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser
from tests.web.reading import form_token


@pytest.fixture
def review(rows: Rows, shop: int) -> int:
    return rows.review(shop)


def do(client: FlaskClient, review: int, act: str, **form: str) -> TestResponse:
    page = client.get(f"/reviews/{review}")
    key = re.findall(r'name="key" value="([^"]+)"', page.text)[0]
    sent = {"form_token": form_token(page), "key": key} | form
    return client.post(f"/reviews/{review}/{act}", data=sent, follow_redirects=True)


def row(rows: Rows, review: int) -> Review:
    with rows.database.reading() as session:
        return session.get_one(Review, review)


def test_a_press_takes_it_and_the_next_gives_it_back(client: FlaskClient, rows: Rows, review: int) -> None:
    page = do(client, review, "claim")
    assert "You have it" in page.text
    assert "took it" in page.text
    assert row(rows, review).claimed_as == "the desk"
    assert "Nobody has it" in do(client, review, "release").text


def test_what_somebody_else_has_is_said_and_can_be_taken_over(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    rows.set(review, claimed_as="Sam Ito", claimed_at=rows.now - timedelta(minutes=3), state="claimed")
    assert "<bdi>Sam Ito</bdi> has it" in client.get(f"/reviews/{review}").text
    refused = do(client, review, "claim")
    assert (refused.status_code, "Sam Ito was quicker" in refused.text) == (409, True)
    assert "You have it" in do(client, review, "assign", to="me").text


def test_it_is_handed_to_somebody_who_is_here(client: FlaskClient, rows: Rows, review: int) -> None:
    person = rows.person("Sam Ito")
    page = do(client, review, "assign", to=str(person))
    assert "<bdi>Sam Ito</bdi> has it" in page.text
    assert "handed it to Sam Ito" in page.text
    assert row(rows, review).claimed_by == person
    for nobody in ("", "99", "me too", "9" * 30):
        assert do(client, review, "assign", to=nobody).status_code == 422


def test_with_accounts_it_goes_to_those_alone_who_may_answer_there(
    app: Flask, rows: Rows, shop: int, review: int
) -> None:
    rows.branch("Old Mill", code="mill")
    people = People(rows.database, rows.now)
    owner = people.owner()
    here = people.person("Hana Here", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    there = people.person("Nora Neighbour", Role.BRANCH, ScopeKind.BRANCH, "mill")
    rows.person("Told Only", "told@shops.example")
    client = browser(app, people, owner)
    page = client.get(f"/reviews/{review}").text
    assert [name in page for name in ("Hana Here", "Nora Neighbour", "Told Only")] == [True, True, False]
    assert do(client, review, "assign", to=str(there)).status_code == 422
    assert do(client, review, "assign", to=str(here)).status_code == 200
    assert (row(rows, review).claimed_by, row(rows, review).claimed_as) == (here, "Hana Here")


@pytest.mark.parametrize(("choice", "hours"), [("hour", 1), ("hours", 4), ("morning", 24), ("week", 24 * 7)])
def test_it_is_put_off_and_brought_back(
    client: FlaskClient, rows: Rows, review: int, choice: str, hours: int
) -> None:
    page = do(client, review, "snooze", until=choice)
    assert row(rows, review).snoozed_until == rows.now + timedelta(hours=hours)
    assert "Put off until" in page.text
    do(client, review, "wake")
    assert row(rows, review).snoozed_until is None


def test_tomorrow_begins_in_the_branchs_own_zone(client: FlaskClient, rows: Rows) -> None:
    there = rows.review(rows.listing(rows.branch(tz="Pacific/Auckland")))
    do(client, there, "snooze", until="morning")
    assert row(rows, there).snoozed_until == rows.now + timedelta(hours=11)


def test_a_note_stands_in_the_history_as_text(client: FlaskClient, review: int) -> None:
    page = do(client, review, "note", words="She rang. <b>Angry</b>.")
    assert "She rang. &lt;b&gt;Angry&lt;/b&gt;." in page.text


def test_two_notes_from_one_form_are_two_and_one_sent_twice_is_one(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    page = client.get(f"/reviews/{review}")
    sent = {"form_token": form_token(page), "key": "the-same"}
    for words in ("She rang.", "She rang.", "She rang again."):
        client.post(f"/reviews/{review}/note", data=sent | {"words": words})
    with rows.database.reading() as session:
        assert [note.text for note in session.scalars(select(ReviewNote))] == ["She rang.", "She rang again."]


def test_it_is_closed_for_a_reason_and_opened_again(client: FlaskClient, rows: Rows, review: int) -> None:
    page = do(client, review, "close", why="It is not about us.", other="It is about the shop next door.")
    assert "Closed without a reply: <bdi>It is about the shop next door.</bdi>" in page.text
    assert row(rows, review).state == "closed"
    assert "Nobody has it" in do(client, review, "reopen").text


def test_what_was_answered_meanwhile_is_not_closed_and_says_so_first(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    rows.set(review, reply_text="Thank you!", state="answered")
    answer = do(client, review, "close", why="", other="Typed at length")
    assert answer.status_code == 409
    assert "answered meanwhile" in answer.text
    assert answer.text.index("It is answered already") < answer.text.index("We waited forty")


def test_too_little_and_too_much_is_said_and_kept(client: FlaskClient, review: int) -> None:
    answer = do(client, review, "note", words="y" * 2001)
    assert answer.status_code == 422
    assert "y" * 2001 in answer.text


def test_after_a_press_in_the_inbox_one_is_in_the_inbox(client: FlaskClient, review: int) -> None:
    page = do(client, review, "claim", back="/?branch=harbour&page=2")
    assert (page.request.path, page.request.query_string) == ("/", b"branch=harbour&page=2")
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/health"):
        assert do(client, review, "claim", back=elsewhere).request.path == f"/reviews/{review}"


def test_a_wrong_judgement_is_noted_and_changes_nothing(client: FlaskClient, rows: Rows, review: int) -> None:
    before = row(rows, review).triage
    for should_be in ("price", "price and wait"):
        page = do(client, review, "wrong", field="topics", should_be=should_be)
        assert "The judgement itself stays as it is" in page.text
    assert row(rows, review).triage == before
    with rows.database.reading() as session:
        (note,) = session.scalars(select(TriageNote))
        assert (note.field, note.said, note.should_be, note.person) == (
            "topics",
            "wait",
            "price and wait",
            "the desk",
        )


@pytest.mark.parametrize(("field", "should_be"), [("topics", " "), ("mood", "bad"), ("flags", "x" * 501)])
def test_a_verdict_says_what_and_instead_of_what(
    client: FlaskClient, rows: Rows, review: int, field: str, should_be: str
) -> None:
    assert do(client, review, "wrong", field=field, should_be=should_be).status_code == 422
    with rows.database.reading() as session:
        assert session.scalars(select(TriageNote)).all() == []
        assert session.scalars(select(AskedWords)).all() == []


def test_words_are_asked_for_with_what_she_would_say(client: FlaskClient, rows: Rows, review: int) -> None:
    for draft in ("We are sorry.", "We are very sorry."):
        assert "Asked. Whoever approves is told" in do(client, review, "ask", draft=draft).text
    with rows.database.reading() as session:
        (asked,) = session.scalars(select(AskedWords))
        assert (asked.draft, asked.asked_by) == ("We are very sorry.", "the desk")


def test_nobody_asks_for_words_where_an_answer_stands(client: FlaskClient, rows: Rows, review: int) -> None:
    page = client.get(f"/reviews/{review}")
    rows.set(review, reply_text="Thank you!", state="answered")
    form = {"form_token": form_token(page), "draft": "Typed at length"}
    answer = client.post(f"/reviews/{review}/ask", data=form)
    assert answer.status_code == 422
    assert "is answered already, so it needs no words" in answer.text
    assert "Typed at length" in answer.text
    assert "Ask for words" not in answer.text


@pytest.mark.parametrize("act", ["claim", "note", "close", "wrong", "reopen", "ask"])
def test_an_erased_review_is_over(client: FlaskClient, rows: Rows, review: int, act: str) -> None:
    page = client.get(f"/reviews/{review}")
    rows.set(review, erased_at=rows.now)
    form = {"form_token": form_token(page), "words": "x", "why": "x", "field": "flags", "should_be": "x"}
    assert client.post(f"/reviews/{review}/{act}", data=form).status_code == 410


def test_no_screen_that_keeps_words_acts_on_a_stale_form(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    """``forms`` leaves these to the screens: none may forget to ask."""
    assert {name.split(".")[0] for name in KEEPS_WORDS} == {
        "answering",
        "letters",
        "handling",
        "cases",
        "wrong",
        "asking",
    }
    for act in ("claim", "assign", "snooze", "note", "close", "wrong", "ask", "case/open"):
        form = {
            "words": "Kept.",
            "draft": "Kept.",
            "why": "Kept.",
            "other": "Kept.",
            "to": "me",
            "until": "hour",
        }
        form |= {"field": "flags", "should_be": "Kept.", "form_token": "stale"}
        answer = client.post(f"/reviews/{review}/{act}", data=form)
        assert answer.status_code in (403, 422), act
        assert "open for too long" in answer.text
        assert act not in ("note", "close", "wrong", "ask") or "Kept." in answer.text
    with rows.database.reading() as session:
        assert session.scalars(select(ReviewNote)).all() == []
        assert session.scalars(select(TriageNote)).all() == []
