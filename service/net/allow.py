"""The operator's allow-list: addresses inside a network that Shopbell may open all the same. Pure.

It comes from the environment alone (``SHOPBELL_ALLOW_HOSTS``), never from a screen: whoever may add a listing
or a channel must not be able to open the house by it. An entry is a name, an address or a network, each with
or without a port; without one, every port is meant::

    reviews.example.lan  localhost:8025  10.0.0.7:8080  192.168.4.0/24  fd12::7  [fd12::7]:443
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from service.errors import SettingsError
from service.net.host import Address, read_host

Network = IPv4Network | IPv6Network

_ENTRY = re.compile(r"(?P<host>\[[^\]]*\]|[^\[\]:]+|[^\[\]]*:[^\[\]]*:[^\[\]]*)(?::(?P<port>\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class AllowList:
    """``names`` and ``networks``, each with the port it is for; ``None`` is every port."""

    names: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[tuple[Network, int | None], ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> AllowList:
        """Read the entries. Raises ``SettingsError`` that names the first malformed one."""
        names, networks = set(), []
        for entry in entries:
            host, port = _read_entry(entry)
            if isinstance(host, str):
                names.add((host, port))
            else:
                networks.append((host, port))
        return cls(frozenset(names), tuple(networks))

    def has_name(self, name: str, port: int) -> bool:
        """Whether the operator trusts the name, wherever it leads."""
        return (name, port) in self.names or (name, None) in self.names

    def has_address(self, address: Address, port: int) -> bool:
        """Whether the operator trusts the address itself, under whatever name."""
        return any(only in (None, port) and address in network for network, only in self.networks)

    def written(self) -> tuple[str, ...]:
        """The entries as ``parse`` reads them, for a process of our own."""
        hosts = [(name, port) for name, port in sorted(self.names, key=str)]
        nets = [(f"[{net}]" if net.version == 6 else str(net), port) for net, port in self.networks]
        return tuple(host if port is None else f"{host}:{port}" for host, port in hosts + nets)


NOTHING = AllowList()


def _read_entry(entry: str) -> tuple[str | Network, int | None]:
    match = _ENTRY.fullmatch(entry.strip())
    try:
        if match is None:
            raise ValueError("is not a name, an address or a network")
        return _read_host_or_network(match["host"]), _read_port(match["port"])
    except ValueError as error:
        raise SettingsError(
            f"SHOPBELL_ALLOW_HOSTS: {entry!r} {error}. Nothing was started; write names, addresses or "
            "networks, such as localhost:8025 or 192.168.4.0/24."
        ) from None


def _read_host_or_network(text: str) -> str | Network:
    bare = text.removeprefix("[").removesuffix("]")
    if "/" in bare:
        return ip_network(bare, strict=True)
    host = read_host(text)
    return host if isinstance(host, str) else ip_network(host)


def _read_port(text: str | None) -> int | None:
    if text is None:
        return None
    if not 1 <= int(text) <= 65535:
        raise ValueError("has a port outside 1 to 65535")
    return int(text)
