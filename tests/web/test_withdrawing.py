"""Recalling in one confirmed step, the places to put right, and the past held against the rules."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.approval.versions import approved_packs
from service.models import Event, Recall
from service.web import put_right, swept
from tests.desk_rows import Rows
from tests.test_versions import PASSPHRASE
from tests.web.packing import Packing

MINE = {"person": "Ada Byron", "passphrase": PASSPHRASE, "reason": "It promises too much."}


def recall(packing: Packing, **fields: str) -> tuple[int, str]:
    answer = packing.post("/pack/test/recall", **({"item": "thanks"} | MINE | fields))
    where = answer.headers.get("Location")
    return answer.status_code, packing.client.get(where).text if where else answer.text


@pytest.fixture
def used(packing: Packing) -> Packing:
    packing.people()
    packing.store("ada")
    return packing


def test_the_step_shows_what_goes_and_pressing_twice_recalls_once(used: Packing) -> None:
    asked = used.client.get("/pack/test/recall?item=thanks").text
    assert "Recall this item?" in asked
    assert "You made our day" in asked
    for _ in range(2):
        code, page = recall(used)
        assert (code, "Recalled. Nothing suggests those words" in page) == (303, True)
    with used.database.reading() as session:
        assert [one.reason for one in session.exec(select(Recall))] == ["It promises too much."]
        assert [one.kind for one in session.exec(select(Event))] == ["pack_approved", "recalled"]
        assert approved_packs(session, used.now) == ()
    assert "It promises too much." in used.client.get("/pack/test").text


def test_a_wrong_passphrase_or_no_reason_recalls_nothing_and_loses_nothing(used: Packing) -> None:
    code, page = recall(used, passphrase="eight green bottles")
    assert (code, "It promises too much.</textarea>" in page) == (403, True)
    assert "eight green bottles" not in page
    code, page = recall(used, reason=" ")
    assert (code, "Say why" in page) == (409, True)
    with used.database.reading() as session:
        assert session.exec(select(Recall)).all() == []


def test_whoever_has_a_key_in_another_role_recalls_with_that(used: Packing) -> None:
    assert recall(used, person="Lee Law", role="approver")[0] == 303


@pytest.mark.parametrize("path", ["/pack/nothing/recall", "/pack/test/recall?item=nothing"])
def test_what_is_not_there_is_not_recalled(used: Packing, path: str) -> None:
    assert used.client.get(path).status_code == 404


def test_the_places_of_recalled_words_are_listed_until_a_look_saw_them_gone(
    used: Packing, rows: Rows
) -> None:
    shop = rows.listing(rows.branch("Harbour Street", code="harbour"))
    stands = rows.review(shop, reply_text="You made our day", author="Ann")
    gone = rows.review(shop, reply_text="Thanks a lot.")
    rows.version(gone, 1, "Nice.", "That is kind of you")
    assert "Nothing was recalled" in used.client.get("/packs/put-right").text
    recall(used)
    page = used.client.get("/packs/put-right").text
    assert "<strong>1</strong>still stands" in page
    assert "<strong>1</strong>put right" in page
    assert page.index("still stands</span>") < page.index("a look has seen it gone")
    assert f"/reviews/{stands}" in page
    assert "It promises too much." in page
    assert "Nobody has told us whose it is" in page


def test_recalled_words_that_stand_nowhere_are_said_to(used: Packing) -> None:
    recall(used)
    assert "They stand nowhere we can see" in used.client.get("/packs/put-right").text


def test_past_replies_are_swept_by_branch(packing: Packing, rows: Rows) -> None:
    assert "No reply was heard yet" in packing.client.get("/packs/past-replies").text
    harbour = rows.listing(rows.branch("Harbour Street", code="harbour"), "yelp")
    mill = rows.listing(rows.branch("Old Mill", code="mill"), "yelp")
    rows.review(harbour, reply_text="<b>We give you a refund if you delete your review.</b>")
    rows.review(mill, reply_text="Thank you for coming.")
    page = packing.client.get("/packs/past-replies").text
    assert "<strong>2</strong>replies read" in page
    assert "Harbour Street</bdi></h2>" in page
    assert "Old Mill</bdi></h2>" not in page
    assert "<b>We give" not in page
    assert "no rule is broken" in packing.client.get("/packs/past-replies?branch=mill").text


def test_a_branch_is_chosen_where_there_are_too_many(
    used: Packing, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = rows.listing(rows.branch("Harbour Street", code="harbour"))
    rows.branch("Old Mill", code="mill")
    rows.review(shop, reply_text="You made our day")
    recall(used)
    for module in (put_right, swept):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 0)
    for path in ("/packs/put-right", "/packs/past-replies"):
        assert "Choose a branch" in used.client.get(path).text
    assert "<strong>1</strong>still stands" in used.client.get("/packs/put-right?branch=harbour").text
    assert "stand nowhere" in used.client.get("/packs/put-right?branch=mill").text
