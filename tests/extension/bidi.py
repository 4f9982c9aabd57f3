"""WebDriver BiDi, as much of it as a test needs: one command after the other over one WebSocket."""

from __future__ import annotations

import json
from itertools import count
from time import monotonic
from typing import Any, Self

from websockets.sync.client import connect

from tests.extension.deadline import PATIENCE, NoAnswer

LONGEST = 64 * 2**20  # bytes of one answer


class CommandFailed(Exception):
    """The browser refused a command; the message is its own."""


class Session:
    """One session of a browser that listens at ``address`` (``ws://…``), until its ``with`` block ends."""

    def __init__(self, address: str) -> None:
        self._connecting = connect(f"{address}/session", max_size=LONGEST, open_timeout=PATIENCE)
        self._numbers = count(1)

    def __enter__(self) -> Self:
        self._socket = self._connecting.__enter__()
        self.send("session.new", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": True}}})
        return self

    def __exit__(self, *error: Any) -> None:
        self._connecting.__exit__(*error)

    def send(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The result of a command; events that come between are passed over.

        Raises ``CommandFailed``, and ``NoAnswer`` where there is none.
        """
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        until = monotonic() + PATIENCE
        while True:
            try:
                said = json.loads(self._socket.recv(until - monotonic()))
            except TimeoutError:
                raise NoAnswer(f"no answer within {PATIENCE:.0f} s: {method} {params}") from None
            if said.get("id") != number:
                continue
            if said["type"] == "error":
                raise CommandFailed(f"{method}: {said['error']}: {said['message']}")
            result: dict[str, Any] = said["result"]
            return result
