"""The past held against the rules: what an owner's replies broke, from rows and from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli.main import shopbell
from service.db import Database
from service.domain import Reply
from service.replies.sweep import Standing, breaches
from service.watch.standing import replies_heard
from tests.builders import DAY, NOW, Town, a_look, a_review

WORDS = "Please update your review and call me on 555-123-4567."


def test_each_breach_says_what_where_and_whose() -> None:
    one = Standing("North", "yelp", WORDS, link="https://yelp.example/r/1", author="Maria G.")
    found = list(breaches([one, replace(one, reply="Thank you, Maria.")]))
    assert [(breach.finding.rule, breach.finding.level) for breach in found] == [
        ("ask-change", "block"),
        ("phone", "warn"),
    ]
    shape = found[0].as_json()
    assert (shape["branch"], shape["link"], shape["words"]) == (
        "North",
        "https://yelp.example/r/1",
        "update your review",
    )
    assert "7400114" in shape["source"] and shape["stands_now"] is True


def test_what_stood_before_is_swept_too(database: Database) -> None:
    town = Town(database)
    item = a_review("ann")
    town.look(a_look(replace(item, reply=Reply(WORDS))))
    town.look(a_look(replace(item, reply=Reply("Thank you, Ann.")), at=NOW + DAY), NOW + DAY)
    with database.reading() as session:
        told = [(one.reply, one.is_now, one.branch) for _, _, one in replies_heard(session)]
    assert told == [("Thank you, Ann.", True, "North"), (WORDS, False, "North")]


@pytest.fixture
def swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path / "none"))

    def called(name: str, body: str, *words: str) -> tuple[int, dict[str, Any]]:
        (tmp_path / name).write_text(body, encoding="utf-8")
        ended = CliRunner().invoke(shopbell, ["sweep", str(tmp_path / name), "--json", *words])
        assert ended.exit_code in (0, 1), ended.output
        assert not (tmp_path / "none").exists()
        return ended.exit_code, json.loads(ended.stdout)

    return called


CSV = f"""Reviewer,Rating,Review,Branch,Site,Owner response,Link
Maria G,1,Bad,North,Yelp,{WORDS},https://www.yelp.com/biz/n?hrid=1
Tom,5,Nice,South,Google,"Thank you, Tom",https://maps.example.com/x
Ann,5,Nice,South,Google,,https://maps.example.com/y
"""
ONE = {"author": "Maria G", "stars": 1, "text": "Bad", "site": "yelp", "branch": "North", "reply": WORDS}
READ = {"site": "yelp", "reviews": [{"author": "Maria G", "rating": 1, "owner_reply": {"text": WORDS}}]}


@pytest.mark.parametrize(
    ("name", "body", "replies"),
    [
        ("export.csv", CSV, 2),
        ("lines.jsonl", json.dumps(ONE) + "\n" + json.dumps({**ONE, "reply": None}) + "\n", 1),
        ("list.json", json.dumps([ONE]), 1),
        ("read.json", json.dumps(READ), 1),
    ],
)
def test_a_file_is_swept_before_anything_is_set_up(swept: Any, name: str, body: str, replies: int) -> None:
    code, found = swept(name, body)
    assert (code, found["replies"], found["breaches"]) == (1, replies, 2)
    (branch,) = found["branches"]
    assert [(one["site"], one["rule"]) for one in branch["breaches"]] == [
        ("yelp", "ask-change"),
        ("yelp", "phone"),
    ]


def test_a_trade_may_be_told_for_the_whole_file(swept: Any) -> None:
    line = json.dumps({"stars": 5, "site": "yelp", "reply": "Thank you for your visit."})
    assert swept("a.jsonl", line)[0] == 0
    code, found = swept("a.jsonl", line, "--vertical", "dental")
    assert code == 1 and found["branches"][0]["breaches"][0]["rule"] == "health-relationship"


def test_notes_are_listed_when_asked_for(swept: Any) -> None:
    line = json.dumps({"stars": 5, "site": "yelp", "reply": "Follow us on the pictures site."})
    assert swept("a.jsonl", line)[1]["breaches"] == 0
    assert swept("a.jsonl", line, "--notes")[1]["breaches"] == 1


def test_a_file_that_is_no_file_of_reviews_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{broken")
    ended = CliRunner().invoke(shopbell, ["sweep", str(tmp_path / "x.json")])
    assert "is not JSON" in str(ended.exception)
