"""Signing in at the desk: the way in, the way on, and nothing typed lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.alerts.letter import Letter
from service.db import Database
from service.domain import Role
from service.models import DeskSession, LoginLink, Question
from service.people import accounts, passwords, sessions, sign_in, tokens
from service.settings import Settings
from service.web import door
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import COOKIE, browser
from tests.web.reading import form_token

PASSWORD = "a walk by the harbour"
OUTSIDE = {"REMOTE_ADDR": "203.0.113.9"}


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
def people(sqlite_database: Database, now: datetime) -> People:
    return People(sqlite_database, now)


@pytest.fixture
def owner(people: People) -> int:
    return people.owner()


@pytest.fixture
def known(people: People, owner: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """The owner has a password; hashing is quick here, and has tests of its own."""
    monkeypatch.setattr(passwords, "fits", lambda stored, typed: stored is not None and stored == typed)
    with people.database.transaction() as session:
        accounts.set_password(session, owner, PASSWORD, by="Olga", now=people.now)
    return "olga@shops.example"


def sign_in_with(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> TestResponse:
    token = form_token(client.get("/sign-in"))
    sent = {"form_token": token, "email": email, "password": password} | more
    return client.post("/sign-in", data=sent)


def kept_in(page: TestResponse) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page.text)
    assert found, "nothing is kept in the page"
    return found[1]


def link_for(people: People, person: int, good_for: timedelta = timedelta(minutes=30)) -> str:
    with people.database.transaction() as session:
        return sign_in.make_link(session, person, good_for, people.now)


def test_a_desk_with_accounts_asks_who_is_there_and_leads_on(client: FlaskClient, known: str) -> None:
    asked = client.get("/?state=all")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?next=/?state%3Dall")
    page = client.get(asked.headers["Location"])
    assert page.status_code == 200
    answer = sign_in_with(client, "Olga@Shops.Example", next="/?state=all")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?state=all")
    assert "Olga Owner" in client.get("/?state=all").text


def test_it_opens_from_other_machines_too(client: FlaskClient, known: str) -> None:
    assert client.get("/", environ_overrides=OUTSIDE).status_code == 303
    assert sign_in_with(client, known).status_code == 303
    assert client.get("/", environ_overrides=OUTSIDE).status_code == 200
    assert client.get("/", headers={"X-Forwarded-For": "198.51.100.4"}).status_code == 200


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "x", "", "/a\nb"],
)
def test_nobody_is_led_to_another_site(client: FlaskClient, known: str, to: str) -> None:
    assert sign_in_with(client, known, next=to).headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: FlaskClient, known: str) -> None:
    pages = [sign_in_with(client, email, "wrong") for email in (known, "nobody@shops.example", "nonsense")]
    assert [page.status_code for page in pages] == [403] * 3
    said = {re.sub(r'value="[^"]*"', "", page.text) for page in pages}
    assert len(said) == 1
    assert client.get("/").status_code == 303


def test_too_many_tries_must_wait(client: FlaskClient, known: str) -> None:
    for _ in range(10):
        assert "do not belong together" in sign_in_with(client, known, "wrong").text
    assert "Wait 15 minutes" in sign_in_with(client, known).text
    assert client.get("/").status_code == 303


def test_signing_in_needs_a_form_of_ours(client: FlaskClient, known: str) -> None:
    client.get("/sign-in")
    assert client.post("/sign-in", data={"email": known, "password": PASSWORD}).status_code == 403


def test_the_cookie_is_out_of_reach(client: FlaskClient, known: str) -> None:
    cookie = next(
        one for one in sign_in_with(client, known).headers.getlist("Set-Cookie") if "Max-Age" in one
    )
    assert cookie.startswith("shopbell=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_is_the_hosts_own(
    sqlite_database: Database, tmp_path: Path, now: datetime, known: str
) -> None:
    settings = Settings(data=tmp_path, url="https://bell.example.com")
    client = create_app(settings, sqlite_database, lambda: now).test_client()
    base = "https://bell.example.com"
    token = form_token(client.get("/sign-in", base_url=base))
    sent = {"form_token": token, "email": known, "password": PASSWORD}
    cookies = client.post("/sign-in", data=sent, base_url=base).headers.getlist("Set-Cookie")
    (cookie,) = [one for one in cookies if one.startswith("__Host-shopbell=")]
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert client.get("/", base_url=base).status_code == 200


def test_a_stolen_token_is_worth_nothing_after_signing_in_anew(
    app: Flask, client: FlaskClient, people: People, owner: int, known: str
) -> None:
    thief = app.test_client()
    stolen = people.token(owner)
    for one in (client, thief):
        one.set_cookie(COOKIE, stolen)
        assert one.get("/").status_code == 200
    link = link_for(people, owner)
    token = form_token(client.get(f"/sign-in/{link}"))
    assert client.post(f"/sign-in/{link}", data={"form_token": token}).status_code == 303
    assert client.get("/").status_code == 200
    assert thief.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, app: Flask, known: str) -> None:
    sign_in_with(client, known)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    token = form_token(client.get("/you"))
    assert client.post("/sign-out", data={"form_token": token}).headers["Location"] == "/sign-in"
    thief = app.test_client()
    thief.set_cookie(COOKIE, cookie.value)
    assert thief.get("/").status_code == 303


def test_a_scanner_that_follows_a_link_spends_nothing(
    client: FlaskClient, people: People, owner: int
) -> None:
    link = link_for(people, owner)
    for _ in range(5):
        assert "Opening this page has changed nothing" in client.get(f"/sign-in/{link}").text
        client.head(f"/sign-in/{link}")
    assert client.get("/").status_code == 303
    token = form_token(client.get(f"/sign-in/{link}"))
    sent = {"form_token": token, "next": "/health"}
    answer = client.post(f"/sign-in/{link}", data=sent)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/health")
    assert client.get("/health").status_code == 200
    assert client.get(f"/sign-in/{link}").status_code == 410


def test_a_link_needs_the_browser_that_opened_it(client: FlaskClient, people: People, owner: int) -> None:
    link = link_for(people, owner)
    assert client.post(f"/sign-in/{link}").status_code == 403
    with people.database.reading() as session:
        assert sign_in.whose_link(session, link, people.now)


@pytest.mark.parametrize("token", ["x", "y" * 300])
def test_a_link_that_is_nobodys_says_what_to_do(client: FlaskClient, owner: int, token: str) -> None:
    page = client.get(f"/sign-in/{token}")
    assert page.status_code == 410
    assert "Ask for a new one" in page.text


@dataclass
class Postman:
    """Takes the letters that would go out."""

    letters: list[Letter] = field(default_factory=list)

    def carry(self, letter: Letter, now: datetime) -> None:
        self.letters.append(letter)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    postman = Postman()
    monkeypatch.setattr("service.alerts.door_letter.carrier_for", lambda *_parts: postman)
    return postman


def test_a_link_is_mailed_to_who_is_here_and_everybody_reads_the_same(
    sqlite_database: Database, tmp_path: Path, now: datetime, owner: int, postman: Postman
) -> None:
    settings = Settings(data=tmp_path, mail=SecretStr("smtp://mail.example"), mail_from="bell@example.com")
    app = create_app(settings, sqlite_database, lambda: now)
    said = []
    for email in ("olga@shops.example", "nobody@shops.example", "nonsense"):
        client = app.test_client()
        token = form_token(client.get("/sign-in?next=/health"))
        sent = {"form_token": token, "email": email, "next": "/health"}
        said.append(client.post("/sign-in/mail", data=sent).text)
    app.extensions[door.EXTENSION].mailing.shutdown(wait=True)
    assert len(set(said)) == 1
    (letter,) = postman.letters
    assert letter.to.address == "olga@shops.example"
    found = re.search(r"http://127.0.0.1:8080(/sign-in/\S+)", letter.text)
    assert found
    page = app.test_client().get(found[1])
    assert "Olga Owner" in page.text
    assert 'name="next" value="/health"' in page.text


def test_enter_in_the_passwords_field_signs_in(client: FlaskClient, known: str) -> None:
    """It presses the first button of the form, which mails a link."""
    sent = {"form_token": form_token(client.get("/sign-in")), "email": known, "password": PASSWORD}
    assert client.post("/sign-in/mail", data=sent).status_code == 303
    assert client.get("/").status_code == 200


def test_twelve_idle_hours_ask_again(client: FlaskClient, clock: Clock, known: str) -> None:
    sign_in_with(client, known)
    clock.at += timedelta(hours=11)
    assert client.get("/").status_code == 200
    clock.at += timedelta(hours=11)
    assert client.get("/").status_code == 200
    clock.at += timedelta(hours=12)
    assert client.get("/").status_code == 303


@pytest.fixture
def asked(people: People, shop: int) -> int:
    """A question to answer."""
    with people.database.transaction() as session:
        payload = {"item": {}, "route": "mail", "candidates": [1], "at": people.now.isoformat()}
        question = Question(
            kind="twins", dedupe_key="x", listing_id=shop, asked_at=people.now, payload=payload
        )
        session.add(question)
        session.flush()
        return question.id or 0


def typed_and_signed_out(client: FlaskClient, clock: Clock, known: str, **fields: str) -> TestResponse:
    """A form is opened, twelve hours pass, and it is sent."""
    sign_in_with(client, known)
    token = form_token(client.get("/questions"))
    clock.at += timedelta(hours=13)
    return client.post("/questions/1", data={"form_token": token} | fields)


def test_nothing_typed_is_lost_when_a_session_ends(
    client: FlaskClient, clock: Clock, known: str, asked: int
) -> None:
    page = typed_and_signed_out(client, clock, known, choice="new", note="<b>for Marta</b>")
    assert page.status_code == 401
    assert "nothing is lost" in page.text
    shown = sign_in_with(client, known, kept=kept_in(page))
    assert shown.status_code == 200
    assert "Nothing was changed" in shown.text
    assert 'action="/questions/1"' in shown.text
    assert 'name="choice" value="new"' in shown.text
    assert "&lt;b&gt;for Marta&lt;/b&gt;" in shown.text
    token = form_token(shown)
    sent = client.post("/questions/1", data={"form_token": token, "choice": "99"})
    assert "is not one of those" in sent.text


def test_a_wrong_password_keeps_what_was_kept(
    client: FlaskClient, clock: Clock, known: str, asked: int
) -> None:
    page = typed_and_signed_out(client, clock, known, choice="new")
    again = sign_in_with(client, known, "wrong", kept=kept_in(page))
    assert kept_in(again) == kept_in(page)


def test_passwords_and_secret_addresses_are_never_kept(
    client: FlaskClient, clock: Clock, known: str, asked: int
) -> None:
    page = typed_and_signed_out(
        client, clock, known, passphrase="open sesame", password_new="hush hush", choice="new"
    )
    shown = sign_in_with(client, known, kept=kept_in(page))
    assert "sesame" not in shown.text
    assert "hush" not in shown.text
    assert 'value="new"' in shown.text
    token = form_token(client.get("/feeds"))
    clock.at += timedelta(hours=13)
    sent = {"form_token": token, "url": "https://www.google.com/alerts/feeds/1/2", "title": "Our alert"}
    page = client.post("/feeds", data=sent)
    shown = sign_in_with(client, known, kept=kept_in(page))
    assert "Our alert" in shown.text
    assert "alerts/feeds" not in shown.text


def test_what_was_typed_is_shown_to_nobody_else(
    client: FlaskClient, app: Flask, clock: Clock, people: People, known: str, asked: int
) -> None:
    kim = people.person("Kim Park", Role.ADMIN)
    with people.database.transaction() as session:
        accounts.set_password(session, kim, PASSWORD, by="x", now=people.now)
    page = typed_and_signed_out(client, clock, known, choice="new")
    answer = sign_in_with(client, "kim@shops.example", kept=kept_in(page))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    elsewhere = app.test_client()
    answer = sign_in_with(elsewhere, known, kept=kept_in(page))
    assert answer.status_code == 303


@pytest.mark.parametrize("kept", ["x", "eyJ0byI6Ii8ifQ.aaaa.bbbb", "😀" * 3])
def test_nobody_can_put_words_into_a_kept_form(client: FlaskClient, known: str, kept: str) -> None:
    assert sign_in_with(client, known, kept=kept).status_code == 303


def test_a_foreign_form_is_not_kept(client: FlaskClient, owner: int) -> None:
    page = client.post("/questions/1", data={"choice": "new"})
    assert page.status_code == 401
    assert 'name="kept"' not in page.text


def test_after_signing_in_in_another_tab_the_old_page_still_sends(
    client: FlaskClient, clock: Clock, people: People, owner: int, known: str, asked: int
) -> None:
    """Its form is of a session that is over: shown again, then sent."""
    page = typed_and_signed_out(client, clock, known, choice="new")
    people.now = clock.at
    link = link_for(people, owner)
    token = form_token(client.get(f"/sign-in/{link}"))
    client.post(f"/sign-in/{link}", data={"form_token": token})
    sent = {"form_token": form_token(page), "kept": kept_in(page)}
    shown = client.post("/sign-in/again", data=sent)
    assert 'name="choice" value="new"' in shown.text


def test_a_form_of_an_older_session_is_shown_and_not_acted_on(
    client: FlaskClient, people: People, known: str, asked: int
) -> None:
    sign_in_with(client, known)
    token = form_token(client.get("/questions"))
    sign_in_with_fresh = form_token(client.get("/questions"))
    assert sign_in_with_fresh
    client.delete_cookie(COOKIE)
    sign_in_with(client, known)
    shown = client.post("/questions/1", data={"form_token": token, "choice": "new"})
    assert shown.status_code == 409
    assert "Not sent yet" in shown.text
    with people.database.reading() as session:
        assert session.execute(select(Question)).scalar_one().answered_at is None


def test_a_file_cannot_be_kept_and_the_page_says_so(client: FlaskClient, owner: int) -> None:
    page = client.post("/bring/file", data={"file": (BytesIO(b"x"), "a.csv")})
    assert page.status_code == 401
    assert "choose it again" in page.text


def test_whoever_is_signed_in_is_led_past_the_door(app: Flask, people: People, owner: int) -> None:
    client = browser(app, people, owner)
    assert client.get("/sign-in?next=/health").headers["Location"] == "/health"
    assert client.get("/first-account").headers["Location"] == "/sign-in"


def test_letters_open_for_nobody_in_particular(
    client: FlaskClient, owner: int, rows: Rows, shop: int, links: object
) -> None:
    from service.people.links import Links, Purpose

    assert isinstance(links, Links)
    token = links.token(Purpose.REVIEW, rows.review(shop), rows.now)
    page = client.get(f"/r/{token}", environ_overrides=OUTSIDE)
    assert page.status_code == 200
    assert "Marta K." in page.text


def test_nothing_that_opens_lies_in_the_database(
    client: FlaskClient, people: People, owner: int, known: str
) -> None:
    sign_in_with(client, known)
    link = link_for(people, owner)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    with people.database.reading() as session:
        (row,) = session.execute(select(DeskSession)).scalars()
        links = session.execute(select(LoginLink)).scalars()
        assert row.token_sha256 == tokens.kept(cookie.value)
        assert [one.token_sha256 for one in links] == [tokens.kept(link)]
        assert sessions.read(session, row.token_sha256.hex(), people.now) is None
