"""The way to a mailbox's provider and back: only for the browser that went, and only once with a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.db import Database
from service.models import SourceAccount
from service.secrets import Vault
from service.settings import Settings, the_secret
from service.sources import accounts, mailboxes, oauth
from service.sources.mailbox import Mailbox
from tests.builders import NOW
from tests.loopback import Asked, Loopback, answer

BACK = "/mailboxes/signed-in"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, google_client="our-id:our-secret", allow_hosts="127.0.0.1")  # type: ignore[arg-type]


@pytest.fixture
def traded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, list[str]]]]:
    """What Google's token address was asked; it takes the code "good" only."""
    asked_for: list[dict[str, list[str]]] = []

    def say(asked: Asked) -> bytes:
        asked_for.append(parse_qs(asked.body.decode()))
        if asked_for[-1]["code"] != ["good"]:
            return answer(b'{"error": "invalid_grant"}', "400 Bad")
        return answer(orjson.dumps({"access_token": "A", "refresh_token": "R", "expires_in": 3600}))

    with Loopback(say) as server:
        google = replace(oauth.PROVIDERS["google"], token=f"{server.url}/token")
        monkeypatch.setitem(oauth.PROVIDERS, "google", google)
        yield asked_for


@pytest.fixture
def number(sqlite_database: Database, settings: Settings) -> int:
    with sqlite_database.transaction() as session:
        box = Mailbox("imap.gmail.com", 993, "ann@shop.example", oauth="google")
        account = mailboxes.add(session, Vault(the_secret(settings)), box, None, NOW)
        return account.id or 0


def way(client: FlaskClient, number: int) -> dict[str, str]:
    """What the page's link asks the provider."""
    page = client.get(f"/mailboxes/{number}/sign-in")
    found = re.search(r'href="(https://accounts\.google\.com[^"]+)"', page.text)
    assert found, page.text
    return {name: value[0] for name, value in parse_qs(urlsplit(unescape(found[1])).query).items()}


def test_the_page_leads_to_the_provider_and_says_what_is_so(client: FlaskClient, number: int) -> None:
    page = client.get(f"/mailboxes/{number}/sign-in")
    assert "Nobody has signed in" in page.text
    assert "Go to Google and sign in" in page.text
    assert way(client, number)["redirect_uri"] == f"http://localhost{BACK}"


def test_whoever_comes_back_with_a_code_is_signed_in(
    client: FlaskClient,
    number: int,
    traded: list[dict[str, list[str]]],
    sqlite_database: Database,
    settings: Settings,
) -> None:
    asked = way(client, number)
    answer = client.get(BACK, query_string={"state": asked["state"], "code": "good"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/mailboxes/{number}/sign-in")
    proof = traded[0]["code_verifier"][0]
    assert oauth._text(sha256(proof.encode()).digest()) == asked["code_challenge"]
    with sqlite_database.reading() as session:
        account = session.get_one(SourceAccount, number)
        assert (account.state, account.next_try_at, account.last_error) == ("new", NOW, None)
        assert accounts.unseal(Vault(the_secret(settings)), account)["refresh"] == "R"
    assert "You are signed in" in client.get(f"/mailboxes/{number}/sign-in").text


def test_another_browser_cannot_bring_the_way_back(
    app: Flask, client: FlaskClient, number: int, traded: list[dict[str, list[str]]]
) -> None:
    state = way(client, number)["state"]
    other = app.test_client()
    way(other, number)
    for stranger in (other, app.test_client()):
        assert stranger.get(BACK, query_string={"state": state, "code": "good"}).status_code == 403
    assert client.get(BACK, query_string={"state": state + "x", "code": "good"}).status_code == 403
    assert client.get(BACK, query_string={"code": "good"}).status_code == 403
    assert traded == []


def test_an_old_code_and_a_refusal_are_told(
    client: FlaskClient, number: int, traded: list[dict[str, list[str]]], sqlite_database: Database
) -> None:
    state = way(client, number)["state"]
    old = client.get(BACK, query_string={"state": state, "code": "old"})
    assert (old.status_code, "sign in again" in old.text) == (502, True)
    no = client.get(BACK, query_string={"state": state, "error": "access_denied<b>"})
    assert (no.status_code, "nothing was changed" in no.text) == (400, True)
    assert "access_denied" not in no.text
    with sqlite_database.reading() as session:
        assert session.get_one(SourceAccount, number).state == "sign_in"


def test_a_mailbox_with_a_password_has_no_such_page(
    client: FlaskClient, sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.transaction() as session:
        vault = Vault(the_secret(settings))
        account = mailboxes.add(session, vault, Mailbox("imap.example", 993, "ann"), "x", NOW)
    assert client.get(f"/mailboxes/{account.id}/sign-in").status_code == 404
    assert client.get("/mailboxes/99/sign-in").status_code == 404


def test_without_a_client_of_ours_the_page_says_what_to_set(
    sqlite_database: Database, tmp_path: Path, number: int
) -> None:
    from service.web.app import create_app

    bare = create_app(Settings(data=tmp_path), sqlite_database, lambda: NOW).test_client()
    page = bare.get(f"/mailboxes/{number}/sign-in")
    assert (page.status_code, "SHOPBELL_GOOGLE_CLIENT" in page.text) == (400, True)
