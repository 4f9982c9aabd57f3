"""The first steps: read from the rows, left and gone on with, and true about what was sent."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.db import Database
from service.models import Branch, Channel, Listing, Person, SourceAccount
from service.settings import Settings
from service.web.app import create_app
from tests.desk_rows import Rows
from tests.postbox import Postbox
from tests.signed import sign_shipped
from tests.web.reading import form_token

YELP = "https://www.yelp.com/biz/north-bakery-leeds"
STEPS = ("branch", "listing", "way", "told", "words", "review")


def send(client: FlaskClient, step: str, **fields: str) -> TestResponse:
    return client.post(f"/begin/{step}", data={"form_token": form_token(client.get("/begin"))} | fields)


def state(client: FlaskClient) -> dict[str, str]:
    """What each step's chip says."""
    page = client.get("/begin").text
    return {
        step: found[1]
        if (found := re.search(rf'id="{step}".*?<span class="chip[^>]*>([^<]+)', page, re.S))
        else ""
        for step in STEPS
    }


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_an_empty_installation_begins_with_a_branch(client: FlaskClient) -> None:
    assert "/begin" in client.get("/").text
    assert state(client) == dict.fromkeys(STEPS, "Later") | {"branch": "Next"}
    assert "No step asks for a review site" in client.get("/begin").text


def test_each_step_is_done_once_its_row_is_there(client: FlaskClient, rows: Rows) -> None:
    send(client, "branch", name="North", tz="Europe/London", language="en", vertical="restaurant")
    assert state(client)["branch"] == "Done"
    assert state(client)["listing"] == "Next"
    said = send(client, "listing", url=YELP, branch="north")
    assert said.headers["Location"] == "/begin?did=way#way"
    assert state(client)["way"] == "Next"
    page = client.get("/begin").text
    assert "On <bdi>Yelp</bdi>, best first" in page
    assert "/mailboxes/add" in page
    assert "Restaurants, cafes and bakeries, English" in page
    assert "Hotels, inns" not in page
    rows.review(1)
    rows.add(SourceAccount(kind="imap", external_id="x", title="x", state="open", added_at=rows.now))
    assert state(client)["review"] == "Done"
    assert state(client)["told"] == "Next"
    assert "It works" not in client.get("/begin").text
    rows.channel(rows.person(), verified_at=rows.now)
    assert "It works: a real review has come in" in client.get("/begin").text


def test_a_listing_needs_no_choice_where_there_is_one_branch(client: FlaskClient, rows: Rows) -> None:
    rows.branch("North", code="north")
    assert '<input type="hidden" name="branch" value="north">' in client.get("/begin").text
    rows.branch("South", code="south")
    said = send(client, "listing", url=YELP)
    assert said.status_code == 400
    assert "Choose the branch" in said.text
    assert YELP in said.text


@pytest.mark.parametrize(
    ("step", "fields", "says"),
    [
        ("branch", {"name": "", "city": "Hull"}, "Say what the branch is called"),
        ("branch", {"name": "North", "tz": "Hull"}, "no time zone"),
        ("listing", {"url": "north bakery"}, "no web address"),
        ("listing", {"url": "https://local.yahoo.com/info-1-north", "branch": "x"}, "Add the listing there"),
        ("channel", {"person": "", "email": "a@x.example"}, "Say whom it is for"),
        ("channel", {"person": "Ann", "email": "ann"}, "ann"),
        ("channel", {"person": "Ann", "email": "a@x.example"}, "No way to send mail is set"),
        ("channel", {"person": "Ann", "email": "a@x.example", "target": "pigeon"}, "no address a message"),
        (
            "channel",
            {"person": "Ann", "email": "a@x.example", "target": "file:///etc/x"},
            "Type the address again",
        ),
    ],
)
def test_what_cannot_be_done_is_told_and_what_was_typed_stays(
    client: FlaskClient, rows: Rows, step: str, fields: dict[str, str], says: str
) -> None:
    if step == "listing":
        rows.branch("North", code="north")
    said = send(client, step, **fields)
    assert said.status_code == 400
    assert says in said.text
    for name, value in fields.items():
        if name not in ("target", "branch"):
            assert f'value="{value}"' in said.text
    for model in (Channel, Person, Listing):
        assert count(rows.database, model) == 0


def test_where_mail_cannot_be_sent_it_says_what_to_set_and_what_else_there_is(
    client: FlaskClient, shop: int
) -> None:
    page = client.get("/begin").text
    assert "SHOPBELL_MAIL_FROM" in page
    assert "ntfys://" in page
    assert "slack://" in page


@pytest.mark.server
def test_a_test_message_really_goes_out_and_a_refusal_stores_nothing(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    with Postbox(at_rcpt=["550 No such user"]) as box:
        settings = Settings(
            data=tmp_path,
            allow_hosts=("127.0.0.1",),
            mail=SecretStr(f"smtp://127.0.0.1:{box.port}"),
            mail_from="bell@shop.example",
        )
        client = create_app(settings, sqlite_database, lambda: now).test_client()
        assert "Mail cannot be sent yet" not in client.get("/begin").text
        refused = send(client, "channel", person="Ann", email="ann@shop.example")
        assert refused.status_code == 400
        assert 'id="email-problem"' in refused.text
        assert (box.taken, count(sqlite_database, Channel)) == ([], 0)
        for _ in range(2):
            assert send(client, "channel", person="Ann", email="Ann@shop.example").status_code == 303
        assert len(box.taken) == 1
        assert "Ann@shop.example" in box.taken[0]["To"]
    assert (count(sqlite_database, Channel), count(sqlite_database, Person)) == (1, 1)
    assert state(client)["told"] == "Done"
    assert "Ann: mail (open)" in client.get("/begin").text


def test_nothing_of_the_demo_counts_and_the_first_branch_ends_it(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    shop = rows.listing(rows.branch("Lantern Street", code="demo:lantern"))
    rows.review(shop)
    rows.channel(rows.person("Kim", "kim@demo-town.example"), verified_at=rows.now)
    with rows.database.transaction() as session:
        sign_shipped(session, rows.now)
    assert "Start for real" in client.get("/").text
    assert state(client) == dict.fromkeys(STEPS, "Later") | {"branch": "Next"}
    assert "The demo town ends with your first branch" in client.get("/begin").text
    send(client, "branch", name="North", tz="UTC", language="en", vertical="general")
    assert "Lantern" not in client.get("/branches").text
    assert count(rows.database, Branch) == 1
    assert state(client)["listing"] == "Next"


def test_sent_twice_is_one(client: FlaskClient, sqlite_database: Database) -> None:
    for _ in range(2):
        assert (
            send(client, "branch", name="North", tz="UTC", language="en", vertical="general").status_code
            == 303
        )
        assert send(client, "listing", url=YELP, branch="north").status_code == 303
    assert (count(sqlite_database, Branch), count(sqlite_database, Listing)) == (1, 1)
