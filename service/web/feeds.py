"""Feeds: what is listened to on the web, adding one, and letting it go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service import installation
from service.domain import Look
from service.errors import UnwatchableAddress
from service.models import Branch
from service.net.allow import AllowList
from service.net.client import Client, Limits, user_agent
from service.net.guard import Guard
from service.secrets import Vault
from service.settings import Settings
from service.sources.feed import FeedSource
from service.sources.politeness import Politeness
from service.sources.robots import Robots
from service.watch import feeds as listening
from service.watch.feed_rows import Told, Wanted, listed
from service.web import words
from service.web.desk import desk, now, rows
from service.web.phrases import gettext, said

screen = Blueprint("feeds", __name__)

BRAND = ""  # the choice in the form that stands for all branches
PATIENCE = Limits(connect=5, silence=8, total=12)  # seconds a person waits for a page
LONGEST_TITLE = 100
LONGEST_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, but for the address: that is a secret, and is never shown again."""

    branch: str = BRAND
    title: str = ""
    words: str = ""


@screen.get("/feeds")
def feeds() -> str:
    """Every feed with its health, and the form to add one."""
    return _page(Typed(), added=request.args.get("added", type=int))


@screen.post("/feeds")
def add() -> Response:
    """Listen to a feed from now on; a form that could not be taken comes back with what was typed."""
    given = request.form
    typed = Typed(given.get("branch", ""), given.get("title", "")[:LONGEST_TITLE], given.get("words", ""))
    branch = _branch(rows(), typed.branch) if typed.branch != BRAND else None
    if typed.branch != BRAND and branch is None:
        return _refused(typed, gettext("That branch is not there any more. Choose again."))
    wanted = Wanted(
        given.get("url", ""), branch, typed.title, listening.read_words(typed.words[:LONGEST_WORDS])
    )
    try:
        begun = _begin(wanted)
    except UnwatchableAddress as refused:
        return _refused(typed, str(refused))
    if begun.listing_id is None:
        return _refused(typed, _why_not(begun.look))
    return redirect(url_for(".feeds", added=begun.listing_id, _anchor=f"feed-{begun.listing_id}"), 303)  # type: ignore[return-value]


@screen.get("/feeds/<int:listing_id>/remove")
def ask_to_remove(listing_id: int) -> str:
    """Ask once more."""
    return render_template("feed_remove.html", one=_one(listing_id))


@screen.post("/feeds/<int:listing_id>/remove")
def remove(listing_id: int) -> Response:
    """Listen to a feed no longer."""
    with desk().database.transaction() as session:
        if listening.remove(session, listing_id) is None:
            abort(404, gettext("That feed is not listened to."))
    return redirect(url_for(".feeds"), 303)  # type: ignore[return-value]


def _page(typed: Typed, problem: str | None = None, added: int | None = None) -> str:
    session = rows()
    told = listed(session)
    return render_template(
        "feeds.html",
        told=told,
        typed=typed,
        problem=problem,
        added=next((one for one in told if one.listing.id == added), None),
        branches=_branches(session),
    )


def _refused(typed: Typed, problem: str) -> Response:
    return make_response(_page(typed, problem), 400)


def _why_not(look: Look | None) -> str:
    if look is None:
        return gettext("It could not be read. Nothing was stored.")
    told = {"outcome": words.OUTCOME[look.outcome], "evidence": "; ".join(map(said, look.evidence))}
    return gettext("No feed was read there: %(outcome)s (%(evidence)s). Nothing was stored.", **told)


def _one(listing_id: int) -> Told:
    found = next((one for one in listed(rows()) if one.listing.id == listing_id), None)
    if found is None:
        abort(404, gettext("That feed is not listened to."))
    return found


def _branches(session: Session) -> list[tuple[str, str]]:
    """The real ones: those of the demo town go when something real is heard."""
    real = ~col(Branch.code).startswith(installation.DEMO_CODE, autoescape=True)
    query = select(col(Branch.code), col(Branch.name)).where(real).order_by(col(Branch.name))
    return [(code, name) for code, name in session.execute(query)]


def _branch(session: Session, code: str) -> int | None:
    if code not in dict(_branches(session)):
        return None
    found: int | None = session.scalar(select(col(Branch.id)).where(col(Branch.code) == code))
    return found


def _begin(wanted: Wanted) -> listening.Begun:
    parts = desk()
    guard = Guard(AllowList.parse(parts.settings.allow_hosts))
    client = _client(parts.settings, guard)
    politeness = Politeness(timedelta(0))  # one request, and nobody waits twice for it
    source = FeedSource(client, Robots(client, politeness), politeness)
    try:
        listener = listening.Listening(parts.database, Vault(parts.secret), guard, source)
        begun = listener.begin(wanted, now(), parts.clock)
    finally:
        client.close()
    if begun.listing_id is not None:
        with parts.database.transaction() as session:
            installation.start_clean(session)
    return begun


def _client(settings: Settings, guard: Guard) -> Client:
    return Client(guard, user_agent(version("shopbell"), settings.contact), PATIENCE)
