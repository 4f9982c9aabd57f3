"""The webhooks' screen: an address and its secret are shown to nobody, and a test tells the truth."""

from __future__ import annotations

import base64
import html
import re
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from service.db import Database
from service.domain import EventKind
from service.hooks import targets
from service.hooks.queue import queue
from service.models import DeliveryState, HookDelivery, HookTarget
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.hooking import the_documented_verify
from tests.loopback import Loopback, answer
from tests.web.desk_people import browser
from tests.web.reading import form_token

PATH = "/in/whsk-in-the-address"


@pytest.fixture
def receiver() -> Iterator[Loopback]:
    with Loopback(lambda _asked: answer()) as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, allow_hosts=("127.0.0.1",))


@pytest.fixture
def client(settings: Settings, sqlite_database: Database, now: datetime) -> FlaskClient:
    return create_app(settings, sqlite_database, lambda: now).test_client()


def add(client: FlaskClient, url: str, *kinds: str, **more: str) -> TestResponse:
    token = form_token(client.get("/hooks"))
    form = {"form_token": token, "url": url, "title": "The till", "kinds": list(kinds or ("review.new",))}
    return client.post("/hooks", data=form | more)


def press(client: FlaskClient, path: str, **more: str | list[str]) -> TestResponse:
    page = client.get("/hooks/1")
    return client.post(path, data={"form_token": form_token(page), **more})


def secret_in(page: TestResponse) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", html.unescape(page.text))
    assert found
    return found[0]


def test_an_empty_screen_says_that_nobody_needs_it(client: FlaskClient) -> None:
    assert "No program is told" in client.get("/hooks").text
    assert "/hooks" in client.get("/settings").text


def test_the_secret_is_shown_once_and_the_address_never(client: FlaskClient, receiver: Loopback) -> None:
    made = add(client, f"{receiver.url}{PATH}")
    secret = secret_in(made)
    assert made.headers["Cache-Control"] == "no-store"
    for page in (made, client.get("/hooks"), client.get("/hooks/1"), client.get("/hooks/1/remove")):
        assert PATH not in page.text
        assert "The till" in page.text
    assert all(secret not in html.unescape(client.get(path).text) for path in ("/hooks", "/hooks/1"))


def test_a_form_sent_twice_adds_one_and_says_that_the_secret_was_shown(
    client: FlaskClient, receiver: Loopback
) -> None:
    add(client, receiver.url)
    again = add(client, receiver.url)
    assert again.status_code == 400
    assert "its secret was shown then" in again.text


@pytest.mark.parametrize("url", ["https://10.0.0.7/x", "https://nobody.invalid/x", "ftp://x.example", ""])
def test_what_cannot_be_told_is_refused_and_what_was_typed_stays(client: FlaskClient, url: str) -> None:
    refused = add(client, url, "pack.approved", with_words="yes")
    assert refused.status_code == 400
    assert 'value="The till"' in refused.text
    assert 'value="pack.approved" checked' in refused.text
    assert "Paste the address again" in refused.text


def test_nothing_chosen_is_asked_for(client: FlaskClient, receiver: Loopback) -> None:
    assert "Choose at least one" in add(client, receiver.url, "of no kind").text


def test_a_test_is_signed_and_tells_the_truth(client: FlaskClient, receiver: Loopback, now: datetime) -> None:
    secret = secret_in(add(client, receiver.url))
    tested = press(client, "/hooks/1/test")
    assert tested.status_code == 303
    assert "The test was taken there." in client.get(tested.headers["Location"]).text
    (asked,) = receiver.asked
    assert the_documented_verify()(secret, asked.headers, asked.body, now.timestamp())
    receiver.say = lambda _asked: answer(status="404 Not Found")
    failed = press(client, "/hooks/1/test")
    assert failed.status_code == 409
    assert "It answered 404 (Not Found)." in failed.text


def test_it_is_paused_changed_resumed_and_removed(
    client: FlaskClient, receiver: Loopback, sqlite_database: Database
) -> None:
    add(client, receiver.url)
    page = press(client, "/hooks/1/pause")
    assert "Resume" in client.get(page.headers["Location"]).text
    press(client, "/hooks/1/resume")
    press(client, "/hooks/1", kinds=["listing.unhealthy", "pack.approved"], with_words="yes")
    with sqlite_database.reading() as session:
        target = session.get_one(HookTarget, 1)
        assert (target.paused_at, target.with_words) == (None, True)
        assert target.kinds == ["pack.approved", "listing.unhealthy"]
    assert press(client, "/hooks/1").status_code == 409
    assert press(client, "/hooks/1/remove").status_code == 303
    assert client.get("/hooks/1").status_code == 404


def test_a_new_secret_is_shown_once_and_the_old_one_signs_along(
    client: FlaskClient, receiver: Loopback, now: datetime
) -> None:
    old = secret_in(add(client, receiver.url))
    new = secret_in(press(client, "/hooks/1/rotate"))
    assert old != new
    press(client, "/hooks/1/test")
    (asked,) = receiver.asked
    verify = the_documented_verify()
    assert all(verify(one, asked.headers, asked.body, now.timestamp()) for one in (old, new))
    assert "signs along until" in client.get("/hooks/1").text


def test_what_failed_says_why_and_is_sent_again(
    client: FlaskClient, receiver: Loopback, sqlite_database: Database, now: datetime
) -> None:
    add(client, receiver.url)
    rows = Rows(sqlite_database, now)
    review = rows.review(rows.listing(rows.branch()))
    rows.event(EventKind.NEW, review_id=review, subject=f"review:{review}")
    queue(sqlite_database, now)
    with sqlite_database.transaction() as session:
        delivery = session.exec(select(HookDelivery)).one()
        delivery.state, delivery.tries = DeliveryState.FAILED.value, 1
        delivery.last_error = "It answered 404 (Not Found)."
    page = client.get("/hooks/1").text
    assert "given up" in page
    assert "After 1 try: It answered 404 (Not Found)." in page
    assert press(client, "/hooks/1/deliveries/1").status_code == 303
    with sqlite_database.reading() as session:
        assert session.exec(select(col(HookDelivery.state))).one() == "queued"
    assert press(client, "/hooks/1/deliveries/1").status_code == 404


def test_a_secret_of_another_installation_is_said_not_hidden(
    client: FlaskClient, settings: Settings, sqlite_database: Database, now: datetime
) -> None:
    assert the_secret(settings) != bytes(32)
    wanted = targets.Wanted("", "Old", tuple(targets.HookKind))
    with sqlite_database.transaction() as session:
        vault, where = Vault(bytes(32)), ("https://till.example/", "till.example")
        targets.add(session, vault, where, wanted, "Olga", now - timedelta(days=1))
    client.get("/hooks")
    assert "under another secret" in press(client, "/hooks/1/test").text
    assert press(client, "/hooks/1/rotate").status_code == 409


@pytest.mark.parametrize(
    ("path", "address", "kept"), [("/hooks", "url", "title"), ("/channels", "target", "name")]
)
def test_a_session_that_ended_keeps_what_was_typed_but_not_the_address(
    app: Flask, sqlite_database: Database, now: datetime, path: str, address: str, kept: str
) -> None:
    people = People(sqlite_database, now)
    nobody = browser(app, people, None)
    browser(app, people, people.owner())
    token = form_token(nobody.get("/sign-in"))
    form = {"form_token": token, address: f"https://till.example{PATH}", kept: "The till"}
    asked = nobody.post(path, data=form)
    assert asked.status_code == 401
    sealed = re.findall(r'name="kept" value="([^"]+)"', asked.text)
    payload = sealed[0].lstrip(".").split(".")[0]
    packed = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    words = zlib.decompress(packed) if sealed[0].startswith(".") else packed
    assert (b"The till" in words, PATH.encode() in words) == (True, False)
