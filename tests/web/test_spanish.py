"""The desk for whoever reads Spanish."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlmodel import col, select

from service.db import Database
from service.domain import Role
from service.models import Person
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser
from tests.web.reading import form_token

SPANISH = {"Accept-Language": "es-MX, es;q=0.9, en;q=0.5"}


def locale(database: Database, name: str) -> str:
    with database.reading() as session:
        return session.scalars(select(col(Person.locale)).where(col(Person.name) == name)).one()


def test_the_desk_speaks_it_down_to_the_reasons(
    app: Flask, rows: Rows, sqlite_database: Database, now: datetime
) -> None:
    review = rows.review(rows.listing(rows.branch()))
    people = People(sqlite_database, now)
    people.owner()
    here = browser(app, people, people.person("Inés", Role.BRANCH, locale="es"))
    inbox = here.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="es">' in inbox
    assert "<h1>Bandeja</h1>" in inbox
    shown = here.get(f"/reviews/{review}").text
    assert "Nada aprobado encaja, porque aquí no hay ningún paquete aprobado." in shown


def test_a_refusal_from_below_is_said_in_it(app: Flask, sqlite_database: Database, now: datetime) -> None:
    people = People(sqlite_database, now)
    here = browser(app, people, people.owner())
    token = form_token(here.get("/people"))
    with sqlite_database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.locale = "es"
    refused = here.post(
        "/people", data={"form_token": token, "name": "", "email": "a@b.example", "role": "branch"}
    )
    assert refused.status_code == 400
    assert "Una cuenta necesita el nombre de una persona, de 80 caracteres como máximo." in refused.text


def test_the_first_account_is_told_in_the_language_its_browser_asked_for(
    app: Flask, sqlite_database: Database
) -> None:
    here = app.test_client()
    token = form_token(here.get("/first-account", headers=SPANISH))
    filled = {
        "form_token": token,
        "name": "Olga",
        "email": "olga@b.example",
        "password": "siete palabras cortas",
    }
    assert here.post("/first-account", data=filled, headers=SPANISH).status_code == 303
    assert locale(sqlite_database, "Olga") == "es"
    assert '<html lang="es">' in here.get("/", headers={"Accept-Language": "en"}).text


def test_whoever_is_let_in_begins_in_the_language_of_whoever_invites(
    app: Flask, sqlite_database: Database, now: datetime
) -> None:
    people = People(sqlite_database, now)
    owner = people.owner()
    with sqlite_database.transaction() as session:
        session.get_one(Person, owner).locale = "es"
    here = browser(app, people, owner)
    token = form_token(here.get("/people"))
    here.post(
        "/people", data={"form_token": token, "name": "Kim", "email": "kim@b.example", "role": "branch"}
    )
    assert locale(sqlite_database, "Kim") == "es"
