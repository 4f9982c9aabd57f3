"""Many branches from one table: looked at first, kept once, and the bad rows given back safely."""

from __future__ import annotations

import base64
import csv
import io
import re
import zlib

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.db import Database
from service.models import Branch, Listing
from service.sources.sheet import LARGEST, written
from tests.desk_rows import Rows
from tests.web.reading import form_token

HEAD = ("Branch", "City", "Time zone", "Yelp")
YELP = "https://www.yelp.com/biz/{}"


def look(
    client: FlaskClient, *rows: tuple[str, ...], body: bytes | None = None, **fields: str
) -> TestResponse:
    table = body if body is not None else written([HEAD, *rows])
    said = {"form_token": form_token(client.get("/branches/import")), **fields}
    parts = [f'form-data; name="{name}"\r\n\r\n{text}'.encode() for name, text in said.items()]
    parts.append(b'form-data; name="file"; filename="shops.csv"\r\nContent-Type: text/csv\r\n\r\n' + table)
    sent = b"".join(b"--cut\r\nContent-Disposition: " + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    return client.post("/branches/import", data=sent, content_type="multipart/form-data; boundary=cut")


def press(client: FlaskClient, page: TestResponse, what: str) -> TestResponse:
    """Press one of the preview's two buttons."""
    form = re.search(rf'action="/branches/import/{re.escape(what)}">(.*?)</form>', page.text, re.S)
    assert form
    return client.post(f"/branches/import/{what}", data=hidden(form[1]))


def hidden(form: str) -> dict[str, list[str]]:
    """The fields that a form carries along."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    return fields


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def a_shop(number: int) -> tuple[str, ...]:
    return (f"Shop {number}", "Leeds", "Europe/London", f"https://www.yelp.com/biz/shop-{number}")


@pytest.mark.large
def test_ten_thousand_rows_with_forty_bad_ones(client: FlaskClient, sqlite_database: Database) -> None:
    rows = [a_shop(n) for n in range(10_000)]
    for n in range(40):
        rows[n * 250] = (f"=cmd|{n}", "@Leeds", "Leeds time", "not an address")
    page = look(client, *rows)
    assert page.status_code == 200
    assert "Nothing is stored yet" in page.text
    assert "<strong>9,960</strong>rows can be kept" in page.text
    assert "40 rows cannot be taken" in page.text
    assert "no time zone" in page.text
    assert count(sqlite_database, Branch) == 0
    back = press(client, page, "given-back.csv")
    assert "attachment" in back.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(back.data.decode("utf-8-sig"))))
    assert len(table) == 41
    assert table[0][:3] == ["row", "why", "Branch"]
    assert table[1][0] == "2"
    assert "Time zone:" in table[1][1]
    assert "Page:" in table[1][1]
    assert not any(cell.startswith(("=", "@")) for row in table for cell in row)
    for _ in range(2):
        kept = press(client, page, "keep")
        assert kept.status_code == 303
    assert (count(sqlite_database, Branch), count(sqlite_database, Listing)) == (9960, 9960)
    shown = client.get("/branches?said=imported&branches=9960&listings=9960&back=40").text
    assert "Kept: 9,960 new branches and 9,960 new listings." in shown
    assert "40 rows could not be taken" in shown


def test_what_is_left_empty_is_filled_by_what_the_form_says(
    client: FlaskClient, sqlite_database: Database
) -> None:
    page = look(client, ("North", "", "", ""), tz="Europe/Berlin", language="Deutsch", vertical="hotel")
    press(client, page, "keep")
    with sqlite_database.reading() as session:
        branch = session.scalars(select(Branch)).one()
        assert (branch.tz, branch.language, branch.vertical) == ("Europe/Berlin", "de", "hotel")


@pytest.mark.parametrize(
    ("fields", "body", "says"),
    [
        ({}, b"City\nLeeds\n", "No column is called Branch"),
        ({}, b"", "Nothing stands in that table"),
        ({"tz": "Leeds"}, None, "no time zone"),
        ({}, b"\x00" * 50, "no table of text"),
        ({}, b'Branch,City\n"North', "No"),
    ],
)
def test_what_is_no_table_is_told(
    client: FlaskClient, fields: dict[str, str], body: bytes | None, says: str
) -> None:
    said = look(client, a_shop(1), body=body, **fields)
    assert says in said.text


def test_no_file_is_told(client: FlaskClient) -> None:
    token = form_token(client.get("/branches/import"))
    assert "Choose a file first" in client.post("/branches/import", data={"form_token": token}).text


def test_all_bad_rows_leave_nothing_to_keep(client: FlaskClient) -> None:
    page = look(client, ("", "Leeds", "", ""))
    assert "/branches/import/keep" not in page.text
    assert "/branches/import/given-back.csv" in page.text


@pytest.mark.parametrize(
    "table",
    [
        "",
        "!!",
        base64.b64encode(b"x").decode(),
        base64.b64encode(zlib.compress(b"a" * (LARGEST + 2))).decode(),
    ],
)
def test_a_table_that_does_not_come_back_whole_stores_nothing(
    client: FlaskClient, sqlite_database: Database, table: str
) -> None:
    token = form_token(client.get("/branches/import"))
    for what in ("keep", "given-back.csv"):
        said = client.post(f"/branches/import/{what}", data={"form_token": token, "table": table})
        assert said.status_code == 400
    assert count(sqlite_database, Branch) == 0


def test_a_cells_words_are_only_words(client: FlaskClient) -> None:
    page = look(client, ("<script>x</script>", "{{ 7*7 }}", "", "<b>"))
    assert "<script>x" not in page.text
    assert "&lt;script&gt;" in page.text


def test_the_demo_ends_when_branches_are_kept_and_not_before(client: FlaskClient, rows: Rows) -> None:
    rows.installation(demo_since=rows.now)
    rows.branch("Lantern Street", code="demo:lantern")
    page = look(client, a_shop(1))
    assert count(rows.database, Branch) == 1
    press(client, page, "keep")
    assert "Lantern Street" not in client.get("/branches").text


def test_which_column_is_what_is_chosen_on_the_page_and_kept_so(
    client: FlaskClient, sqlite_database: Database
) -> None:
    table = written([("Nickname", "Where", "One", "Two"), ("North", "Leeds", *map(YELP.format, "ab"))])
    page = look(client, body=table)
    assert "No column is called Branch" in page.text
    assert "/branches/import/keep" not in page.text
    form = re.search(r'action="/branches/import">(.*?)</form>', page.text, re.S)
    assert form
    chosen = {"column-name": "0", "column-city": "1", "column-tz": "", "column-url": ["2", "3"]}
    again = client.post("/branches/import", data={**hidden(form[1]), **chosen})
    assert "<bdi>Where</bdi> is city" in again.text
    assert '<option value="0" selected>Nickname</option>' in again.text
    assert press(client, again, "keep").status_code == 303
    with sqlite_database.reading() as session:
        assert session.scalars(select(Branch)).one().city == "Leeds"
    assert count(sqlite_database, Listing) == 2
