"""Finding reviews by their words, on either database; and the inbox cut by what was chosen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text
from sqlmodel import col

from service.db import Database
from service.models import Review
from service.web.search import says
from tests.desk_rows import Rows, triage
from tests.web.reading import form_token, names_in_order

SAID = {
    "Marta K.": "We waited forty minutes for two bowls of soup.",
    "Señor Ibáñez": "La sopa estaba fría, y el café también.",
    "أمل": "مطعم جميل جداً",
    "高橋": "スープがとても美味しかったです。",
    "Percy 100%": "A hundred_percent of 50% is a half; it's not the soup's fault.",
}


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    rows = Rows(database, now)
    listing = rows.listing(rows.branch())
    for author, said in SAID.items():
        rows.review(listing, author=author, text=said, title="Lunch" if author == "Marta K." else None)
    return rows


def found(rows: Rows, sought: str) -> list[str]:
    with rows.database.reading() as session:
        condition = says(session, sought)
        assert condition is not None
        query = select(col(Review.author)).where(condition).order_by(col(Review.id))
        return [author or "" for author in session.scalars(query)]


@pytest.mark.parametrize(
    ("sought", "whose"),
    [
        ("soup", ["Marta K.", "Percy 100%"]),
        ("SOUP forty", ["Marta K."]),
        ("wait bowl", ["Marta K."]),
        ("marta", ["Marta K."]),
        ("lunch", ["Marta K."]),
        ("fría", ["Señor Ibáñez"]),
        ("جميل", ["أمل"]),
        ("美味し", ["高橋"]),
        ("高橋", ["高橋"]),
        ("soup OR fría", []),
        ('"soup" NEAR(bowls', []),
        ("oup", []),
        ("half; DROP TABLE review", []),
        ("50%", ["Percy 100%"]),
        ("it's", ["Percy 100%"]),
    ],
)
def test_every_word_that_is_sought_begins_one_of_the_review(
    rows: Rows, sought: str, whose: list[str]
) -> None:
    assert found(rows, sought) == whose


@pytest.mark.postgres
def test_what_every_review_says_is_found_by_the_index_too(postgres_database: Database, now: datetime) -> None:
    rows = Rows(postgres_database, now)
    listing = rows.listing(rows.branch())
    for _ in range(20):
        rows.review(listing, text="We waited forty minutes for two bowls of soup.")
    with postgres_database.transaction() as session:
        session.execute(text("ANALYZE review"))
    with postgres_database.reading() as session:
        condition = says(session, "soup")
        assert condition is not None
        query = select(col(Review.id)).where(condition).compile(session.get_bind())
        plan = session.connection().exec_driver_sql(f"EXPLAIN {query}", query.params).scalars().all()
    assert not any("Seq Scan" in step for step in plan), plan


def test_an_edit_is_found_and_what_was_said_before_is_not(rows: Rows) -> None:
    rows.set(1, text="The stew came quickly.")
    assert found(rows, "stew") == ["Marta K."]
    assert found(rows, "soup") == ["Percy 100%"]
    with rows.database.transaction() as session:
        session.delete(session.get_one(Review, 1))
    assert found(rows, "stew") == []


@pytest.mark.parametrize("sought", ["", "  ", "!?", "—"])
def test_nothing_sought_is_no_condition(rows: Rows, sought: str) -> None:
    with rows.database.reading() as session:
        assert says(session, sought) is None


@given(st.text(max_size=60))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_words_and_never_a_query(rows: Rows, sought: str) -> None:
    with rows.database.reading() as session:
        condition = says(session, sought.replace("\x00", ""))
        if condition is not None:
            session.execute(select(col(Review.id)).where(condition)).all()


class TestTheInbox:
    """One page of the desk over all of it."""

    @pytest.fixture
    def rows(self, sqlite_database: Database, now: datetime) -> Rows:
        return Rows(sqlite_database, now)

    def test_it_is_searched_and_says_where_nothing_fits(
        self, client: FlaskClient, rows: Rows, shop: int
    ) -> None:
        rows.review(shop, author="Soup", text="The soup.")
        rows.review(shop, author="Stew", text="The stew.")
        assert names_in_order(client.get("/?q=soup")) == ["Soup"]
        assert "Nothing here fits" in client.get("/?q=pudding").text
        assert 'value="&lt;b&gt;"' in client.get("/?q=<b>").text

    @pytest.mark.parametrize(
        ("facts", "stars"),
        [
            ({"rating": 1.0}, "1"),
            ({"rating": 4.4}, "4"),
            ({"rating": 9.0, "best": None, "scale": "points10"}, "5"),
            ({"rating": None, "best": None, "scale": "recommend", "recommends": True}, "5"),
            ({"rating": None, "best": None, "scale": "recommend", "recommends": False}, "1"),
        ],
    )
    def test_stars_are_counted_on_five(
        self, client: FlaskClient, rows: Rows, shop: int, facts: dict[str, Any], stars: str
    ) -> None:
        rows.review(shop, author="Her", **facts)
        rows.review(shop, author="No verdict", rating=None, best=None, scale="none")
        shown = [one for one in "12345" if names_in_order(client.get(f"/?stars={one}"))]
        assert shown == [stars]

    def test_it_is_cut_by_flag_language_and_whose_they_are(
        self, client: FlaskClient, rows: Rows, shop: int
    ) -> None:
        rows.review(shop, author="Ill", triage=triage("held", ["illness", "press"], "said 'question'"))
        rows.review(shop, author="Asks", triage=triage("normal", ["question"]), language="fr")
        rows.review(shop, author="Unjudged", triage=None, urgency=None)
        mine = rows.review(shop, author="Mine", claimed_as="the desk", state="claimed")
        rows.review(shop, author="Hers", claimed_as="the desk", claimed_by=rows.person("the desk"))
        assert names_in_order(client.get("/?flag=illness")) == ["Ill"]
        assert names_in_order(client.get("/?flag=question")) == ["Asks"]
        assert names_in_order(client.get("/?language=fr")) == ["Asks"]
        assert names_in_order(client.get("/?mine=1")) == ["Mine"]
        assert len(names_in_order(client.get("/?flag=nonsense&stars=9"))) == 5
        assert mine

    def test_a_press_takes_one_and_keeps_the_place(self, client: FlaskClient, rows: Rows, shop: int) -> None:
        review = rows.review(shop, text="The soup & more.")
        page = client.get("/?q=soup+more&stars=2")
        assert "3 hours" not in page.text
        form = {"form_token": form_token(page), "key": "k", "back": "/?stars=2&q=soup+more"}
        assert 'value="/?stars=2&amp;q=soup+more"' in page.text
        after = client.post(f"/reviews/{review}/claim", data=form, follow_redirects=True)
        assert after.request.full_path == "/?stars=2&q=soup+more"
        assert "<bdi>the desk</bdi> has it." in after.text
        assert "Take it" not in after.text

    def test_what_is_posted_and_not_seen_yet_has_a_shelf(
        self, client: FlaskClient, rows: Rows, shop: int
    ) -> None:
        rows.review(shop, state="submitted", due_public_at=rows.now - timedelta(hours=1))
        assert names_in_order(client.get("/")) == []
        page = client.get("/?state=posted")
        assert names_in_order(page) == ["Marta K."]
        assert "overdue" not in page.text

    def test_a_longer_inbox_asks_the_database_no_more_often(
        self, client: FlaskClient, rows: Rows, shop: int
    ) -> None:
        rows.review(shop)
        client.get("/")
        with counted(rows.database) as few:
            client.get("/?q=soup&stars=2&language=en")
        for _ in range(30):
            rows.review(shop)
        with counted(rows.database) as many:
            client.get("/?q=soup&stars=2&language=en")
        assert len(many) == len(few) <= 15


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine, "before_cursor_execute", note)
