"""Your account: sessions that can be ended, and a password that ends the others."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.db import Database
from service.domain import Role
from service.models import Person
from service.people import passwords
from tests.accounts import People
from tests.web.desk_people import browser
from tests.web.reading import form_token

NEW = "a walk by the harbour"


@pytest.fixture
def people(sqlite_database: Database, now: datetime) -> People:
    people = People(sqlite_database, now)
    people.owner()
    return people


def names(client: FlaskClient) -> list[str]:
    return re.findall(r"/you/sessions/(\w+)/end", client.get("/you").text)


def press(client: FlaskClient, path: str, **fields: str) -> int:
    token = form_token(client.get("/you"))
    return client.post(path, data={"form_token": token} | fields).status_code


def test_a_browser_left_somewhere_is_signed_out_from_here(app: Flask, people: People) -> None:
    here, there = browser(app, people, 1), browser(app, people, 1)
    (name,) = names(here)
    assert press(here, f"/you/sessions/{name}/end") == 303
    assert there.get("/you").status_code == 303
    assert here.get("/you").status_code == 200


def test_all_others_are_signed_out_at_once(app: Flask, people: People) -> None:
    here, *others = (browser(app, people, 1) for _ in range(3))
    assert press(here, "/you/sessions/end-others") == 303
    assert [one.get("/you").status_code for one in (here, *others)] == [200, 303, 303]


def test_nobody_signs_somebody_else_out(app: Flask, people: People) -> None:
    kim = browser(app, people, people.person("Kim", Role.ADMIN))
    here, _other = browser(app, people, 1), browser(app, people, 1)
    (name,) = names(here)
    assert press(kim, f"/you/sessions/{name}/end") == 303
    assert len(names(here)) == 1


def test_a_new_password_needs_the_one_before_and_ends_the_others(app: Flask, people: People) -> None:
    here, there = browser(app, people, 1), browser(app, people, 1)
    assert press(here, "/you/password", password_new="short") == 400
    assert press(here, "/you/password", password_new=NEW) == 303
    assert there.get("/you").status_code == 303
    with people.database.reading() as session:
        assert passwords.fits(session.get_one(Person, 1).password_hash, NEW)
    assert press(here, "/you/password", password_new=NEW + "!", password_now="wrong") == 403
    assert press(here, "/you/password", password_new=NEW + "!", password_now=NEW) == 303
