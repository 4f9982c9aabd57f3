"""Listings: one added by its address, what can be heard there today, and one paused or let go."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service import installation
from service.errors import UnwatchableAddress
from service.models import Branch, Listing
from service.people import scope
from service.people.may import Act
from service.sites.base import ListingAddress, Site
from service.sites.registry import site_named
from service.watch import listings
from service.web import first_steps, health, routes_today
from service.web.desk import desk, now, rows
from service.web.me import me
from service.web.phrases import gettext
from service.web.shown import safe_link, site_title

screen = Blueprint("listings", __name__)

LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed. ``branch`` is a branch's code; "" where none is chosen yet."""

    url: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Watching:
    """What watching a page came to; ``is_anothers`` where it is watched for another branch, and stays so."""

    listing_id: int
    branch_id: int
    known: bool
    is_anothers: bool


@screen.get("/listings/add")
def form() -> str:
    """Where an address is pasted."""
    return _form(Typed(branch=request.args.get("branch", "")))


@screen.post("/listings/add")
def add() -> Response:
    """Say what can be heard there, and, where that was pressed, watch it from now on."""
    typed = Typed(request.form.get("url", "").strip()[:LONGEST], request.form.get("branch", ""))
    try:
        site, address = listings.recognised(typed.url)
    except UnwatchableAddress as refused:
        return make_response(_form(typed, {"url": str(refused)}), 400)
    if request.form.get("do") == "ask":
        return make_response(_form(typed, site=site))
    added = watch_page(site, address, typed.branch)
    if added is None:
        return make_response(
            _form(typed, {"branch": gettext("Choose the branch it is a page of.")}, site), 400
        )
    if added.is_anothers:
        return make_response(_form(typed, {"url": whose(added.branch_id)}, site), 400)
    said = "known" if added.known else "added"
    return redirect(url_for(".one", listing_id=added.listing_id, said=said), 303)  # type: ignore[return-value]


@screen.get("/listings/<int:listing_id>")
def one(listing_id: int) -> str:
    """One listing: its health, and every way it can be heard."""
    session, listing = rows(), _listing(listing_id)
    site = site_named(listing.site)
    return render_template(
        "listing_one.html",
        listing=listing,
        branch=session.get(Branch, listing.branch_id) if listing.branch_id else None,
        site=site_title(listing.site),
        link=safe_link(listing.url),
        ways=routes_today.today(session, site, listing_id) if site else [],
        one=health.watched_one(session, listing_id),
        steps=first_steps.steps(session),
    )


@screen.get("/listings/<int:listing_id>/pause")
def ask_to_pause(listing_id: int) -> str:
    """Ask once more."""
    return _ask(listing_id, "pause")


@screen.post("/listings/<int:listing_id>/pause")
def pause(listing_id: int) -> Response:
    """Look at it no longer."""
    with desk().database.transaction() as session:
        done = listings.pause(session, listing_id)
    return _back(listing_id, "paused") if done else abort(404)


@screen.post("/listings/<int:listing_id>/resume")
def resume(listing_id: int) -> Response:
    """Look at it again."""
    with desk().database.transaction() as session:
        done = listings.resume(session, listing_id, now())
    return _back(listing_id, "resumed") if done else abort(404)


@screen.get("/listings/<int:listing_id>/remove")
def ask_to_remove(listing_id: int) -> str:
    """Ask once more."""
    return _ask(listing_id, "remove")


@screen.post("/listings/<int:listing_id>/remove")
def remove(listing_id: int) -> Response:
    """Watch it no longer."""
    branch_id = _listing(listing_id).branch_id
    with desk().database.transaction() as session:
        if not listings.remove(session, listing_id, now()):
            abort(404)
    if branch_id is None:
        return redirect(url_for("branches.all_of_them"), 303)  # type: ignore[return-value]
    return redirect(url_for("branches.one", branch_id=branch_id, said="removed"), 303)  # type: ignore[return-value]


def _form(typed: Typed, problems: dict[str, str] | None = None, site: Site | None = None) -> str:
    session = rows()
    return render_template(
        "listing_add.html",
        typed=typed,
        problems=problems or {},
        branches=real_branches(session),
        site=site.title if site else None,
        host=urlsplit(typed.url).hostname if site else None,
        ways=routes_today.today(session, site) if site else [],
    )


def real_branches(session: Session) -> list[tuple[str, str]]:
    """Codes and names of hers; those of the demo town go as soon as something real is watched."""
    hers = scope.branches(me(), Act.BRANCHES)
    real = ~col(Branch.code).startswith(installation.DEMO_CODE, autoescape=True)
    query = select(col(Branch.code), col(Branch.name)).where(real, hers).order_by(col(Branch.name))
    return [(code, name) for code, name in session.execute(query)]


def watch_page(site: Site, address: ListingAddress, code: str) -> Watching | None:
    """Watch a page for the branch of that code; None where it is not one that is offered."""
    if code not in dict(real_branches(rows())):
        return None
    with desk().database.transaction() as session:
        installation.start_clean(session)
        branch_id = session.execute(select(col(Branch.id)).where(col(Branch.code) == code)).scalar_one()
        added = listings.watch(session, site, address, branch_id or 0, now())
    return Watching(added.listing_id, added.branch_id, added.known, added.branch_id != branch_id)


def whose(branch_id: int) -> str:
    """That a page is another branch's, and which."""
    branch = rows().get(Branch, branch_id)
    return gettext(
        "That page is watched already, for %(branch)s. Remove it there first, if it is this branch's.",
        branch=branch.name if branch else gettext("another branch"),
    )


def _ask(listing_id: int, what: str) -> str:
    listing = _listing(listing_id)
    branch = rows().get(Branch, listing.branch_id) if listing.branch_id else None
    return render_template(
        "listing_ask.html", listing=listing, branch=branch, site=site_title(listing.site), what=what
    )


def _listing(listing_id: int) -> Listing:
    listing = rows().get(Listing, listing_id)
    if listing is None or listing.account_id is not None or listing.removed_at is not None:
        abort(404)
    return listing


def _back(listing_id: int, said: str) -> Response:
    return redirect(url_for(".one", listing_id=listing_id, said=said), 303)  # type: ignore[return-value]
