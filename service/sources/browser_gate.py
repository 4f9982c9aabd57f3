"""The browser's only way out: a SOCKS5 proxy on loopback that asks the guard about every connection.

Playwright's request interception does not see redirects, workers or preconnects, and a browser that resolves
names itself can be led elsewhere after a check. Behind this gate it resolves nothing: it names a host, the
guard resolves and checks it, and the bytes go to the address that was checked. What one page may load is
bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from service.errors import LookFailed, Refused
from service.net.guard import DEFAULT_PORT, Checked, Guard

CONNECT_SECONDS = 10.0
PIECE = 65_536  # bytes

_GRANTED, _NOT_ALLOWED, _UNREACHABLE = 0, 2, 4  # RFC 1928, section 6
_IPV4, _NAME, _IPV6 = 1, 3, 4

_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Gate:
    """Lives on one event loop, and is shut but while a page is read."""

    def __init__(self, guard: Guard, most: int) -> None:
        self.port = 0
        self._refused: dict[tuple[str, int], str] = {}  # what this page asked for and may not have, and why
        self.overfull = False
        self._guard = guard
        self._most = most
        self._left = 0
        self._is_open = False
        self._tunnels: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen on a free port of 127.0.0.1, told by ``port``."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            self.shut()
            server.close()

    def open(self) -> None:
        """Let a page out: it may load ``most`` bytes."""
        self._refused = {}
        self.overfull = False
        self._left = self._most
        self._is_open = True

    def shut(self) -> None:
        """End the page's connections, and let nothing out until the next."""
        self._is_open = False
        for tunnel in self._tunnels:
            tunnel.cancel()

    def refusal_of(self, url: str) -> str | None:
        """Why ``url`` was refused to this page, in a sentence; ``None`` where it was not."""
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT.get(parts.scheme, 0)
        return self._refused.get((parts.hostname or "", port))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnel = asyncio.current_task()
        assert tunnel
        self._tunnels.add(tunnel)
        try:
            await self._tunnel((reader, writer))
        except (OSError, EOFError, _Overfull, asyncio.CancelledError):
            pass  # one side went away, or the page was turned; the browser sees a closed connection
        finally:
            self._tunnels.discard(tunnel)
            writer.close()

    async def _tunnel(self, near: _Ends) -> None:
        host, port = await _asked(near)
        if not self._is_open:
            return
        try:
            checked = await asyncio.to_thread(self._guard.check, f"http://{host}:{port}/")
            far = await _connect(checked)
        except Refused as error:
            self._refused[host.strip("[]"), port] = error.evidence[0]
            await _answer(near, _NOT_ALLOWED)
            return
        except (OSError, LookFailed):
            await _answer(near, _UNREACHABLE)
            return
        try:
            await _answer(near, _GRANTED)
            await asyncio.gather(_copy(near[0], far[1]), self._copy_counted(far[0], near[1]))
        finally:
            far[1].close()

    async def _copy_counted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE):
            self._left -= len(piece)
            if self._left < 0:
                self.overfull = True
                raise _Overfull
            writer.write(piece)
            await writer.drain()
        writer.write_eof()


class _Overfull(Exception):
    pass


async def _asked(near: _Ends) -> tuple[str, int]:
    """The host and port of a SOCKS5 CONNECT. Raises ``EOFError`` for anything else."""
    reader, writer = near
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    writer.write(b"\x05\x00")
    version, command, _, kind = await reader.readexactly(4)
    if (version, command) != (5, 1):
        raise EOFError
    host = await _host(reader, kind)
    return host, int.from_bytes(await reader.readexactly(2), "big")


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == _IPV4:
        return ".".join(map(str, await reader.readexactly(4)))
    if kind == _IPV6:
        return f"[{(await reader.readexactly(16)).hex(':', 2)}]"
    if kind == _NAME:
        (length,) = await reader.readexactly(1)
        name = (await reader.readexactly(length)).decode("latin-1")
        return f"[{name}]" if ":" in name else name
    raise EOFError


async def _answer(near: _Ends, code: int) -> None:
    near[1].write(bytes((5, code, 0, _IPV4, 0, 0, 0, 0, 0, 0)))
    await near[1].drain()


async def _connect(checked: Checked) -> _Ends:
    failed: OSError = OSError("no address")
    for address in checked.addresses:
        try:
            opening = asyncio.open_connection(str(address), checked.port)
            return await asyncio.wait_for(opening, CONNECT_SECONDS)
        except OSError as error:  # TimeoutError is one
            failed = error
    raise failed


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()
    writer.write_eof()
