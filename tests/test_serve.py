"""``shopbell serve`` as its owner runs it: a process of its own, the demo town, a real kill -9."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.server


class Served:
    """An installation and the process that serves it."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SHOPBELL_")}
        ours = {"SHOPBELL_DATA": str(folder), "PORT": str(self.port), "SHOPBELL_BROWSER": "never"}
        self._environment = clean | ours | environment
        self.process: subprocess.Popen[str] | None = None

    def start(self, command: str = "serve") -> subprocess.Popen[str]:
        words = [sys.executable, "-m", "service", command]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.process = subprocess.Popen(words, env=self._environment, cwd=HOME, **pipes)
        return self.process

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate()

    def end(self) -> tuple[int, str]:
        """Ask it to end; answers the exit code and all it said."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            body: bytes = answer.read()
        return body.decode()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "shopbell.db", timeout=10)) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    one = Served(tmp_path)
    yield one
    if one.process and one.process.poll() is None:
        one.kill()


def wait(for_what: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if for_what():
                return
        except (urllib.error.URLError, ConnectionError, sqlite3.OperationalError):
            pass
        time.sleep(0.1)
    pytest.fail(f"nothing within {seconds:.0f} seconds")


RUNG = (
    "SELECT a.id FROM alert a JOIN delivery d ON d.alert_id = a.id WHERE a.kind = 'new' AND d.state = 'sent'"
)


def test_within_a_minute_of_its_start_an_alert_has_gone_out_that_a_person_can_open(served: Served) -> None:
    served.start()
    wait(lambda: served.rows(RUNG), 60)
    offered = served.rows("SELECT posting_hint FROM alert WHERE kind = 'new'")
    assert all(json.loads(hint)["pack"] for (hint,) in offered)
    review = served.rows("SELECT review_id FROM alert WHERE kind = 'new'")[0][0]
    for path in ("/", "/alerts", "/health", f"/reviews/{review}"):
        assert "demo" in served.page(path).lower(), path
    assert json.loads(served.page("/healthz"))["status"] == "ok"
    code, said = served.end()
    assert code == 0, said
    assert "Traceback" not in said


def test_killed_at_any_moment_nothing_heard_is_lost_and_nothing_is_doubled(served: Served) -> None:
    for seconds in (1.5, 3.0, 4.5, 6.0):
        served.start()
        time.sleep(seconds)
        served.kill()
    served.start()
    wait(lambda: served.rows(RUNG), 60)
    served.end()
    assert served.rows("PRAGMA integrity_check") == [("ok",)]
    assert served.rows("SELECT count(*) FROM listing") == [(3,)]
    baselines = served.rows("SELECT subject, count(*) FROM event WHERE kind = 'baseline' GROUP BY subject")
    assert [count for _subject, count in baselines] == [1, 1, 1]
    keys = served.rows(
        "SELECT site, id_kind, value, count(*) FROM review_key GROUP BY 1, 2, 3 HAVING count(*) > 1"
    )
    assert keys == []
    twice = served.rows("SELECT listing_id, author, text FROM review GROUP BY 1, 2, 3 HAVING count(*) > 1")
    assert twice == []
    rung = served.rows("SELECT event_id FROM alert GROUP BY event_id HAVING count(*) > 1")
    assert rung == []


def test_a_worker_with_sqlite_says_why_it_does_nothing_and_waits(served: Served) -> None:
    process = served.start("work")
    assert process.stdout is not None
    assert "one process does everything" in process.stdout.readline()
    assert process.poll() is None
    assert served.end()[0] == 0


def test_a_port_that_is_taken_is_told_in_a_sentence(served: Served) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", served.port))
        taken.listen()
        said, _ = served.start().communicate(timeout=60)
    assert served.process is not None
    assert served.process.returncode == 1
    assert "set PORT to another number" in said
    assert "Traceback" not in said
