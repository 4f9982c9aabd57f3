"""Forms that only our own pages can send: a token in the form that fits a cookie of the same browser."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.web.desk import desk

COOKIE = "shopbell_form"
FIELD = "form_token"
GOOD_FOR = timedelta(hours=12)

SENT_BY_MACHINES = frozenset({"letters.left", "inbound_mail.posted", "packfeed.receipt"})
"""Whoever sends these has no cookie, and proves itself otherwise.

RFC 8058: a mail program presses "unsubscribe", and the signed link is the proof. A mail provider posts what
came in, to a secret address and signed. A follower of our packs seals its receipt.
"""


def install(app: Flask) -> None:
    """Refuse foreign forms, and give templates ``form_token()``."""
    app.before_request(_check)
    app.after_request(_remember)
    app.jinja_env.globals["form_token"] = form_token


def form_token() -> str:
    """What a form must carry in its hidden field."""
    if "visit" not in g:
        g.visit = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    return _serializer().dumps(g.visit)


def belongs_here(token: str) -> bool:
    """Whether ``token`` is one of ``form_token`` given to the browser that asks, not long ago."""
    return _fits(token, request.cookies.get(COOKIE, ""))


def _check() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS") or request.endpoint in SENT_BY_MACHINES:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403, "This form was sent by another site. Nothing was changed.")
    if not belongs_here(request.form.get(FIELD, "")):
        abort(403, "This form is stale or not ours. Nothing was changed: load the page again and repeat.")


def _fits(token: str, visit: str) -> bool:
    try:
        signed = _serializer().loads(token, max_age=int(GOOD_FOR.total_seconds()))
    except BadSignature:
        return False
    return bool(visit) and hmac.compare_digest(str(signed), visit)


def _remember(response: Response) -> Response:
    if "visit" in g and request.cookies.get(COOKIE) != g.visit:
        secure = urlsplit(desk().settings.public_url).scheme == "https"
        response.set_cookie(COOKIE, g.visit, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk().secret, salt="shopbell.form")
