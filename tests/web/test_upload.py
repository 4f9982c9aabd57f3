"""Reading a saved page in the desk."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.desk_rows import Rows
from tests.web.reading import form_token
from tests.web.test_bringing import run_of, stored, work

PAGE = b"""<html><head><title>North Bakery</title><script type="application/ld+json">
{"@type":"Restaurant","name":"North Bakery","aggregateRating":{"ratingValue":4.5,"reviewCount":1},
"review":[{"@type":"Review","author":"Lori K.","reviewRating":{"ratingValue":5},"reviewBody":"So good",
"datePublished":"2026-05-02"}]}</script></head><body></body></html>"""


def read_page(client: FlaskClient, body: bytes, **fields: str) -> TestResponse:
    given = {"form_token": form_token(client.get("/read")), **fields}
    plain = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in given.items()]
    file = 'Content-Disposition: form-data; name="page"; filename="page.html"\r\n\r\n'
    parts = [*(part.encode() for part in plain), file.encode() + body]
    sent = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    return client.post("/read", data=sent, content_type="multipart/form-data; boundary=cut")


def test_a_saved_page_is_read_and_nothing_is_stored(client: FlaskClient, rows: Rows) -> None:
    answer = read_page(client, PAGE, url="https://north.example/reviews", at="2026-11-22T09:00")
    assert answer.status_code == 200
    for told in (
        "North Bakery",
        "north.example",
        "Lori K.",
        "5 of 5",
        "2026-05-02",
        "So good",
        "all there are",
    ):
        assert told in answer.text
    with rows.database.reading() as session:
        tables = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        counts = {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in tables}
    index = {"review_words_config", "review_words_data"}  # an empty index has rows of its own
    assert {name for name, n in counts.items() if n} - index == {"alembic_version"}


def test_a_page_of_a_site_where_nothing_is_watched_is_not_stored_and_says_what_to_do(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    answer = read_page(client, PAGE, url="https://north.example/reviews")
    assert "you watch no listing yet" in answer.text
    with rows.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM import_run")).scalar() == 0


def test_a_page_of_our_own_listing_is_kept_by_one_press(client: FlaskClient, rows: Rows) -> None:
    ours = rows.listing(rows.branch("North"), "north.example")
    other = rows.listing(rows.branch("South"), "north.example")
    with rows.database.transaction() as session:
        session.execute(
            text("UPDATE listing SET key = :key WHERE id = :id"), {"key": "north.example/reviews", "id": ours}
        )
    answer = read_page(client, PAGE, url="https://north.example/reviews", at="2026-11-22T09:00")
    assert f'<option value="{ours}" selected>' in answer.text
    assert f'<option value="{other}">' in answer.text
    assert stored(rows) == 0
    sent = {"form_token": form_token(answer), "listing": ours, "do": "start"}
    assert client.post("/bring/1/columns", data=sent).status_code == 303
    work(rows, 1)
    assert run_of(rows).counts["new"] == 1
    read_page(client, PAGE, url="https://north.example/reviews")
    client.post("/bring/2/columns", data=sent)
    work(rows, 2)
    assert (stored(rows), run_of(rows, 2).counts["known"]) == (1, 1)


def test_a_page_that_names_no_listing_of_ours_asks_which(client: FlaskClient, rows: Rows) -> None:
    rows.listing(rows.branch("North"), "north.example")
    answer = read_page(client, PAGE, url="https://north.example/reviews")
    assert "choose the listing" in answer.text
    client.post("/bring/1/columns", data={"form_token": form_token(answer), "listing": "", "do": "start"})
    assert "which listing these reviews are of" in client.get("/bring/1?asked=1").text


def test_a_page_that_is_no_listing_says_what_it_is(client: FlaskClient) -> None:
    answer = read_page(client, b"<title>Just a moment...</title>")
    assert answer.status_code == 200
    assert "a wall" in answer.text
    assert "browser check" in answer.text


def test_hostile_pages_are_data(client: FlaskClient) -> None:
    hostile = PAGE.replace(b"So good", b"<\\/script><script>alert(1)<\\/script>{{ 7001 * 7001 }}")
    answer = read_page(client, hostile)
    assert "<script" not in answer.text
    assert "49014001" not in answer.text


@pytest.mark.parametrize(
    ("body", "fields", "sentence"),
    [
        (b"", {}, "Choose the file"),
        (b"   ", {}, "Choose the file"),
        (PAGE, {"url": "north"}, "no web address"),
        (PAGE, {"url": "javascript:alert(1)"}, "no web address"),
        (PAGE, {"at": "yesterday"}, "2026-11-22T09:00"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_form(
    client: FlaskClient, body: bytes, fields: dict[str, str], sentence: str
) -> None:
    answer = read_page(client, body, **fields)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'role="alert"' in answer.text


def test_a_page_of_200_mb_is_refused(client: FlaskClient) -> None:
    token = form_token(client.get("/read"))
    answer = client.post(
        "/read",
        data={"form_token": token},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200_000_000)},
    )
    assert answer.status_code == 413
    assert "Too large" in answer.text


def test_a_page_within_the_limit_is_taken(client: FlaskClient) -> None:
    assert read_page(client, PAGE + b" " * 5_000_000).status_code == 200
