"""The cookie that holds a session's token: out of reach of scripts, other sites and plain connections."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from service.people.sessions import LONGEST
from service.web.desk import desk

PLAIN, OF_HOST = "shopbell", "__Host-shopbell"


def token() -> str:
    """What the browser sent."""
    return request.cookies.get(_name(), "")


def put(answer: Response, session_token: str) -> None:
    """Give the browser its token. The server ends sessions; the cookie just lasts as long as one can."""
    answer.set_cookie(
        _name(),
        session_token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=_is_https(),
        path="/",
    )


def drop(answer: Response) -> None:
    """Take it back."""
    answer.delete_cookie(_name(), httponly=True, samesite="Lax", secure=_is_https(), path="/")


def _is_https() -> bool:
    return urlsplit(desk().settings.public_url).scheme == "https"


def _name() -> str:
    """``__Host-`` has the browser refuse the name to subdomains and to plain HTTP (RFC 6265bis)."""
    return OF_HOST if _is_https() else PLAIN
