"""The command line: documented, honest by its exit codes, one sentence where something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from service.cli import exits
from service.cli.main import shopbell
from service.domain import Outcome

HOME = Path(__file__).resolve().parents[1]
DOCS = (HOME / "docs" / "commands.md").read_text()
YELP = "https://www.yelp.com/biz/north"
SIGN = ["packs", "approve", "general-en", "--person", "Ann", "--passphrase", "correct-horse-battery", "--yes"]
PAGE = """<!doctype html><title>North</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Bakery", "name": "North Bakery",
 "aggregateRating": {"ratingValue": 4.5, "reviewCount": 2},
 "review": [{"@type": "Review", "author": {"name": "Anna E."}, "datePublished": "2026-05-02",
             "reviewRating": {"ratingValue": 5}, "reviewBody": "Lovely bread."},
            {"@type": "Review", "author": {"name": "Bert E."}, "datePublished": "2026-05-01",
             "reviewRating": {"ratingValue": 2}, "reviewBody": "A long wait."}]}</script>"""


def run(*words: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {"SHOPBELL_DATA": str(folder), "SHOPBELL_DEMO": "never"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SHOPBELL_")}
    return subprocess.run(
        [sys.executable, "-m", "service", *words],
        env=clean | ours | environment,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=HOME,
        check=False,
    )


@pytest.fixture
def installed(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """The data folder of an installation that has run before."""
    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def commands() -> set[str]:
    names: set[str] = set()
    for name, command in shopbell.commands.items():
        below = command.commands if isinstance(command, click.Group) else {}
        names |= {f"{name} {part}" for part in below} or {name}
    return names


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    rows = [row for row in DOCS.splitlines() if row.startswith("| `")]
    named = {
        match for row in rows for match in re.findall(r"`([a-z-]+(?: [a-z-]+)?)[^`]*`", row.split("|")[1])
    }
    assert named == commands()


def test_every_exit_code_is_documented() -> None:
    ours = {exits.of(outcome) for outcome in Outcome} | {exits.FAILED, exits.USAGE, 70}
    assert ours == {int(code) for code in re.findall(r"^\| (\d+) \|", DOCS, re.M)}


@pytest.mark.server
def test_a_saved_page_is_read(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    ended = run("read", str(page), "--json", "--url", "https://north.example/reviews", folder=tmp_path)
    shape = json.loads(ended.stdout)
    assert ended.returncode == exits.DONE
    assert (shape["outcome"], shape["coverage"], shape["site"]) == ("ok", "all", "north.example")
    assert [review["author"] for review in shape["reviews"]] == ["Anna E.", "Bert E."]
    assert shape["business"]["review_total"] == 2


@pytest.mark.server
def test_a_page_that_is_no_listing_is_told_as_what_it_is(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<title>Just a moment...</title><div id='cf-challenge-running'></div>")
    ended = run("read", str(page), "--json", folder=tmp_path)
    shape = json.loads(ended.stdout)
    assert shape["reviews"] == []
    assert ended.returncode == exits.of(Outcome(shape["outcome"])) != exits.DONE


@pytest.mark.server
def test_reading_opens_no_database(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    run("read", str(page), folder=tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.server
@pytest.mark.parametrize(
    ("words", "environment", "code", "says"),
    [
        (("read", "not-there.html"), {}, exits.USAGE, "does not exist"),
        (("status",), {"PORT": "eighty"}, exits.FAILED, "PORT"),
        (("add", "http://127.0.0.1/x", "--branch", "N"), {}, exits.DONE, "Outcome: refused"),
        (("add", "nonsense", "--branch", "N"), {}, exits.FAILED, "no web address"),
        (
            ("add", "https://www.yelp.com/biz/n", "--branch", "N", "--time-zone", "Mars"),
            {},
            exits.USAGE,
            "zone",
        ),
        (("look", "https://www.yelp.com/biz/n"), {}, exits.FAILED, "is not watched"),
        (("packs", "approve", "nope", "--person", "A", "--passphrase", "p"), {}, exits.FAILED, "no pack"),
        (("channel", "add", "file:///etc/passwd", "--name", "A", "--email", "a@b.example"), {}, 1, ""),
        (("channel", "add", "mailto:a@b.example", "--name", "A"), {}, exits.FAILED, "SHOPBELL_MAIL"),
        (("channel", "list"), {}, exits.FAILED, "Nobody is told yet"),
        (("doctor",), {}, exits.FAILED, "nobody would be told"),
        (("status",), {"DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}, 1, "DATABASE_URL"),
    ],
)
def test_what_is_wrong_is_one_clear_sentence(
    words: tuple[str, ...], environment: dict[str, str], code: int, says: str, installed: Path
) -> None:
    ended = run(*words, folder=installed, **environment)
    told = ended.stdout + ended.stderr
    assert ended.returncode == code, told
    assert says in told
    assert "Traceback" not in told


@pytest.mark.server
def test_an_empty_installation_says_how_to_begin(tmp_path: Path) -> None:
    ended = run("status", folder=tmp_path)
    assert ended.returncode == exits.DONE
    assert "shopbell add" in ended.stdout


@pytest.mark.server
def test_a_pack_is_signed_once_and_then_used(installed: Path) -> None:
    assert "is approved" in run(*SIGN, folder=installed).stdout
    assert "is approved" in run(*SIGN, folder=installed).stdout
    listed = run("packs", "list", folder=installed).stdout
    assert re.search(r"general-en \d+: .*\(approved\)", listed)
    assert re.search(r"holding-en \d+: .*\(nobody has signed it\)", listed)


@pytest.mark.server
def test_a_fresh_secret_is_printed_and_nothing_else_done(tmp_path: Path) -> None:
    ended = run("doctor", "--new-secret", folder=tmp_path / "data")
    assert len(ended.stdout.strip()) == 44
    assert not (tmp_path / "data").exists()
