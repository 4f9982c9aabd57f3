"""At the desk: a review is taken offline, its case is kept, and its ending reported back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.domain import Role, ScopeKind
from service.models import CaseEntry, CaseFile, Posting
from service.outcomes.case_steps import KEPT_IN_HEALTH
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
    return client.post(f"/reviews/{review}/case/{act}", data=sent, follow_redirects=True)


def file(rows: Rows) -> CaseFile:
    with rows.database.reading() as session:
        return session.scalars(select(CaseFile)).one()


def entries(rows: Rows) -> int:
    with rows.database.reading() as session:
        return len(session.scalars(select(CaseEntry)).all())


def settled(client: FlaskClient, review: int) -> TestResponse:
    do(client, review, "open")
    return do(client, review, "end", outcome="put_right", words="A table by the window.")


def test_one_press_takes_it_offline(client: FlaskClient, rows: Rows, review: int) -> None:
    page = do(client, review, "open")
    assert "taken offline, and yours" in page.text
    assert "You have it" in page.text
    assert "our turn" in page.text
    assert file(rows).opened_by == "the desk"


def test_what_happened_is_written_down_and_shown_as_text(client: FlaskClient, review: int) -> None:
    do(client, review, "open")
    page = do(client, review, "add", kind="called", words="She was <b>kind</b>.")
    assert "waits for them" in page.text
    assert "She was &lt;b&gt;kind&lt;/b&gt;." in page.text
    assert "they agreed to an offer" in do(client, review, "add", kind="agreed").text


@pytest.mark.parametrize(
    ("act", "form", "status"),
    [
        ("add", {"kind": "", "words": "She rang at noon."}, 422),
        ("add", {"kind": "note", "words": ""}, 422),
        ("end", {"outcome": "what", "words": "She rang at noon."}, 422),
    ],
)
def test_what_cannot_be_kept_is_said_with_all_that_was_typed(
    client: FlaskClient, rows: Rows, review: int, act: str, form: dict[str, str], status: int
) -> None:
    do(client, review, "open")
    answer = do(client, review, act, **form)
    assert answer.status_code == status
    assert answer.text.count("Not done.") == 1
    assert form["words"] in answer.text
    assert entries(rows) == 1


def test_a_stale_form_does_nothing_and_loses_nothing(client: FlaskClient, rows: Rows, review: int) -> None:
    do(client, review, "open")
    answer = do(client, review, "add", kind="called", words="She rang at noon.", form_token="old")
    assert (answer.status_code, "open for too long" in answer.text) == (403, True)
    assert "She rang at noon." in answer.text
    assert '<option value="called" selected>' in answer.text
    assert entries(rows) == 1


@pytest.mark.parametrize("act", ["add", "end"])
def test_a_form_that_comes_after_the_end_is_told_so_and_given_back(
    client: FlaskClient, review: int, act: str
) -> None:
    settled(client, review)
    answer = do(client, review, act, kind="called", outcome="not_ours", words="She rang at noon.")
    assert (answer.status_code, "ended meanwhile" in answer.text) == (409, True)
    assert "She rang at noon." in answer.text


def test_a_form_without_a_case_is_given_back(client: FlaskClient, review: int) -> None:
    answer = do(client, review, "add", kind="called", words="She rang at noon.")
    assert (answer.status_code, "not taken offline" in answer.text) == (409, True)
    assert "She rang at noon." in answer.text


def test_a_form_sent_twice_is_one_line(client: FlaskClient, rows: Rows, review: int) -> None:
    do(client, review, "open")
    sent = {"form_token": form_token(client.get(f"/reviews/{review}")), "key": "k", "kind": "called"}
    for _ in range(2):
        client.post(f"/reviews/{review}/case/add", data=sent)
    assert entries(rows) == 2


# Reporting back


@pytest.mark.usefixtures("approved")
def test_while_it_is_offline_the_words_that_ask_for_a_talk_come_first(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    review = rows.review(restaurant)
    assert "item taken-offline" not in shown_first(client, review)
    do(client, review, "open")
    assert "asks for a talk in private" in shown_first(client, review)


def shown_first(client: FlaskClient, review: int) -> str:
    return client.get(f"/reviews/{review}").text.split("runner-up", 1)[0]


@pytest.mark.usefixtures("approved")
def test_the_ending_is_reported_back_with_approved_words(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    review = rows.review(restaurant, reply_text="Please write to us.", state="answered")
    page = settled(client, review)
    assert "To report back: an approved reply" in page.text
    assert "edit it there" in page.text
    assert "3 days left" in page.text
    assert "Close it without a reply" not in page.text
    fields = dict(re.findall(r'name="(sha256|item|variant|minded)" value="([^"]*)"', page.text))
    assert fields["item"].endswith("resolved")
    sent = {"form_token": form_token(page), "key": "k"} | fields
    blanks = dict.fromkeys(re.findall(r'name="(blank-[^"]+)"', page.text), "hired a second cook")
    answer = client.post(f"/reviews/{review}/copy", data=sent | blanks)
    assert answer.status_code == 303
    finished = client.get(answer.headers["Location"])
    told = {"form_token": form_token(finished), "key": "k", "said": "posted"}
    client.post(answer.headers["Location"], data=told)
    page = client.get(f"/reviews/{review}")
    assert "Reported back in public" in page.text
    assert "It is answered already" in page.text and "Copy and open" not in page.text
    with rows.database.reading() as session:
        assert file(rows).reported_back == session.scalars(select(Posting)).one().id


@pytest.mark.usefixtures("approved")
def test_an_old_form_with_an_ordinary_reply_does_not_go_below_an_answered_review(
    client: FlaskClient, rows: Rows, restaurant: int
) -> None:
    review = rows.review(restaurant)
    page = client.get(f"/reviews/{review}")
    fields = dict(re.findall(r'name="(sha256|item|variant|minded)" value="([^"]*)"', page.text))
    blanks = dict.fromkeys(re.findall(r'name="(blank-[^"]+)"', page.text), "hired a cook")
    sent = {"form_token": form_token(page), "key": "k"} | fields | blanks
    do(client, review, "open")
    rows.set(review, reply_text="Please write to us.", state="answered")
    assert client.post(f"/reviews/{review}/copy", data=sent).status_code == 409
    do(client, review, "end", outcome="put_right")
    assert client.post(f"/reviews/{review}/copy", data=sent).status_code == 422


def test_where_a_reply_is_the_last_word_the_page_says_so(client: FlaskClient, rows: Rows) -> None:
    listing = rows.listing(rows.branch(), "tripadvisor")
    review, answered = rows.review(listing), rows.review(listing, reply_text="Sorry.", state="answered")
    assert "what you post first is the last word there" in client.get(f"/reviews/{review}").text
    page = settled(client, answered).text
    assert "Nothing is reported back: " in page
    assert "takes one reply to a review and lets nobody change it, and yours stands there already" in page
    with rows.database.reading() as session:
        assert session.scalars(select(CaseFile)).one().report_back_due is None


# Who may read what


def in_health(app: Flask, rows: Rows) -> tuple[dict[str, FlaskClient], int]:
    """A dental branch's case with a note, and browsers of several people."""
    people = People(rows.database, rows.now)
    people.owner()
    listing = rows.listing(rows.branch("Harbour Dental", code="harbour", vertical="dental"))
    review = rows.review(listing)
    asked = {
        "here": (Role.BRANCH, ScopeKind.BRANCH, "harbour"),
        "viewer": (Role.VIEWER, ScopeKind.ALL, ""),
        "legal": (Role.LEGAL, ScopeKind.ALL, ""),
    }
    browsers = {name: browser(app, people, people.person(name, *what)) for name, what in asked.items()}
    do(browsers["here"], review, "open")
    do(browsers["here"], review, "add", kind="called", words="It was about her crown.")
    return browsers, review


def test_what_is_noted_in_health_is_for_those_who_keep_the_case(app: Flask, rows: Rows) -> None:
    browsers, review = in_health(app, rows)
    assert "about her crown" in browsers["here"].get(f"/reviews/{review}").text
    for name in ("viewer", "legal"):
        page = browsers[name].get(f"/reviews/{review}").text
        assert "about her crown" not in page
        assert "What was written is for those who keep" in page
        assert "Write down what happened" not in page


def test_what_is_over_is_not_shown_though_it_still_lies_there(app: Flask, rows: Rows) -> None:
    browsers, review = in_health(app, rows)
    with rows.database.transaction() as session:
        for entry in session.scalars(select(CaseEntry)):
            assert entry.expires_at == rows.now + KEPT_IN_HEALTH
            entry.expires_at = rows.now
    page = browsers["here"].get(f"/reviews/{review}").text
    assert "about her crown" not in page
    assert "let go after 90 days" in page


def test_a_link_that_may_be_passed_on_shows_nothing_of_a_case(
    client: FlaskClient, rows: Rows, review: int, links: object
) -> None:
    from service.people.links import Links, Purpose

    do(client, review, "open")
    do(client, review, "add", kind="called", words="She rang at noon.")
    assert isinstance(links, Links)
    page = client.get(f"/r/{links.token(Purpose.REVIEW, review, rows.now)}").text
    assert "She rang at noon." not in page
    assert "Write down what happened" not in page


# In the inbox


def test_what_is_offline_has_a_shelf_of_its_own(client: FlaskClient, rows: Rows, review: int) -> None:
    assert "taken offline" not in client.get("/").text
    do(client, review, "open")
    rows.set(review, reply_text="Please write to us.", state="answered")
    assert "taken offline" in client.get("/").text
    page = client.get("/?state=case").text
    assert "Marta K." in page
    assert "offline: our turn" in page
    do(client, review, "end", outcome="not_agreed")
    assert "Marta K." not in client.get("/?state=case").text


def test_an_ending_that_is_not_reported_stays_there_and_is_overdue(
    client: FlaskClient, rows: Rows, review: int
) -> None:
    settled(client, review)
    with rows.database.transaction() as session:
        session.scalars(select(CaseFile)).one().report_back_due = rows.now - timedelta(hours=2)
    page = client.get("/?state=case").text
    assert "offline: report back" in page
    assert "2 hours overdue" in page
    assert "1 report back overdue" in page
