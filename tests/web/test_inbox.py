"""The inbox: order, shelves, filters, pages, and what it says when it is empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.desk_rows import Rows, triage
from tests.web.reading import names_in_order


def test_the_most_urgent_comes_first_and_what_nobody_judged_is_not_hidden(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    soon, later = rows.now + timedelta(hours=1), rows.now + timedelta(hours=9)
    rows.review(shop, author="Calm", urgency="low")
    rows.review(shop, author="Later", urgency="high", due_public_at=later)
    rows.review(shop, author="Soon", urgency="high", due_public_at=soon)
    rows.review(shop, author="Unjudged", urgency=None, triage=None)
    rows.review(shop, author="Held", urgency="held")
    page = client.get("/")
    assert names_in_order(page) == ["Held", "Unjudged", "Soon", "Later", "Calm"]
    assert "Not judged" in page.text


def test_the_inbox_says_what_a_manager_must_know(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(
        shop,
        urgency="held",
        due_claim_at=rows.now + timedelta(minutes=42),
        triage=triage("held", ["illness"], "illness: 'were ill'"),
    )
    page = client.get("/").text
    for told in (
        "Harbour Street",
        "tablenotes.example",
        "2 of 5 stars",
        "42 minutes left",
        "We waited forty",
    ):
        assert told in page
    assert "Held: illness" in page
    assert "illness: &#39;were ill&#39;" in page


def test_overdue_is_said_in_words(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(shop, due_public_at=rows.now - timedelta(hours=3))
    page = client.get("/").text
    assert "3 hours overdue" in page
    assert "<strong>1</strong>overdue" in page


def test_once_claimed_only_the_answer_is_due(client: FlaskClient, rows: Rows, shop: int) -> None:
    past, ahead = rows.now - timedelta(hours=1), rows.now + timedelta(hours=3)
    rows.review(shop, state="claimed", due_claim_at=past, due_public_at=ahead)
    page = client.get("/").text
    assert "3 hours left" in page
    assert "overdue" not in page


@pytest.mark.parametrize(
    ("facts", "shelf"),
    [
        ({}, "open"),
        ({"state": "vanished"}, "open"),
        ({"baseline": True}, "past"),
        ({"state": "answered"}, "answered"),
        ({"state": "closed"}, "ended"),
        ({"removed_at": datetime(2026, 11, 22, 8, tzinfo=UTC)}, "ended"),
    ],
)
def test_every_review_lies_on_one_shelf(
    client: FlaskClient, rows: Rows, shop: int, facts: dict[str, object], shelf: str
) -> None:
    rows.review(shop, **facts)
    held = [
        name
        for name in ("open", "past", "answered", "ended")
        if names_in_order(client.get(f"/?state={name}"))
    ]
    assert held == [shelf]
    assert names_in_order(client.get("/?state=all")) == ["Marta K."]


def test_a_snoozed_review_sleeps_until_its_hour(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(shop, author="Sleeps", snoozed_until=rows.now + timedelta(hours=1))
    rows.review(shop, author="Woke", snoozed_until=rows.now - timedelta(hours=1))
    assert names_in_order(client.get("/")) == ["Woke"]


def test_erased_words_are_nowhere(client: FlaskClient, rows: Rows, shop: int) -> None:
    erased = rows.review(shop, author="Gone", erased_at=rows.now)
    rows.review(shop, author="Gone too", erased_at=rows.now, removed_at=rows.now)
    rows.review(shop, author="Gone as well", erased_at=rows.now, state="answered")
    for shelf in ("open", "past", "answered", "ended", "all"):
        assert names_in_order(client.get(f"/?state={shelf}")) == []
    assert client.get(f"/reviews/{erased}").status_code == 404


def test_the_inbox_is_filtered_by_branch_and_site(client: FlaskClient, rows: Rows, shop: int) -> None:
    other = rows.listing(rows.branch("Kornmarkt", code="korn"), "ortsgespraech.example")
    rows.review(shop, author="Here")
    rows.review(other, author="There")
    assert names_in_order(client.get("/?branch=korn")) == ["There"]
    assert names_in_order(client.get("/?site=tablenotes.example")) == ["Here"]
    assert names_in_order(client.get("/?branch=korn&site=tablenotes.example")) == []


def test_a_long_inbox_has_pages_that_keep_the_filter(client: FlaskClient, rows: Rows, shop: int) -> None:
    for number in range(30):
        rows.review(shop, author=f"Guest {number}")
    first, second = client.get("/?branch=harbour"), client.get("/?branch=harbour&page=2")
    assert (len(names_in_order(first)), len(names_in_order(second))) == (25, 5)
    assert 'href="/?branch=harbour&amp;page=2"' in first.text
    assert not set(names_in_order(first)) & set(names_in_order(second))


@pytest.mark.parametrize(
    "query", ["page=0", "page=-3", "page=x", "page=9999999999999", "state=what", "live=maybe"]
)
def test_a_strange_address_shows_the_inbox(client: FlaskClient, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 200


def test_the_page_renews_itself_only_when_asked(client: FlaskClient, rows: Rows, shop: int) -> None:
    assert 'http-equiv="refresh"' not in client.get("/").text
    live = client.get("/?live=1")
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in live.text
    assert "Hold it still" in live.text


def test_an_empty_installation_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "/begin" in page
    assert "shopbell demo" in page


def test_an_empty_inbox_is_not_called_peace(client: FlaskClient, shop: int) -> None:
    page = client.get("/").text
    assert "Nothing needs a reply" in page
    assert "not the same as silence" in page


@pytest.fixture
def asked(rows: Rows) -> Iterator[list[tuple[str, Any]]]:
    """Every statement, with what it was given."""
    told: list[tuple[str, Any]] = []

    def note(_c: object, _cur: object, statement: str, given: object, *_rest: object) -> None:
        told.append((statement, given))

    event.listen(rows.database.engine, "before_cursor_execute", note)
    yield told
    event.remove(rows.database.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "query", ["", "state=all", "stars=2", "site=tablenotes.example", "flag=illness", "language=en"]
)
def test_no_words_are_read_to_sort_and_count_the_reviews(
    client: FlaskClient, rows: Rows, shop: int, asked: list[tuple[str, Any]], query: str
) -> None:
    rows.review(shop)
    client.get(f"/?{query}")
    many = [
        told for told in asked if re.match(r"SELECT (count\(review|sum\(|review\.id \nFROM review)", told[0])
    ]
    assert len(many) == 3
    with rows.database.engine.connect() as connection:
        for statement, given in many:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            ways = [str(step[-1]) for step in plan if "review" in str(step[-1])]
            assert ways, statement
            assert all("USING COVERING INDEX ix_review_" in way for way in ways), ways


def test_the_inbox_asks_as_often_for_many_as_for_few(
    client: FlaskClient, rows: Rows, shop: int, asked: list[tuple[str, Any]]
) -> None:
    rows.review(shop)
    client.get("/")
    asked.clear()
    client.get("/")
    few = len(asked)
    for n in range(20):
        rows.review(rows.listing(rows.branch(f"B{n}")))
    asked.clear()
    client.get("/")
    assert len(asked) == few
