"""The desk behind its real web server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from service.settings import Settings
from service.web.server import make_server

pytestmark = pytest.mark.server


@pytest.fixture
def port(app: Flask, tmp_path: Path) -> Iterator[int]:
    server = make_server(app, Settings(data=tmp_path, port=0))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    server.close()
    thread.join(5)


def ask(port: int, *lines: str) -> str:
    """Send a request as it stands; answers what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        parts = []
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts).decode()


def test_the_desk_is_served_and_does_not_name_its_server(port: int) -> None:
    answer = ask(port, "GET / HTTP/1.1", f"Host: 127.0.0.1:{port}")
    assert answer.startswith("HTTP/1.1 200")
    assert "\r\nServer:" not in answer


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 proxy"]
)
def test_a_proxy_is_seen_through_the_server(port: int, header: str) -> None:
    answer = ask(port, "GET / HTTP/1.1", f"Host: 127.0.0.1:{port}", header)
    assert answer.startswith("HTTP/1.1 403")
    assert "came through a proxy" in answer


def test_a_body_of_200_mb_is_refused_before_it_is_sent(port: int) -> None:
    answer = ask(port, "POST /read HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Length: 200000000")
    assert answer.startswith("HTTP/1.1 413")


def test_a_taken_port_is_an_error_of_the_caller(app: Flask, port: int, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use"):
        make_server(app, Settings(data=tmp_path, port=port))
