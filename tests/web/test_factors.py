"""Your passkeys and codes: changed only by who has just proved herself; others help where they are lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from service.db import Database
from service.domain import Role
from service.models import AuditBody, Person
from service.people import accounts, codes, factors, passkeys, passwords
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.web.app import create_app
from tests.accounts import People
from tests.authenticator import Device
from tests.web.reading import form_token
from tests.web.test_second import BASE, Clock, add_passkey, asked_of_browser, code

PASSWORD = "a walk by the harbour"
LATER = timedelta(minutes=20)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def app(settings: Settings, sqlite_database: Database, clock: Clock) -> Flask:
    return create_app(settings, sqlite_database, clock)


@pytest.fixture
def people(sqlite_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(passwords, "fits", lambda stored, typed: stored is not None and stored == typed)
    people = People(sqlite_database, now)
    people.owner()
    return people


def at_desk(app: Flask, people: People, person: int = 1) -> FlaskClient:
    client = app.test_client()
    client.get("/sign-in", base_url=BASE)
    client.set_cookie("shopbell", people.token(person), domain="localhost")
    return client


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    token = form_token(client.get("/you/second", base_url=BASE))
    return client.post(path, base_url=BASE, data={"form_token": token} | fields)


def secret_in(page: TestResponse) -> tuple[str, str]:
    shown = re.search(r'<code class="command">([A-Z2-7 ]+)</code>', page.text)
    sealed = re.search(r'name="secret_sealed" value="([^"]+)"', page.text)
    assert shown
    assert sealed
    return shown[1].replace(" ", ""), sealed[1]


def turn_codes_on(client: FlaskClient, at: datetime) -> tuple[str, list[str]]:
    secret, sealed = secret_in(press(client, "/you/second/codes"))
    page = press(client, "/you/second/codes/on", secret_sealed=sealed, code=code(secret, at))
    assert page.status_code == 200
    return secret, re.findall(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", page.text)


def test_a_passkey_is_listed_and_taken_back(app: Flask, people: People) -> None:
    client = at_desk(app, people)
    add_passkey(client)
    page = client.get("/you/second", base_url=BASE).text
    assert "My phone" in page
    assert "1 passkey" in client.get("/you", base_url=BASE).text
    assert press(client, "/you/second/passkeys/1/remove").status_code == 303
    assert "My phone" not in client.get("/you/second", base_url=BASE).text
    with people.database.reading() as session:
        kinds = [one.kind for one in session.exec(select(AuditBody)) if one.kind.startswith("passkey")]
    assert kinds == ["passkey_added", "passkey_removed"]


def test_nobody_takes_back_anothers(app: Flask, people: People) -> None:
    add_passkey(at_desk(app, people))
    kim = at_desk(app, people, people.person("Kim", Role.ADMIN))
    assert press(kim, "/you/second/passkeys/1/remove").status_code == 303
    with people.database.reading() as session:
        assert len(passkeys.listed(session, 1)) == 1


def test_an_old_session_must_be_proved_before_anything_is_changed(
    app: Flask, people: People, clock: Clock
) -> None:
    with people.database.transaction() as session:
        accounts.set_password(session, 1, PASSWORD, by="Olga", now=people.now)
    client = at_desk(app, people)
    clock.at += LATER
    for path in ("passkeys", "passkeys/1/remove", "codes", "codes/on", "codes/off", "recovery"):
        answer = press(client, f"/you/second/{path}")
        assert (answer.status_code, "Show first that it is you" in answer.text) == (403, True), path
    assert press(client, "/you/second/prove", password_now="wrong").status_code == 403
    led = press(client, "/you/second/prove", password_now=PASSWORD, next="/health")
    assert (led.status_code, led.headers["Location"]) == (303, "/health")
    add_passkey(client)


def test_a_password_is_no_proof_for_who_has_a_passkey(app: Flask, people: People, clock: Clock) -> None:
    with people.database.transaction() as session:
        accounts.set_password(session, 1, PASSWORD, by="Olga", now=people.now)
    client = at_desk(app, people)
    device = add_passkey(client)
    clock.at += LATER
    assert press(client, "/you/second/prove", password_now=PASSWORD).status_code == 403
    page = client.get("/you/second", base_url=BASE)
    options, sealed = asked_of_browser(page)
    sent = {"passkey_challenge": sealed, "passkey_answer": device.use(options)}
    assert press(client, "/you/second/prove", **sent).status_code == 303
    assert press(client, "/you/second/codes").status_code == 200


def test_anothers_passkey_proves_nothing(app: Flask, people: People, clock: Clock) -> None:
    theirs = add_passkey(at_desk(app, people, people.person("Kim", Role.ADMIN)))
    client = at_desk(app, people)
    add_passkey(client, Device())
    clock.at += LATER
    options, sealed = asked_of_browser(client.get("/you/second", base_url=BASE))
    sent = {"passkey_challenge": sealed, "passkey_answer": theirs.use(options)}
    assert press(client, "/you/second/prove", **sent).status_code == 403


def test_codes_are_set_up_with_a_picture_and_ten_recovery_codes(
    app: Flask, people: People, clock: Clock
) -> None:
    client = at_desk(app, people)
    page = press(client, "/you/second/codes")
    secret, sealed = secret_in(page)
    assert "<svg" in page.text
    wrong = press(client, "/you/second/codes/on", secret_sealed=sealed, code="12")
    assert (wrong.status_code, secret_in(wrong)[0]) == (400, secret)
    done = press(client, "/you/second/codes/on", secret_sealed=sealed, code=code(secret, clock.at))
    assert len(re.findall(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", done.text)) == 10
    again = press(client, "/you/second/codes/on", secret_sealed=sealed, code=code(secret, clock.at))
    assert (again.status_code, "have codes already" in again.text) == (409, True)
    assert press(client, "/you/second/codes").status_code == 303
    assert "10 recovery codes left" in client.get("/you/second", base_url=BASE).text


def test_a_secret_of_another_session_or_an_old_page_is_refused(
    app: Flask, people: People, clock: Clock, settings: Settings
) -> None:
    client, other = at_desk(app, people), at_desk(app, people)
    secret, sealed = secret_in(press(client, "/you/second/codes"))
    for sent in (sealed, "", "x", "ä"):
        answer = press(other, "/you/second/codes/on", secret_sealed=sent, code=code(secret, clock.at))
        assert (answer.status_code, "from the start" in answer.text) == (403, True)
    with people.database.reading() as session:
        assert session.get_one(Person, 1).totp_enc is None


def test_codes_are_renewed_proved_with_and_turned_off(app: Flask, people: People, clock: Clock) -> None:
    client = at_desk(app, people)
    secret, first = turn_codes_on(client, clock.at)
    renewed = re.findall(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", press(client, "/you/second/recovery").text)
    assert len(renewed) == 10
    assert not set(first) & set(renewed)
    clock.at += LATER
    assert press(client, "/you/second/codes/off").status_code == 403
    assert press(client, "/you/second/prove", code=code(secret, clock.at)).status_code == 303
    assert press(client, "/you/second/codes/off").headers["Location"] == "/you/second?done=off"
    with people.database.reading() as session:
        assert not factors.held(session, 1)


def test_the_last_one_stays_where_it_is_asked_for(app: Flask, people: People, clock: Clock) -> None:
    client = at_desk(app, people)
    add_passkey(client)
    assert press(client, "/settings/second", on="1").headers["Location"] == "/settings#second"
    assert "add another first" in press(client, "/you/second/passkeys/1/remove").text
    turn_codes_on(client, clock.at)
    assert press(client, "/you/second/passkeys/1/remove").status_code == 303
    assert "add another first" in press(client, "/you/second/codes/off").text


def test_who_asks_for_it_has_shown_hers(app: Flask, people: People) -> None:
    client = at_desk(app, people)
    answer = press(client, "/settings/second", on="1")
    assert (answer.status_code, "Show your own second factor" in answer.text) == (409, True)
    add_passkey(client)
    people.person("Ada Approver", Role.APPROVER)
    assert "Without one: <bdi>Ada Approver</bdi>" in client.get("/settings", base_url=BASE).text
    assert press(client, "/settings/second", on="1").status_code == 303
    assert press(client, "/settings/second").status_code == 303
    with people.database.reading() as session:
        assert factors.required_since(session) is None


def test_an_administrator_takes_a_lost_one_away(
    app: Flask, people: People, clock: Clock, settings: Settings
) -> None:
    kim = people.person("Kim", Role.APPROVER)
    hers = at_desk(app, people, kim)
    add_passkey(hers)
    client = at_desk(app, people)
    assert "1 passkey" in client.get(f"/people/{kim}", base_url=BASE).text
    assert press(client, f"/people/{kim}/reset").headers["Location"] == f"/people/{kim}?done=reset"
    assert hers.get("/you", base_url=BASE).status_code == 303
    assert "taken away" in client.get(f"/people/{kim}?done=reset", base_url=BASE).text
    clock.at += LATER
    assert press(client, f"/people/{kim}/reset").headers["Location"] == f"/you/second?next=/people/{kim}"
    assert press(at_desk(app, people), "/people/99/reset").status_code in (303, 409)


def test_a_lost_secret_of_the_installation_says_what_helps(app: Flask, people: People, clock: Clock) -> None:
    client = at_desk(app, people)
    secret, _ = turn_codes_on(client, clock.at)
    with people.database.transaction() as session:
        person = session.get_one(Person, 1)
        person.totp_enc = Vault(bytes(32)).encrypt(secret, place="person:1 codes")
    clock.at += LATER
    assert "people reset" in press(client, "/you/second/prove", code=code(secret, clock.at)).text


def test_neither_secrets_nor_codes_are_kept_in_a_page_when_a_session_ends(
    app: Flask, people: People, clock: Clock
) -> None:
    client = at_desk(app, people)
    page = press(client, "/you/second/codes")
    secret, sealed = secret_in(page)
    token = form_token(page)
    client.delete_cookie("shopbell", domain="localhost")
    sent = {"form_token": token, "secret_sealed": sealed, "code": code(secret, clock.at)}
    asked = client.post("/you/second/codes/on", base_url=BASE, data=sent)
    assert asked.status_code == 401
    assert sealed not in asked.text


def test_a_secret_at_rest_is_sealed(people: People, settings: Settings, app: Flask, clock: Clock) -> None:
    secret, _ = turn_codes_on(at_desk(app, people), clock.at)
    with people.database.reading() as session:
        kept = session.get_one(Person, 1).totp_enc or b""
    assert Vault(the_secret(settings)).decrypt(kept, place="person:1 codes") == secret
    assert codes.spaced(secret).encode() not in kept
