"""What a pack's people read: what changed, what would have been answered, a booklet, exact copies."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.approval.keys import new_key, unlock
from service.approval.versions import add_version, approve
from service.cli.main import shopbell
from service.db import Database
from service.domain import Reply
from service.replies.booklet import answers, booklet
from service.replies.compare import differences, marked
from service.replies.coverage import Coverage
from service.replies.packs import read_pack
from service.replies.triage import triage
from service.watch.standing import reviews_heard
from tests.builders import NOW, Town, a_look, a_review
from tests.test_packs import GOOD
from tests.test_suggest import THANKS, ask, item, pack, review


def changes(*pairs: tuple[str, str]) -> list[str]:
    new = GOOD
    for was, now in pairs:
        assert was in new
        new = new.replace(was, now)
    return list(differences(read_pack(GOOD.encode()), read_pack(new.encode())))


def test_a_difference_is_said_in_words() -> None:
    assert changes() == []
    assert changes(
        ("serial = 7", "serial = 8"),
        ('language = ["en"]', 'language = ["en", "en-GB"]'),
        ('sign_off = "The team"', 'sign_off = "Your team"'),
        ("stars = [1, 3]", "stars = [1, 2]"),
        ("max = 120", "max = 80"),
    ) == [
        "serial: 7 -> 8",
        "scope, language: 'en' -> 'en', 'en-GB'",
        "fallback, sign_off: 'The team' -> 'Your team'",
        "item wait-apology: when, stars: 1.0, 3.0 -> 1.0, 2.0",
        "item wait-apology: blank fix, max: 120 -> 80",
    ]


def test_a_changed_wording_shows_its_words() -> None:
    (said,) = changes(("I hope we may try again.", "I hope we may cook again."))
    assert said.startswith("item wait-apology: wording 3: I am sorry about the wait")
    assert "we may [-try-] {+cook+} again." in said
    assert marked("a b", "a b c") == "a b {+c+}"


def test_an_item_that_comes_or_goes_is_told() -> None:
    more = '[[item]]\nid = "b"\nwhen = { stars = [5, 5] }\nvariants = ["x", "y", "z"]\n'
    old, new = read_pack(GOOD.encode()), read_pack((GOOD + more).encode())
    assert differences(old, new) == ("item b: new", "item b: {+x+}", "item b: {+y+}", "item b: {+z+}")
    assert differences(new, old) == ("item b: taken out",)


def test_the_booklet_has_every_word_and_the_hash_in_its_foot() -> None:
    one = read_pack(GOOD.replace("that was too long", "that <b>was</b> too long").encode())
    page = booklet(one, ["Ada & Co (legal)"])
    assert f"<tfoot><tr><td>northside-restaurant 7 · SHA-256 {one.sha256.hex()}</td>" in page
    assert "that &lt;b&gt;was&lt;/b&gt; too long" in page and "Ada &amp; Co (legal)" in page
    assert "1 to 3 stars or 0 to 5 points of ten or no recommendation" in page
    assert "what you changed since: at most 120 characters; no link, phone" in page
    assert "<script" not in page and "Nobody has signed" in booklet(one)


def test_the_booklet_says_all_that_decides_when_an_item_is_used() -> None:
    everything = 'topics = ["food"], also = ["price"], flags = ["safety"], suspected = true, case = "offline"'
    assert answers(pack(item("a", everything)).items[0].when) == (
        "any rating, about food, and about price as well, flagged safety, where that is only suspected, "
        "once a case is offline"
    )


def test_one_rating_is_said_once() -> None:
    def said(stars: str) -> str:
        return answers(pack(item("a", f"stars = {stars}")).items[0].when)

    assert (said("[5, 5]"), said("[1, 1]"), said("[1, 2]")) == ("5 stars", "1 star", "1 to 2 stars")


def test_coverage_counts_answers_and_groups_the_gaps() -> None:
    counted = Coverage()
    for text, stars in (("Lovely", 5), ("We waited an hour", 2), ("Waited for ages", 2), (None, 1)):
        one = review(text, stars)
        counted.add(one, triage(one, "en"), ask(one, pack(THANKS)))
    shape = counted.as_json()
    assert (shape["read"], shape["answered"], shape["share"]) == (4, 1, 0.25)
    assert shape["items"] == [{"item": "test/thanks", "count": 1}]
    first, second = shape["gaps"]
    assert (first["topic"], first["stars"], first["count"]) == ("wait", "2", 2)
    assert first["examples"] == ["We waited an hour", "Waited for ages"]
    assert (second["topic"], second["stars"], second["examples"]) == ("no topic", "1", [])
    assert sum(one["count"] for one in shape["none_because"]) == 3


def test_what_was_heard_can_be_asked_again(database: Database) -> None:
    from dataclasses import replace

    town = Town(database)
    town.look(a_look(a_review("ann", stars=2), replace(a_review("bo"), reply=Reply("Thanks"))))
    with database.reading() as session:
        heard = [(one.item.author, one.item.rating, one.branch.city) for one in reviews_heard(session)]
    assert heard == [("Ann Example", 2, "Leeds"), ("Bo Example", 4, "Leeds")]


def run(*words: str) -> Result:
    return CliRunner().invoke(shopbell, list(words))


@pytest.mark.server
def test_the_exact_bytes_go_out_with_their_signatures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path / "data"))
    folder = tmp_path / "packs" / "northside-restaurant"
    folder.mkdir(parents=True)
    (folder / "pack.toml").write_text(GOOD)
    words = ("northside-restaurant", "--packs", str(tmp_path / "packs"), "--to", str(tmp_path / "out"))
    assert "and 0 signatures" in run("packs", "export", *words).stdout
    assert not (tmp_path / "data").exists()
    from service.cli.opened import opened

    with opened() as shop, shop.database.transaction() as session:
        version = add_version(session, GOOD.encode(), NOW)
        key = new_key("Ada", "approver", "correct horse", NOW)
        session.add(key)
        session.flush()
        approve(session, version.sha256, unlock(key, "correct horse"), NOW)
    assert "and 1 signatures" in run("packs", "export", *words).stdout
    assert (tmp_path / "out" / "pack.toml").read_bytes() == GOOD.encode()
    (signed,) = tomllib.loads((tmp_path / "out" / "pack.sig.toml").read_text())["signature"]
    assert signed["person"] == "Ada" and signed["statement"].startswith("shopbell/1 approve")
    assert len(bytes.fromhex(signed["signature"])) == 64


def test_coverage_reads_a_file_and_names_a_bad_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path / "none"))
    (tmp_path / "in.jsonl").write_text('{"text": "Lovely place", "stars": 5}\n{broken\n{"stars": 1}\n')
    ended = run("packs", "coverage", str(tmp_path / "in.jsonl"), "--json")
    assert (ended.exit_code, json.loads(ended.stdout)["read"]) == (0, 2)
    assert ended.stderr.startswith("line 2 is not JSON")
    assert (
        "of 2 reviews would have been answered" in run("packs", "coverage", str(tmp_path / "in.jsonl")).stdout
    )


def test_two_files_are_compared_by_the_command(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD)
    (tmp_path / "b.toml").write_text(GOOD.replace("serial = 7", "serial = 8"))
    assert (
        run("packs", "diff", str(tmp_path / "a.toml"), str(tmp_path / "b.toml")).stdout == "serial: 7 -> 8\n"
    )


def test_a_booklet_is_written_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path / "none"))
    ended = run("packs", "booklet", "general-en", "--to", str(tmp_path / "b.html"))
    assert ended.exit_code == 0 and "general-en" in (tmp_path / "b.html").read_text("utf-8")
    assert "no pack 'nope'" in str(run("packs", "booklet", "nope").exception)
