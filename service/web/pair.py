"""Pairing a browser: its code is typed here, what it asks is shown, and a person approves or denies it.

No link carries the code. Whoever approves has signed in lately, so that a desk left open pairs nothing.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlmodel import Session

from service.errors import AccountRefused
from service.models import Branch, PairRequest
from service.people import accounts, devices, pair_codes, pairing
from service.people.may import Act, Who, may
from service.people.tries import Tries
from service.web import door
from service.web.desk import desk, now, rows
from service.web.me import is_open_house, me, signed_in
from service.web.phrases import N_, gettext

screen = Blueprint("pair", __name__)

LATELY = timedelta(hours=12)
TRIES = "shopbell.pair"
MOST_CODES, WITHIN = 10, timedelta(minutes=10)  # wrong ones of one person
SIGN_IN_ANEW = N_("You signed in a while ago. Sign in once more: a browser that you pair acts in your name.")
NO_SUCH = N_("No browser waits with that code. Look at it again; after ten minutes it shows another.")
NOT_THERE = N_("You may not set up a desk station of that branch. Nothing was paired.")
ENOUGH = N_("There were too many codes that fit nothing. Wait ten minutes, then try again.")


@screen.before_request
def _known_and_lately() -> Response | None:
    """Whoever pairs has an account, and has signed in not long ago."""
    if is_open_house():
        return redirect(url_for("first_account.form"), 303)  # type: ignore[return-value]
    found = signed_in()
    if found is None or now() - found.row.made_at < LATELY:
        return None
    if request.method == "POST":
        return redirect(url_for(".form"), 303)  # type: ignore[return-value]
    return door.ask_to_sign_in(on=url_for(".form"), problem=gettext(SIGN_IN_ANEW), status=403)


@screen.get("/pair")
def form() -> str:
    """Where the code is typed."""
    return render_template("pair.html", typed="", problem="")


@screen.post("/pair")
def typed() -> Response:
    """Show what the browser with this code asks."""
    with desk().database.transaction() as session:
        found, problem = _found(session)
    if found is None:
        return make_response(render_template("pair.html", typed=_text(), problem=problem), 400)
    who = me()
    page = render_template(
        "pair_asked.html",
        code=_text(),
        asked=found,
        scopes=[one for one in devices.Scope if one in devices.scopes_of(who)],
        branches=devices.own_branches(rows(), who),
        stations=_stations(rows(), who),
    )
    return make_response(page)


@screen.post("/pair/approve")
def approve() -> Response:
    """Pair it, as her own browser or as a branch's desk station."""
    station, may_choose = _chosen(rows())
    if not may_choose:
        return _over("", gettext(NOT_THERE))
    try:
        with desk().database.transaction() as session:
            accounts.here(session, me().id or 0)  # held first, as where somebody leaves
            found, problem = _found(session)
            if found is not None:
                pairing.approve(session, found, me(), station, now())
    except AccountRefused as refused:
        return _over("", str(refused))
    return _over("paired", problem)


@screen.post("/pair/deny")
def deny() -> Response:
    """Pair it not."""
    with desk().database.transaction() as session:
        found, problem = _found(session)
        if found is not None:
            pairing.deny(session, found, me(), now())
    return _over("denied", problem)


def _found(session: Session) -> tuple[PairRequest | None, str]:
    """The request whose code was typed; else what to say. A wrong code is counted, and stays counted."""
    tries: Tries = current_app.extensions.setdefault(TRIES, Tries(MOST_CODES, WITHIN))
    name = str(me().id)
    if tries.take(name, now()) is not None:
        return None, gettext(ENOUGH)
    code = pair_codes.typed(_text())
    request = pairing.find(session, code, now()) if code else None
    if request is None or request.person_id not in (None, me().id):
        return None, gettext(NO_SUCH)
    tries.forget(name)
    return request, ""


def _chosen(session: Session) -> tuple[Branch | None, bool]:
    """The branch whose station it shall be, None for her own browser; and whether she may choose that."""
    number = request.form.get("station", "")
    station = next((one for one in _stations(session, me()) if str(one.id) == number), None)
    return station, not number or station is not None


def _stations(session: Session, who: Who) -> list[Branch]:
    """Branches whose desk she may set up: those whose reviews she may answer."""
    return [one for one in devices.own_branches(session, who) if may(who, Act.ANSWER, devices.place_of(one))]


def _over(done: str, problem: str) -> Response:
    if problem:
        return make_response(render_template("pair.html", typed=_text(), problem=problem), 400)
    return redirect(url_for("paired.browsers", done=done), 303)  # type: ignore[return-value]


def _text() -> str:
    return request.form.get("code", "")[:40]
