"""The reports: figures with the kinds of proof apart, a spreadsheet that runs nothing, few queries."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, true

from service.db import Database
from service.models import Branch, Listing, Posting, Review
from service.outcomes.report import Proof
from service.outcomes.report_owed import Period
from service.outcomes.report_rows import replies_used, reported
from service.web.chart import curve, stacked
from tests.desk_rows import Rows

DAY = timedelta(days=1)


def seen(route: str, rows: Rows) -> dict[str, Any]:
    told = {"reply": [route, rows.now.isoformat(), "day"]}
    return {"state": "answered", "reply_text": "Thank you.", "provenance": told}


def test_nothing_to_report_says_where_to_look(client: FlaskClient) -> None:
    assert "Nothing to report on yet" in client.get("/reports").text


def test_the_kinds_of_proof_have_columns_of_their_own(client: FlaskClient, rows: Rows, shop: int) -> None:
    for route in ("api", "page", "page", "capture", "mail"):
        rows.review(shop, **seen(route, rows))
    rows.review(shop, state="submitted")
    rows.review(shop)
    page = client.get("/reports").text
    assert "By the owner API" in page
    assert "<strong>57 %</strong>seen answered" in page
    assert "<strong>29 %</strong>only said to be" in page
    table = list(csv.reader(io.StringIO(client.get("/reports.csv").text.lstrip("\ufeff"))))
    assert table[0][:3] == ["branch", "owed a reply", "answered, by the owner API"]
    assert table[1][:7] == ["Harbour Street", "7", "1", "2", "1", "1", "1"]


def test_a_branch_named_like_a_formula_is_text_in_a_spreadsheet(client: FlaskClient, rows: Rows) -> None:
    rows.review(rows.listing(rows.branch("=HYPERLINK(1)")))
    answer = client.get("/reports.csv")
    assert "'=HYPERLINK(1)" in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("asked", ["days=7", "days=x&by=nobody", "by=region", "by=site&days=365"])
def test_any_question_has_an_answer(client: FlaskClient, rows: Rows, shop: int, asked: str) -> None:
    rows.review(shop)
    assert client.get(f"/reports?{asked}").status_code == 200


def test_a_chart_stands_beside_its_table(client: FlaskClient, rows: Rows, shop: int) -> None:
    for weeks in (1, 2, 6):
        rows.review(shop, rating=4.0, posted_at=rows.now - weeks * 7 * DAY, baseline=True)
    page = client.get("/reports").text
    assert page.count("<circle") == 3
    assert page.count("<polyline") == 1
    assert page.count("4.00") >= 3
    assert "<script" not in page


def test_a_reply_without_a_date_was_answered_when_it_was_seen(database: Database, now: Any) -> None:
    rows = Rows(database, now)
    shop = rows.listing(rows.branch())
    when = {"first_seen_at": now - DAY, "reply_seen_at": now - timedelta(hours=20)}
    rows.review(shop, **seen("page", rows), **when)
    with database.reading() as session:
        found = reported(session, Period(now - 30 * DAY, now, true()), "branch")
    assert (found.whole.hours, found.whole.answered) == (4.0, {Proof.LOOK: 1})
    assert [(one.topic, one.now) for one in found.trends] == [("wait", 1)]
    assert [span.stars for span in found.spans if span.reviews] == [2.0]


def test_the_past_and_mentions_are_owed_nothing(database: Database, now: Any) -> None:
    rows = Rows(database, now)
    shop = rows.listing(rows.branch())
    rows.review(shop, baseline=True)
    rows.mention(shop)
    with database.reading() as session:
        found = reported(session, Period(now - 30 * DAY, now, true()), "branch")
    assert (found.whole.owed, found.lines) == (0, ())
    assert sum(span.reviews for span in found.spans) == 1


def test_uses_are_told_by_how_far_they_are_from_the_approved_words(database: Database, now: Any) -> None:
    rows = Rows(database, now)
    shop = rows.listing(rows.branch())
    for person, reply_class in (("Kim", "verbatim"), ("Lee", "off_pack"), ("Pat", None)):
        words = {"pack": "general-en", "sha256": bytes(32), "item": "wait", "variant": 1}
        rows.add(
            Posting(
                review_id=rows.review(shop),
                person=person,
                reply_class=reply_class,
                state="copied",
                made_at=now - DAY,
                **words,
            )
        )
    with database.reading() as session:
        (used,) = replies_used(session, now - 30 * DAY, now, true())
    assert used.by_class == {"verbatim": 1, "off_pack": 1, "not_told": 1}


def test_the_page_asks_as_often_for_many_as_for_few(client: FlaskClient, rows: Rows, shop: int) -> None:
    asked: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    rows.review(shop)
    event.listen(rows.database.engine, "before_cursor_execute", note)
    client.get("/reports")
    few = len(asked)
    for n in range(20):
        rows.review(rows.listing(rows.branch(f"B{n}")))
    asked.clear()
    client.get("/reports")
    event.remove(rows.database.engine, "before_cursor_execute", note)
    assert len(asked) == few


@pytest.mark.parametrize("by", ["branch", "region", "site"])
def test_reviews_are_summed_without_reading_them(database: Database, now: Any, by: str) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL chooses by how many rows there are")
    told: list[tuple[str, Any]] = []

    def note(_c: object, _cur: object, statement: str, given: object, *_rest: object) -> None:
        told.append((statement, given))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as session:
        reported(session, Period(now - 30 * DAY, now, true()), by)
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        ways = [
            str(step[-1])
            for statement, given in told
            if statement.startswith("SELECT")
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
        ]
    of_reviews = [way for way in ways if way.split()[:2] in (["SCAN", "review"], ["SEARCH", "review"])]
    assert len(of_reviews) == 5
    assert sum("COVERING INDEX ix_review_report" in way for way in of_reviews) == 4
    assert sum("INDEX ix_review_closed" in way for way in of_reviews) == 1


@pytest.mark.large
def test_two_thousand_branches_are_told_by_the_page(client: FlaskClient, rows: Rows) -> None:
    when = {"first_seen_at": rows.now - DAY, "last_seen_at": rows.now}
    with rows.database.transaction() as session:
        session.add_all([Branch(id=n, code=f"b{n}", name=f"Branch {n:04}") for n in range(1, 2001)])
        session.flush()
        where = {"site": "yelp.com", "added_at": rows.now}
        session.add_all([Listing(id=n, branch_id=n, key=str(n), url="x", **where) for n in range(1, 2001)])
        session.flush()
        session.add_all([Review(listing_id=n, **when) for n in range(1, 2001)])
    page = client.get("/reports?page=40").text
    assert "Page 40 of 40" in page
    assert "of all 2000 lines" in page
    assert page.count('<tr><th scope="row"><bdi>') == 50
    assert "Branch 2000" in page
    assert "Branch 1950" not in page
    assert "Branch 2000" in client.get("/reports?page=99999").text
    assert len(client.get("/reports.csv").text.splitlines()) == 2001


def test_a_curve_breaks_where_nothing_is_known() -> None:
    drawn = curve([("a", 1.0), ("b", 5.0), ("c", None), ("d", 3.0)], 1, 5)
    assert [dot.y for dot in drawn.dots] == [148.0, 12.0, 80.0]
    assert len(drawn.lines) == 1
    assert curve([], 1, 5).dots == ()


def test_bars_are_shares_of_the_whole() -> None:
    assert [(bar.tone, bar.x, bar.width) for bar in stacked([("a", 1), ("b", 0), ("c", 2)], 4)] == [
        ("a", 0.0, 25.0),
        ("c", 25.0, 50.0),
    ]
    assert stacked([("a", 0)], 0) == ()
