"""Memory of ``shopbell serve``: after boot, and with a thousand listings inside a 192 MiB limit.

Where this machine lets us make a memory group, the limit is the kernel's own and the process would be killed;
elsewhere the highest resident size is held against it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import processes
from tests.bench.ratio import Ratio

LISTINGS = 1000
HOSTS = 50  # each is asked every three seconds at most
AFTER_BOOT_MB = 110.0
LIMIT_MB = 192.0
GROUPS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))
ADD = Path(__file__).with_name("add_listings.py")


def run(_peers_python: Path) -> list[Ratio]:
    """Measure both; megabytes held against the promise's megabytes."""
    with processes.page_server(HOSTS) as pages, tempfile.TemporaryDirectory() as folder:
        where = environment(folder)
        with serving(where) as (process, _address):
            boot = processes.megabytes(process.pid)
        subprocess.run([sys.executable, ADD, str(LISTINGS), *pages], check=True, env=where)
        with limited(int(LIMIT_MB * 1024**2)) as enter, serving(where, enter) as (process, address):
            _wait_for_looks(Path(folder) / "shopbell.db")
            processes.get(f"{address}/healthz")
            peak = processes.megabytes(process.pid, "VmHWM")
    return [
        Ratio("memory of serve after boot", boot, AFTER_BOOT_MB, "MB", 1.0),
        Ratio("memory of serve, 1,000 listings, at most", peak, LIMIT_MB, "MB", 1.0),
    ]


def environment(folder: str) -> dict[str, str]:
    """What ``shopbell serve`` is started with, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return os.environ | {
        "SHOPBELL_DATA": folder,
        "SHOPBELL_DEMO": "never",
        "SHOPBELL_ALLOW_HOSTS": "127.0.0.1",
        "SHOPBELL_TICK_SECONDS": "0.1",  # a thousand looks in minutes rather than in the usual day
        "PORT": str(port),
    }


@contextmanager
def serving(
    environment: dict[str, str], enter: Path | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """``shopbell serve``, up and answering; ``enter`` is a memory group it joins before it starts."""
    join = f"echo $$ > {enter / 'cgroup.procs'} && " if enter else ""
    command: list[str | Path] = ["sh", "-c", f"{join}exec {sys.executable} -m service serve"]
    with processes.running(command, env=environment, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{environment['PORT']}"
        processes.wait_until(lambda: bool(processes.get(f"{address}/healthz")), 60, "our start")
        time.sleep(5)
        yield process, address


@contextmanager
def limited(size: int) -> Iterator[Path | None]:
    """A memory group of at most ``size`` bytes, or None where we may not make one."""
    for root, name in zip(GROUPS, ("memory.limit_in_bytes", "memory.max"), strict=True):
        group = root / f"shopbell-bench-{os.getpid()}"
        try:
            group.mkdir()
            (group / name).write_text(str(size))
        except OSError:
            continue
        try:
            yield group
        finally:
            time.sleep(1)
            group.rmdir()
        return
    sys.stderr.write("memory: no memory group can be made here; the highest resident size is compared\n")
    yield None


def _wait_for_looks(file: Path) -> None:
    import sqlite3

    def done() -> bool:
        with sqlite3.connect(file) as connection:
            return connection.execute("SELECT count(*) FROM look").fetchone()[0] >= LISTINGS

    processes.wait_until(done, 900, "a thousand looks")
