"""The first account: made at this machine, once; from then on the desk is closed to nobody in particular."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from service.db import Database
from service.people import accounts
from tests.web.reading import form_token

OWNER = {"name": "Olga Owner", "email": "Olga@Shops.example", "password": "a walk by the harbour"}


def make(client: FlaskClient, **typed: str) -> tuple[int, str]:
    token = form_token(client.get("/first-account"))
    answer = client.post("/first-account", data={"form_token": token} | OWNER | typed)
    return answer.status_code, answer.headers.get("Location", answer.text)


def test_every_screen_leads_to_it_until_it_is_made(client: FlaskClient, app: Flask) -> None:
    assert "Make your account" in client.get("/").text
    assert make(client) == (303, "/")
    page = client.get("/")
    assert "Make your account" not in page.text
    assert "Olga Owner" in page.text
    assert app.test_client().get("/").status_code == 303


def test_what_is_wrong_is_said_and_nothing_typed_is_lost_but_the_password(
    client: FlaskClient, sqlite_database: Database
) -> None:
    for wrong in (
        {"email": "nonsense"},
        {"password": "short"},
        {"name": " "},
        {"password": "olga@shops.example"},
    ):
        status, page = make(client, **wrong)
        assert status == 400
        assert "Not made." in page
        assert "a walk by" not in page
        assert wrong.get("email", "Olga@Shops.example") in page
    with sqlite_database.reading() as session:
        assert not accounts.exist(session)


def test_the_second_of_two_is_led_to_the_way_in(client: FlaskClient, app: Flask) -> None:
    late = app.test_client()
    token = form_token(late.get("/first-account"))
    make(client)
    answer = late.post("/first-account", data={"form_token": token} | OWNER)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert late.get("/first-account").status_code == 303


def test_nobody_makes_it_from_another_machine(client: FlaskClient) -> None:
    answer = client.get("/first-account", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 403
    assert "shopbell people add" in answer.text
