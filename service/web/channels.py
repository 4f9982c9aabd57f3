"""Channels: who is told and how, tried with a real message; and the rules that choose among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts import joining, roster
from service.alerts.reach import ChannelKind, target_of
from service.alerts.roster import Kept
from service.alerts.rulebook import numbered_rules, unreadable_rules
from service.errors import (
    AnswerRefused,
    ChannelEnded,
    DeliveryFailed,
    LastRecipient,
    SettingsError,
    UnusableChannel,
    WrongSecret,
)
from service.models import Branch, Channel
from service.secrets import Vault
from service.tongues import tongue_of
from service.web import rule_words
from service.web.desk import desk, now, rows
from service.web.me import me
from service.web.phrases import gettext, language

screen = Blueprint("channels", __name__)

LONGEST_NAME, LONGEST_ADDRESS = 80, 254
PAGE_SIZE = 50  # channels


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, but for a chat's address: that is a secret, and is never shown again."""

    name: str = ""
    email: str = ""


@screen.get("/channels")
def channels() -> str:
    """Everybody who is told, the rules, and the form to add somebody."""
    return _page(Typed())


@screen.post("/channels")
def add() -> Response:
    """Send a test, and store the channel where it was taken."""
    given = request.form
    typed = Typed(given.get("name", "").strip()[:LONGEST_NAME], given.get("email", "")[:LONGEST_ADDRESS])
    target = given.get("target", "").strip() or typed.email.strip()
    try:
        if not typed.name:
            raise UnusableChannel(gettext("Say whose it is."))
        kind, address = joining.read_target(target)
        parts = desk()
        tongue = tongue_of(language())
        joining.send_test(parts.settings, parts.secret, kind, address, typed.name, now(), tongue=tongue)
        with parts.database.transaction() as session:
            joining.join(
                session,
                parts.secret,
                typed.name,
                typed.email,
                kind,
                address,
                now(),
                tried=True,
                locale=language(),
            )
    except (UnusableChannel, DeliveryFailed, SettingsError) as refused:
        return make_response(_page(typed, str(refused)), 400)
    return _back("added")


@screen.post("/channels/<int:number>/test")
def test(number: int) -> Response:
    """Send a real message there now, and tell the truth about it."""
    kept, parts = _one(number), desk()
    try:
        target = target_of(Vault(parts.secret), kept.channel)
        kind = ChannelKind(kept.channel.kind)
        tongue = tongue_of(kept.person.locale)
        joining.send_test(parts.settings, parts.secret, kind, target, kept.person.name, now(), tongue=tongue)
    except ChannelEnded as ended:
        with parts.database.transaction() as session:
            roster.end(session, session.get_one(Channel, number), now())
        return make_response(_page(Typed(), str(ended), about=number), 409)
    except (DeliveryFailed, SettingsError, WrongSecret, UnusableChannel) as failed:
        return make_response(
            _page(Typed(), gettext("The test was not taken. %(why)s", why=failed), about=number), 409
        )
    return _acted(number, lambda session: roster.tried(session, number, me().name, now()), "tried")


@screen.post("/channels/<int:number>/pause")
def pause(number: int) -> Response:
    """Use it no more, for a while."""
    return _acted(number, lambda session: roster.pause(session, number, me().name, now()), "paused")


@screen.post("/channels/<int:number>/resume")
def resume(number: int) -> Response:
    """Use it again."""
    return _acted(number, lambda session: roster.resume(session, number, me().name, now()), "resumed")


@screen.post("/channels/<int:number>/weekly")
def weekly(number: int) -> Response:
    """Send the weekly digest there, or no more."""
    wanted = request.form.get("wanted") == "yes"
    return _acted(
        number,
        lambda session: roster.weekly(session, number, me().name, now(), wanted=wanted),
        "weekly" if wanted else "unweekly",
    )


@screen.get("/channels/<int:number>/remove")
def ask_to_remove(number: int) -> str:
    """Ask once more."""
    return render_template("channel_remove.html", one=_one(number))


@screen.post("/channels/<int:number>/remove")
def remove(number: int) -> Response:
    """Forget where it leads."""
    return _acted(number, lambda session: roster.remove(session, number, me().name, now()), "removed")


def name_of(kept: Kept) -> str:
    """A channel among others: whose it is, and what it is called."""
    return f"{kept.person.name} ({kept.channel.title})"


def branch_names(session: Session) -> dict[str, str]:
    """The branches' names by their codes, in order of the names."""
    found = session.execute(select(col(Branch.code), col(Branch.name)).order_by(col(Branch.name)))
    return dict(found.all())


def _acted(number: int, act: Callable[[Session], None], done: str) -> Response:
    try:
        with desk().database.transaction() as session:
            act(session)
    except (LastRecipient, AnswerRefused) as refused:
        return make_response(_page(Typed(), str(refused), about=number), 409)
    return _back(done)


def _page(typed: Typed, problem: str | None = None, about: int | None = None) -> str:
    session = rows()
    kept = roster.listed(session)
    pages = max(1, -(-len(kept) // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "channels.html",
        kept=kept[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        page=page,
        pages=pages,
        address=lambda page: url_for(".channels", page=page if page > 1 else None),
        rules=numbered_rules(session),
        unreadable=unreadable_rules(session),
        branches=branch_names(session),
        names={one.channel.id: name_of(one) for one in kept},
        rule_words=rule_words,
        typed=typed,
        problem=problem,
        about=about,
        done=request.args.get("done"),
    )


def _one(number: int) -> Kept:
    found = next((one for one in roster.listed(rows()) if one.channel.id == number), None)
    if found is None:
        abort(404)
    return found


def _back(done: str) -> Response:
    page = request.args.get("page", type=int)
    return redirect(url_for(".channels", done=done, page=page), 303)  # type: ignore[return-value]
