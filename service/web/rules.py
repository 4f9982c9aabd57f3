"""One rule: which reviews it speaks for, whom it tells, and how soon."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts import roster, ruling
from service.alerts.roster import Kept
from service.alerts.rulebook import numbered_rules
from service.alerts.rules import Match, Rule
from service.domain import HELD_FLAGS, Flag
from service.errors import AnswerRefused
from service.models import Listing
from service.web import rule_words, words
from service.web.channels import branch_names, name_of
from service.web.desk import desk, now, rows
from service.web.me import me
from service.web.phrases import gettext
from service.web.rule_form import STARS, Typed, typed_in, typed_of, wanted_by
from service.web.shown import site_title

screen = Blueprint("rules", __name__)


@screen.get("/rules/new")
def new() -> str:
    """An empty form."""
    return _page(None, Typed())


@screen.post("/rules/new")
def add() -> Response:
    """Add a rule behind all others."""
    typed = typed_in(request.form)

    def act(session: Session) -> None:
        ruling.add(session, wanted_by(typed), me().name, now())

    return _acted(act, "rule-added", None, typed)


@screen.get("/rules/<int:number>")
def one(number: int) -> str:
    """The form of a rule that is there."""
    return _page(number, typed_of(_rule(number)))


@screen.post("/rules/<int:number>")
def change(number: int) -> Response:
    """Say something else by it."""
    typed = typed_in(request.form)
    before: Match = _rule(number).match

    def act(session: Session) -> None:
        ruling.change(session, number, wanted_by(typed, before), me().name, now())

    return _acted(act, "rule-changed", number, typed)


@screen.post("/rules/<int:number>/move")
def move(number: int) -> Response:
    """Decide before or behind its neighbour."""
    earlier = request.form.get("to") == "earlier"

    def act(session: Session) -> None:
        ruling.move(session, number, me().name, now(), earlier=earlier)

    return _acted(act, "rule-moved", None, Typed())


@screen.post("/rules/<int:number>/remove")
def remove(number: int) -> Response:
    """Let it go."""

    def act(session: Session) -> None:
        ruling.remove(session, number, me().name, now())

    return _acted(act, "rule-removed", None, Typed())


def _acted(act: Callable[[Session], None], done: str, number: int | None, typed: Typed) -> Response:
    try:
        with desk().database.transaction() as session:
            act(session)
    except AnswerRefused as refused:
        return make_response(_page(number, typed, str(refused)), 400)
    return redirect(url_for("channels.channels", done=done, _anchor="rules"), 303)  # type: ignore[return-value]


def _rule(number: int) -> Rule:
    found = dict(numbered_rules(rows())).get(number)
    if found is None:
        abort(404)
    return found


def _page(number: int | None, typed: Typed, problem: str | None = None) -> str:
    session = rows()
    sites = session.scalars(select(col(Listing.site)).distinct().order_by(col(Listing.site)))
    return render_template(
        "rule.html",
        number=number,
        typed=typed,
        problem=problem,
        channels=[(kept.channel.id, _named(kept)) for kept in roster.listed(session)],
        branches=branch_names(session).items(),
        sites=[(site, site_title(site)) for site in sites],
        stars=STARS,
        held=[(flag.value, rule_words.flag(flag.value)) for flag in Flag if flag in HELD_FLAGS],
        told=[(flag.value, rule_words.flag(flag.value)) for flag in Flag if flag not in HELD_FLAGS],
        whens=rule_words.WHEN,
        urgencies=words.URGENCY,
    )


def _named(kept: Kept) -> str:
    return name_of(kept) if kept.is_open else gettext("%(channel)s, not open just now", channel=name_of(kept))
