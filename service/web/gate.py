"""Who may reach what, and what a browser may do with an answer.

Until the first account exists, the desk is open to whoever sits at this machine and to nobody else: it closes
as soon as anything says that others can reach it. What a proxy's header says is never believed, but that it
is there shows that a proxy is, and then the desk stays closed. Once there is an account, every address asks
for a session and for the right its line in ``acts`` names. Links from alerts carry a signed token and are
answered from anywhere. What stands under ``bearer`` asks for no session at all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from service.people import accounts, sessions
from service.people.may import Who, may
from service.settings import Settings
from service.web import bearer, cookie, fresh, me, trouble
from service.web.acts import NEEDS, Need, Open
from service.web.desk import desk, now
from service.web.phrases import gettext

ANY_NAME = frozenset({"healthz.healthz"})
"""Endpoints answered under any host name: a platform's health check uses an address of its own."""

POLLED = frozenset({"alerts.rung", "inbox.arrived", "runs.progress"})
"""What a page asks by itself: a tab that is left open is nobody's use of a session."""

PROXY_MARKS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
        return gettext("Shopbell listens on %(host)s, where others can reach it.", host=settings.host)
    if settings.url and not is_loopback(host_in(settings.url)):
        return gettext("Shopbell is published as %(url)s, where others can reach it.", url=settings.url)
    if visit.proxied:
        return gettext("This request came through a proxy, so it may come from anybody.")
    if not is_loopback(visit.remote) or not is_loopback(visit.host):
        return gettext("This request did not come from the machine Shopbell runs on.")
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


def _check() -> Response | None:
    settings, visit = desk().settings, _visit(request.headers.keys())
    if request.endpoint not in ANY_NAME and not answers_to(settings, visit.host):
        abort(
            400,
            gettext("Shopbell does not answer under this name. Set SHOPBELL_URL to the address people use."),
        )
    need = NEEDS.get(request.endpoint or "")
    if need is Open.TO_ALL or bearer.is_asked_for():
        return None
    with desk().database.reading() as session:
        if not accounts.exist(session):
            _open_house(settings, visit)
            return None
        g.signed_in = sessions.read(session, cookie.token(), now())
        allowed = _allows(session, need, me.me())
        rests = not allowed and _rests(session, need)
    if request.endpoint not in POLLED:
        _note_use()
    if rests:
        return _to_second_factor()
    if allowed or request.endpoint is None:  # what is no address of ours is told so by Flask itself
        return None
    return _refused() if me.signed_in() else _to_the_door()


def _open_house(settings: Settings, visit: Visit) -> None:
    g.open_house = True
    if why := closed_because(settings, visit):
        abort(
            403,
            gettext(
                "%(why)s There are no accounts yet, so the desk opens only on the machine itself: make the "
                "first one there, or with `shopbell people add`. Links in alerts work from anywhere.",
                why=why,
            ),
        )


def _allows(session: Session, need: Need | Open | None, who: Who) -> bool:
    if isinstance(need, Need):
        return may(who, need.act, need.thing_of(session, request.view_args or {}))
    return need is Open.AT_THE_DOOR or (need is Open.TO_EACH and me.signed_in() is not None)


def _rests(session: Session, need: Need | Open | None) -> bool:
    """Whether only a role that waits for a second factor would let her."""
    found = me.signed_in()
    return found is not None and bool(found.resting) and _allows(session, need, found.whole)


def _to_second_factor() -> Response | None:
    """Whoever must show a second factor is led to where she does; a form waits for ``forms``."""
    if request.method in ("GET", "HEAD"):
        return _led_to(url_for("factors.factors", next=request.full_path.rstrip("?")))
    g.must_show_second = True
    return None


def _to_the_door() -> Response | None:
    """A page is asked for again after signing in; a form waits for ``forms``, which knows whose it is."""
    if request.method in ("GET", "HEAD"):
        asked = request.full_path.rstrip("?")
        return _led_to(url_for("sign_in.form", next=asked if asked != "/" else None))
    g.at_the_door = True
    return None


def _led_to(way_in: str) -> Response:
    """A page is left for ``way_in``; a part of one only says so, or has its page leave."""
    if not fresh.is_asked_for():
        return redirect(way_in, 303)  # type: ignore[return-value]
    return fresh.ended() if request.endpoint in POLLED else fresh.led_to(way_in)


def _refused() -> Response:
    told = gettext(
        "Your account may not do this here, and nothing was changed. Whoever manages people can let you."
    )
    return trouble.page(403, told, title=gettext("Not yours to do"), way_on=url_for("you.you"))


def _note_use() -> None:
    found = me.signed_in()
    if found is None or not found.wants_noting(now()):
        return
    with contextlib.suppress(OperationalError), desk().database.transaction() as session:
        sessions.note(session, found.row, now())  # a busy writer must not keep her from reading


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
