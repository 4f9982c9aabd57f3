"""Your second factor: passkeys, codes, recovery codes. Only who has just proved herself changes them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from service.errors import AccountRefused, SignInRefused, WrongSecret
from service.models import Person
from service.people import ceremonies, challenges, codes, factors, passkeys
from service.people.factors import Held
from service.people.sessions import SignedIn
from service.secrets import Vault
from service.web import browsers, door, me, passkey_forms, second, ways
from service.web.desk import desk, now, rows
from service.web.phrases import N_, gettext

screen = Blueprint("factors", __name__)

SET_UP_FOR = timedelta(minutes=30)
FIRST = N_("Show first that it is you. Nothing was changed.")
BEGIN_AGAIN = N_(
    "That page had stood open for too long. Set your codes up from the start; nothing was changed."
)


@screen.get("/you/second", endpoint="factors")
def factors_page() -> Response:
    """The page."""
    return _page()


@screen.post("/you/second/prove")
def prove() -> Response:
    """Show that it is you: by a passkey, a code, or your password where you have neither yet."""
    here, own = _here(), _held()
    try:
        if passkey_forms.answer():
            second.shown_passkey(passkey_forms.PROVE, whose=here.row.person_id)
        elif own.codes:
            second.taken_code(here.row.person_id)
        else:
            _prove_by_password(own)
    except SignInRefused as refused:
        return _page(str(refused), 403)
    with desk().database.transaction() as session:
        factors.note_proof(session, here.row, now(), second=bool(own))
    return redirect(ways.inside(request.form.get("next"), url_for(".factors")), 303)  # type: ignore[return-value]


@screen.post("/you/second/passkeys")
def add() -> Response:
    """Keep a passkey that this browser has made."""
    site = passkey_forms.site()
    try:
        _require_fresh()
        challenge = passkey_forms.challenge_of(passkey_forms.ADD)
        if site is None:
            raise AccountRefused(ceremonies.UNREADABLE)
        made = ceremonies.made(site, passkey_forms.answer(), challenge)
        label = request.form.get("label", "") or browsers.named(request.headers.get("User-Agent", ""))
        with desk().database.transaction() as session:
            challenges.spend(session, challenge, now())
            passkeys.keep(session, _here().row.person_id, made, label, now())
            factors.note_proof(session, _here().row, now(), second=True)
    except (AccountRefused, SignInRefused) as refused:
        return _page(str(refused), 403)
    return _back("added")


@screen.post("/you/second/passkeys/<int:number>/remove")
def remove(number: int) -> Response:
    """Take a passkey back."""
    own = _held()
    try:
        _require_fresh()
        with desk().database.transaction() as session:
            factors.require_one_left(session, _here().whole, Held(own.passkeys - 1, own.codes))
            passkeys.remove(session, _here().row.person_id, number, now())
    except (AccountRefused, SignInRefused) as refused:
        return _page(str(refused), 403)
    return _back("removed")


@screen.post("/you/second/codes")
def set_up() -> Response:
    """Show a fresh secret, this once."""
    try:
        _require_fresh()
    except SignInRefused as refused:
        return _page(str(refused), 403)
    if _held().codes:
        return _back("")
    return _set_up(codes.new_secret())


@screen.post("/you/second/codes/on")
def turn_on() -> Response:
    """Codes from now on, once the first fits; and the recovery codes, shown this once."""
    here, secret = _here(), ""
    try:
        _require_fresh()
        secret = _unsealed(request.form.get("secret_sealed", ""))
        with desk().database.transaction() as session:
            typed = request.form.get("code", "")
            made = codes.turn_on(session, _vault(), here.row.person_id, secret, typed, now())
            factors.note_proof(session, here.row, now(), second=True)
    except SignInRefused as refused:
        return _page(str(refused), 403)
    except AccountRefused as refused:
        return _set_up(secret, str(refused)) if not _held().codes else _page(str(refused), 409)
    return make_response(render_template("recovery_codes.html", made=made, is_first=True))


@screen.post("/you/second/codes/off")
def turn_off() -> Response:
    """No codes any more."""
    own = _held()
    try:
        _require_fresh()
        with desk().database.transaction() as session:
            factors.require_one_left(session, _here().whole, Held(own.passkeys, codes=False))
            codes.turn_off(session, _here().row.person_id, now())
    except (AccountRefused, SignInRefused) as refused:
        return _page(str(refused), 403)
    return _back("off")


@screen.post("/you/second/recovery")
def recovery() -> Response:
    """Other recovery codes, shown this once."""
    try:
        _require_fresh()
        with desk().database.transaction() as session:
            made = codes.renew_recovery(session, _here().row.person_id, now())
    except (AccountRefused, SignInRefused) as refused:
        return _page(str(refused), 403)
    return make_response(render_template("recovery_codes.html", made=made, is_first=False))


def is_fresh() -> bool:
    """Whether whoever is signed in has just proved herself by the best she has."""
    return factors.is_fresh(_here().row, _held(), now())


def _require_fresh() -> None:
    if not is_fresh():
        raise SignInRefused(gettext(FIRST), "no fresh proof")


def _prove_by_password(own: Held) -> None:
    """Good enough only where there is nothing better."""
    person = _person()
    if own or not person.password_hash:
        raise SignInRefused(gettext(FIRST), "a proof that is not the best")
    asked = door.asked(person.email_folded)
    door.the_door().keeper.by_password(asked, request.form.get("password_now", ""), now())


def _set_up(secret: str, problem: str = "") -> Response:
    told = codes.address(secret, _person().email_folded)
    page = render_template(
        "codes_set_up.html",
        picture=codes.picture(told),
        spaced=codes.spaced(secret),
        address=told,
        sealed=_sealed(secret),
        problem=problem,
    )
    return make_response(page, 400 if problem else 200)


def _sealed(secret: str) -> str:
    """The secret on its way through the page that shows it: of this session, and not for long."""
    told = json.dumps([secret, int((now() + SET_UP_FOR).timestamp())])
    return urlsafe_b64encode(_vault().encrypt(told, place=_place())).decode()


def _unsealed(sealed: str) -> str:
    try:
        secret, ends = json.loads(_vault().decrypt(urlsafe_b64decode(sealed), place=_place()))
    except (WrongSecret, ValueError):
        raise SignInRefused(gettext(BEGIN_AGAIN), "a secret of another session") from None
    if now().timestamp() >= ends:
        raise SignInRefused(gettext(BEGIN_AGAIN), "a secret that is over")
    return str(secret)


def _place() -> str:
    return f"codes set up in {me.mark()}"


def _vault() -> Vault:
    return Vault(desk().secret)


def _page(problem: str = "", status: int = 200) -> Response:
    here, person, own = _here(), _person(), _held()
    fresh = is_fresh()
    page = render_template(
        "factors.html",
        person=person,
        own=own,
        keys=passkeys.listed(rows(), here.row.person_id),
        most=passkeys.MOST,
        recovery=codes.left(rows(), here.row.person_id),
        resting=here.resting,
        fresh=fresh,
        adding=passkey_forms.to_add(person) if fresh else None,
        proving=None if fresh else passkey_forms.to_prove(here.row.person_id),
        possible=passkey_forms.site() is not None,
        browser=browsers.named(request.headers.get("User-Agent", "")),
        on=ways.inside(request.args.get("next") or request.form.get("next"), ""),
        problem=problem,
    )
    return make_response(page, status)


def _held() -> Held:
    return factors.held(rows(), _here().row.person_id)


def _here() -> SignedIn:
    found = me.signed_in()
    if found is None:
        abort(404)
    return found


def _person() -> Person:
    return rows().get_one(Person, _here().row.person_id)


def _back(done: str) -> Response:
    return redirect(url_for(".factors", done=done or None), 303)  # type: ignore[return-value]
