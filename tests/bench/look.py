"""A look at a listing, in CPU time, against a check by changedetection.io at the same pages in the same run.

The peer has no conditional requests, so its recheck of an unchanged page is what both our 304 and our "same
bytes" are held against.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import processes
from tests.bench.ratio import Ratio

LISTINGS = 30
SETTLE = 15.0  # seconds
OURS = Path(__file__).with_name("look_ours.py")
GATES = {"304": 1 / 5, "same": 1 / 2, "new": 1 / 20}
SAID = {"304": "a look, 304 not modified", "same": "a look, the same bytes", "new": "a look, one new review"}


def run(peers_python: Path) -> list[Ratio]:
    """Measure the three kinds of look."""
    with processes.page_server() as (pages,):
        ours = _ours(pages)
        theirs = _theirs(peers_python, pages)
    return [Ratio(SAID[kind], ours[kind], theirs[kind], "ms CPU", GATES[kind]) for kind in GATES]


def _ours(pages: str) -> dict[str, float]:
    command = [sys.executable, OURS, pages, str(LISTINGS)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=OURS.parents[2])
    measured: dict[str, float] = json.loads(printed.stdout)
    return measured


def _theirs(peers_python: Path, pages: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        program = peers_python.with_name("changedetection.io")
        command: list[str | Path] = [program, "-C", "-d", folder, "-h", "127.0.0.1", "-p", str(port)]
        environment = os.environ | {"ALLOW_IANA_RESTRICTED_ADDRESSES": "true", "LOGGER_LEVEL": "ERROR"}
        quiet = subprocess.DEVNULL
        with processes.running(command, env=environment, stdout=quiet, stderr=quiet, cwd=folder) as process:
            return Peer(f"http://127.0.0.1:{port}", Path(folder), process.pid).measured(pages)


class Peer:
    """changedetection.io, spoken to by its own API."""

    def __init__(self, address: str, folder: Path, pid: int) -> None:
        self.address = address
        self.pid = pid
        processes.wait_until(lambda: bool(processes.get(address)), 60, "the peer's start")
        self.key = _api_key(folder)
        for example in json.loads(self._call("/api/v1/watch")):
            self._call(f"/api/v1/watch/{example}", method="DELETE")

    def measured(self, pages: str) -> dict[str, float]:
        """CPU milliseconds of one check: unchanged, and with one review more."""
        processes.get(f"{pages}/set/same/0")
        for number in range(LISTINGS):
            self._call("/api/v1/watch", {"url": f"{pages}/{number}"})
        self._wait_for_checks(0.0)
        same = self._recheck()
        processes.get(f"{pages}/set/same/1")
        new = self._recheck()
        return {"304": same, "same": same, "new": new}

    def _recheck(self) -> float:
        last = max(self._checked().values())
        time.sleep(SETTLE)  # it tells its checks to the second, and keeps its queue's places for a while
        before = processes.cpu_seconds(self.pid)
        for watch in self._checked():
            self._call(f"/api/v1/watch/{watch}?recheck=1")
        self._wait_for_checks(last)
        return (processes.cpu_seconds(self.pid) - before) * 1000 / LISTINGS

    def _wait_for_checks(self, after: float) -> None:
        def done() -> bool:
            checked = self._checked().values()
            return len(checked) == LISTINGS and min(checked) > after

        processes.wait_until(done, 90, "the peer's checks")

    def _checked(self) -> dict[str, float]:
        watches = json.loads(self._call("/api/v1/watch"))
        return {name: watch["last_checked"] for name, watch in watches.items()}

    def _call(self, path: str, body: dict[str, str] | None = None, method: str | None = None) -> bytes:
        data = json.dumps(body).encode() if body else None
        headers = {"x-api-key": self.key, "Content-Type": "application/json"}
        return processes.get(self.address + path, headers, data, method)


def _api_key(folder: Path) -> str:
    for file in (folder / "changedetection.json", folder / "url-watches.json"):
        if file.exists():
            key: str = json.loads(file.read_text())["settings"]["application"]["api_access_token"]
            return key
    raise FileNotFoundError("the peer's settings are not where they were in 0.60")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
