"""The feeds screen: added, shown with its health, removed after a question, and the address never shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.db import Database
from service.models import Listing
from service.settings import Settings
from service.web.app import create_app
from tests.desk_rows import Rows
from tests.feeds import post, rss
from tests.loopback import Asked, Loopback, answer
from tests.web.reading import form_token

SECRET = "s3cret-address"


@pytest.fixture(scope="module")
def web() -> Iterator[Loopback]:
    def say(asked: Asked) -> bytes:
        if asked.path == f"/{SECRET}":
            return answer(rss(post(1, "Rye <b>at</b> North".replace("<", "&lt;"))), content_type="text/xml")
        return answer(status="404 Not Found")

    with Loopback(say) as server:
        yield server


@pytest.fixture
def client(web: Loopback, tmp_path: Path, sqlite_database: Database, now: datetime) -> FlaskClient:
    settings = Settings(data=tmp_path, allow_hosts=(f"127.0.0.1:{web.port}",))
    return create_app(settings, sqlite_database, lambda: now).test_client()


def add(client: FlaskClient, url: str, **fields: str) -> tuple[int, str]:
    token = form_token(client.get("/feeds"))
    said = client.post("/feeds", data={"form_token": token, "url": url} | fields)
    assert SECRET not in said.text
    shown = client.get(said.headers["Location"]) if said.status_code == 303 else said
    return said.status_code, shown.text


def test_no_feed_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/feeds").text
    assert "No feed is listened to" in page
    assert "Deliver to: RSS feed" in page


def test_a_feed_is_added_and_shown_with_its_health_and_not_its_address(
    client: FlaskClient, rows: Rows, web: Loopback
) -> None:
    rows.branch("Harbour Street", code="harbour")
    code, page = add(client, f"{web.url}/{SECRET}", branch="harbour", words="rye, spelt")
    assert code == 303
    assert "Crumbs</bdi> is listened to." in page
    assert "Heard well" in page
    assert "About Harbour Street · 1 mention" in page
    assert "Only what names rye or spelt." in page
    health = client.get("/health").text
    assert "Harbour Street <span" in health
    assert "in the feed <bdi>Crumbs</bdi>" in health
    assert "1 mention held" in health
    assert "by the feed" in health
    shelf = client.get("/?state=mentions").text
    assert "Rye at North" in shelf
    for shown in (page, health, shelf, client.get("/").text):
        assert SECRET not in shown


def test_what_is_no_feed_comes_back_with_what_was_typed_but_the_address(
    client: FlaskClient, web: Loopback, rows: Rows
) -> None:
    rows.branch("Harbour Street", code="harbour")
    code, page = add(client, f"{web.url}/nothing-{SECRET}", branch="harbour", words="rye", title="Our blog")
    assert code == 400
    assert "No feed was read there: gone (HTTP 404). Nothing was stored." in page
    assert 'value="rye"' in page
    assert 'value="Our blog"' in page
    assert '<option value="harbour" selected>' in page
    assert "No feed is listened to" in page


@pytest.mark.parametrize("address", ["", "my blog", "http://10.0.0.1/x"])
def test_what_is_no_address_is_refused_in_words(client: FlaskClient, address: str) -> None:
    code, page = add(client, address)
    assert code == 400
    assert "no address a feed could be read at" in page


def test_a_branch_that_is_gone_is_said(client: FlaskClient, web: Loopback) -> None:
    assert add(client, f"{web.url}/{SECRET}", branch="gone")[0] == 400


def test_a_branch_of_the_demo_town_is_not_offered_and_not_taken(
    client: FlaskClient, rows: Rows, web: Loopback
) -> None:
    rows.installation(demo_since=rows.now)
    rows.branch("Lantern Street", code="demo:lantern")
    assert "Lantern Street" not in client.get("/feeds").text
    assert add(client, f"{web.url}/{SECRET}", branch="demo:lantern")[0] == 400
    code, page = add(client, f"{web.url}/{SECRET}")
    assert code == 303
    assert "This is a demo town" not in page


def test_removing_asks_once_and_keeps_the_mentions(client: FlaskClient, rows: Rows, web: Loopback) -> None:
    add(client, f"{web.url}/{SECRET}")
    asked = client.get("/feeds/1/remove")
    assert "Remove this feed?" in asked.text
    assert "About the whole brand · 1 mention" in asked.text
    gone = client.post("/feeds/1/remove", data={"form_token": form_token(asked)})
    assert (gone.status_code, gone.headers["Location"]) == (303, "/feeds")
    assert "No feed is listened to" in client.get("/feeds").text
    assert "Rye at North" in client.get("/?state=mentions").text
    with rows.database.reading() as session:
        assert not session.get_one(Listing, 1).active
    assert client.post("/feeds/1/remove", data={"form_token": form_token(asked)}).status_code == 404
    assert client.get("/feeds/1/remove").status_code == 404


def test_a_feed_that_is_a_feed_no_more_says_what_to_do(
    client: FlaskClient, rows: Rows, web: Loopback
) -> None:
    add(client, f"{web.url}/{SECRET}", title="<script>x</script>")
    with rows.database.transaction() as session:
        from service.models import ListingSource

        source = session.get_one(ListingSource, 1)
        source.health, source.evidence = "layout", ["a web page stands where the feed should"]
    for page in (client.get("/feeds").text, client.get("/health").text):
        assert "No feed stands at its address any more" in page
        assert "a web page stands where the feed should" in page
        assert "<script>x" not in page


def test_a_listing_that_is_no_feed_is_not_removed_here(client: FlaskClient, rows: Rows) -> None:
    shop = rows.listing(rows.branch())
    assert client.get(f"/feeds/{shop}/remove").status_code == 404
