"""The one HTTP client: honest about who we are, bounded in time and size, and behind the guard at every step.

No cookies, no proxies from the environment, certificates always verified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from ssl import SSLContext

from service.domain import Validators
from service.net.guard import Guard


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes. ``total`` is for a whole fetch with its redirects, ``size`` after decompression."""

    connect: float = 10.0
    silence: float = 20.0  # between two pieces of an answer
    total: float = 60.0
    size: int = 4_000_000  # real review pages reach 1.8 MB
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered. ``headers`` have lower-case names; ``url`` is the address that answered."""

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    retry_after: datetime | None = None


class Client:
    """Safe to share between threads."""

    def __init__(
        self, guard: Guard, user_agent: str, limits: Limits | None = None, tls: SSLContext | None = None
    ) -> None:
        raise NotImplementedError

    def fetch(
        self,
        url: str,
        *,
        now: datetime,
        validators: Validators | None = None,
        language: str | None = None,
        visit: Callable[[str], AbstractContextManager[object]] | None = None,
    ) -> Response:
        """GET ``url`` and follow its redirects, each through the guard and inside ``visit(address)``.

        Never raises for a status. Raises ``Refused`` (guard, size, a redirect from https to http, too many
        redirects) and ``Unreachable`` (DNS, TCP, TLS, time, a broken answer).
        """
        raise NotImplementedError

    def send(
        self,
        url: str,
        content: bytes,
        *,
        now: datetime,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Response:
        """Send ``content`` to a hook or a provider; follows no redirect. Raises as ``fetch`` does."""
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection."""
        raise NotImplementedError


def user_agent(version: str, contact: str | None) -> str:
    """``Shopbell/0.1.0 (+mailto:owner@example.com)``: who is looking, and whom to ask about it."""
    raise NotImplementedError
