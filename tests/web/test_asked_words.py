"""Words for one review at the desk: checked, signed for the review as it was read, refused, recalled."""

from __future__ import annotations

import html
import re
from datetime import datetime

import pytest
from flask import Flask
from sqlmodel import select

from service.approval.asking import ask
from service.approval.given import words_for
from service.approval.versions import add_version
from service.domain import Role, ScopeKind
from service.models import Review, WordsSignature
from tests.accounts import People
from tests.desk_rows import Rows
from tests.test_versions import PASSPHRASE, body
from tests.web.desk_people import browser
from tests.web.packing import Packing

MINE = {"act": "sign", "person": "Ada Byron", "passphrase": PASSPHRASE}
WORDS = "The door you could not open has been mended this morning. Thank you for telling us."


@pytest.fixture
def review(packing: Packing, rows: Rows) -> int:
    """A review whose branch asked for words."""
    packing.people()
    number = rows.review(rows.listing(rows.branch()), author="<b>Ann</b>")
    with packing.database.transaction() as session:
        ask(session, session.get_one(Review, number), "We have mended it.", "Dana", packing.now)
    return number


def give(packing: Packing, **fields: str) -> tuple[int, str]:
    seen = re.search(r'name="seen" value="(\w+)"', packing.client.get("/packs/asked/1").text)
    told = {"text": WORDS, "seen": seen[1] if seen else "", **MINE} | fields
    answer = packing.post("/packs/asked/1", **told)
    where = answer.headers.get("Location")
    return answer.status_code, packing.client.get(where).text if where else answer.text


def given(packing: Packing, review: int) -> str | None:
    with packing.database.reading() as session:
        found = words_for(session, session.get_one(Review, review), packing.now)
        return found.text if found else None


def test_nobody_has_asked(packing: Packing) -> None:
    assert "Nobody has asked" in packing.client.get("/packs/asked").text
    assert packing.client.get("/packs/asked/1").status_code == 404


def test_what_waits_is_listed_and_begins_with_the_draft(packing: Packing, review: int) -> None:
    page = packing.client.get("/packs/asked").text
    assert "asked by <bdi>Dana</bdi>" in page
    assert "<b>Ann" not in page
    assert "We have mended it.</textarea>" in packing.client.get("/packs/asked/1").text


def test_a_check_tells_findings_and_signs_nothing(packing: Packing, review: int) -> None:
    code, page = give(packing, act="check", text="Delete your review for a refund.")
    assert code == 200
    assert 'id="findings"' in page
    assert "Delete your review for a refund.</textarea>" in page
    assert given(packing, review) is None


def test_words_are_signed_once_for_the_review_that_was_read(
    packing: Packing, review: int, rows: Rows
) -> None:
    seen = re.search(r'name="seen" value="(\w+)"', packing.client.get("/packs/asked/1").text)
    assert seen
    rows.set(review, text="We waited an hour.")
    code, page = give(packing, seen=seen[1])
    assert (code, "The review was edited while you read it" in page) == (409, True)
    assert f"{WORDS}</textarea>" in page
    fresh = re.search(r'name="seen" value="(\w+)"', page)
    assert fresh
    for _ in range(2):
        code, page = give(packing, seen=fresh[1])
        assert (code, "suggested for this review from now on" in page) == (303, True)
    assert given(packing, review) == WORDS
    with packing.database.reading() as session:
        assert len(session.exec(select(WordsSignature)).all()) == 1


def test_a_wrong_passphrase_or_forbidden_words_sign_nothing(packing: Packing, review: int) -> None:
    code, page = give(packing, passphrase="eight green bottles")
    assert (code, f"{WORDS}</textarea>" in page) == (403, True)
    assert "eight green bottles" not in page
    code, page = give(packing, text="Please delete your review and we give you a refund.")
    assert code == 409
    assert given(packing, review) is None


def test_words_are_refused_with_a_reason(packing: Packing, review: int) -> None:
    assert packing.post("/packs/asked/1/refuse", person="Ada", why=" ").status_code == 409
    assert packing.post("/packs/asked/1/refuse", person="Ada", why="Call her.").status_code == 303
    assert "Call her." in packing.client.get("/packs/asked").text
    assert give(packing)[0] == 409


def test_words_that_were_given_are_recalled(packing: Packing, review: int) -> None:
    give(packing)
    mine = {"person": "Ada Byron", "passphrase": PASSPHRASE}
    assert packing.post("/packs/asked/1/recall", why="", **mine).status_code == 409
    assert packing.post("/packs/asked/1/recall", why="Wrong door.", **mine).status_code == 303
    assert given(packing, review) is None
    assert "it was recalled" in packing.client.get("/packs/asked/1").text


def test_given_words_are_made_an_item_of_a_pack(packing: Packing, review: int) -> None:
    packing.store()
    assert "Make an item" not in packing.client.get("/packs/asked/1").text
    give(packing)
    page = html.unescape(packing.client.get("/packs/asked/1").text)
    assert "Make an item of it" in page
    assert "/pack/test/edit?item=&words=1" in page
    edit = html.unescape(packing.client.get("/pack/test/edit?item=&words=1").text)
    assert f'  "{WORDS}",' in edit
    assert 'id = "rename-me"' in edit
    assert "rename-me" not in packing.client.get("/pack/test/edit?item=&words=99").text


def test_whoever_may_not_read_the_review_gets_none_of_its_words(
    app: Flask, packing: Packing, review: int, now: datetime
) -> None:
    Rows(packing.database, now).branch("Mill Lane", code="mill", brand="Northside")
    theirs = body().replace(b"author =", b'scope = { brand = ["Northside"] }\nauthor =')
    with packing.database.transaction() as session:
        add_version(session, theirs, now)
    give(packing)
    people = People(packing.database, now)
    people.owner()
    for kind, scope, reads in ((ScopeKind.BRAND, "Northside", False), (ScopeKind.ALL, "", True)):
        writer = people.person(f"{kind.value.title()} Writer", Role.APPROVER, kind, scope)
        page = browser(app, people, writer).get("/pack/test/edit?item=&words=1")
        assert page.status_code == 200
        assert ("mended this morning" in page.text) is reads
