"""The browser's only way out, asked as a browser asks it and as it never would."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.net.allow import AllowList
from service.net.guard import Guard, Resolve
from service.sources.browser_gate import Gate
from tests.loopback import Loopback, answer

HELLO = b"\x05\x01\x00"
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback(lambda _asked: answer("x" * 100_000)) as there:
        yield there


def run(
    server: Loopback,
    act: Callable[[Gate], Coroutine[Any, Any, bytes]],
    *,
    resolve: Resolve | None = None,
    most: int = 1_000_000,
    allow: str = "127.0.0.1:{port}",
) -> tuple[bytes, Gate]:
    """What came through a gate that lets a page out to the server alone."""
    entries = AllowList.parse([allow.format(port=server.port)])
    gate = Gate(Guard(entries, resolve or (lambda _name, _port: ["127.0.0.1"])), most)

    async def main() -> bytes:
        async with gate.listening():
            gate.open()
            came = await asyncio.wait_for(act(gate), 20)
        await asyncio.sleep(0.01)  # for the gate's own side to see the end
        return came

    return asyncio.run(main()), gate


async def through(gate: Gate, *sent: bytes, last: bool = False) -> bytes:
    """All that comes back for what is ``sent``; after the ``last`` the sender says it is done."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
    came = b""
    with suppress(ConnectionError):
        writer.write(b"".join(sent))
        if last:
            writer.write_eof()
        while piece := await reader.read(65_536):
            came += piece
    writer.close()
    return came


def by_name(name: str, port: int) -> bytes:
    return b"\x05\x01\x00\x03" + bytes([len(name)]) + name.encode() + port.to_bytes(2, "big")


def by_ipv4(address: str, port: int) -> bytes:
    return b"\x05\x01\x00\x01" + socket.inet_aton(address) + port.to_bytes(2, "big")


def by_ipv6(address: str, port: int) -> bytes:
    return b"\x05\x01\x00\x04" + socket.inet_pton(socket.AF_INET6, address) + port.to_bytes(2, "big")


def test_what_the_guard_allows_is_let_out(server: Loopback) -> None:
    came, _ = run(server, lambda gate: through(gate, HELLO, by_ipv4("127.0.0.1", server.port), REQUEST))
    assert came.startswith(b"\x05\x00\x05\x00\x00\x01")
    assert came.endswith(b"x" * 100_000)


def test_a_name_is_resolved_once_and_the_checked_address_is_opened(server: Loopback) -> None:
    asked: list[str] = []

    def changing(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    came, _ = run(
        server,
        lambda gate: through(gate, HELLO, by_name("reviews.example.com", server.port), REQUEST),
        resolve=changing,
        allow="reviews.example.com:{port}",
    )
    assert came.endswith(b"x" * 100_000)
    assert asked == ["reviews.example.com"]


@pytest.mark.parametrize(
    "asking",
    [
        by_ipv4("127.0.0.1", 9),
        by_ipv4("10.0.0.1", 80),
        by_ipv4("169.254.169.254", 80),
        by_ipv6("::1", 80),
        by_ipv6("::ffff:127.0.0.1", 80),
        by_name("localhost", 80),
        by_name("127.0.0.1", 80),
        by_name("127.1", 80),
        by_name("::1", 80),
        by_name("reviews.example.com", 80),
        by_name("reviews.example.com", 22),
        by_name("user@reviews.example.com", 80),
        by_name("a/b", 80),
        by_name("", 80),
        by_name("\n", 80),
    ],
)
def test_what_the_guard_refuses_stays_in(server: Loopback, asking: bytes) -> None:
    came, _ = run(server, lambda gate: through(gate, HELLO, asking, REQUEST))
    assert came == b"\x05\x00\x05\x02\x00\x01" + bytes(6)
    assert server.connections == 0


def test_why_a_page_was_refused_is_remembered_by_address(server: Loopback) -> None:
    _, gate = run(server, lambda gate: through(gate, HELLO, by_name("localhost", 80), REQUEST))
    assert gate.refusal_of("http://localhost/any/path") == "localhost is a name inside a network"
    assert gate.refusal_of("http://localhost:8080/") is None
    assert gate.refusal_of("https://elsewhere.example/") is None
    assert gate.refusal_of("") is None


def test_a_server_that_is_down_is_unreachable(server: Loopback) -> None:
    server.__exit__()
    came, gate = run(server, lambda gate: through(gate, HELLO, by_ipv4("127.0.0.1", server.port), REQUEST))
    assert came == b"\x05\x00\x05\x04\x00\x01" + bytes(6)
    assert gate.refusal_of(f"http://127.0.0.1:{server.port}/") is None


def test_what_one_page_loads_is_bounded(server: Loopback) -> None:
    async def twice(gate: Gate) -> bytes:
        await through(gate, HELLO, by_ipv4("127.0.0.1", server.port), REQUEST)
        assert not gate.overfull
        await through(gate, HELLO, by_ipv4("127.0.0.1", server.port), REQUEST)
        assert gate.overfull
        gate.shut()
        gate.open()
        assert not gate.overfull
        return await through(gate, HELLO, by_ipv4("127.0.0.1", server.port), REQUEST)

    came, _ = run(server, twice, most=150_000)
    assert came.endswith(b"x" * 100_000)


def test_between_pages_nothing_is_let_out(server: Loopback) -> None:
    async def shut(gate: Gate) -> bytes:
        gate.shut()
        return await through(gate, HELLO, by_ipv4("127.0.0.1", server.port), REQUEST)

    came, _ = run(server, shut)
    assert came == b"\x05\x00"
    assert server.connections == 0


def test_shutting_ends_what_is_open(server: Loopback) -> None:
    async def cut(gate: Gate) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", gate.port)
        writer.write(HELLO + by_ipv4("127.0.0.1", server.port))
        begun = await reader.readexactly(12)
        gate.shut()
        begun += await reader.read(-1)
        writer.close()
        return begun

    came, _ = run(server, cut)
    assert len(came) == 12


@pytest.mark.parametrize(
    "sent",
    [b"", b"\x05", b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00", b"GET / HTTP/1.1\r\n\r\n",
     HELLO + b"\x05\x02\x00\x01" + bytes(6), HELLO + b"\x05\x01\x00\x09" + bytes(6),
     HELLO + b"\x05\x01\x00\x03\xff"],
)  # fmt: skip
def test_what_is_no_socks_is_hung_up_on(server: Loopback, sent: bytes) -> None:
    came, _ = run(server, lambda gate: through(gate, sent, last=True))
    assert came in (b"", b"\x05\x00")
    assert server.connections == 0


@given(st.binary(max_size=60))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_open_the_server_by_chance(server: Loopback, sent: bytes) -> None:
    run(server, lambda gate: through(gate, HELLO, sent, last=True))
    assert server.connections == 0
