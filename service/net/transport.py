"""Connections that lead to a checked address, and that end in time.

A limit on each read alone does not end a server that sends one byte now and then; the deadline of the whole
exchange does, whatever the server sends and however slowly it takes what we send.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

import httpcore2
import httpx2

from service.net.guard import Checked, Guard
from service.net.host import Address
from service.sentences import say

KEPT_ALIVE = (
    300.0  # seconds; a new TLS connection costs as much CPU as five conditional requests on an old one
)
MOST_IDLE = 16  # connections; each idle one is asked after at every request, about 0.01 ms
MOST_OPEN = 32


@dataclass(slots=True)
class Exchange:
    """One request and its answer, on the clock. ``fresh`` once a new connection had to be made for it."""

    ends: float  # time.monotonic()
    fresh: bool = False

    def allows(self, seconds: float | None) -> float:
        """``seconds``, or what is left where that is less. Raises ``httpcore2.ReadTimeout`` at the end."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout(say("the exchange took too long"))
        return left if seconds is None else min(seconds, left)


_exchange: ContextVar[Exchange] = ContextVar("exchange")


@contextmanager
def exchange(seconds: float) -> Iterator[Exchange]:
    """Bound all that this thread does inside by ``seconds``."""
    current = Exchange(time.monotonic() + seconds)
    token = _exchange.set(current)
    try:
        yield current
    finally:
        _exchange.reset(token)


def connect(checked: Checked, timeout: float) -> socket.socket:
    """A TCP connection to the first checked address that answers, within ``timeout`` s. Raises ``OSError``.

    For protocols other than HTTP; TLS over it is verified against ``checked.host``.
    """
    refused: OSError = TimeoutError(say("no address answered in time"))
    for address, seconds in _tries(checked, timeout):
        try:
            return socket.create_connection((str(address), checked.port), seconds)
        except OSError as error:
            refused = error
    raise refused


def _tries(checked: Checked, timeout: float) -> Iterator[tuple[Address, float]]:
    """Each address with its share of the time that is left, so that a dead one does not use it all."""
    ends = time.monotonic() + timeout
    for position, address in enumerate(checked.addresses):
        left = ends - time.monotonic()
        if left <= 0:
            return
        yield address, left / (len(checked.addresses) - position)


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens what the guard lets pass, at the very addresses it checked."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect. Raises ``Refused`` and ``Unreachable`` (the guard), ``httpcore2.ConnectError``."""
        checked = self._guard.check_host(host, port)
        current = _exchange.get()
        current.fresh = True
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout = httpcore2.ConnectTimeout()
        for address, seconds in _tries(checked, current.allows(timeout)):
            try:
                stream = self._network.connect_tcp(str(address), port, seconds, local_address, socket_options)
                return TimedStream(stream)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed


class TimedStream(httpcore2.NetworkStream):
    """A stream on which no single step outlasts the exchange."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """As the stream's own."""
        return self._stream.read(max_bytes, _exchange.get().allows(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the stream's own."""
        self._stream.write(buffer, _exchange.get().allows(timeout))

    def close(self) -> None:
        """As the stream's own."""
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        """As the stream's own; the name in the certificate is the address's, not the checked number's."""
        seconds = _exchange.get().allows(timeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        """As the stream's own."""
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx2.BaseTransport):
    """httpx2 over guarded connections, HTTP/1.1, kept alive for each host.

    Requests come here without a client around them: it would add cookies, redirects and the environment's
    proxies, none of which a look may have, and a fifth of the time.
    """

    def __init__(self, guard: Guard, tls: SSLContext) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_connections=MOST_OPEN,
            max_keepalive_connections=MOST_IDLE,
            keepalive_expiry=KEPT_ALIVE,
            network_backend=GuardedBackend(guard),
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request, one answer; its body is still to be read. Raises httpcore2's exceptions."""
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(
            httpcore2.Request(
                request.method,
                url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
