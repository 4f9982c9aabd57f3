"""Signing in and out: by a mailed link or a password. Opening a link changes nothing; its button does."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from service.errors import SignInRefused
from service.people import accounts, sessions, sign_in, tokens
from service.web import cookie, door, second, ways
from service.web.desk import desk, now, rows
from service.web.kept import FIELD, opened, shown_again
from service.web.me import is_open_house, signed_in
from service.web.phrases import gettext

screen = Blueprint("sign_in", __name__)


@screen.get("/sign-in")
def form() -> Response:
    """The page; whoever is signed in, or needs not be, is led on."""
    if is_open_house():
        return redirect(url_for("first_account.form"), 303)  # type: ignore[return-value]
    on = ways.inside(request.args.get("next"))
    if signed_in():
        return redirect(on, 303)  # type: ignore[return-value]
    return door.ask_to_sign_in(on=on, status=200)


@screen.post("/sign-in")
def by_password() -> Response:
    """Let in who knows her password."""
    typed, on = request.form.get("email", ""), _on()
    try:
        person = door.the_door().keeper.by_password(
            door.asked(typed), request.form.get("password", ""), now()
        )
    except SignInRefused as refused:
        return door.ask_to_sign_in(_kept(), on=on, email=typed[:254], problem=str(refused), status=403)
    return second.let_in_or_ask(person, on)


@screen.post("/sign-in/mail")
def ask_for_link() -> Response:
    """Mail a link, if that address is somebody's; the answer is the same for everybody.

    Enter in the password's field presses the form's first button, which is this one.
    """
    if request.form.get("password"):
        return by_password()
    typed, on = request.form.get("email", ""), _on()
    try:
        door.mail_a_link(door.asked(typed), on)
    except SignInRefused as refused:
        return door.ask_to_sign_in(_kept(), on=on, email=typed[:254], problem=str(refused), status=403)
    return make_response(render_template("sign_in_mailed.html", kept=_kept(), on=on))


@screen.post("/sign-in/again")
def again() -> Response:
    """Back in the page that kept what was typed, after signing in elsewhere in this browser."""
    if not signed_in():
        problem = gettext("You are not signed in yet in this browser.")
        return door.ask_to_sign_in(_kept(), on=_on(), problem=problem, status=403)
    typed = opened(_kept())
    return shown_again(typed) if typed else redirect(_on(), 303)  # type: ignore[return-value]


@screen.get("/sign-in/<token>")
def link(token: str) -> Response:
    """Say whom the link would sign in. Scanners of mail come here, and spend nothing."""
    person = sign_in.whose_link(rows(), token, now())
    page = render_template("sign_in_link.html", person=person, on=ways.inside(request.args.get("next")))
    return make_response(page, 200 if person else 410)


@screen.post("/sign-in/<token>")
def by_link(token: str) -> Response:
    """Let in whom the link was made for, this once."""
    try:
        with desk().database.transaction() as session:
            person = sign_in.spend(session, token, now())
    except SignInRefused:
        return make_response(render_template("sign_in_link.html", person=None, on="/"), 410)
    return second.let_in_or_ask(person, _on())


@screen.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    with desk().database.transaction() as session:
        sessions.end(session, tokens.kept(cookie.token()), now())
        there = accounts.exist(session)
    answer = redirect(url_for(".form") if there else "/", 303)
    cookie.drop(answer)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def _on() -> str:
    return ways.inside(request.form.get("next"))


def _kept() -> str:
    return request.form.get(FIELD, "")
