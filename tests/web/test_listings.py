"""Listings on the desk: added by an address, what can be heard there, paused, and let go."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import CaptureOff, Device, Listing, Review, SourceAccount
from tests.accounts import People
from tests.desk_rows import Rows
from tests.web.desk_people import browser
from tests.web.reading import form_token

YELP = "https://www.yelp.com/biz/north-bakery-leeds?osq=cake"


def send(client: FlaskClient, path: str, page: str = "", **fields: str) -> TestResponse:
    return client.post(path, data={"form_token": form_token(client.get(page or path))} | fields)


def add(client: FlaskClient, url: str = YELP, do: str = "add", branch: str = "north") -> TestResponse:
    return send(client, "/listings/add", url=url, branch=branch, do=do)


@pytest.fixture
def north(rows: Rows) -> int:
    return rows.branch("North", code="north")


def test_without_a_branch_the_form_leads_to_one(client: FlaskClient) -> None:
    page = client.get("/listings/add").text
    assert "First a branch" in page
    assert "/branches/new" in page


def test_a_pasted_address_is_watched_and_says_what_can_be_heard_there(
    client: FlaskClient, rows: Rows, north: int
) -> None:
    said = add(client)
    assert said.status_code == 303
    page = client.get(said.headers["Location"]).text
    assert "watched from now on" in page
    assert "By the site&#39;s mail" in page
    assert "5 minutes of yours" in page
    assert "mailbox that we read" in page
    assert (
        page.index("By the site&#39;s mail")
        < page.index("By the public page")
        < page.index("By a file or a paste")
    )
    assert "`" not in page
    assert "shopbell mail add" not in page
    with rows.database.reading() as session:
        assert session.get_one(Listing, 1).branch_id == north
    again = client.get(add(client).headers["Location"]).text
    assert "watched already; nothing was doubled" in again


def test_what_can_be_heard_is_said_without_watching(client: FlaskClient, rows: Rows, north: int) -> None:
    said = add(client, do="ask", branch="")
    assert said.status_code == 200
    assert "What can be heard on <bdi>Yelp</bdi> today" in said.text
    assert YELP in said.text
    with rows.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Listing)) == 0


def test_where_mail_is_read_it_is_not_told_as_missing(client: FlaskClient, rows: Rows, north: int) -> None:
    trustpilot = "https://www.trustpilot.com/review/north.example"
    assert "mailbox that we read" in add(client, trustpilot, do="ask").text
    rows.add(SourceAccount(kind="imap", external_id="x", title="x", state="open", added_at=rows.now))
    page = add(client, trustpilot, do="ask").text
    assert "mailbox that we read" not in page
    assert "See the mail" in page
    assert "our help with the first mail" in add(client, do="ask").text


def test_the_extension_is_said_to_work_where_it_reads_and_is_paired(
    client: FlaskClient, rows: Rows, north: int
) -> None:
    assert "Get the extension" in add(client, do="ask").text
    facts = {"paired_by": "Dana", "label": "Till", "browser": "Firefox", "version": "0.1.0", "origin": "o"}
    person = rows.person()
    rows.add(Device(person_id=person, scopes=["suggest.read"], created_at=rows.now, **facts))
    assert "Get the extension" in add(client, do="ask").text
    rows.add(Device(person_id=person, scopes=["capture.write"], created_at=rows.now, **facts))
    page = add(client, do="ask").text
    assert "See the paired browsers" in page
    assert "paired once" not in page
    with rows.database.transaction() as session:
        session.add(CaptureOff(site="yelp", by="Dana", at=rows.now))
    assert "an administrator switched off" in add(client, do="ask").text


def test_the_extension_is_not_said_to_read_a_site_that_it_does_not(
    client: FlaskClient, rows: Rows, north: int
) -> None:
    page = add(client, "https://www.trustpilot.com/review/north.example", do="ask").text
    assert "no review is heard this way" in page
    assert "Get the extension" not in page


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "no web address"),
        ("not <b>an address", "no web address"),
        ("https://www.yelp.com/search?find_desc=cake", "Open the branch&#39;s page there"),
        ("https://local.yahoo.com/info-12345-north-bakery", "Add the listing there"),
    ],
)
def test_an_address_that_is_no_listing_is_told_and_stays_typed(
    client: FlaskClient, north: int, url: str, says: str
) -> None:
    said = add(client, url)
    assert said.status_code == 400
    assert says in said.text
    assert 'aria-invalid="true"' in said.text
    assert "<b>an address" not in said.text
    assert '<option value="north" selected>' in said.text


def test_a_way_that_is_shut_today_is_not_said_to_work(client: FlaskClient, rows: Rows, north: int) -> None:
    shop = rows.listing(north, "tablenotes.example")
    assert "Works today</span>" in client.get(f"/listings/{shop}").text
    rows.source(shop, health="walled", evidence=["HTTP 403"])
    page = client.get(f"/listings/{shop}").text
    assert page.count("Works today</span>") == 1
    assert page.count("The site shuts us out</span>") == 2


def test_a_branch_must_be_chosen_and_be_there(client: FlaskClient, rows: Rows, north: int) -> None:
    rows.branch("South", code="south")
    for branch in ("", "gone", "demo:lantern"):
        said = add(client, branch=branch)
        assert said.status_code == 400
        assert "Choose the branch" in said.text
        assert YELP in said.text


def test_a_page_that_is_watched_for_another_branch_stays_there(
    client: FlaskClient, rows: Rows, north: int
) -> None:
    rows.branch("South", code="south")
    add(client)
    said = add(client, branch="south")
    assert said.status_code == 400
    assert "watched already, for North" in said.text


def test_the_demo_ends_when_something_real_is_watched(client: FlaskClient, rows: Rows, north: int) -> None:
    rows.installation(demo_since=rows.now)
    rows.listing(rows.branch("Lantern Street", code="demo:lantern"))
    assert "Lantern Street" not in client.get("/listings/add").text
    add(client)
    assert "Lantern Street" not in client.get("/branches").text


def test_pausing_asks_once_and_resuming_goes_on(client: FlaskClient, rows: Rows, north: int) -> None:
    shop = rows.listing(north, "yelp")
    rows.review(shop)
    assert "Pause this listing?" in client.get(f"/listings/{shop}/pause").text
    with rows.database.reading() as session:
        assert session.get_one(Listing, shop).active
    for _ in range(2):
        assert send(client, f"/listings/{shop}/pause").status_code == 303
    page = client.get(f"/listings/{shop}?said=paused").text
    assert "Paused." in page
    assert "Nobody looks at this page" in page
    send(client, f"/listings/{shop}/resume", f"/listings/{shop}")
    with rows.database.reading() as session:
        listing = session.get_one(Listing, shop)
        assert (listing.active, listing.next_look_at) == (True, rows.now)


def test_removing_asks_once_and_keeps_what_was_heard(client: FlaskClient, rows: Rows, north: int) -> None:
    shop = rows.listing(north, "yelp")
    review = rows.review(shop)
    asked = client.get(f"/listings/{shop}/remove")
    assert "The reviews that were heard stay" in asked.text
    gone = client.post(f"/listings/{shop}/remove", data={"form_token": form_token(asked)})
    assert (gone.status_code, gone.headers["Location"]) == (303, f"/branches/{north}?said=removed")
    assert "Yelp" not in client.get(f"/branches/{north}").text
    assert "Marta K." in client.get("/").text
    again = client.post(f"/listings/{shop}/remove", data={"form_token": form_token(asked)})
    assert again.status_code == 404
    with rows.database.reading() as session:
        assert session.get_one(Review, review).listing_id == shop


def test_a_feed_is_let_go_on_its_own_screen(client: FlaskClient, rows: Rows) -> None:
    feed = rows.feed(None)
    for path in (f"/listings/{feed}", f"/listings/{feed}/remove", "/listings/99"):
        assert client.get(path).status_code == 404


def test_an_area_manager_adds_listings_to_branches_of_hers_alone(
    app: Flask, rows: Rows, sqlite_database: Database
) -> None:
    rows.branch("North", code="north", region="Up")
    rows.branch("South", code="south", region="Down")
    people = People(sqlite_database, rows.now)
    people.owner()
    manager = browser(app, people, people.person("mia", Role.AREA, ScopeKind.REGION, "Up"))
    page = manager.get("/listings/add").text
    assert "North</option>" in page
    assert "South</option>" not in page
    assert add(manager, branch="south").status_code == 400
    assert add(manager, branch="north").status_code == 303
    assert manager.get("/branches/2/edit").status_code == 403
    assert manager.get("/begin").status_code == 403
