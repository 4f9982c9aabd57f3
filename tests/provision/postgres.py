"""A PostgreSQL server for tests: found on this machine, in a temporary folder, on loopback, not as root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from service.db import Database

TEMPLATE = "shopbell_template"


class NotHere(Exception):
    """No PostgreSQL server programs on this machine."""


def programs() -> Path:
    """The folder with ``initdb`` and ``postgres``. Raises ``NotHere`` with what to install."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NotHere("PostgreSQL is not installed here (Debian: apt-get install postgresql)")


def is_here() -> bool:
    """Whether a server could be started."""
    try:
        return programs().exists()
    except NotHere:
        return False


@dataclass
class Server:
    """A running server; ``fresh_database`` answers the address of a new database."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    _numbers: count[int] = field(default_factory=count)
    _templated: bool = False

    def address(self, name: str) -> str:
        """How to connect to the database ``name``."""
        return f"postgresql://shopbell@127.0.0.1:{self.port}/{name}"

    def fresh_database(self, prepare: Callable[[Database], object]) -> str:
        """A database of one's own, a copy of one that ``prepare`` made ready once."""
        if not self._templated:
            self._sql(f"CREATE DATABASE {TEMPLATE}")
            template = Database(self.address(TEMPLATE))
            prepare(template)
            template.close()
            self._templated = True
        name = f"test_{next(self._numbers)}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.address(name)

    def stop(self) -> None:
        """Stop the server and remove all it had."""
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def start() -> Server:
    """Start a server. It dies with us: it is our child, and its folder is temporary."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="shopbell-pg-"))
    account = _unprivileged(folder)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "shopbell", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        user=account,
        cwd=folder,
    )
    port = _free_port()
    options = ["-c", f"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "full_page_writes=off"]
    options += ["-c", "autovacuum=off", "-c", "checkpoint_timeout=1h"]  # no test lasts as long as they wait
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account,
        cwd=folder,
    )
    server = Server(folder, port, process)
    _wait_until_ready(server)
    return server


def _unprivileged(folder: Path) -> int | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, account.pw_uid, account.pw_gid)
        return account.pw_uid
    raise NotHere("PostgreSQL refuses to run as root, and there is no other account here")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: Server) -> None:
    import time

    import psycopg

    for _ in range(200):
        try:
            psycopg.connect(server.address("postgres"), connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.process.poll() is not None:
                raise NotHere("PostgreSQL did not start") from None
            time.sleep(0.05)
    raise NotHere("PostgreSQL did not answer within ten seconds")
