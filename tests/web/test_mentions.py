"""Mentions on the desk: called so, without stars, in nobody's way, and urgent only by their flags."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from service.people.links import Links, Purpose
from tests.desk_rows import Rows, triage
from tests.web.reading import form_token


@pytest.fixture
def feed(rows: Rows) -> int:
    return rows.feed(rows.branch("Harbour Street"))


def test_a_mention_lies_on_its_own_shelf_and_needs_no_reply(
    client: FlaskClient, rows: Rows, feed: int
) -> None:
    rows.mention(feed)
    inbox = client.get("/").text
    assert "<strong>0</strong>need a reply" in inbox
    assert "Five cafés" not in inbox
    shelf = client.get("/?state=mentions").text
    assert "Five cafés worth a walk" in shelf
    assert '<span class="chip">Mention</span>' in shelf
    assert "crumbs.example" in shelf
    assert "nothing due" in shelf
    assert "no rating" not in shelf


def test_a_held_mention_stands_in_the_inbox_and_is_no_review(
    client: FlaskClient, rows: Rows, feed: int
) -> None:
    rows.mention(feed, urgency="held", triage=triage("held", ["illness"]), due_claim_at=rows.now)
    inbox = client.get("/").text
    assert "Five cafés" in inbox
    assert "<strong>0</strong>need a reply" in inbox
    assert "<strong>1</strong>mention to read" in inbox


def test_the_page_of_a_mention_says_mention_and_where_it_stands(
    client: FlaskClient, rows: Rows, feed: int, approved: None
) -> None:
    page = client.get(f"/reviews/{rows.mention(feed, text_complete=False)}").text
    assert 'aria-label="The mention"' in page
    assert "Open it on crumbs.example" in page
    assert "The feed gave only this much." in page
    assert "no approved reply is written for mentions" in page
    assert "no rating" not in page
    assert "★" not in page


def test_a_mention_from_before_is_not_among_reviews_from_before(
    client: FlaskClient, rows: Rows, feed: int
) -> None:
    rows.mention(feed, baseline=True)
    assert "Five cafés" not in client.get("/?state=past").text
    assert "Five cafés" in client.get("/?state=mentions").text


def test_an_alert_about_a_mention_says_so(client: FlaskClient, rows: Rows, feed: int) -> None:
    mention = rows.mention(feed)
    rows.alert(mention, feed)
    page = client.get("/alerts").text
    assert "New mention" in page
    assert f'<a href="/reviews/{mention}">' in page


def test_a_held_mention_that_was_read_is_due_no_longer(client: FlaskClient, rows: Rows, feed: int) -> None:
    held = rows.mention(feed, urgency="held", triage=triage("held", ["illness"]), due_claim_at=rows.now)
    page = client.get(f"/reviews/{held}")
    assert "I have read it" in page.text
    said = client.post(f"/mentions/{held}/read", data={"form_token": form_token(page)})
    assert (said.status_code, said.headers["Location"]) == (303, f"/reviews/{held}")
    again = client.get(f"/reviews/{held}").text
    assert "seen by a person" in again
    assert "I have read it" not in again
    assert "Five cafés" not in client.get("/").text
    assert "Five cafés" in client.get("/?state=mentions").text


def test_a_review_is_not_read_away(client: FlaskClient, rows: Rows, shop: int) -> None:
    review = rows.review(shop)
    assert "I have read it" not in client.get(f"/reviews/{review}").text
    token = form_token(client.get("/feeds"))
    assert client.post(f"/mentions/{review}/read", data={"form_token": token}).status_code == 404


def test_a_letter_shows_a_mention_without_a_button(
    client: FlaskClient, rows: Rows, feed: int, links: Links
) -> None:
    held = rows.mention(feed, urgency="held", triage=triage("held", ["illness"]), due_claim_at=rows.now)
    page = client.get(f"/r/{links.token(Purpose.REVIEW, held, rows.now)}").text
    assert 'aria-label="The mention"' in page
    assert "I have read it" not in page
