"""Which addresses lie inside somebody's network, or lead into one. Pure.

Written out from IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), because what
Python's own ``is_global`` says has changed between its versions.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from service.net.host import Address

_IPV4 = tuple(
    (IPv4Network(network), what)
    for network, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a carrier's customers"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud's own"),  # Azure's platform, reachable from inside its machines alone
        ("169.254.0.0/16", "link-local"),  # with the metadata services of most clouds at 169.254.169.254
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "reserved"),
        ("192.88.99.0/24", "a tunnel's"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "reserved"),
        ("198.51.100.0/24", "reserved"),
        ("203.0.113.0/24", "reserved"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

_IPV6_PUBLIC = IPv6Network("2000::/3")  # all that IANA has given out for the public internet lies in here
_IPV6 = tuple(
    (IPv6Network(network), what)
    for network, what in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("2001::/23", "a tunnel's"),  # Teredo and other protocol assignments
        ("2001:db8::/32", "reserved"),
        ("2002::/16", "a tunnel's"),  # 6to4, which carries any IPv4 address
        ("3fff::/20", "reserved"),
        ("fc00::/7", "private"),  # with fd00:ec2::254, a metadata service
        ("fe80::/10", "link-local"),
        ("fec0::/10", "private"),
        ("ff00::/8", "multicast"),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how an IPv6-only machine reaches an IPv4 address

_INNER_NAMES = frozenset(
    {
        "corp",
        "home",
        "home.arpa",
        "internal",
        "intranet",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "private",
    }
)


def inside(address: Address) -> str | None:
    """What is wrong with opening ``address`` ("private", "loopback" …); ``None`` for a public one."""
    if isinstance(address, IPv4Address):
        return next((what for network, what in _IPV4 if address in network), None)
    if (carried := _carried(address)) is not None:
        return inside(carried)
    if listed := next((what for network, what in _IPV6 if address in network), None):
        return listed
    return None if address in _IPV6_PUBLIC else "reserved"


def is_inner_name(name: str) -> bool:
    """Whether the name can only mean a machine nearby: "printer", "nas.local", "metadata.google.internal"."""
    labels = name.split(".")
    return len(labels) == 1 or bool({labels[-1], ".".join(labels[-2:])} & _INNER_NAMES)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped or translated IPv6 address is another spelling of."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped
