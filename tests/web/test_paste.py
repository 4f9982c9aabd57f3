"""Pasting what one sees: found, confirmed, kept; nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from service.models import Event, Review
from tests.desk_rows import Rows
from tests.test_paste import GOOGLE
from tests.web.reading import form_token
from tests.web.test_bringing import run_of, stored, work

ONE = "Anna Example\n2 reviews\n★★☆☆☆\nyesterday\nWe waited for an hour."


def find(client: FlaskClient, text: str, listing: int | str) -> TestResponse:
    fields = {"form_token": form_token(client.get("/bring/paste")), "text": text, "listing": listing}
    return client.post("/bring/paste", data=fields)


def keep(client: FlaskClient, page: TestResponse, **changed: str) -> TestResponse:
    """Send the cards back as they are shown, with ``changed`` fields."""
    fields = dict(re.findall(r'<input(?! type="checkbox")[^>]* name="([^"]+)" value="([^"]*)"', page.text))
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>', page.text))
    return client.post("/bring/paste/keep", data=fields | changed)


def test_every_review_found_is_shown_to_be_confirmed_and_nothing_is_stored(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    page = find(client, GOOGLE, shop)
    assert page.status_code == 200
    assert "3 reviews found" in page.text
    for told in ('value="Anna Example"', 'value="2 weeks ago"', "Thank you, Bert."):
        assert told in page.text
    assert stored(rows) == 0


def test_a_fresh_paste_is_news(client: FlaskClient, rows: Rows, shop: int) -> None:
    answer = keep(client, find(client, ONE, shop))
    assert (answer.status_code, answer.location) == (303, "/bring/1")
    work(rows, 1)
    with rows.database.reading() as session:
        review = session.execute(select(Review)).scalar_one()
        events = session.execute(select(col(Event.kind))).scalars().all()
    assert (review.author, review.rating, review.baseline) == ("Anna Example", 2, False)
    assert review.due_public_at is not None
    assert list(events) == ["new"]


def test_what_its_person_calls_old_rings_for_nothing(client: FlaskClient, rows: Rows, shop: int) -> None:
    keep(client, find(client, ONE, shop), old="1")
    work(rows, 1)
    with rows.database.reading() as session:
        assert session.execute(select(Review)).scalar_one().baseline
        assert session.execute(select(col(Event.kind))).scalars().all() == []


def test_the_same_paste_twice_doubles_nothing(client: FlaskClient, rows: Rows, shop: int) -> None:
    for run in (1, 2):
        keep(client, find(client, ONE, shop))
        work(rows, run)
    assert (stored(rows), run_of(rows, 2).counts["known"]) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"card-1-rating": "eleven"}, "“eleven” is no rating."),
        ({"card-1-rating": "6"}, "The rating 6 does not lie on a scale up to 5."),
        ({"card-1-date": "soon"}, "The date “soon” cannot be read."),
        ({"card-1-date": "3/10/2026"}, "could be two days: write it as 2026-10-03."),
        ({"card-1-text": "", "card-1-author": ""}, "Neither a rating nor words in it."),
    ],
)
def test_what_cannot_be_kept_is_said_on_its_card_and_nothing_typed_is_lost(
    client: FlaskClient, rows: Rows, shop: int, changed: dict[str, str], says: str
) -> None:
    typed = {"card-0-title": "As I typed it", "old": "1", "card-2-out": "1"}
    answer = keep(client, find(client, GOOGLE, shop), **typed, **changed)
    assert answer.status_code == 400
    assert says in answer.text
    assert "One card cannot be kept" in answer.text
    assert 'value="As I typed it"' in answer.text
    assert all(value in answer.text for value in changed.values() if value)
    assert re.search(r'name="old" value="1" checked', answer.text)
    assert re.search(r'name="card-2-out" value="1" checked', answer.text)
    assert stored(rows) == 0


def test_a_card_may_be_left_out(client: FlaskClient, rows: Rows, shop: int) -> None:
    page = find(client, GOOGLE, shop)
    keep(client, page, **{"card-1-out": "1", "card-1-rating": "nonsense"})
    work(rows, 1)
    assert stored(rows) == 2
    everything = {f"card-{number}-out": "1" for number in range(3)}
    assert "nothing to keep" in keep(client, page, **everything).text


@pytest.mark.parametrize(
    ("text", "listing", "says"),
    [("", "", "choose the listing"), (ONE, "", "choose the listing"), (ONE, "999", "choose the listing")],
)
def test_what_cannot_be_read_is_said_and_the_text_stays(
    client: FlaskClient, rows: Rows, shop: int, text: str, listing: str, says: str
) -> None:
    answer = find(client, text, listing)
    assert answer.status_code == 400
    assert says in answer.text
    assert text.splitlines()[-1:] == [] or "We waited for an hour." in answer.text


def test_nothing_pasted_is_said(client: FlaskClient, rows: Rows, shop: int) -> None:
    assert "Nothing was pasted yet" in find(client, "  \n ", shop).text


def test_a_long_paste_is_taken_and_a_longer_one_refused(client: FlaskClient, rows: Rows, shop: int) -> None:
    assert find(client, "Ein Wort. " * 15_000, shop).status_code == 200
    assert "Paste fewer" in find(client, "x" * 200_001, shop).text
    assert find(client, "x" * 900_000, shop).status_code == 413


def test_words_in_a_paste_are_data(client: FlaskClient, rows: Rows, shop: int) -> None:
    page = find(client, ONE + "\n</textarea><script>alert(1)</script>{{ 7001 * 7001 }}", shop).text
    assert "<script" not in page
    assert "49014001" not in page


def test_cards_for_a_listing_that_is_gone_lead_back(client: FlaskClient, rows: Rows, shop: int) -> None:
    page = find(client, ONE, shop)
    assert keep(client, page, listing="999").location == "/bring/paste"
