"""Your account: your roles, the browsers you are signed in with, and your password."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from service.errors import AccountRefused, SignInRefused
from service.models import Person
from service.people import accounts, factors, passwords, sessions, stations
from service.people.may import SOMEWHERE, Act, may
from service.people.sessions import SignedIn
from service.web import door
from service.web import language as languages
from service.web.desk import desk, now, rows
from service.web.me import signed_in
from service.web.phrases import gettext

screen = Blueprint("you", __name__)


@screen.get("/you")
def you() -> Response:
    """The page."""
    return _page()


@screen.post("/you/sessions/<name>/end")
def end(name: str) -> Response:
    """Sign one of your browsers out."""
    with desk().database.transaction() as session:
        sessions.end_named(session, _person().id or 0, name, now())
    return _back("ended")


@screen.post("/you/sessions/end-others")
def end_others() -> Response:
    """Sign all your browsers out but this one."""
    with desk().database.transaction() as session:
        sessions.end_others(session, _person().id or 0, now(), but=_here().row.token_sha256)
    return _back("ended")


@screen.post("/you/password")
def password() -> Response:
    """Set a password, or another one; your other browsers are signed out."""
    person = _person()
    try:
        _prove(person)
        new = passwords.hashed(
            request.form.get("password_new", ""), unlike=(person.email_folded, person.name)
        )
        with desk().database.transaction() as session:
            accounts.set_password(session, person.id or 0, new, by=person.name, now=now())
            sessions.end_others(session, person.id or 0, now(), but=_here().row.token_sha256)
    except SignInRefused as refused:
        return _page(_why(refused), 403)
    except AccountRefused as refused:
        return _page(str(refused), 400)
    return _back("password")


@screen.post("/you/language")
def language() -> Response:
    """Read the desk in another language, of those there are."""
    wanted = request.form.get("language", "")
    if wanted not in languages.offered():
        abort(400, gettext("The desk does not speak that language. Nothing was changed."))
    with desk().database.transaction() as session:
        accounts.set_locale(session, _person().id or 0, wanted)
    return _back("language")


@screen.post("/you/pin")
def pin() -> Response:
    """Set the PIN for desk stations, another one, or none; whoever has a password says it too."""
    person, has_none = _person(), "none" in request.form
    try:
        if not has_none:
            _prove(person)
        new = None if has_none else passwords.hashed_pin(request.form.get("secret_pin", ""))
        with desk().database.transaction() as session:
            stations.set_pin(session, person.id or 0, new, now())
    except SignInRefused as refused:
        return _page(_why(refused), 403)
    except AccountRefused as refused:
        return _page(str(refused), 400)
    return _back("no-pin" if has_none else "pin")


def _prove(person: Person) -> None:
    """Whoever has a password types it. Raises ``SignInRefused``."""
    if person.password_hash:
        asked = door.asked(person.email_folded)
        door.the_door().keeper.by_password(asked, request.form.get("password_now", ""), now())


def _why(refused: SignInRefused) -> str:
    wrong = gettext("That is not your password now. Nothing was changed.")
    return wrong if refused.why.startswith("a wrong") else str(refused)


def _page(problem: str = "", status: int = 200) -> Response:
    page = render_template(
        "you.html",
        person=_person(),
        grants=_here().whole.grants,
        resting=_here().resting,
        second=factors.held(rows(), _here().row.person_id),
        sessions=[
            (row, sessions.shown_as(row), row.token_sha256 == _here().row.token_sha256)
            for row in sessions.listed(rows(), _here().row.person_id, now())
        ],
        problem=problem,
        languages=languages.named(),
        least=passwords.SHORTEST,
        shortest_pin=passwords.SHORTEST_PIN,
        longest_pin=passwords.LONGEST_PIN,
        stands=may(_here().who, Act.ANSWER, SOMEWHERE),
    )
    return make_response(page, status)


def _here() -> SignedIn:
    found = signed_in()
    if found is None:
        abort(404)
    return found


def _person() -> Person:
    return rows().get_one(Person, _here().row.person_id)


def _back(done: str) -> Response:
    return redirect(url_for(".you", done=done), 303)  # type: ignore[return-value]
