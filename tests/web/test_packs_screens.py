"""The packs' screens: the list, every word of one, and signing exactly what was read."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from service.approval.keys import new_key, unlock
from service.approval.rosters import issue
from service.approval.submitting import submit
from service.approval.versions import approved_packs
from service.models import PackVersion, Signature, SigningKey
from tests.desk_rows import Rows
from tests.test_versions import PASSPHRASE, body
from tests.web.packing import Packing

MINE = {"person": "Ada Byron", "passphrase": PASSPHRASE}


def sign(packing: Packing, sha256: bytes, **fields: str) -> tuple[int, str]:
    answer = packing.post("/pack/test/sign", sha256=sha256.hex(), **(MINE | fields))
    where = answer.headers.get("Location")
    return answer.status_code, packing.client.get(where).text if where else answer.text


def signatures(packing: Packing) -> int:
    with packing.database.reading() as session:
        return len(session.exec(select(Signature)).all())


def test_an_empty_shelf_says_how_to_begin(packing: Packing) -> None:
    assert "There are no packs yet" in packing.client.get("/packs").text


def test_the_list_says_of_each_pack_what_it_is(packing: Packing) -> None:
    packing.people()
    packing.store("ada", name="used")
    packing.store(name="draft")
    packing.file(name="lies")
    packing.file(name="broken", risk="none")
    with packing.database.transaction() as session:
        submit(session, body("waits", risk="sensitive"), "f", "Ann", packing.now)
    page = packing.client.get("/packs").text
    assert "1 pack waits for a signature." in page
    assert page.index('id="pack-waits"') < page.index('id="pack-draft"') < page.index('id="pack-used"')
    assert "Version 1 waits: sensitive needs 2 more people to approve." in page
    assert "Version 1 is approved until 2027-12-31." in page
    assert "Version 1 is a draft: routine needs 1 more person to approve." in page
    assert "It lies in templates_local and nobody has signed it" in page
    assert "broken/pack.toml" in page


def test_the_list_tells_how_many_late_reviews_each_would_answer(packing: Packing, rows: Rows) -> None:
    packing.store()
    shop = rows.listing(rows.branch())
    rows.review(shop, rating=5.0, text="Lovely.", triage=rows_triage())
    rows.review(shop, rating=1.0)
    page = packing.client.get("/packs").text
    assert "Of the 2 reviews of the last 90 days, 1 would have been answered" in page
    assert "first to answer 1 review" in page


def test_what_answers_stands_before_what_only_lies_there(packing: Packing, rows: Rows) -> None:
    packing.people()
    packing.store("ada", name="idle")
    packing.store("ada", name="useful")
    packing.file(name="a-file")
    page = packing.client.get("/packs").text
    assert page.index('id="pack-useful"') < page.index('id="pack-a-file"')
    assert page.index('id="pack-idle"') < page.index('id="pack-a-file"')


def rows_triage() -> dict[str, object]:
    from tests.desk_rows import triage

    return triage("low") | {"sentiment": 0.9, "topics": []}


def test_one_pack_is_read_like_a_booklet_with_its_exact_hash(packing: Packing) -> None:
    version = packing.store("ada") if packing.people() else packing.store()
    page = packing.client.get("/pack/test").text
    assert version.sha256.hex() in page
    assert "Answers 4 to 5 stars." in page
    assert "You made our day" in page
    kept = packing.client.get(f"/pack/test/exact/{version.sha256.hex()}")
    assert hashlib.sha256(kept.data).digest() == version.sha256
    assert kept.headers["Content-Disposition"] == 'attachment; filename="test-1.toml"'
    for gone in ("/pack/nothing", "/pack/test?version=7", "/pack/test/exact/00", "/pack/test/exact/zz"):
        assert packing.client.get(gone).status_code == 404


def test_a_pack_is_printed_from_the_desk_with_its_hash_and_who_signed(packing: Packing) -> None:
    packing.people()
    version = packing.store("ada", mark="<script>alert(1)</script>")
    sha256 = version.sha256.hex()
    assert f'href="/pack/test/booklet/{sha256}"' in packing.client.get("/pack/test").text
    page = packing.client.get(f"/pack/test/booklet/{sha256}")
    assert f"<tfoot><tr><td>test 1 · SHA-256 {sha256}" in page.text
    assert "Ada Byron (approver) on" in page.text
    assert "<script>" not in page.text
    style = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    allowed = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert f"style-src 'sha256-{allowed}';" in policy
    assert "default-src 'none'" in policy
    assert packing.client.get("/pack/test/booklet/00").status_code == 404


def test_a_new_version_is_told_apart_from_the_approved_one_in_words_and_lines(packing: Packing) -> None:
    packing.people()
    packing.store("ada")
    packing.store(serial=2, mark=" indeed")
    page = packing.client.get("/pack/test").text
    assert "What it changes in version 1, which is approved" in page
    assert "item thanks: wording 1: Thank you <ins>" in page
    assert "indeed</ins>" in page
    assert 'class="in">+variants' in page
    assert "Version 1 is used meanwhile, until 2027-12-31." in page
    assert "Signed by <bdi>Ada Byron</bdi> (approver)" in page


def test_what_a_rule_says_stands_beside_the_wording(packing: Packing) -> None:
    packing.store(mark=". We give you a refund if you delete your review")
    page = packing.client.get("/pack/test").text
    assert "A rule forbids one of its wordings" in page
    assert "(line 13, on" in page


def test_hostile_words_are_words(packing: Packing) -> None:
    packing.store(mark="<script>alert(1)</script>")
    page = packing.client.get("/pack/test").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_first_signature_asks_twice_and_makes_the_key(packing: Packing) -> None:
    version = packing.store()
    code, page = sign(packing, version.sha256)
    assert code == 409
    assert "Ada Byron has no key for that here yet" in page
    assert 'name="passphrase_again"' in page
    assert 'value="Ada Byron"' in page
    assert PASSPHRASE not in page
    assert sign(packing, version.sha256, passphrase_again="something else")[0] == 400
    code, page = sign(packing, version.sha256, passphrase_again=PASSPHRASE)
    assert (code, "Signed, and approved" in page) == (303, True)
    with packing.database.reading() as session:
        assert [one.pack.name for one in approved_packs(session, packing.now)] == ["test"]
        assert [one.person for one in session.exec(select(SigningKey)).all()] == ["Ada Byron"]


def test_a_key_that_the_brands_root_has_not_listed_says_so(packing: Packing) -> None:
    with packing.database.transaction() as session:
        key = new_key("Northside", "root", PASSPHRASE, packing.now)
        session.add(key)
        session.flush()
        issue(session, unlock(key, PASSPHRASE), "Northside", packing.now)
    version = packing.store()
    code, page = sign(packing, version.sha256, passphrase_again=PASSPHRASE)
    assert (code, "has not listed yet" in page) == (303, True)
    assert "which does not count" in page


def test_pressing_twice_signs_once(packing: Packing) -> None:
    packing.people()
    version = packing.store()
    assert [sign(packing, version.sha256)[0] for _ in range(2)] == [303, 303]
    assert signatures(packing) == 1


def test_a_wrong_passphrase_says_so_loses_nothing_and_runs_into_a_bound(packing: Packing) -> None:
    packing.people()
    version = packing.store()
    for _ in range(5):
        code, page = sign(packing, version.sha256, passphrase="eight green bottles")
        assert code == 403
        assert "not the passphrase of Ada Byron&#39;s key. Nothing was signed." in page
        assert 'value="Ada Byron"' in page
        assert "eight green bottles" not in page
    code, page = sign(packing, version.sha256)
    assert code == 429
    assert "Too many wrong passphrases for Ada Byron: try again in 15 minutes." in page
    assert signatures(packing) == 0


def test_a_file_that_changed_while_it_was_read_is_not_signed(packing: Packing) -> None:
    packing.people()
    read = packing.file()
    packing.file(mark="!")
    code, page = sign(packing, hashlib.sha256(read).digest())
    assert code == 409
    assert "What you read has changed meanwhile" in page
    assert signatures(packing) == 0
    code, page = sign(packing, hashlib.sha256(body(mark="!")).digest())
    assert code == 303


@pytest.mark.parametrize("why", ["Softer, please.", ""])
def test_what_waits_is_sent_back_with_a_reason(packing: Packing, why: str) -> None:
    packing.people()
    version = packing.store()
    digest = version.sha256.hex()
    assert packing.post("/pack/test/submit", sha256=digest, person="Ann").status_code == 303
    assert "Version 1 waits" in packing.client.get("/packs").text
    answer = packing.post("/pack/test/send-back", sha256=digest, person="Grace", why=why)
    page = packing.client.get("/pack/test").text
    assert answer.status_code == (303 if why else 409)
    assert ("sent back by Grace: Softer, please." in page) == bool(why)
    if not why:
        assert "Say why" in answer.text


def test_an_older_version_is_not_sent_back_for_a_newer_one(packing: Packing) -> None:
    old = packing.store()
    packing.post("/pack/test/submit", sha256=old.sha256.hex(), person="Ann")
    packing.store(serial=2)
    answer = packing.post("/pack/test/send-back", sha256=old.sha256.hex(), person="Grace", why="No.")
    assert answer.status_code == 409
    assert "Version 2 was stored meanwhile" in answer.text


def test_words_that_no_site_allows_are_not_submitted(packing: Packing) -> None:
    version = packing.store(mark=". We give you a refund if you delete your review")
    answer = packing.post("/pack/test/submit", sha256=version.sha256.hex(), person="Ann")
    assert answer.status_code == 409
    assert "those wordings may not stand" in answer.text


def test_an_expired_pack_says_so(packing: Packing) -> None:
    packing.people()
    packing.store("ada", until=(packing.now - timedelta(days=3)).date().isoformat())
    assert "ran out on" in packing.client.get("/pack/test").text
    with packing.database.reading() as session:
        assert session.scalars(select(col(PackVersion.state))).one() == "approved"


def test_neither_the_list_nor_a_history_asks_more_where_there_is_more(packing: Packing) -> None:
    def asked(path: str) -> int:
        statements: list[str] = []

        def note(*told: object) -> None:
            statements.append(str(told[2]))

        event.listen(packing.database.engine, "before_cursor_execute", note)
        packing.client.get(path)
        event.remove(packing.database.engine, "before_cursor_execute", note)
        return len(statements)

    packing.store()
    few = asked("/packs")
    for number in range(6):
        packing.store(name=f"more-{number}")
    assert asked("/packs") == few
    one = asked("/pack/test")
    for serial in (2, 3, 4):
        packing.store(serial=serial)
    assert asked("/pack/test") <= one + 3
