"""``shopbell feed``: added, listed and removed, with honest exit codes and no word of the address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli.main import shopbell
from service.errors import ShopbellError
from service.sources.politeness import Politeness
from tests.feeds import post, rss
from tests.loopback import Asked, Loopback, answer

BLOG = rss(post(1, "Rye at North"), post(2, "Oats"))


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str


@pytest.fixture
def web(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A server of feeds, and an installation that may ask there."""

    def say(asked: Asked) -> bytes:
        if asked.path == "/secret":
            return answer(BLOG, content_type="text/xml")
        return (
            answer("<html><title>Crumbs</title></html>") if asked.path == "/page" else answer(status="404 No")
        )

    (tmp_path / "shopbell.db").write_bytes(migrated_sqlite.read_bytes())
    monkeypatch.setenv("SHOPBELL_DATA", str(tmp_path))
    monkeypatch.setattr(Politeness, "_wait", lambda *_: None)  # robots.txt, three seconds, then the feed
    with Loopback(say) as server:
        monkeypatch.setenv("SHOPBELL_ALLOW_HOSTS", f"127.0.0.1:{server.port}")
        yield server


def run(*words: str, stdin: str = "") -> Said:
    """Run a command here; an error of ours is told by exit code 1, as ``__main__`` tells it."""
    result = CliRunner().invoke(shopbell, words, input=stdin)
    if isinstance(result.exception, ShopbellError):
        return Said(1, str(result.exception))
    return Said(result.exit_code, result.output)


def test_a_feed_is_added_listed_and_removed(web: Loopback) -> None:
    added = run("feed", "add", f"{web.url}/secret", "--branch", "North", "--words", "rye, spelt")
    assert added.code == 0
    assert added.out.endswith(
        "Crumbs (RSS 2.0: 2 entries; 1 of them with a word you asked for) is listened to from now on. "
        "What stands there is the past.\n"
    )
    listed = run("feed", "list").out
    assert listed.startswith("1: Crumbs, about North, only with rye or spelt: ok")
    assert "1 mention;" in listed
    status = json.loads(run("status", "--json").out)
    assert [(one["site"], one["feed"], one["route"]) for one in status["routes"]] == [
        ("web", "Crumbs", "feed")
    ]
    removed = run("feed", "remove", "1")
    assert removed.out.startswith("Crumbs is listened to no longer")
    assert "No feed is listened to" in run("feed", "list").out
    assert run("feed", "remove", "1").code == 1
    assert "secret" not in added.out + listed + json.dumps(status) + removed.out


def test_the_address_may_come_by_the_standard_input_and_twice_is_once(web: Loopback) -> None:
    for said in ("from now on", "already"):
        added = run("feed", "add", "-", "--brand", stdin=f"{web.url}/secret\n")
        assert (added.code, said in added.out) == (0, True)
    assert run("feed", "list").out.count("\n") == 1


def test_what_is_no_feed_is_said_and_not_stored(web: Loopback) -> None:
    page = run("feed", "add", f"{web.url}/page", "--brand")
    assert (page.code, "Nothing was stored" in page.out) == (6, True)
    assert "a web page stands where the feed should" in page.out
    assert run("feed", "add", "blog", "--brand").code == 1
    assert run("feed", "add", f"{web.url}/secret").code == 2
    assert run("feed", "add", f"{web.url}/secret", "--brand", "--branch", "North").code == 2
    assert "No feed is listened to" in run("feed", "list").out
