"""Pages of our own at real host names: one TLS server on loopback, to which a browser sends every host."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.loopback import Asked, Loopback, answer
from tests.postbox import certificate, server_tls

JAVASCRIPT = "text/javascript; charset=utf-8"


@dataclass
class LookAlikes:
    """Serves what was ``put``, by host and path (a query is ignored), until its ``with`` block ends."""

    folder: Path
    pages: dict[str, bytes] = field(default_factory=dict)

    def __enter__(self) -> Self:
        tls = server_tls(certificate(self.folder, "lookalike.test"))
        self.server = Loopback(self._say, tls=tls).__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.__exit__(*error)

    @property
    def port(self) -> int:
        """Where the browser must send port 443 of every host."""
        return self.server.port

    @property
    def asked(self) -> list[Asked]:
        """All requests since the beginning."""
        return self.server.asked

    def put(self, address: str, body: str | bytes, **headers: str) -> str:
        """Serve ``body`` at ``address`` ("https://biz.yelp.com/r2r/1"); answers the address."""
        self.pages[_key(address)] = answer(body, **headers)
        return address

    def _say(self, asked: Asked) -> bytes:
        host = asked.headers.get("host", "")
        return self.pages.get(_key(f"https://{host}{asked.path}"), answer("not here", "404 Not Found"))


def _key(address: str) -> str:
    return address.removeprefix("https://").partition("?")[0].partition("#")[0]
