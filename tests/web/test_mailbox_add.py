"""Mailboxes by screen: tried truthfully, stored only where they opened, and never shown what opens them."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.db import Database
from service.models import Inbound, SourceAccount
from service.settings import Settings
from service.web.app import create_app
from tests.desk_rows import Rows
from tests.mailboxes import a_mail
from tests.provision.dovecot import PASSWORD, Server
from tests.web.reading import form_token

SECRET = "hunter2-s3cret"


@pytest.fixture
def client(tmp_path: Path, sqlite_database: Database, now: datetime) -> FlaskClient:
    settings = Settings(data=tmp_path, allow_hosts=("localhost",), google_client=SecretStr("id:secret"))
    return create_app(settings, sqlite_database, lambda: now).test_client()


def send(client: FlaskClient, path: str = "/mailboxes/add", **fields: str) -> TestResponse:
    said = client.post(path, data={"form_token": form_token(client.get(path))} | fields)
    assert SECRET not in said.text
    return said


def accounts(database: Database) -> list[SourceAccount]:
    with database.reading() as session:
        return list(session.scalars(select(SourceAccount)))


@pytest.mark.server
def test_a_mailbox_is_tried_and_then_read(
    client: FlaskClient,
    sqlite_database: Database,
    mail_server: Server,
    mail_certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_certificate))
    user = mail_server.fresh_user()
    mail_server.deliver(user, a_mail(1))
    fields = {"how": "own", "user": user, "host": "localhost", "port": str(mail_server.tls_port)}
    wrong = send(client, **fields, password=SECRET)
    assert wrong.status_code == 400
    assert "Nothing was stored." in wrong.text
    assert "it is not kept" in wrong.text
    assert f'value="{user}"' in wrong.text
    nowhere = send(client, **fields, password=PASSWORD, folder="Nowhere")
    assert "There is no folder" in nowhere.text
    assert accounts(sqlite_database) == []
    for _ in range(2):
        said = send(client, **fields, password=PASSWORD)
        assert said.status_code == 303
    page = client.get(said.headers["Location"]).text
    assert "It opened, and is read from now on" in page
    assert "Mails in its folder: 1" in page
    assert PASSWORD not in page
    (account,) = accounts(sqlite_database)
    assert PASSWORD.encode() not in (account.secret_enc or b"")


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"host": "imap.x.example", "password": SECRET}, "user", "own address or user name"),
        ({"user": "a@x.example", "password": SECRET}, "host", "Give the mail server"),
        ({"user": "a@x.example", "host": "imap.x.example"}, "password", "app password"),
        ({"user": "a@x.example", "host": "no host", "password": SECRET}, "host", "malformed"),
        (
            {"user": "a@x.example", "host": "imap.x.example", "port": "99999", "password": SECRET},
            "host",
            "malformed",
        ),
        (
            {"user": "a@x.example", "host": "imap.x.example", "password": SECRET, "also_from": "me"},
            "also_from",
            "",
        ),
        ({"user": "a@x.example", "how": "microsoft"}, "how", "not set up on this installation"),
        ({"user": "a@x.example", "host": "10.0.0.1", "password": SECRET}, "user", "Nothing was stored"),
    ],
)
def test_each_problem_stands_beside_its_field_and_nothing_is_stored(
    client: FlaskClient, sqlite_database: Database, fields: dict[str, str], field: str, says: str
) -> None:
    said = send(client, **({"how": "own"} | fields))
    assert said.status_code == 400
    assert f'id="{field}-problem"' in said.text
    assert says in said.text
    for name, value in fields.items():
        if name not in ("password", "how"):
            assert f'value="{value}"' in said.text
    assert accounts(sqlite_database) == []


def test_signing_in_at_a_provider_is_offered_where_it_is_set_up(
    client: FlaskClient, sqlite_database: Database
) -> None:
    page = client.get("/mailboxes/add").text
    assert '<option value="google"' in page
    assert '<option value="microsoft"' not in page
    said = send(client, how="google", user="bell@gmail.com")
    assert said.headers["Location"] == "/mailboxes/1/sign-in"
    (account,) = accounts(sqlite_database)
    assert (account.settings["host"], account.settings["oauth"], account.state) == (
        "imap.gmail.com",
        "google",
        "sign_in",
    )


def test_removing_asks_once_and_keeps_the_mails(client: FlaskClient, rows: Rows) -> None:
    number = rows.add(SourceAccount(kind="imap", external_id="x", title="bell@x.example", added_at=rows.now))
    rows.add(Inbound(kind="mail", dedupe_key="1", account_id=number, received_at=rows.now, state="aside"))
    asked = client.get(f"/mailboxes/{number}/remove")
    assert "Remove this mailbox?" in asked.text
    gone = client.post(f"/mailboxes/{number}/remove", data={"form_token": form_token(asked)})
    assert "It is read no longer" in client.get(gone.headers["Location"]).text
    with rows.database.reading() as session:
        assert session.scalars(select(SourceAccount)).all() == []
        assert session.scalars(select(Inbound)).one().account_id is None
    assert client.get(f"/mailboxes/{number}/remove").status_code == 404


def test_a_feed_is_no_mailbox(client: FlaskClient, rows: Rows) -> None:
    rows.feed(None)
    assert client.get("/mailboxes/1/remove").status_code == 404


def test_a_providers_address_is_shown_once_and_made_once(
    client: FlaskClient, sqlite_database: Database
) -> None:
    page = client.get("/mailboxes/hooks/add")
    once = re.search(r'name="once" value="([^"]+)"', page.text)
    assert once
    form = {"form_token": form_token(page), "once": once[1], "provider": "mailgun", "secret_key": SECRET}
    made = client.post("/mailboxes/hooks/add", data=form)
    address = re.search(r"http://[^<]*/hooks/mail/mailgun/[\w-]+", made.text)
    assert address
    assert "Mailgun cannot reach this address" in made.text
    again = client.post("/mailboxes/hooks/add", data=form)
    assert "Made already" in again.text
    assert len(accounts(sqlite_database)) == 1
    for shown in (made.text, again.text, client.get("/mailboxes").text):
        assert SECRET not in shown
    assert address[0] not in again.text
    assert address[0] not in client.get("/mailboxes").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "provider"),
        ({"provider": "pigeon"}, "provider"),
        ({"provider": "mailgun"}, "secret_key"),
        ({"provider": "ses", "topic": "reviews"}, "topic"),
    ],
)
def test_a_provider_that_lacks_something_is_told(
    client: FlaskClient, sqlite_database: Database, fields: dict[str, str], field: str
) -> None:
    said = send(client, "/mailboxes/hooks/add", **fields)
    assert said.status_code == 400
    assert f'id="{field}-problem"' in said.text
    assert accounts(sqlite_database) == []
