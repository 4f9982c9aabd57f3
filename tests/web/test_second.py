"""The second factor at the door: a passkey alone, or a code after the first proof, and nothing else."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from service.db import Database
from service.domain import Role
from service.models import AuditBody, DeskSession, Person
from service.people import accounts, codes, factors, passwords, sign_in
from service.people.challenges import GOOD_FOR
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.web.app import create_app
from tests.accounts import People
from tests.authenticator import Device
from tests.web.reading import form_token

PASSWORD = "a walk by the harbour"
BASE = "http://localhost"


@dataclass
class Clock:
    """The desk's clock, set by hand."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def app(settings: Settings, sqlite_database: Database, clock: Clock) -> Flask:
    return create_app(settings, sqlite_database, clock)


@pytest.fixture
def people(sqlite_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> People:
    """The owner has a password; hashing is quick here, and has tests of its own."""
    monkeypatch.setattr(passwords, "fits", lambda stored, typed: stored is not None and stored == typed)
    people = People(sqlite_database, now)
    people.owner()
    with sqlite_database.transaction() as session:
        accounts.set_password(session, 1, PASSWORD, by="Olga", now=now)
    return people


@pytest.fixture
def secret(people: People, settings: Settings) -> str:
    """The owner has codes."""
    made, before = codes.new_secret(), people.now - timedelta(hours=1)
    with people.database.transaction() as session:
        typed = pyotp.TOTP(made).at(before)
        codes.turn_on(session, Vault(the_secret(settings)), 1, made, typed, before)
    return made


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def asked_of_browser(page: TestResponse, kind: str = "use") -> tuple[str, str]:
    """The options in the page, and the challenge's sealed form."""
    found = re.search(rf'data-passkey="{kind}" data-options="([^"]+)"', page.text)
    assert found, "the page asks for no passkey"
    sealed = re.search(r'name="passkey_challenge" value="([^"]+)"', page.text)
    assert sealed
    return html.unescape(found[1]), sealed[1]


def by_password(client: FlaskClient, **more: str) -> TestResponse:
    token = form_token(client.get("/sign-in"))
    sent = {"form_token": token, "email": "olga@shops.example", "password": PASSWORD} | more
    return client.post("/sign-in", data=sent)


def type_code(client: FlaskClient, page: TestResponse, typed: str, field: str = "code") -> TestResponse:
    proof = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert proof, "the page asks for no code"
    sent = {"form_token": form_token(page), "proof": proof[1], field: typed, "next": "/health"}
    return client.post("/sign-in/code", data=sent)


def add_passkey(client: FlaskClient, device: Device | None = None) -> Device:
    """A passkey of whoever is signed in, made as her browser makes it."""
    device = device or Device()
    page = client.get("/you/second", base_url=BASE)
    options, sealed = asked_of_browser(page, "add")
    sent = {"form_token": form_token(page), "passkey_challenge": sealed, "label": "My phone"}
    answer = client.post(
        "/you/second/passkeys", base_url=BASE, data=sent | {"passkey_answer": device.make(options)}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/you/second?done=added"), answer.text
    return device


@pytest.fixture
def device(app: Flask, people: People) -> Device:
    """A passkey of the owner's."""
    client = app.test_client()
    client.get("/sign-in", base_url=BASE)
    client.set_cookie("shopbell", people.token(1), domain="localhost")
    return add_passkey(client)


def show_passkey(client: FlaskClient, device: Device, **more: str) -> TestResponse:
    page = client.get("/sign-in?next=/health", base_url=BASE)
    options, sealed = asked_of_browser(page)
    sent = {"form_token": form_token(page), "passkey_challenge": sealed, "next": "/health"}
    sent |= {"passkey_answer": device.use(options)} | more
    return client.post("/sign-in/passkey", base_url=BASE, data=sent)


def second_at(people: People) -> list[datetime | None]:
    with people.database.reading() as session:
        return [row.second_at for row in session.exec(select(DeskSession))]


def test_a_passkey_signs_in_by_itself_and_counts_as_both(app: Flask, people: People, device: Device) -> None:
    client = app.test_client()
    answer = show_passkey(client, device)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/health")
    assert "Olga Owner" in client.get("/health", base_url=BASE).text
    assert second_at(people) == [people.now, people.now]
    with people.database.reading() as session:
        (told,) = session.exec(select(AuditBody).where(AuditBody.kind == "sign_in"))
    assert told.body == {"person": "Olga Owner", "about": "Olga Owner", "second": "a passkey"}


def test_a_passkey_needs_no_code_beside_it(app: Flask, people: People, device: Device, secret: str) -> None:
    assert show_passkey(app.test_client(), device).status_code == 303


def test_an_answer_is_good_once(app: Flask, device: Device) -> None:
    client = app.test_client()
    page = client.get("/sign-in", base_url=BASE)
    options, sealed = asked_of_browser(page)
    sent = {"form_token": form_token(page), "passkey_challenge": sealed}
    device.counts = False
    device.count = 0
    with_answer = sent | {"passkey_answer": device.use(options)}
    assert client.post("/sign-in/passkey", base_url=BASE, data=with_answer).status_code == 303
    again = client.post("/sign-in/passkey", base_url=BASE, data=with_answer)
    assert (again.status_code, "Try" in again.text or "try again" in again.text) == (403, True)


def test_a_page_that_stood_open_too_long_gets_a_fresh_one(app: Flask, device: Device, clock: Clock) -> None:
    client = app.test_client()
    page = client.get("/sign-in", base_url=BASE)
    options, sealed = asked_of_browser(page)
    clock.at += GOOD_FOR
    sent = {
        "form_token": form_token(page),
        "passkey_challenge": sealed,
        "passkey_answer": device.use(options),
    }
    late = client.post("/sign-in/passkey", base_url=BASE, data=sent)
    assert late.status_code == 403
    assert "try again" in late.text
    assert asked_of_browser(late)[1] != sealed


def test_what_was_asked_of_one_browser_is_not_taken_from_another(app: Flask, device: Device) -> None:
    victim, other = app.test_client(), app.test_client()
    options, sealed = asked_of_browser(victim.get("/sign-in", base_url=BASE))
    page = other.get("/sign-in", base_url=BASE)
    sent = {
        "form_token": form_token(page),
        "passkey_challenge": sealed,
        "passkey_answer": device.use(options),
    }
    assert other.post("/sign-in/passkey", base_url=BASE, data=sent).status_code == 403


def test_a_challenge_for_proving_signs_nobody_in(app: Flask, people: People, device: Device) -> None:
    client = app.test_client()
    client.get("/sign-in", base_url=BASE)
    client.set_cookie("shopbell", people.token(1), domain="localhost")
    page = client.get("/you/second", base_url=BASE)
    options, sealed = asked_of_browser(page)
    sent = {
        "form_token": form_token(page),
        "passkey_challenge": sealed,
        "passkey_answer": device.use(options),
    }
    assert client.post("/sign-in/passkey", base_url=BASE, data=sent).status_code == 403


def test_who_has_left_is_not_let_in(app: Flask, people: People, device: Device) -> None:
    with people.database.transaction() as session:
        session.get_one(Person, 1).disabled_at = people.now
    assert "not known here any more" in show_passkey(app.test_client(), device).text


@pytest.mark.parametrize("answer", ["", "{}", "x", json.dumps({"id": 1})])
def test_what_is_no_answer_is_refused_humanely(app: Flask, device: Device, answer: str) -> None:
    page = show_passkey(app.test_client(), device, passkey_answer=answer)
    assert page.status_code == 403
    assert "try again" in page.text


def test_too_many_passkeys_from_one_place_must_wait(app: Flask, device: Device) -> None:
    client = app.test_client()
    for _ in range(60):
        show_passkey(client, device, passkey_answer="x")
    assert "Wait 15 minutes" in show_passkey(client, device).text


def test_no_passkey_is_asked_for_where_none_can_be_shown(app: Flask, people: People) -> None:
    assert "data-passkey" not in app.test_client().get("/sign-in", base_url=BASE).text


def test_under_a_number_none_is_asked_for(app: Flask, device: Device) -> None:
    page = app.test_client().get("/sign-in", base_url="http://127.0.0.1:8080").text
    assert "data-passkey" not in page
    assert "Your password" in page


def test_who_has_codes_is_asked_for_one_after_her_password(
    app: Flask, people: People, secret: str, clock: Clock
) -> None:
    client = app.test_client()
    page = by_password(client)
    assert (page.status_code, "One thing more" in page.text) == (200, True)
    assert client.get("/").status_code == 303
    wrong = type_code(client, page, "12")
    assert (wrong.status_code, "does not fit" in wrong.text) == (403, True)
    typed = code(secret, clock.at)
    answer = type_code(client, wrong, typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/health")
    assert second_at(people) == [people.now]
    other = app.test_client()
    assert "does not fit" in type_code(other, by_password(other), typed).text


def test_a_link_asks_for_the_code_too(app: Flask, people: People, secret: str, clock: Clock) -> None:
    with people.database.transaction() as session:
        token = sign_in.make_link(session, 1, timedelta(minutes=30), people.now)
    client = app.test_client()
    opened = client.get(f"/sign-in/{token}")
    page = client.post(f"/sign-in/{token}", data={"form_token": form_token(opened)})
    assert client.get("/").status_code == 303
    assert type_code(client, page, code(secret, clock.at)).status_code == 303


def test_a_recovery_code_lets_in_once(app: Flask, people: People, secret: str) -> None:
    with people.database.transaction() as session:
        (one, *_) = codes.renew_recovery(session, 1, people.now)
    client, other = app.test_client(), app.test_client()
    assert type_code(client, by_password(client), one, "recovery").status_code == 303
    assert type_code(other, by_password(other), one, "recovery").status_code == 403


def test_codes_cannot_be_tried_for_long(app: Flask, secret: str, clock: Clock) -> None:
    client = app.test_client()
    page = by_password(client)
    for _ in range(5):
        page = type_code(client, page, "000")
    assert "Wait 15 minutes" in type_code(client, page, code(secret, clock.at)).text
    assert client.get("/").status_code == 303


def test_the_first_proof_is_of_one_browser_and_not_for_long(app: Flask, secret: str, clock: Clock) -> None:
    client, other = app.test_client(), app.test_client()
    page = by_password(client)
    proof = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert proof
    theirs = {"form_token": form_token(other.get("/sign-in")), "code": code(secret, clock.at)}
    for sent in (proof[1], "", "x.y"):
        answer = other.post("/sign-in/code", data=theirs | {"proof": sent})
        assert (answer.status_code, "took too long" in answer.text) == (403, True)
    clock.at += timedelta(minutes=10)
    assert "took too long" in type_code(client, page, code(secret, clock.at)).text


def test_what_was_typed_goes_on_through_the_code(
    app: Flask, people: People, secret: str, clock: Clock
) -> None:
    client = app.test_client()
    client.set_cookie("shopbell", people.token(1))
    token = form_token(client.get("/people"))
    client.delete_cookie("shopbell")
    asked = client.post("/people", data={"form_token": token, "name": "Kim Park", "email": "k@x.example"})
    found = re.search(r'name="kept" value="([^"]+)"', asked.text)
    assert found
    page = by_password(client, kept=found[1])
    proof = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert proof
    sent = {"form_token": form_token(page), "proof": proof[1], "kept": found[1]}
    shown = client.post("/sign-in/code", data=sent | {"code": code(secret, clock.at)})
    assert 'value="Kim Park"' in shown.text


def must_show(app: Flask, people: People, role: Role) -> FlaskClient:
    """Somebody of that role, signed in by one factor where two are asked for."""
    person = people.person("Ada", role)
    with people.database.transaction() as session:
        factors.require(session, True, by="Olga Owner", now=people.now)
    client = app.test_client()
    client.get("/sign-in", base_url=BASE)
    client.set_cookie("shopbell", people.token(person), domain="localhost")
    return client


def test_a_role_that_signs_is_led_to_set_one_up_and_then_acts(app: Flask, people: People) -> None:
    client = must_show(app, people, Role.APPROVER)
    led = client.get("/packs", base_url=BASE)
    assert (led.status_code, led.headers["Location"]) == (303, "/you/second?next=/packs")
    assert "Set up a second factor first" in client.get(led.headers["Location"], base_url=BASE).text
    add_passkey(client)
    assert client.get("/packs", base_url=BASE).status_code == 200


def test_a_form_of_such_a_role_changes_nothing_and_is_kept(app: Flask, people: People) -> None:
    client = must_show(app, people, Role.ADMIN)
    token = form_token(client.get("/you", base_url=BASE))
    typed = {"form_token": token, "name": "Kim Park", "email": "kim@shops.example", "role": "viewer"}
    answer = client.post("/people", base_url=BASE, data=typed)
    assert (answer.status_code, "asks for a second factor first" in answer.text) == (403, True)
    assert 'value="Kim Park"' in answer.text
    foreign = client.post("/people", base_url=BASE, data=typed | {"form_token": "x"})
    assert (foreign.status_code, "Kim Park" in foreign.text) == (403, False)
    add_passkey(client)
    assert client.post("/people", base_url=BASE, data=typed).status_code == 303
