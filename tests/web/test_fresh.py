"""What came since a page was shown: told beside it, by the same rights and the same filters."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlmodel import col

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import DeskSession
from service.people import sessions
from service.web.app import create_app
from service.web.gate import POLLED
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser

IN_PART = {"HX-Request": "true"}


def known(page: str) -> str:
    found = re.search(r'id="known" name="known" value="(\d+)"', page)
    assert found
    return found[1]


def asked(client: FlaskClient, path: str = "/inbox/fresh", **query: object) -> tuple[int, str]:
    answer = client.get(path, query_string=query, headers=IN_PART)
    return answer.status_code, answer.text


def test_what_came_since_is_told_with_a_press_that_shows_it(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    rows.review(shop)
    newest = known(client.get("/").text)
    assert asked(client, known=newest) == (204, "")
    for _ in range(3):
        rows.review(shop, author="Newcomer")
    status, told = asked(client, known=newest)
    assert status == 200
    assert "3 new reviews" in told
    assert 'href="/"' in told
    assert "Newcomer" not in told


def test_what_is_told_already_is_not_told_again(client: FlaskClient, rows: Rows, shop: int) -> None:
    newest = known(client.get("/").text)
    rows.review(shop)
    assert asked(client, known=newest, shown=1) == (204, "")
    rows.review(shop)
    assert "2 new reviews" in asked(client, known=newest, shown=1)[1]


def test_what_another_took_meanwhile_is_not_told_any_more(client: FlaskClient, rows: Rows, shop: int) -> None:
    newest = known(client.get("/").text)
    rows.review(shop, state="closed")
    assert asked(client, known=newest, shown=1) == (200, "")


def test_only_what_was_asked_for_is_counted(client: FlaskClient, rows: Rows, shop: int) -> None:
    newest = known(client.get("/?stars=5").text)
    rows.review(shop, rating=2)
    assert asked(client, known=newest, stars=5) == (204, "")
    rows.review(shop, rating=5)
    _, told = asked(client, known=newest, stars=5)
    assert "1 new review<" in told
    assert 'href="/?stars=5"' in told


def test_from_a_later_page_the_press_leads_to_the_first(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.review(shop)
    _, told = asked(client, known=0, page=2)
    assert 'href="/"' in told
    assert "hx-get" not in told


@pytest.mark.parametrize("strange", ["-1", "x", "", "9" * 40])
def test_a_strange_number_is_answered(client: FlaskClient, shop: int, strange: str) -> None:
    assert asked(client, known=strange, shown=strange)[0] in (200, 204)


def test_the_press_is_answered_with_the_part_that_the_page_includes(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    rows.review(shop)
    page, part = client.get("/").text, client.get("/", headers=IN_PART).text
    assert "<html" not in part
    listed = re.search(r'<div id="list".*?</ol>', part, re.DOTALL)
    assert listed
    unkeyed = re.compile(r'(name="(?:key|form_token)" value=")[^"]*')
    whole = re.search(r'<div id="list".*?</ol>', page, re.DOTALL)
    assert whole
    assert unkeyed.sub(r"\1", listed[0]) == unkeyed.sub(r"\1", whole[0])
    assert 'id="figures" aria-label="Waiting now" hx-swap-oob="true"' in part
    assert "hx-swap-oob" not in page


def test_new_alerts_are_told_too(client: FlaskClient, rows: Rows, shop: int) -> None:
    rows.alert(rows.review(shop), shop)
    newest = known(client.get("/alerts").text)
    assert asked(client, "/alerts/fresh", known=newest) == (204, "")
    rows.alert(rows.review(shop), shop)
    _, told = asked(client, "/alerts/fresh", known=newest)
    assert "1 new alert<" in told
    part = client.get("/alerts", headers=IN_PART).text
    assert "<html" not in part
    assert known(part) > newest


def test_nobody_is_told_of_a_neighbours(app: Flask, sqlite_database: Database, now: datetime) -> None:
    rows, people = Rows(sqlite_database, now), People(sqlite_database, now)
    listing = rows.listing(rows.branch("Harbour Street", code="harbour"))
    rows.branch("Old Mill", code="mill")
    rows.alert(rows.review(listing), listing)
    people.owner()
    neighbour = browser(app, people, people.person("Nina", Role.BRANCH, ScopeKind.BRANCH, "mill"))
    manager = browser(app, people, people.person("Mara", Role.BRANCH, ScopeKind.BRANCH, "harbour"))
    for path in ("/inbox/fresh", "/alerts/fresh"):
        assert asked(neighbour, path, known=0) == (204, "")
        assert "1 new" in asked(manager, path, known=0)[1]


def test_a_tab_that_is_left_open_keeps_no_session_alive(
    sqlite_database: Database, now: datetime, app: Flask
) -> None:
    people = People(sqlite_database, now)
    person = people.owner()
    moment = now + timedelta(hours=11)
    late = create_app(app.extensions["shopbell"].settings, sqlite_database, lambda: moment)
    client = browser(late, people, person)
    for path in ("/inbox/fresh", "/alerts/fresh"):
        assert client.get(path, headers=IN_PART).status_code == 204
    with sqlite_database.reading() as session:
        assert session.scalars(select(col(DeskSession.last_seen_at))).one() == now
    client.get("/")
    with sqlite_database.reading() as session:
        assert session.scalars(select(col(DeskSession.last_seen_at))).one() == moment


def test_once_the_session_ended_that_is_said_once_and_nothing_else(
    sqlite_database: Database, now: datetime, app: Flask
) -> None:
    people = People(sqlite_database, now)
    client = browser(app, people, people.owner())
    with sqlite_database.transaction() as session:
        sessions.end_others(session, 1, now)
    status, told = asked(client, known=0)
    assert status == 286  # htmx asks no more
    assert "You are signed out" in told
    assert ">Go on</a>" in told
    assert client.get("/inbox/fresh").status_code == 303
    assert client.get("/", headers=IN_PART).headers["HX-Redirect"] == "/sign-in"


def test_every_address_that_pages_ask_by_themselves_is_there(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= POLLED


def test_asking_costs_a_few_queries_however_much_there_is(
    client: FlaskClient, rows: Rows, shop: int, sqlite_database: Database
) -> None:
    for _ in range(30):
        rows.review(shop)
    statements: list[str] = []
    event.listen(
        sqlite_database.engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
    )
    client.get("/inbox/fresh?known=3", headers=IN_PART)
    assert len([one for one in statements if one.lstrip().startswith("SELECT")]) <= 3
