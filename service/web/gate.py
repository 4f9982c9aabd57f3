"""Who may reach what, and what a browser may do with an answer.

There are no accounts yet, so the desk is open to whoever sits at this machine and to nobody else: it closes
as soon as anything says that others can reach it. What a proxy's header says is never believed, but that it
is there shows that a proxy is, and then the desk stays closed. Links from alerts carry a signed token and are
answered from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from service.settings import Settings
from service.web.desk import desk

OPEN_TO_ALL = frozenset(
    {
        "static",
        "letters.one_review",
        "letters.one_listing",
        "letters.leave",
        "letters.left",
        "healthz.healthz",
        "inbound_mail.posted",
        "packfeed.statement",
        "packfeed.pack",
        "packfeed.receipt",
    }
)
"""Endpoints that are answered from anywhere; each proves its caller itself or has nothing to hide."""

ANY_NAME = frozenset({"healthz.healthz"})
"""Endpoints answered under any host name: a platform's health check uses an address of its own."""

PROXY_MARKS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What a request says of where it came from. ``host`` is the name in its Host header, without a port."""

    remote: str
    host: str
    proxied: bool


def closed_because(settings: Settings, visit: Visit) -> str | None:
    """Why the desk does not open for this visit; None where it does."""
    if not is_loopback(settings.host):
        return f"Shopbell listens on {settings.host}, where others can reach it."
    if settings.url and not is_loopback(host_in(settings.url)):
        return f"Shopbell is published as {settings.url}, where others can reach it."
    if visit.proxied:
        return "This request came through a proxy, so it may come from anybody."
    if not is_loopback(visit.remote) or not is_loopback(visit.host):
        return "This request did not come from the machine Shopbell runs on."
    return None


def answers_to(settings: Settings, host: str) -> bool:
    """Whether ``host`` is a name of ours; any other would let a foreign page speak to us under its own."""
    ours = {settings.host, host_in(settings.url) if settings.url else ""}
    return is_loopback(host) or host in ours


def is_loopback(host: str) -> bool:
    """Whether ``host`` (a name or an address) is this machine itself."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_in(address: str) -> str:
    """The host in a web address or a Host header, in lower case, without a port; "" where there is none."""
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def install(app: Flask) -> None:
    """Stand at the door of ``app``."""
    app.before_request(_check)
    app.after_request(_seal)


def _check() -> None:
    settings, visit = desk().settings, _visit(request.headers.keys())
    if request.endpoint not in ANY_NAME and not answers_to(settings, visit.host):
        abort(400, "Shopbell does not answer under this name. Set SHOPBELL_URL to the address people use.")
    if request.endpoint not in OPEN_TO_ALL and (why := closed_because(settings, visit)):
        abort(
            403,
            f"{why} There are no accounts yet, so the desk opens only on the machine itself. "
            "Links in alerts work from anywhere.",
        )


def _visit(headers: Iterable[str]) -> Visit:
    sent = {name.lower() for name in headers}
    proxied = any(mark.lower() in sent for mark in PROXY_MARKS)
    return Visit(request.remote_addr or "", host_in(request.headers.get("Host", "")), proxied)


def _seal(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
