"""Memory of ``shopbell serve`` as it reads a thousand mails inside a 192 MiB limit, from bytes to reviews."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import processes
from tests.bench.memory import LIMIT_MB, environment, limited, serving
from tests.bench.ratio import Ratio

MAILS = 1000
SECONDS = 300.0  # what a thousand mails may take; a mailbox of years is read within the hour
ADD = Path(__file__).with_name("add_mails.py")


def run(_peers_python: Path) -> list[Ratio]:
    """Megabytes held against the promise's, and how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        where = environment(folder)
        subprocess.run([sys.executable, ADD, str(MAILS)], check=True, env=where)
        with limited(int(LIMIT_MB * 1024**2)) as enter, serving(where, enter) as (process, address):
            began = time.monotonic()
            _wait_for_reviews(Path(folder) / "shopbell.db")
            took = time.monotonic() - began
            processes.get(f"{address}/healthz")
            peak = processes.megabytes(process.pid, "VmHWM")
    return [
        Ratio("memory of serve, 1,000 mails read, at most", peak, LIMIT_MB, "MB", 1.0),
        Ratio("reading 1,000 mails", took, SECONDS, "s", 1.0),
    ]


def _wait_for_reviews(file: Path) -> None:
    def done() -> bool:
        with sqlite3.connect(file) as connection:
            stored = connection.execute("SELECT count(*) FROM review").fetchone()[0]
            return bool(stored >= MAILS)

    processes.wait_until(done, 2 * SECONDS, "a thousand mails")
