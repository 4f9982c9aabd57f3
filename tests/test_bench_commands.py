"""The bench of the command line: one line asked, one line answered, and the same on any machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli.main import shopbell
from service.domain import Kind, Scale
from service.errors import LineRefused
from service.replies.asked import asked, read_line

HOME = Path(__file__).resolve().parents[1]
WAIT = {"text": "We waited an hour for cold food", "stars": 2, "site": "yelp", "vertical": "restaurant"}
TRIAGED = {"language", "sentiment", "topics", "flags", "urgency", "due_hours", "reasons"}
SUGGESTED = {"pack", "serial", "sha256", "item", "variant", "approved", "text", "spans", "blanks"} | {
    *("class", "findings", "reasons", "score")
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path / "none"))

    def called(*words: str, lines: list[Any] | None = None, told: str = "") -> tuple[int, list[Any]]:
        body = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines or [])
        ended = CliRunner().invoke(shopbell, list(words), input=body or told)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, [json.loads(line) for line in ended.stdout.splitlines()]

    return called


def test_each_line_is_judged_in_its_place(run: Any) -> None:
    code, (first, bad, last) = run("triage", "-", "--json", lines=[WAIT, "{not json", {"stars": 5}])
    assert code == 1
    assert set(first) == set(last) == TRIAGED
    assert all(set(topic) == {"topic", "score"} for topic in first["topics"])
    assert -1 <= first["sentiment"] < 0 < last["sentiment"] <= 1
    assert bad["line"] == 2 and bad["error"].startswith("is not JSON")


LOADED = """
import sys
from service.cli.main import shopbell
try:
    shopbell(sys.argv[1:])
finally:
    print(*sorted({"sqlalchemy", "sqlmodel", "service.models"} & sys.modules.keys()), file=sys.stderr)
"""


@pytest.mark.server
def test_a_bench_without_an_installation_waits_for_no_database(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, "suggest", "-", "--json"],
        env=os.environ | {"SHOPBELL_DATA": str(tmp_path / "none")},
        input=json.dumps(WAIT),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=HOME,
        check=True,
    )
    assert ended.stderr == "\n"


def test_a_suggestion_is_printed_whole(run: Any) -> None:
    code, (found,) = run("suggest", "-", "--json", "--at", "2027-01-10", lines=[WAIT])
    assert code == 0
    assert set(found) == TRIAGED | {"suggestions", "runner_up", "none_because"}
    assert found["suggestions"] and all(set(one) >= SUGGESTED for one in found["suggestions"])
    assert not any(one["approved"] for one in found["suggestions"])
    for one in found["suggestions"]:
        shown = [one["text"][span["start"] : span["end"]] for span in one["spans"]]
        assert "".join(shown) == one["text"]


def test_nothing_is_opened_or_made_where_there_is_no_installation(run: Any, tmp_path: Path) -> None:
    run("suggest", "-", "--json", lines=[WAIT])
    assert not (tmp_path / "none").exists()


def test_a_branch_does_not_hear_the_same_words_twice_in_a_row(run: Any) -> None:
    lines = [{**WAIT, "branch": branch} for branch in ("north", "south", "north", "north", "south")]
    _, found = run("suggest", "-", "--json", lines=lines)
    north = [found[place]["suggestions"][0]["text"] for place in (0, 2, 3)]
    assert len(set(north)) == 3
    assert found[1]["suggestions"][0]["text"] != found[4]["suggestions"][0]["text"]


@pytest.mark.server
def test_the_same_lines_come_out_whatever_the_hash_seed(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(one) for one in [WAIT, {"stars": 1}, WAIT] * 3))
    command = [sys.executable, "-m", "service", "suggest", str(tmp_path / "in.jsonl"), "--json"]
    printed = {
        subprocess.run(
            [*command, "--at", "2027-01-10"],
            env={**os.environ, "PYTHONHASHSEED": seed, "SHOPBELL_DATA": str(tmp_path / "none")},
            cwd=HOME,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    }
    assert len(printed) == 1


REFUSED = {
    "[1]": "is not a JSON object",
    '{"stars": 9}': "'stars' must lie between 0 and 5",
    '{"stars": "many"}': "'stars' must be a number, not 'many'",
    '{"stars": true}': "'stars' must be a number",
    '{"stars": "NaN"}': "'stars' must be a number",
    '{"text": 3}': "'text' must be a text",
    '{"kind": "rant"}': "unknown 'kind' 'rant'; known: review, recommendation, complaint, mention",
    '{"recommends": "yes"}': "'recommends' must be true or false",
    '{"branch": 4}': "'branch' must be a name",
    '{"best": 0}': "'best' must lie between",
    '{"attributes": []}': "'attributes' must be an object",
}


@pytest.mark.parametrize("line", REFUSED)
def test_a_line_that_cannot_be_read_says_why(line: str) -> None:
    with pytest.raises(LineRefused, match="^" + REFUSED[line].replace("(", r"\(")):
        read_line(line.encode())


def test_a_line_may_say_little_or_much() -> None:
    bare = asked({"text": None, "stars": None, "site": None, "author": "", "branch": None})
    assert (bare.item.text, bare.item.scale, bare.site) == (None, Scale.NONE, "web")
    full = asked(
        {
            "stars": "8",
            "best": 10,
            "kind": "mention",
            "site": "Google Maps",
            "language": "es",
            "attributes": {"staff": ["Xiomara", 3]},
            "branch": {"code": "n", "name": "North", "sign_off": "Sam", "language": "en"},
        }
    )
    assert (full.item.scale, full.item.kind, full.item.language) == (Scale.POINTS10, Kind.MENTION, "es")
    assert (full.site, full.staff) == ("google_maps", ("Xiomara",))
    assert (full.branch.code, full.branch.sign_off, full.branch.language) == ("n", "Sam", "en")


def test_a_reply_is_checked_from_standard_input(run: Any) -> None:
    code, (found,) = run("check", "--site", "yelp", "--json", told="Please update your review\n")
    assert code == 1
    assert [one["rule"] for one in found] == ["ask-change"]
    code, (none,) = run("check", "--json", told="Thank you, Maria.\n")
    assert (code, none) == (0, [])
