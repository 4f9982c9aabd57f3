"""The one guard on addresses: what Shopbell may open, and at which address exactly.

Everything that opens a configured address asks here: looks, feeds, channels, hooks, and what a browser page
loads. A host is resolved first; if any of its addresses lies inside a network, the host is refused; and the
caller connects to an address that was checked (``net.sockets.connect``), never to the name again, so a name
cannot lead elsewhere a moment later.

Web addresses may use ports 80, 443, 8000, 8080 and 8443: where review pages are served. A server of another
protocol, which a crafted address could be made to speak to, listens elsewhere. The allow-list opens any port.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from service.errors import Refused, Unreachable
from service.net.allow import NOTHING, AllowList
from service.net.host import Address, Host, read_host
from service.net.ranges import inside, is_inner_name
from service.sentences import say

Resolve = Callable[[str, int], list[str]]
"""Where a name leads: its addresses as text, best first. Raises ``OSError`` where it leads nowhere."""

WEB_PORTS = frozenset({80, 443, 8000, 8080, 8443})
DEFAULT_PORT = {"http": 80, "https": 443}
LONGEST_URL = 4096

_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")  # parsers drop or bend these, each in its own way
_NETLOC = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:]*)(?::(?P<port>[0-9]{0,5}))?")
_MOST_ADDRESSES = 8


@dataclass(frozen=True, slots=True)
class Target:
    """A web address read, not yet resolved. ``url`` is its one normal form: open this, not what was given."""

    url: str
    origin: str  # "https://example.com", with the port only where it is not the scheme's own
    scheme: str
    host: Host
    port: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A host that may be opened on ``port``, at ``addresses`` and nowhere else."""

    host: str
    port: int
    addresses: tuple[Address, ...]


def system_resolve(name: str, port: int) -> list[str]:
    """Ask the system's resolver, within the system's own time limits."""
    found = socket.getaddrinfo(name.encode("ascii"), port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Guard:
    """Decides by ``allow``, and asks ``resolve`` where a name leads. Safe to share between threads."""

    def __init__(self, allow: AllowList = NOTHING, resolve: Resolve = system_resolve) -> None:
        self.allow = allow
        self._resolve = resolve

    def read(self, url: str) -> Target:
        """Read a web address; look no name up. Raises ``Refused``."""
        try:
            target = _read_target(url)
        except ValueError as error:
            raise Refused(say("the address %(error)s", error=error)) from None
        self._require_port(target)
        if not isinstance(target.host, str):
            self._require_outside(target.host, target.port, [target.host])
        return target

    def check(self, url: str) -> Checked:
        """Where ``url`` (http, https) may be opened. Raises ``Refused``; ``Unreachable`` for no such name."""
        target = self.read(url)
        return self.check_host(str(target.host), target.port)

    def check_host(self, host: str, port: int) -> Checked:
        """Where a server may be opened; any port, the caller's protocol decides. Raises as ``check``."""
        try:
            read = read_host(host)
        except ValueError as error:
            raise Refused(say("the address %(error)s", error=error)) from None
        if not 1 <= port <= 65535:
            raise Refused(say("the address has a port outside 1 to 65535"))
        addresses = self._addresses(read, port)
        self._require_outside(read, port, addresses)
        return Checked(str(read), port, tuple(addresses))

    def _addresses(self, host: Host, port: int) -> list[Address]:
        if not isinstance(host, str):
            return [host]
        try:
            found = self._resolve(host, port)
        except OSError:
            found = []
        addresses = list(dict.fromkeys(_without_zones(found)))[:_MOST_ADDRESSES]
        if addresses:
            return addresses
        if is_inner_name(host) and not self.allow.has_name(host, port):
            # Whether such a name exists is the network's own business: the answer is as for one that does.
            raise Refused(say("%(host)s is a name inside a network", host=host))
        raise Unreachable(say("%(host)s could not be found (DNS)", host=host))

    def _require_outside(self, host: Host, port: int, addresses: Iterable[Address]) -> None:
        if isinstance(host, str) and self.allow.has_name(host, port):
            return
        strangers = [address for address in addresses if not self.allow.has_address(address, port)]
        if strangers and isinstance(host, str) and is_inner_name(host):
            raise Refused(say("%(host)s is a name inside a network", host=host))
        for address in strangers:
            if what := inside(address):
                raise Refused(
                    say("%(host)s leads inside a network: its address is %(kind)s", host=host, kind=what)
                )

    def _require_port(self, target: Target) -> None:
        if target.port in WEB_PORTS or self._allows(target):
            return
        raise Refused(say("port %(port)s is not one that review pages are served on", port=target.port))

    def _allows(self, target: Target) -> bool:
        if isinstance(target.host, str):
            return self.allow.has_name(target.host, target.port)
        return self.allow.has_address(target.host, target.port)


def _without_zones(found: Iterable[str]) -> Iterable[Address]:
    return (ip_address(text.partition("%")[0]) for text in found)


def _read_target(url: str) -> Target:
    if len(url) > LONGEST_URL:
        raise ValueError(f"is longer than {LONGEST_URL} characters")
    if _UNSAFE.search(url):
        raise ValueError("has a space, a backslash or a control character in it")
    parts = _split(url)
    if parts.scheme not in DEFAULT_PORT:
        raise ValueError("does not begin with http:// or https://")
    host, port = _read_netloc(parts)
    shown = f"[{host}]" if not isinstance(host, str) and host.version == 6 else str(host)
    tail = "" if port == DEFAULT_PORT[parts.scheme] else f":{port}"
    origin = f"{parts.scheme}://{shown}{tail}"
    query = f"?{parts.query}" if parts.query else ""
    return Target(f"{origin}{parts.path or '/'}{query}", origin, parts.scheme, host, port)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # its sentences speak of Python's insides
        raise ValueError("has a malformed host") from None


def _read_netloc(parts: SplitResult) -> tuple[Host, int]:
    if "@" in parts.netloc:
        raise ValueError("carries a name or a password")
    match = _NETLOC.fullmatch(parts.netloc)
    if match is None:
        raise ValueError("has a malformed host or port")
    port = int(match["port"] or DEFAULT_PORT[parts.scheme])
    if not 1 <= port <= 65535:
        raise ValueError("has a port outside 1 to 65535")
    return read_host(match["host"]), port
