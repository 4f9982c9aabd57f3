"""Bringing in a file: its preview, its progress, what came of it; nothing is kept before a person says so."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.models import ImportRun, ImportState, Review
from service.watch import importing, imports
from service.watch.check import Watch
from service.watch.judge import judge_for
from tests import brought
from tests.brought import ANNA, BERT, CLEO
from tests.builders import a_planner
from tests.desk_rows import Rows
from tests.web.reading import form_token

FILE = brought.table(ANNA, BERT, ("Dora Neu", "nine", "2026-05-02", "=cmd|' /C calc'!A0", ""))
AMBIGUOUS = brought.table(
    ("North", "Ann", "85", "3/10/2026", "Good."), header=("Branch", "Name", "Score", "Date", "Review")
)


def give(client: FlaskClient, body: bytes, listing: int | str = "", name: str = "export.csv") -> TestResponse:
    fields = {"form_token": form_token(client.get("/bring/file")), "listing": str(listing)}
    return client.post("/bring/file", data=fields | {"file": (BytesIO(body), name)})


def press(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={"form_token": form_token(client.get("/bring/file"))} | fields)


def settle(client: FlaskClient, run: int, **fields: object) -> TestResponse:
    """Send the form on a run's page back, with ``fields`` changed."""
    page = client.get(f"/bring/{run}").text
    chosen = dict(re.findall(r'<select [^>]*name="([\w-]+)">.*?<option value="([^"]*)" selected', page))
    for name, options in re.findall(r'<select [^>]*name="([\w-]+)">(.*?)</select>', page):
        found = re.search(r'value="([^"]*)" selected', options)
        chosen[name] = found[1] if found else ""
    return press(client, f"/bring/{run}/columns", **(chosen | fields))


def work(rows: Rows, run: int, steps: int = 99) -> None:
    watch = Watch(rows.database, None, judge_for, a_planner())  # type: ignore[arg-type]
    while steps and importing.step(rows.database, watch, run, rows.now):
        steps -= 1


def stored(rows: Rows) -> int:
    with rows.database.reading() as session:
        return session.execute(select(func.count()).select_from(Review)).scalar_one()


def run_of(rows: Rows, run: int = 1) -> ImportRun:
    with rows.database.reading() as session:
        found = imports.the_run(session, run)
    assert found is not None
    return found


def test_the_hub_leads_to_every_way_there_is(client: FlaskClient) -> None:
    page = client.get("/bring")
    for address in ("/bring/file", "/bring/paste", "/read", "/mailboxes", "/feeds"):
        assert f'href="{address}"' in page.text
        assert client.get(address).status_code == 200
    assert re.search(r'href="/bring" aria-current="page"', page.text)
    assert re.search(r'href="/bring" aria-current="page"', client.get("/read").text)


def test_where_nothing_is_watched_the_form_says_how_to_begin(client: FlaskClient) -> None:
    assert "/listings/add" in client.get("/bring/file").text
    assert "/listings/add" in client.get("/bring/paste").text


def test_a_file_is_shown_as_it_would_be_read_before_anything_is_kept(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    answer = give(client, FILE, shop)
    assert (answer.status_code, answer.location) == (303, "/bring/1")
    page = client.get("/bring/1").text
    for told in ("Anna Example", "5 of 5 stars", "2 May 2026", "Thank you, Anna.", "Bring in 3 rows"):
        assert told in page
    assert "Would be given back:</strong> “nine” is no rating" in page
    assert stored(rows) == 0


def test_a_file_is_kept_with_progress_and_gives_back_what_it_could_not_read(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    give(client, FILE, shop)
    assert settle(client, 1, do="start").location == "/bring/1?asked=1"
    running = client.get("/bring/1")
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in running.text
    assert 'max="3" value="0"' in running.text
    assert 'http-equiv="refresh"' not in client.get("/bring/1?live=0").text
    progress = client.get("/bring/1/progress", headers={"HX-Request": "true"})
    assert "0 of 3 rows" in progress.text
    assert "<html" not in progress.text
    assert "HX-Refresh" not in progress.headers
    work(rows, 1)
    assert client.get("/bring/1/progress").headers["HX-Refresh"] == "true"
    done = client.get("/bring/1")
    assert 'http-equiv="refresh"' not in done.text
    for told in ("Done", "3 of 3 rows", "<dt>New to us</dt><dd>2</dd>", "1 row given back", "Dora Neu"):
        assert told in done.text
    assert stored(rows) == 2


def test_rows_given_back_are_safe_to_open_in_a_spreadsheet(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    give(client, FILE, shop)
    settle(client, 1, do="start")
    work(rows, 1)
    answer = client.get("/bring/1/rejected.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = answer.get_data().decode("utf-8-sig").splitlines()
    assert told[0] == "row,why,Reviewer,Stars,Date,Review,Owner response"
    assert told[1] == "4,“nine” is no rating,Dora Neu,nine,2026-05-02,'=cmd|' /C calc'!A0,"


def test_what_is_missing_is_asked_and_nothing_begins(client: FlaskClient, rows: Rows, shop: int) -> None:
    give(client, AMBIGUOUS)
    assert "Days and months cannot be told apart" in client.get("/bring/1").text
    page = client.get(settle(client, 1, do="start").location).text
    for told in (
        "Not begun yet",
        "days or months come first",
        "what the ratings are out of",
        "which listing",
    ):
        assert told in page
    assert run_of(rows).state == ImportState.PREVIEW
    answered = {"best": "100", "order": "day_first", "place": "North", "place-0": shop, "do": "start"}
    settle(client, 1, **answered)
    assert run_of(rows).state == ImportState.RUNNING
    work(rows, 1)
    assert run_of(rows).counts["new"] == 1
    with rows.database.reading() as session:
        review = session.execute(select(Review)).scalar_one()
    assert (review.rating, review.best, f"{review.posted_at:%Y-%m-%d}") == (85, 100, "2026-10-03")


def test_columns_are_changed_and_shown_again(client: FlaskClient, rows: Rows, shop: int) -> None:
    give(client, FILE, shop)
    settle(client, 1, **{"column-title": "3", "column-text": "4", "do": "show"})
    assert (
        "<strong>Lovely bread, and a warm welcome.</strong> Thank you, Anna." in client.get("/bring/1").text
    )
    assert run_of(rows).state == ImportState.PREVIEW


@pytest.mark.parametrize(
    "fields",
    [
        {"column-text": "99", "order": "sideways", "best": "-3"},
        {"column-text": "x", "listing": "999999"},
        {"place": "Nowhere", "place-0": "999999"},
    ],
)
def test_strange_answers_are_no_answers(
    client: FlaskClient, rows: Rows, shop: int, fields: dict[str, str]
) -> None:
    give(client, FILE, shop)
    assert settle(client, 1, **fields, do="show").status_code == 303
    assert client.get("/bring/1").status_code == 200


def test_a_run_is_stopped_resumed_and_ended_by_a_press(client: FlaskClient, rows: Rows, shop: int) -> None:
    many = [(f"Guest {n}", "4", "2026-03-04", f"Visit {n}, as one would wish.", "") for n in range(300)]
    give(client, brought.table(*many), shop)
    settle(client, 1, do="start")
    work(rows, 1, steps=1)
    assert press(client, "/bring/1/stop").location == "/bring/1"
    page = client.get("/bring/1").text
    assert "Stopped" in page
    assert "250 of 300 rows" in page
    assert "Change which column is what" in page
    press(client, "/bring/1/resume")
    assert run_of(rows).state == ImportState.RUNNING
    press(client, "/bring/1/stop")
    press(client, "/bring/1/end")
    assert "Ended by hand: 50 rows were not read." in client.get("/bring/1").text
    assert stored(rows) == 250


def test_a_preview_is_forgotten_by_a_press_and_never_begun_by_resuming(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    give(client, FILE, shop)
    press(client, "/bring/1/resume")
    assert run_of(rows).state == ImportState.PREVIEW
    assert press(client, "/bring/1/end").location == "/bring"
    assert client.get("/bring/1").status_code == 404


def test_all_of_it_may_be_called_old(client: FlaskClient, rows: Rows, shop: int) -> None:
    give(client, FILE, shop)
    settle(client, 1, old="1", do="start")
    assert run_of(rows).past


def test_google_s_export_finds_its_listing_by_name(client: FlaskClient, rows: Rows) -> None:
    north = rows.branch("North Bakery", code="north")
    yelp, google = rows.listing(north, "yelp"), rows.listing(north, "google_maps")
    give(client, brought.google_export(brought.google_review(1)), name="takeout.zip")
    assert run_of(rows).mapping["places"] == {"North Bakery": google}
    assert f'<option value="{yelp}">' not in client.get("/bring/1").text
    settle(client, 1, place="North Bakery", **{"place-0": google, "do": "start"})
    work(rows, 1)
    assert stored(rows) == 1


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"", "Choose a file|empty"), (b"\x7fELF\0\0\0\0" * 9, "no table of text"), (b"<html>x", "Read a page")],
)
def test_what_cannot_be_read_is_said_beside_the_form(
    client: FlaskClient, rows: Rows, shop: int, body: bytes, says: str
) -> None:
    answer = give(client, body, shop)
    assert answer.status_code == 400
    assert re.search(says, answer.text)
    assert f'value="{shop}" selected' in answer.text
    assert 'role="alert"' in answer.text


def test_a_file_too_large_is_refused(client: FlaskClient, shop: int) -> None:
    token = form_token(client.get("/bring/file"))
    answer = client.post(
        "/bring/file",
        data={"form_token": token},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(50_000_000)},
    )
    assert answer.status_code == 413


def test_words_in_a_file_are_data(client: FlaskClient, rows: Rows, shop: int) -> None:
    hostile = ("<script>alert(1)</script>", "five", "2026-05-02", "{{ 7001 * 7001 }}<img src=x>", "")
    give(client, brought.table(ANNA, hostile, CLEO), shop, name='"><script>.csv')
    settle(client, 1, do="start")
    work(rows, 1)
    page = client.get("/bring/1").text + client.get("/bring").text
    assert "<script" not in page
    assert "<img" not in page.replace('<img src="/static', "")
    assert "49014001" not in page


def test_what_was_brought_lately_is_listed_newest_first(client: FlaskClient, rows: Rows, shop: int) -> None:
    give(client, FILE, shop, name="first.csv")
    give(client, FILE, shop, name="second.csv")
    page = client.get("/bring").text
    assert page.index("second.csv") < page.index("first.csv")
    assert "waits for you" in page


def test_what_only_a_person_can_tell_is_asked_where_the_file_ended(
    client: FlaskClient, rows: Rows, shop: int
) -> None:
    give(client, FILE, shop)
    settle(client, 1, do="start")
    work(rows, 1)
    assert "Answer what only you" not in client.get("/bring/1").text
    with rows.database.transaction() as session:
        session.get_one(ImportRun, 1).counts = {"asked": 1, "rejected": 1}
    assert '<a class="button primary" href="/questions">Answer what only you' in client.get("/bring/1").text


def test_health_says_that_a_listing_is_heard_by_hand(client: FlaskClient, rows: Rows, shop: int) -> None:
    give(client, FILE, shop)
    settle(client, 1, do="start")
    work(rows, 1)
    assert "by a file or a paste" in " ".join(client.get("/health").text.split())


@pytest.mark.parametrize("address", ["/bring/7", "/bring/7/rejected.csv"])
def test_a_run_that_is_not_there_is_nowhere(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_first_file_of_a_listing_leaves_nothing_due(client: FlaskClient, rows: Rows, shop: int) -> None:
    give(client, FILE, shop)
    settle(client, 1, do="start")
    work(rows, 1)
    assert "Nothing needs a reply" in client.get("/").text
    assert "Bert Beispiel" in client.get("/?state=past").text
