"""The one guard on addresses: what Shopbell may open, and at which address exactly.

Everything that opens a configured address asks here: looks, feeds, channels, hooks, and what a browser page
loads. A host is resolved first; if any of its addresses lies inside a network, the host is refused; and the
caller connects to an address that was checked, never to the name again, so a name cannot lead elsewhere a
moment later.

Web addresses may use ports 80, 443, 8000, 8080 and 8443: where review pages are served. A server of another
protocol, which a crafted address could be made to speak to, listens elsewhere. The allow-list opens any port.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from service.net.allow import NOTHING, AllowList
from service.net.host import Address, Host

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """A web address read, not yet resolved. ``url`` is its one normal form: open this, not what was given."""

    url: str
    scheme: str
    host: Host
    port: int

    @property
    def origin(self) -> str:
        """``https://example.com`` (the port only where it is not the usual one)."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Checked:
    """A host that may be opened on ``port``, at ``addresses`` and nowhere else."""

    host: str
    port: int
    addresses: tuple[Address, ...]


class Guard:
    """Decides by ``allow``, and asks ``resolve(name, port)`` where a name leads (addresses as text)."""

    def __init__(self, allow: AllowList = NOTHING, resolve: Resolve | None = None) -> None:
        self.allow = allow

    def read(self, url: str) -> Target:
        """Read a web address without resolving it. Raises ``Refused``."""
        raise NotImplementedError

    def check(self, url: str) -> Checked:
        """Where ``url`` (http, https) may be opened. Raises ``Refused``, ``Unreachable`` (no such name)."""
        raise NotImplementedError

    def check_host(self, host: str, port: int) -> Checked:
        """Where a channel's server may be opened, on any port. Raises ``Refused``, ``Unreachable``."""
        raise NotImplementedError
