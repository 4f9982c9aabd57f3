"""The place a request comes from, as tries are counted by it. Pure."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

ONE_HOME = 64  # bits: who has one IPv6 address has as many as she likes beside it


def place_of(remote: str, forwarded_for: str) -> str:
    """Where a request comes from: its peer, or what a proxy beside us says of the last hop.

    A peer on the open internet is believed in nothing: its header could be anything, to be another place each
    time. A proxy of the host's own has an address inside, and adds the last hop itself.
    """
    if not _is_inside(remote):
        return _home(remote)
    last_hop = forwarded_for.rpartition(",")[2].strip()
    return _home(last_hop) if last_hop else remote


def _is_inside(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_private


def _home(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Network((found, ONE_HOME), strict=False))
    return str(found)
