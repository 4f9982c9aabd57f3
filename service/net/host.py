"""How a host is written, brought to one form: a name in lower-case ASCII, or an address. Pure.

An IPv4 address has many spellings ("0x7f.1", "2130706433", "0177.0.0.1", "127.1"), and parsers differ on
them. Only the plain one, four decimal numbers, is read; every other is refused as what it is, so that nothing
behind the guard can understand a host in another way than the guard did.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

from service.sentences import say

Address = IPv4Address | IPv6Address
Host = str | IPv4Address | IPv6Address

LONGEST_NAME = 253  # RFC 1035, section 2.3.4, without the root's dot

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # what a WHATWG URL parser takes for part of an IPv4 address


def read_host(text: str) -> Host:
    """The host in ``text`` (brackets around IPv6 are optional). Raises ``ValueError`` with a sentence."""
    if "%" in text:
        raise ValueError("has a percent sign in its host")
    bare = text.removeprefix("[").removesuffix("]")
    if ":" in bare:
        return _ipv6(bare)
    if bare != text:
        raise ValueError("has brackets around something that is not an IPv6 address")
    return _name_or_ipv4(_ascii(text))


def _ipv6(text: str) -> IPv6Address:
    try:
        return IPv6Address(text)
    except AddressValueError:
        raise ValueError("has a malformed IPv6 address") from None


def _ascii(text: str) -> str:
    """``text`` in lower-case ASCII without the root's dot, mapped as browsers map it (UTS 46)."""
    if not text.isascii():
        text = _mapped(text)
    return text.lower().removesuffix(".")


def _mapped(text: str) -> str:
    try:
        return idna.encode(text, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise ValueError("has a host that is not a valid name") from None


def _name_or_ipv4(name: str) -> Host:
    labels = name.split(".")
    if len(name) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(say("has a host that is not a valid name") if name else say("names no host"))
    if not _NUMBER.fullmatch(labels[-1]):
        return name
    try:
        return IPv4Address(name)
    except AddressValueError:
        raise ValueError("writes a numeric address in an unusual way") from None
