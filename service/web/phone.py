"""This phone or browser: letting it ring for whoever is signed in, trying it, and letting it go."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service.alerts import joining, phones, roster
from service.alerts.reach import ChannelKind, target_of
from service.alerts.subscriptions import LONGEST, read_subscription
from service.alerts.vapid import public_key
from service.errors import (
    AnswerRefused,
    ChannelEnded,
    DeliveryFailed,
    LastRecipient,
    SettingsError,
    UnusableChannel,
    WrongSecret,
)
from service.models import Person
from service.people.may import WHOLE, Act, may
from service.secrets import Vault
from service.tongues import tongue_of
from service.web import browsers
from service.web.desk import desk, now, rows
from service.web.me import is_open_house, me
from service.web.phrases import gettext, language

screen = Blueprint("phone", __name__)


@screen.before_request
def _first_the_first() -> Response | None:
    """Where there are no accounts, nobody knows whose phone it would be."""
    return redirect(url_for("first_account.form"), 303) if is_open_house() else None  # type: ignore[return-value]


@screen.get("/phone")
def phone() -> Response:
    """Hers, and the button for this one."""
    return _page()


@screen.post("/phone")
def ring_here() -> Response:
    """Send a test to this browser, and let it ring where that was taken."""
    parts, who = desk(), me()
    try:
        to = read_subscription(request.form.get("subscription", "")[: LONGEST + 1])
        _try(to.written())
        with parts.database.transaction() as session:
            person = session.get_one(Person, who.id)
            title = browsers.named(request.headers.get("User-Agent", ""))
            reads_all = may(who, Act.READ, WHOLE)
            vault = Vault(parts.secret)
            added = phones.ring_here(session, vault, person, to, title, now(), reads_all=reads_all)
    except (UnusableChannel, DeliveryFailed, SettingsError) as refused:
        return _page(gettext("Not added. %(why)s", why=refused), 400)
    return _back("added" if added.verified_at else "waits")


@screen.post("/phone/<int:number>/test")
def test(number: int) -> Response:
    """Ring one of hers now, and tell the truth about it."""
    parts = desk()
    try:
        channel = phones.the_one(rows(), number, me().id or 0)
        _try(target_of(Vault(parts.secret), channel))
    except ChannelEnded as ended:
        with parts.database.transaction() as session:
            roster.end(session, phones.the_one(session, number, me().id or 0), now())
        return _page(str(ended), 409)
    except (AnswerRefused, DeliveryFailed, SettingsError, WrongSecret) as failed:
        return _page(gettext("The test was not taken. %(why)s", why=failed), 409)
    return _back("tried")


@screen.post("/phone/<int:number>/remove")
def remove(number: int) -> Response:
    """Let one of hers ring no more."""
    try:
        with desk().database.transaction() as session:
            phones.remove(session, number, session.get_one(Person, me().id), now())
    except (AnswerRefused, LastRecipient) as refused:
        return _page(gettext("Not removed. %(why)s", why=refused), 409)
    return _back("removed")


def _try(target: str) -> None:
    """Raises ``DeliveryFailed`` where a test is not taken. A form that is sent twice sends one."""
    parts = desk()
    if not joining.just_tried(rows(), parts.secret, ChannelKind.PUSH, target, now()):
        tongue = tongue_of(language())
        joining.send_test(
            parts.settings, parts.secret, ChannelKind.PUSH, target, me().name, now(), tongue=tongue
        )


def _page(problem: str = "", status: int = 200) -> Response:
    parts, session = desk(), rows()
    vault = Vault(parts.secret)
    hers = phones.owned(session, me().id or 0)
    page = render_template(
        "phone.html",
        phones=[(one, phones.mark_of(vault, one.channel)) for one in hers],
        key=public_key(parts.secret),
        problem=problem,
    )
    return make_response(page, status)


def _back(done: str) -> Response:
    return redirect(url_for(".phone", done=done), 303)  # type: ignore[return-value]
