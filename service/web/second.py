"""The second factor at the door. A passkey is both factors at once; a code is asked for after the first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, make_response, render_template, request
from itsdangerous import BadData, URLSafeSerializer

from service.errors import SignInRefused
from service.models import Person
from service.people import ceremonies, challenges, passkeys
from service.secrets import Vault
from service.web import door, kept, passkey_forms, ways
from service.web.desk import desk, now, rows
from service.web.phrases import N_, gettext

screen = Blueprint("second", __name__)

PROVED_FOR = timedelta(minutes=10)
TOO_LATE = N_("That took too long. Sign in again from the start.")


@screen.post("/sign-in/passkey")
def by_passkey() -> Response:
    """Let in whose passkey was shown."""
    try:
        person_id = shown_passkey(passkey_forms.SIGN_IN)
    except SignInRefused as refused:
        return door.ask_to_sign_in(_kept(), on=_on(), problem=str(refused), status=403)
    return door.let_in(person_id, _on(), second="a passkey")


@screen.post("/sign-in/code")
def by_code() -> Response:
    """Let in who has shown the first factor and types her code."""
    proof = request.form.get("proof", "")
    try:
        person_id = _proved(proof)
    except SignInRefused as refused:
        return door.ask_to_sign_in(_kept(), on=_on(), problem=str(refused), status=403)
    try:
        taken = taken_code(person_id)
    except SignInRefused as refused:
        return _ask(proof, _on(), str(refused), 403)
    return door.let_in(person_id, _on(), second=taken)


def let_in_or_ask(person_id: int, on: str) -> Response:
    """Her password or link was right: let her in, or ask for the code where she has set codes up."""
    person = rows().get_one(Person, person_id)
    if person.totp_enc is None:
        return door.let_in(person_id, on)
    ends = int((now() + PROVED_FOR).timestamp())
    return _ask(_sealer().dumps([person_id, ends, kept.browser()]), on)


def shown_passkey(purpose: str, *, whose: int | None = None) -> int:
    """Whose passkey the form shows; its challenge is spent, its use written down. Raises ``SignInRefused``.

    ``whose`` is the only person it may be.
    """
    door.the_door().keeper.note_passkey(door.asked("").came_from, now())
    here, challenge, answer = (
        passkey_forms.site(),
        passkey_forms.challenge_of(purpose),
        passkey_forms.answer(),
    )
    one = passkeys.shown(rows(), answer)
    if here is None or whose not in (None, one.person_id):
        raise SignInRefused(ceremonies.UNKNOWN, "a passkey of another place or person")
    user = ceremonies.handle(desk().secret, one.person_id)
    count = ceremonies.counted(here, one, user, answer, challenge)
    with desk().database.transaction() as session:
        challenges.spend(session, challenge, now())
        passkeys.note_use(session, one, count, now())
    return one.person_id


def taken_code(person_id: int) -> str:
    """What the form holds, taken once: "a code" or "a recovery code". Raises ``SignInRefused``."""
    typed = request.form.get("code", "").strip() or request.form.get("recovery", "")
    place, vault = door.asked("").came_from, Vault(desk().secret)
    return door.the_door().keeper.by_code(vault, place, person_id, typed, now())


def _ask(proof: str, on: str, problem: str = "", status: int = 200) -> Response:
    shown = {"proof": proof, "on": on, "kept": _kept(), "problem": problem}
    return make_response(render_template("sign_in_code.html", **shown), status)


def _proved(proof: str) -> int:
    """Who has shown the first factor in this browser, lately. Raises ``SignInRefused``."""
    try:
        person_id, ends, browser = _sealer().loads(proof)
        over = datetime.fromtimestamp(ends, UTC)
    except (BadData, ValueError, TypeError):
        raise SignInRefused(gettext(TOO_LATE), "a first proof that is none of ours") from None
    if now() >= over or browser != kept.browser():
        raise SignInRefused(gettext(TOO_LATE), "a first proof that is over, or of another browser")
    return int(person_id)


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(desk().secret, salt="shopbell.proved")


def _on() -> str:
    return ways.inside(request.form.get("next"))


def _kept() -> str:
    return request.form.get(kept.FIELD, "")
