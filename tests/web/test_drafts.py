"""The editor: checked at its lines and on real reviews, kept as the next version, and nobody overtaken."""

from __future__ import annotations

from sqlmodel import col, select

from service.models import PackVersion
from service.replies.packs import read_pack
from tests.desk_rows import Rows, triage
from tests.web.packing import Packing

ITEM = '[[item]]\nid = "thanks"\nwhen = { stars = [4, 5] }\nvariants = ["Thank you, {first}", "B", "C"]\n'
GOOD = '[[item]]\nid = "thanks"\nwhen = { stars = [4, 5] }\nvariants = ["How kind", "So kind", "Most kind"]\n'


def send(packing: Packing, text: str, act: str = "save", **fields: str) -> tuple[int, str]:
    since = packing.client.get("/pack/test/edit").text.split('name="since" value="')[1].split('"')[0]
    told = {"text": text, "act": act, "since": since, "part": "1", "item": "thanks", "person": "Ann"} | fields
    answer = packing.post("/pack/test/edit", **told)
    where = answer.headers.get("Location")
    return answer.status_code, packing.client.get(where).text if where else answer.text


def stored(packing: Packing) -> list[tuple[int, str]]:
    with packing.database.reading() as session:
        rows = session.scalars(select(PackVersion).order_by(col(PackVersion.serial)))
        return [(row.serial, read_pack(row.body).items[0].variants[0].source) for row in rows]


def test_an_item_is_edited_where_it_stands(packing: Packing) -> None:
    packing.store()
    page = packing.client.get("/pack/test/edit?item=thanks").text
    assert "id = &#34;thanks&#34;" in page
    assert "format = 1" not in page
    assert "format = 1" in packing.client.get("/pack/test/edit").text
    assert "Add an item" in packing.client.get("/pack/test/edit?item=").text
    assert packing.client.get("/pack/test/edit?item=nothing").status_code == 404
    assert packing.client.get("/pack/nothing/edit").status_code == 404


def test_a_problem_is_told_at_its_line_and_nothing_typed_is_lost(packing: Packing) -> None:
    packing.store()
    code, page = send(packing, ITEM)
    assert code == 400
    assert "Line 4:" in page
    assert "{first}" in page.split("<textarea")[1]
    assert stored(packing) == [(1, "Thank you")]


def test_a_check_shows_findings_changes_and_what_it_would_say_and_stores_nothing(
    packing: Packing, rows: Rows
) -> None:
    packing.store()
    shop = rows.listing(rows.branch())
    glad = triage("low") | {"sentiment": 0.9, "topics": []}
    for _ in range(6):
        rows.review(shop, rating=5.0, text="<i>Lovely</i>.", triage=glad)
    rows.review(shop, rating=1.0)
    code, page = send(packing, GOOD.replace("So kind", "Delete your review for a refund"), "check")
    assert code == 200
    assert "Line 4, thanks, wording 2" in page
    assert "It would answer 6 of the newest 7 reviews." in page
    assert page.count("thanks, wording") >= 5
    assert "<i>Lovely" not in page
    assert "How kind" in page.split('id="changes"')[1]
    assert stored(packing) == [(1, "Thank you")]


def test_saving_keeps_the_next_version_once_however_often_it_is_pressed(packing: Packing) -> None:
    packing.store()
    since = packing.client.get("/pack/test/edit").text.split('name="since" value="')[1].split('"')[0]
    for _ in range(2):
        code, page = send(packing, GOOD, since=since)
        assert (code, "Saved as a draft" in page) == (303, True)
    assert stored(packing) == [(1, "Thank you"), (2, "How kind")]


def test_whoever_was_overtaken_is_told_and_loses_nothing(packing: Packing) -> None:
    packing.store()
    since = packing.client.get("/pack/test/edit").text.split('name="since" value="')[1].split('"')[0]
    packing.store(serial=2, mark=" indeed")
    code, page = send(packing, GOOD, since=since)
    assert code == 409
    assert "Version 2 of test was stored meanwhile" in page
    assert "How kind" in page.split("<textarea")[1]
    assert "What it changes in version 2" in page
    assert stored(packing) == [(1, "Thank you"), (2, "Thank you indeed")]
    assert send(packing, GOOD)[0] == 303
    assert stored(packing)[-1] == (3, "How kind")


def test_a_file_that_nobody_stored_is_edited_and_left_alone(packing: Packing) -> None:
    lies = packing.file(serial=4)
    assert send(packing, GOOD)[0] == 303
    assert stored(packing) == [(5, "How kind")]
    assert (packing.home / "templates_local/test/pack.toml").read_bytes() == lies


def test_a_draft_needs_a_name(packing: Packing) -> None:
    packing.store()
    code, page = send(packing, GOOD, person=" ")
    assert (code, "Say who you are" in page) == (409, True)
    assert "How kind" in page.split("<textarea")[1]


def test_a_text_longer_than_any_pack_is_not_taken(packing: Packing) -> None:
    packing.store()
    assert send(packing, "x" * 2_000_000)[0] == 413
