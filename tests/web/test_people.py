"""People: let in, given roles, and let go in one step that is asked about once."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import event
from werkzeug.test import TestResponse

from service.db import Database
from service.domain import Role, ScopeKind
from service.people import accounts, sign_in
from service.people.may import Grant
from service.settings import Settings
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser
from tests.web.reading import form_token

KIM = {"name": "Kim Park", "email": "Kim@Shops.example", "role": "branch", "where": "branch:harbour"}


@pytest.fixture
def people(sqlite_database: Database, now: datetime, rows: Rows) -> People:
    people = People(sqlite_database, now)
    people.owner()
    rows.branch("Harbour Street", code="harbour", region="Coast", brand="Northside")
    return people


@pytest.fixture
def olga(app: Flask, people: People) -> FlaskClient:
    return browser(app, people, 1)


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    token = form_token(client.get("/people"))
    return client.post(path, data={"form_token": token} | fields)


def roles(people: People, person: int) -> tuple[Grant, ...]:
    with people.database.reading() as session:
        who = accounts.who(session, person)
        return who.grants if who and not who.left else ()


def test_somebody_is_let_in_with_one_role_at_one_place(olga: FlaskClient, people: People) -> None:
    answer = press(olga, "/people", **KIM)
    assert answer.status_code == 303
    page = olga.get(answer.headers["Location"]).text
    assert "Branch manager for the branch harbour." in page
    assert "shopbell people link" in page
    number = int(answer.headers["Location"].split("/")[2].split("?")[0])
    assert roles(people, number) == (Grant(Role.BRANCH, ScopeKind.BRANCH, "harbour"),)
    assert "kim@shops.example" in olga.get("/people").text


def test_a_link_is_mailed_and_the_truth_told_about_it(
    sqlite_database: Database, settings: Settings, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = []

    class Postman:
        def carry(self, letter: object, now: datetime) -> None:
            letters.append(letter)

    monkeypatch.setattr("service.alerts.door_letter.carrier_for", lambda *_parts: Postman())
    mailing = settings.model_copy(update={"mail": SecretStr("smtp://m"), "mail_from": "bell@example.com"})
    app = create_app(mailing, sqlite_database, lambda: people.now)
    answer = press(browser(app, people, 1), "/people", **KIM)
    assert answer.headers["Location"].endswith("done=mailed")
    token = re.search(r"/sign-in/(\S+)", letters[0].text)  # type: ignore[attr-defined]
    assert token
    with people.database.reading() as session:
        person = sign_in.whose_link(session, token[1], people.now)
        assert person and person.name == "Kim Park"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"email": "nonsense"},
        {"role": "king"},
        {"where": "branch:nowhere"},
        {"where": "planet:x"},
        {"email": "olga@shops.example"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    olga: FlaskClient, people: People, wrong: dict[str, str]
) -> None:
    page = press(olga, "/people", **(KIM | wrong))
    assert page.status_code == 400
    assert "Not done." in page.text
    assert (KIM | wrong)["email"] in page.text
    with people.database.reading() as session:
        assert len(accounts.listed(session)) == 1


def test_roles_are_given_and_taken_back(olga: FlaskClient, people: People) -> None:
    kim = people.person("Kim Park", Role.VIEWER)
    given = press(olga, f"/people/{kim}/roles", role="area", where="region:Coast")
    assert given.headers["Location"].endswith("done=given")
    assert roles(people, kim) == (Grant(Role.VIEWER), Grant(Role.AREA, ScopeKind.REGION, "Coast"))
    (first, *_) = re.findall(rf"/people/{kim}/roles/(\d+)/withdraw", olga.get(f"/people/{kim}").text)
    assert press(olga, f"/people/{kim}/roles/{first}/withdraw").status_code == 303
    assert roles(people, kim) == (Grant(Role.AREA, ScopeKind.REGION, "Coast"),)


def test_somebody_leaves_in_one_confirmed_step(olga: FlaskClient, app: Flask, people: People) -> None:
    kim = people.person("Kim Park", Role.VIEWER)
    hers = browser(app, people, kim)
    assert "What ends at once" in olga.get(f"/people/{kim}/leave").text
    assert hers.get("/").status_code == 200
    page = press(olga, f"/people/{kim}/leave")
    assert "Kim Park</bdi> has left" in page.text
    assert "1 browser signed out" in page.text
    assert hers.get("/").status_code == 303
    assert "left 22 Nov 2026" in olga.get("/people").text
    again = press(olga, f"/people/{kim}/leave")
    assert again.status_code == 409


def test_the_last_administrator_is_told_why_she_stays(olga: FlaskClient, people: People) -> None:
    page = press(olga, "/people/1/leave")
    assert page.status_code == 409
    assert "Nobody else could manage people" in page.text
    assert roles(people, 1)


def test_nobody_can_give_herself_a_role(app: Flask, people: People) -> None:
    kim = people.person("Kim Park", Role.AREA)
    client = browser(app, people, kim)
    token = form_token(client.get("/you"))
    sent = {"form_token": token, "role": "admin", "where": ""}
    assert client.post(f"/people/{kim}/roles", data=sent).status_code == 403
    assert roles(people, kim) == (Grant(Role.AREA),)


def test_names_of_strangers_do_nothing(olga: FlaskClient, people: People) -> None:
    press(olga, "/people", **(KIM | {"name": "<script>alert(1)</script>"}))
    for path in ("/people", "/people/2", "/people/2/leave"):
        assert "<script>" not in olga.get(path).text


def test_the_owners_account_is_made_before_any_other(client: FlaskClient) -> None:
    assert 'href="/people"' not in client.get("/").text
    assert client.get("/people").headers["Location"] == "/first-account"


def test_many_people_are_told_by_the_page_and_found_by_name(olga: FlaskClient, people: People) -> None:
    for n in range(60):
        people.person(f"Person{n:02} Branch", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    first, second = olga.get("/people").text, olga.get("/people?page=2").text
    assert "Page 1 of 2" in first
    assert ("Person07" in first, "Person58" in first) == (True, False)
    assert "Person58" in second
    found = olga.get("/people?q=person58").text
    assert ("Person58" in found, "Person07" in found) == (True, False)
    assert "Nobody is called so" in olga.get("/people?q=zebra").text


def test_the_list_asks_as_often_for_many_as_for_few(olga: FlaskClient, people: People) -> None:
    asked: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    olga.get("/people")
    event.listen(people.database.engine, "before_cursor_execute", note)
    olga.get("/people")
    few = len(asked)
    event.remove(people.database.engine, "before_cursor_execute", note)
    for n in range(10):
        people.person(f"Person{n} Branch", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    asked.clear()
    event.listen(people.database.engine, "before_cursor_execute", note)
    olga.get("/people")
    event.remove(people.database.engine, "before_cursor_execute", note)
    assert len(asked) == few
