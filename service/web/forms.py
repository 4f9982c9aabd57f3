"""Forms that only our own pages can send: a token in the form that fits a cookie of the same browser.

A token is of one session too. One that is ours but of a session that has ended does nothing by itself: what
was typed is shown again, and sent when its person presses once more.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.web import bearer, door, kept, me, trouble
from service.web.acts import NEEDS, Open
from service.web.desk import desk
from service.web.phrases import gettext

COOKIE = "shopbell_form"
FIELD = "form_token"
GOOD_FOR = timedelta(hours=12)
KEPT_FOR = timedelta(days=30)  # as long as a session lasts: what was typed in it is shown again

SENT_BY_MACHINES = frozenset({"letters.left", "inbound_mail.posted", "packfeed.receipt"})
"""Whoever sends these has no cookie, and proves itself otherwise.

RFC 8058: a mail program presses "unsubscribe", and the signed link is the proof. A mail provider posts what
came in, to a secret address and signed. A follower of our packs seals its receipt.
"""


KEEPS_WORDS = frozenset(
    {
        "answering.here",
        "answering.said",
        "letters.copy",
        "letters.told",
        "handling.acted",
        "cases.acted",
        "wrong.said",
        "asking.asked",
    }
)
"""Endpoints that answer a stale form themselves, with what was typed in it; each asks ``is_stale`` first."""


def install(app: Flask) -> None:
    """Refuse foreign forms, and give templates ``form_token()``."""
    app.before_request(_check)
    app.after_request(_remember)
    app.jinja_env.globals["form_token"] = form_token


def form_token() -> str:
    """What a form must carry in its hidden field."""
    return _serializer().dumps([visit(), me.mark()])


def visit() -> str:
    """By what this browser is known again, whoever is signed in in it."""
    if "visit" not in g:
        g.visit = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    known: str = g.visit
    return known


def belongs_here(token: str) -> bool:
    """Whether ``token`` is one of ``form_token`` given to this browser in this session, not long ago."""
    return _is_of_browser(token, GOOD_FOR) and _mark_of(token) == me.mark()


def is_stale() -> bool:
    """Whether the form of this request is too old, or not ours: nothing may be changed for it."""
    return not belongs_here(request.form.get(FIELD, ""))


def _check() -> Response | None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if request.endpoint in SENT_BY_MACHINES or bearer.is_asked_for():
        return None
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403, gettext("This form was sent by another site. Nothing was changed."))
    if me.is_at_the_door():
        return door.ask_to_sign_in(kept.sealed() if kept.can_be_kept() and _was_ours() else "")
    token = request.form.get(FIELD, "")
    if me.must_show_second():
        return _second_first(belongs_here(token))
    is_good = belongs_here(token) or (_is_way_in() and _is_of_browser(token, GOOD_FOR))
    if is_good or request.endpoint in KEEPS_WORDS:
        return None
    if not (me.signed_in() and kept.can_be_kept() and _was_ours()):
        abort(
            403,
            gettext("This form is stale or not ours. Nothing was changed: load the page again and repeat."),
        )
    return kept.shown_again(kept.of_this_request(), 409)


def _second_first(is_ours: bool) -> Response:
    """Nothing is done before the second factor is shown; what was typed in a form of ours is shown again."""
    told = gettext("Your role asks for a second factor first, and nothing was changed.")
    on = url_for("factors.factors")
    if not (is_ours and kept.can_be_kept()):
        return trouble.page(403, told, title=gettext("One thing more"), way_on=on)
    return kept.shown_again(kept.of_this_request(), 403, told=told, first=on)


def _is_way_in() -> bool:
    """At the door no session is at stake, and another tab may have signed in meanwhile."""
    return NEEDS.get(request.endpoint or "") is Open.AT_THE_DOOR


def _was_ours() -> bool:
    """Whether this browser had the form from us once, in whatever session."""
    return _is_of_browser(request.form.get(FIELD, ""), KEPT_FOR)


def _is_of_browser(token: str, good_for: timedelta) -> bool:
    visit = request.cookies.get(COOKIE, "")
    try:
        its_visit, _mark = _serializer().loads(token, max_age=int(good_for.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return False
    return bool(visit) and hmac.compare_digest(str(its_visit).encode(), visit.encode())


def _mark_of(token: str) -> str:
    _visit, its_mark = _serializer().loads(token)
    return str(its_mark)


def _remember(response: Response) -> Response:
    if "visit" in g and request.cookies.get(COOKIE) != g.visit:
        secure = urlsplit(desk().settings.public_url).scheme == "https"
        response.set_cookie(COOKIE, g.visit, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk().secret, salt="shopbell.form")
