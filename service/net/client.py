"""The one HTTP client: honest about who we are, bounded in time and size, and behind the guard at every step.

No cookies, no proxies from the environment, certificates always verified, HTTP/1.1. A redirect from https to
http is refused: what a listing says would from then on be anybody's to alter on the way. Only gzip and
deflate are asked for, because those two are unpacked in bounded pieces on every machine.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime

import httpcore2
import httpx2

from service.domain import Validators
from service.errors import Refused
from service.net.answer import ERROR_PAGE, Response, take
from service.net.failures import as_unreachable
from service.net.guard import Guard, Target
from service.net.transport import GuardedTransport, exchange
from service.sentences import say

ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.5"
REDIRECTS = frozenset({301, 302, 303, 307, 308})

Visit = Callable[[str], AbstractContextManager[object]]

_BROKEN = (httpcore2.ReadError, httpcore2.WriteError, httpcore2.RemoteProtocolError)
_HEADER = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes for each request; ``size`` is after decompression."""

    connect: float = 10.0
    silence: float = 20.0  # between two pieces of an answer
    total: float = 60.0
    size: int = 4_000_000  # real review pages reach 1.8 MB
    redirects: int = 5


class Client:
    """Safe to share between threads; a host's connection is kept for 300 s, sixteen of them at most."""

    def __init__(
        self, guard: Guard, user_agent: str, limits: Limits | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        # httpx2 and httpcore2 would write addresses into the log, and some carry tokens.
        for name in ("httpx2", "httpcore2"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self.limits = limits or Limits()
        self._guard = guard
        self._user_agent = user_agent
        self._transport = GuardedTransport(guard, tls or httpx2.create_ssl_context())

    def fetch(
        self,
        url: str,
        *,
        now: datetime,
        validators: Validators | None = None,
        language: str | None = None,
        accept: str = ACCEPT,
        visit: Visit | None = None,
        cut_at: int | None = None,
        bearer: str | None = None,
    ) -> Response:
        """GET ``url`` and follow its redirects, each through the guard and inside ``visit(address)``.

        ``bearer`` is a token for this very address: with one no redirect is followed, so nobody else gets it.
        A body larger than ``Limits.size`` is refused; with ``cut_at`` it is cut there instead. Never raises
        for a status. Raises ``Refused`` (guard, size, a redirect from https to http, too many redirects) and
        ``Unreachable`` (DNS, TCP, TLS, time, a broken answer).
        """
        headers = self._page_headers(validators or Validators(), language, accept)
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        target = self._guard.read(url)
        for _ in range(self.limits.redirects + 1):
            with visit(target.url) if visit else nullcontext():
                response = self._get(target, headers, now, cut_at)
            location = response.headers.get("location")
            if response.status not in REDIRECTS or not location or bearer:
                return response
            target = self._follow(target, location)
        raise Refused(say("redirected more than %(redirects)s times", redirects=self.limits.redirects))

    def send(
        self,
        url: str,
        content: bytes,
        *,
        now: datetime,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        within: Limits | None = None,
    ) -> Response:
        """Send ``content`` to a hook or a provider, once, following no redirect. Raises as ``fetch``.

        ``within`` are the seconds for this request, where they are other than the client's.
        """
        target = self._guard.read(url)
        named = {**(headers or {}), "User-Agent": self._user_agent}
        request = self._request(method, target, named, content, within)
        with exchange((within or self.limits).total), as_unreachable():
            answer = self._transport.handle_request(request)
            return take(answer, target.url, now, ERROR_PAGE, cut=True)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def _get(self, target: Target, headers: dict[str, str], now: datetime, cut_at: int | None) -> Response:
        most, cut = (self.limits.size, False) if cut_at is None else (cut_at, True)
        with exchange(self.limits.total) as current, as_unreachable():
            try:
                answer = self._transport.handle_request(self._request("GET", target, headers))
            except _BROKEN:
                if current.fresh:
                    raise
                # The server closed the kept connection just as we used it: that was no answer, so ask again.
                answer = self._transport.handle_request(self._request("GET", target, headers))
            return take(answer, target.url, now, most, cut=cut)

    def _request(
        self,
        method: str,
        target: Target,
        headers: Mapping[str, str],
        content: bytes | None = None,
        within: Limits | None = None,
    ) -> httpx2.Request:
        limits = within or self.limits
        seconds = {
            "connect": limits.connect,
            "read": limits.silence,
            "write": limits.silence,
            "pool": limits.total,
        }
        try:
            return httpx2.Request(
                method, target.url, headers=headers, content=content, extensions={"timeout": seconds}
            )
        except (httpx2.InvalidURL, UnicodeError):
            raise Refused(say("the address is malformed")) from None

    def _page_headers(self, validators: Validators, language: str | None, accept: str) -> dict[str, str]:
        headers = {
            "User-Agent": self._user_agent,
            "Accept": accept,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": language,
            "If-None-Match": validators.etag,
            "If-Modified-Since": validators.last_modified,
        }
        return {name: value for name, value in headers.items() if value and _HEADER.fullmatch(value)}

    def _follow(self, target: Target, location: str) -> Target:
        try:
            joined = str(httpx2.URL(target.url).join(location))
        except (httpx2.InvalidURL, ValueError):
            raise Refused(say("redirected to a malformed address")) from None
        onward = self._guard.read(joined)
        if target.scheme == "https" and onward.scheme == "http":
            raise Refused(say("redirected from https to http"))
        return onward


def user_agent(version: str, contact: str | None) -> str:
    """``Shopbell/0.1.0 (+mailto:owner@example.com)``: who is looking, and whom to ask about it."""
    name = f"Shopbell/{version}"
    reach = re.sub(r"[^\x21-\x7e]|[()\\]", "", contact or "")
    if not reach:
        return name
    return f"{name} (+mailto:{reach})" if "@" in reach and ":" not in reach else f"{name} (+{reach})"
