"""Mail addresses as people type them, brought to one form or refused with a sentence. Pure."""

from __future__ import annotations

import re
from email.utils import parseaddr

from service.alerts.neutral import one_line
from service.errors import UnusableChannel
from service.net.host import read_host
from service.sentences import say

LONGEST = 254  # RFC 5321, section 4.5.3.1, with the erratum on paths

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def mail_address(text: str) -> str:
    """``Ann@Exämple.com`` becomes ``Ann@xn--exmple-cua.com``. Raises ``UnusableChannel``."""
    local, at, domain = text.strip().rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64:
        raise _refused(text)
    try:
        host = read_host(domain)
    except ValueError:
        raise _refused(text) from None
    address = f"{local}@{host}"
    if not isinstance(host, str) or "." not in host or len(address) > LONGEST:
        raise _refused(text)
    return address


def named_address(text: str) -> tuple[str, str]:
    """A sender as the operator writes it: ``Shopbell <bell@example.com>``. Raises ``UnusableChannel``."""
    name, address = parseaddr(text)
    return one_line(name, 80), mail_address(address or text)


def _refused(text: str) -> UnusableChannel:
    return UnusableChannel(
        say("%(text)s is not a mail address such as ann@example.com.", text=f"{one_line(text, 60)!r}")
    )
