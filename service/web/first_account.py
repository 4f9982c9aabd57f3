"""The first account, its owner's: made at this machine. From then on the desk asks who is there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service.alerts.addresses import mail_address
from service.errors import AccountRefused, UnusableChannel
from service.people import accounts, passwords
from service.web import door
from service.web.desk import desk, now
from service.web.me import is_open_house
from service.web.phrases import language

screen = Blueprint("first_account", __name__)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, but for the password."""

    name: str = ""
    email: str = ""


@screen.get("/first-account")
def form() -> Response:
    """The form; where there is an account already, the way in."""
    return _page(Typed()) if is_open_house() else _over()


@screen.post("/first-account")
def make() -> Response:
    """Make it, and sign its owner in."""
    if not is_open_house():
        return _over()
    typed = Typed(request.form.get("name", "")[:80], request.form.get("email", "")[:254])
    try:
        address = mail_address(typed.email).casefold()
        kept = passwords.hashed(request.form.get("password", ""), unlike=(address, typed.name))
        with desk().database.transaction() as session:
            person = accounts.first(session, typed.name, address, kept, now()).id or 0
            accounts.set_locale(session, person, language())
    except (AccountRefused, UnusableChannel) as refused:
        return _page(typed, str(refused), 400)
    return door.let_in(person)


def _page(typed: Typed, problem: str = "", status: int = 200) -> Response:
    page = render_template("first_account.html", typed=typed, problem=problem, least=passwords.SHORTEST)
    return make_response(page, status)


def _over() -> Response:
    return redirect(url_for("sign_in.form"), 303)  # type: ignore[return-value]
