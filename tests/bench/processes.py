"""Processes that are measured: started, asked what they cost, and ended with all their children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGES = Path(__file__).with_name("pages.py")


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and of all its children, living and waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / TICKS
    return own + sum(cpu_seconds(child) for child in children(pid))


def children(pid: int) -> list[int]:
    """The living children of a process."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def megabytes(pid: int, field: str = "VmRSS") -> float:
    """Resident memory of a process: now (``VmRSS``) or at most (``VmHWM``)."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
    return int(line.split()[1]) / 1024


@contextmanager
def running(command: list[str | Path], **how: object) -> Iterator[subprocess.Popen[str]]:
    """A process in a group of its own, ended with the group."""
    process = subprocess.Popen(command, text=True, start_new_session=True, **how)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def page_server(hosts: int = 1) -> Iterator[list[str]]:
    """The look-alike pages; answers the addresses of as many servers of them as asked for."""
    with running([sys.executable, PAGES, str(hosts)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield [f"http://127.0.0.1:{port}" for port in process.stdout.readline().split()]


def get(
    url: str, headers: Mapping[str, str] | None = None, data: bytes | None = None, method: str | None = None
) -> bytes:
    """The body at a loopback address."""
    request = urllib.request.Request(url, data=data, headers=dict(headers or {}), method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        body: bytes = answer.read()
    return body


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for ``ready``; errors of a server that is still starting count as "not yet"."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise TimeoutError(f"{what} took longer than {seconds:.0f} seconds")
