"""Branches on the desk: added, found, changed, and told what is wrong without losing what was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from service.db import Database
from service.domain import Role, ScopeKind, Urgency
from service.models import Branch
from service.replies.due import due
from service.settings import Settings
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser
from tests.web.reading import form_token

FULL = {
    "name": "Harbour Street",
    "brand": "Northside",
    "region": "South",
    "city": "Hull",
    "tz": "Europe/London",
    "language": "en",
    "vertical": "restaurant",
    "phone": "+44 20 7946 0000",
    "contact": "hello@shop.example",
    "sign_off": "Dana",
    "hours-0": "9-12, 14-18",
    "hours-1": "9-12, 14-18",
    "holidays": "2026-12-25",
    "staff": "Dana\nOmar",
    "praise_a_day": "3",
    "good_ratings": "1",
    "attributes": "parking: yes",
}


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={"form_token": form_token(client.get(path))} | fields)


def stored(database: Database) -> list[Branch]:
    with database.reading() as session:
        return list(session.scalars(select(Branch).order_by(Branch.id)))  # type: ignore[arg-type]


def test_an_empty_list_says_what_a_branch_is(client: FlaskClient) -> None:
    page = client.get("/branches").text
    assert "No branch yet" in page
    assert "Add a branch" in page


def test_a_branch_is_added_with_all_that_is_said(client: FlaskClient, sqlite_database: Database) -> None:
    said = send(client, "/branches/new", **FULL)
    assert said.status_code == 303
    page = client.get(said.headers["Location"]).text
    for told in ("Harbour Street", "Europe/London", "Restaurant, café, bakery", "Dana, Omar", "2026-12-25"):
        assert told in page
    assert "Monday 09:00-12:00, 14:00-18:00" in page
    branch = stored(sqlite_database)[0]
    assert branch.attributes == {
        "parking": "yes",
        "staff": ["Dana", "Omar"],
        "answers": {"praise_a_day": 3, "good_ratings": True},
    }
    tuesday = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert (
        due(Urgency.HELD, tuesday, branch.tz, branch.hours, branch.holidays).claim_at
        != due(Urgency.HELD, tuesday, branch.tz, [], []).claim_at
    )


def test_every_problem_stands_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, sqlite_database: Database
) -> None:
    wrong = FULL | {"tz": "Hull <b>time</b>", "hours-0": "soon", "phone": "call", "praise_a_day": "lots"}
    said = send(client, "/branches/new", **wrong)
    assert said.status_code == 400
    assert "4 things to put right" in said.text
    for field in ("tz", "hours-0", "phone", "praise_a_day"):
        assert f'id="{field}-problem"' in said.text
        assert f'href="#{field}"' in said.text
        assert re.search(f'id="{field}"[^>]*aria-invalid="true"', said.text)
    assert "Hull &lt;b&gt;time" in said.text
    for kept in ('value="Harbour Street"', 'value="9-12, 14-18"', "Dana\nOmar", "parking: yes", "2026-12-25"):
        assert kept in said.text
    assert re.search(r'name="good_ratings"[^>]*checked', said.text)
    assert stored(sqlite_database) == []


def test_sent_twice_is_one_and_another_of_that_name_is_told(
    client: FlaskClient, sqlite_database: Database
) -> None:
    first, again = (send(client, "/branches/new", **FULL) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    other = send(client, "/branches/new", **(FULL | {"name": "harbour street", "city": "Leeds"}))
    assert other.status_code == 400
    assert "called so already" in other.text
    assert 'value="Leeds"' in other.text
    assert [branch.city for branch in stored(sqlite_database)] == ["Hull"]


def test_the_form_to_change_shows_what_is_stored_and_stores_what_is_said(
    client: FlaskClient, sqlite_database: Database
) -> None:
    send(client, "/branches/new", **FULL)
    page = client.get("/branches/1/edit").text
    assert 'value="09:00-12:00, 14:00-18:00"' in page
    assert "Its short name stays “harbour-street”" in page
    said = send(client, "/branches/1/edit", **(FULL | {"name": "Harbour End", "hours-0": "", "hours-1": ""}))
    assert said.status_code == 303
    branch = stored(sqlite_database)[0]
    assert (branch.code, branch.name, branch.hours) == ("harbour-street", "Harbour End", [])
    assert "from nine to six, every day" in client.get("/branches/1").text
    send(client, "/branches/new", name="Mill Lane")
    assert send(client, "/branches/1/edit", **(FULL | {"name": "Mill Lane"})).status_code == 400
    assert send(client, "/branches/1/edit", name="").status_code == 400


@pytest.mark.parametrize("path", ["/branches/9", "/branches/9/edit"])
def test_a_branch_that_is_not_there_is_told(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_branch_shows_each_listing_with_its_health_and_what_to_do(client: FlaskClient, rows: Rows) -> None:
    branch = rows.branch("Mill Lane")
    heard, walled = rows.listing(branch, "tablenotes.example"), rows.listing(branch, "yelp")
    rows.source(heard, health="ok", evidence=["9 of 9 reviews read"])
    rows.source(walled, health="walled", evidence=["HTTP 403"])
    rows.listing(branch, "facebook", active=False)
    rows.listing(branch, "bbb", active=False, removed_at=rows.now)
    page = client.get(f"/branches/{branch}").text
    for told in ("9 of 9 reviews read", "HTTP 403", "We push against no wall", "Facebook"):
        assert told in page
    assert "BBB" not in page
    listed = client.get("/branches").text
    assert "2 listings watched, <strong>1 needs somebody" in listed


def test_branches_are_found_by_name_city_or_region(client: FlaskClient, rows: Rows) -> None:
    rows.branch("Harbour Street", city="Hull")
    rows.branch("Mill Lane", region="North_West")
    assert "Mill Lane" not in client.get("/branches?q=hull").text
    assert "Harbour Street" not in client.get("/branches?q=north_w").text
    assert "No branch is called so" in client.get("/branches?q=%25").text


@pytest.mark.large
def test_two_thousand_branches_are_shown_by_the_page_in_few_queries(app: Flask, rows: Rows) -> None:
    with rows.database.transaction() as session:
        session.add_all([Branch(code=f"b{n}", name=f"Branch {n:04}") for n in range(2000)])
    asked: list[str] = []
    event.listen(rows.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    client = app.test_client()
    page = client.get("/branches?page=40")
    assert len([sql for sql in asked if sql.startswith("SELECT")]) <= 8
    assert "Branch 1999" in page.text
    assert "Page 40 of 40" in page.text
    assert client.get("/branches?page=9999").text.count("Branch 1999") == page.text.count("Branch 1999")


def test_a_real_branch_ends_the_demo(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    rows.branch("Lantern Street", code="demo:lantern")
    assert "This ends the demo town" in client.get("/branches/new").text
    send(client, "/branches/new", name="Harbour Street")
    page = client.get("/branches").text
    assert "Lantern Street" not in page
    assert "This is a demo town" not in page


def test_a_form_of_another_page_changes_nothing(client: FlaskClient, sqlite_database: Database) -> None:
    client.get("/branches/new")
    assert client.post("/branches/new", data=FULL | {"form_token": "x"}).status_code == 403
    with sqlite_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Branch)) == 0


def test_a_branch_is_given_a_mail_address_of_its_own_once(
    tmp_path: Path, sqlite_database: Database, rows: Rows
) -> None:
    settings = Settings(data=tmp_path, mail_in="in@hear.example.com")
    client = create_app(settings, sqlite_database, lambda: rows.now).test_client()
    branch = rows.branch("Mill Lane")
    page = client.get(f"/branches/{branch}")
    assert "Give it one" in page.text
    for _ in range(2):
        client.post(f"/branches/{branch}/address", data={"form_token": form_token(page)})
    shown = client.get(f"/branches/{branch}").text
    token = stored(sqlite_database)[0].mail_token
    assert token
    assert f"in+{token}@hear.example.com" in shown


def test_without_mail_there_is_no_address_to_give(client: FlaskClient, rows: Rows) -> None:
    branch = rows.branch("Mill Lane")
    page = client.get(f"/branches/{branch}")
    assert "A mail address of its own" not in page.text
    token = form_token(client.get("/branches/new"))
    assert client.post(f"/branches/{branch}/address", data={"form_token": token}).status_code == 404


def test_a_branch_is_moved_to_another_region_only_by_whoever_manages_all(
    app: Flask, sqlite_database: Database, rows: Rows
) -> None:
    rows.branch("North", code="north", region="Up")
    people = People(sqlite_database, rows.now)
    people.owner()
    manager = browser(app, people, people.person("mia", Role.AREA, ScopeKind.REGION, "Up"))
    moved = send(manager, "/branches/1/edit", name="North", region="Down")
    assert moved.status_code == 400
    assert 'id="region-problem"' in moved.text
    assert send(manager, "/branches/1/edit", name="North End", region="Up").status_code == 303
    assert [(branch.name, branch.region) for branch in stored(sqlite_database)] == [("North End", "Up")]
