"""A web server of our own on 127.0.0.1: it says the bytes a test wants, and remembers what it was asked."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the path with its query, and the headers by lower-case name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


def answer(body: bytes | str = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; ``content_type="…"`` becomes ``Content-Type``."""
    content = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content))}
    named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + content


@dataclass
class Loopback:
    """Serves ``say(asked)`` in a thread for each connection, until its ``with`` block ends."""

    say: Callable[[Asked], bytes | Iterable[bytes]]
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    sent: int = 0  # bytes
    at_once: int = 0  # the most requests that were being answered at the same time
    _answering: int = 0

    def __enter__(self) -> Self:
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server((self.host, 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(10)

    def begin_anew(self, say: Callable[[Asked], bytes | Iterable[bytes]]) -> None:
        """Forget what was asked, and answer otherwise from now on."""
        self.say = say
        self.asked = []
        self.connections = self.sent = self.at_once = 0

    @property
    def url(self) -> str:
        """``http://127.0.0.1:<port>``."""
        return f"http{'s' if self.tls else ''}://{self.host}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if self.tls:
                with self.tls.wrap_socket(connection, server_side=True) as encrypted:
                    self._talk(encrypted)
            else:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as incoming:
            while (asked := _read(incoming)) is not None:
                self._enter(asked)
                try:
                    said = self.say(asked)
                    for piece in [said] if isinstance(said, bytes) else said:
                        connection.sendall(piece)
                        self.sent += len(piece)
                finally:
                    self._leave()
                if asked.headers.get("connection") == "close" or not isinstance(said, bytes):
                    return

    def _enter(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            self._answering += 1
            self.at_once = max(self.at_once, self._answering)

    def _leave(self) -> None:
        with self._lock:
            self._answering -= 1


def _read(incoming: object) -> Asked | None:
    readline = incoming.readline  # type: ignore[attr-defined]
    first = readline().decode("latin-1").split()
    if len(first) != 3 or not first[2].startswith("HTTP/"):  # a TLS greeting may hold three words by chance
        return None
    headers = {}
    while line := readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = incoming.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined]
    return Asked(first[0], first[1], headers, body)
