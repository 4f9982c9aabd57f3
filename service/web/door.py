"""What signing in stands on: the doorkeeper, a thread that mails, and the page that asks who is there.

Links are mailed apart from the request, so that its answer takes as long for an address nobody has.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request

from service.alerts.addresses import mail_address
from service.alerts.door_letter import can_mail, send_link
from service.alerts.letter import Mailbox
from service.errors import DeliveryFailed, SettingsError, UnusableChannel
from service.people import accounts, sessions, sign_in
from service.people.sign_in import Asked, Doorkeeper
from service.tongues import tongue_of
from service.web import browsers, cookie, ways
from service.web.desk import Desk, desk, now
from service.web.kept import FIELD, MOST, opened, shown_again
from service.web.places import place_of

EXTENSION = "shopbell.door"
WAYS_IN = frozenset({"sign_in", "second"})  # blueprints whose forms carry what was kept
HEADROOM = 2 * MOST  # bytes: a sealed form is longer than its fields

log = logging.getLogger("shopbell.web")


@dataclass(frozen=True, slots=True)
class Door:
    """Counts tries, and mails one letter after another."""

    keeper: Doorkeeper
    mailing: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="door-mail")
    )


def install(app: Flask) -> None:
    """Let a form that was kept come back through the door."""
    app.before_request(_allow_kept)


def _allow_kept() -> None:
    if request.blueprint in WAYS_IN:
        request.max_content_length = request.max_form_memory_size = HEADROOM


def the_door() -> Door:
    """This app's door; made where it is first knocked at."""
    made: Door = current_app.extensions.setdefault(EXTENSION, Door(Doorkeeper(desk().database)))
    return made


def asked(typed: str) -> Asked:
    """Who asks; what is no mail address is nobody's."""
    place = place_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""))
    try:
        return Asked(mail_address(typed).casefold(), place)
    except UnusableChannel:
        return Asked("", place)


def ask_to_sign_in(
    kept: str = "", *, on: str = "", email: str = "", problem: str = "", status: int = 401
) -> Response:
    """The page that asks who is there. ``on`` is where she wanted to go, ``kept`` what she had typed."""
    shown = {"kept": kept, "on": on, "email": email, "problem": problem}
    page = render_template("sign_in.html", **shown, mails=can_mail(desk().settings), lost=_is_lost(kept))
    return make_response(page, status)


def let_in(person_id: int, on: str = "", *, second: str = "") -> Response:
    """Begin a session in this browser; what it had before ends. What she had typed is shown again.

    ``second`` names the second factor that she has shown, such as "a passkey"; that is audited.
    """
    label = browsers.named(request.headers.get("User-Agent", ""))
    with desk().database.transaction() as session:
        token = sessions.begin(
            session, person_id, label, now(), instead_of=cookie.token(), second=bool(second)
        )
        if second:
            person = accounts.here(session, person_id)
            accounts.noted(session, "sign_in", person, person.name, now(), second=second)
    with desk().database.reading() as session:
        g.signed_in = sessions.read(session, token, now())
    typed = opened(request.form.get(FIELD, ""))
    answer = shown_again(typed) if typed else redirect(ways.inside(on), 303)
    cookie.put(answer, token)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def mail_a_link(who: Asked, on: str) -> None:
    """Mail a link, soon, if that address is somebody's. Raises ``SignInRefused`` for who asks too often."""
    door, parts, moment = the_door(), desk(), now()
    door.keeper.note_asking(who, moment)
    door.mailing.submit(_mail, parts, door.keeper, who, on)


def _mail(parts: Desk, keeper: Doorkeeper, who: Asked, on: str) -> None:
    moment = parts.clock()
    person = keeper.may_mail(who, moment)
    if person is None:
        return
    with parts.database.transaction() as session:
        token = sign_in.make_link(session, person.id or 0, sign_in.MAILED_FOR, moment)
    try:
        to, tongue = Mailbox(person.name, who.email), tongue_of(person.locale)
        send_link(parts.settings, to, address_of(parts, token, on), moment, tongue=tongue)
    except (DeliveryFailed, SettingsError) as failed:
        log.warning("a link to sign in was not mailed: %s", failed)


def address_of(parts: Desk, token: str, on: str = "") -> str:
    """The whole address of a link; it remembers where its person wanted to go."""
    goes_on = f"?{urlencode({'next': on})}" if on not in ("", "/") else ""
    return f"{parts.settings.public_url}/sign-in/{token}{goes_on}"


def _is_lost(kept: str) -> bool:
    """Whether a form came that could not be kept: a file, or far too long."""
    return request.method == "POST" and not kept and request.blueprint not in WAYS_IN
