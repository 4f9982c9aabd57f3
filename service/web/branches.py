"""Branches: which there are, how each is heard, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from service import installation
from service.models import Branch, Listing
from service.people.may import WHOLE, Act, may
from service.sources.mailboxes import address_of
from service.watch import branch_facts, branches, opening
from service.watch.branch_facts import Problems
from service.watch.branches import Made
from service.watch.listings import BranchFacts
from service.web import health
from service.web.desk import desk, rows
from service.web.me import is_hers, me
from service.web.phrases import N_, gettext

screen = Blueprint("branches", __name__)

PAGE_SIZE = 50
LONGEST_SEARCH = 80
FIELDS = (
    *("name", "brand", "region", "city", "tz", "language", "vertical", "phone", "contact", "sign_off"),
    *(*branch_facts.HOURS, "holidays", "staff", "attributes", "praise_a_day", "good_ratings"),
)
DAYS_OF_HOURS = tuple(zip(branch_facts.HOURS, opening.DAYS, strict=True))
MOVED = N_("This decides who may see the branch. Ask whoever manages all branches to change it.")
TAKEN = N_("A branch is called so already. Give this one a name of its own, or change that one.")


@dataclass(frozen=True, slots=True)
class Line:
    """One branch in the list: how many listings are watched for it, and how many of them need somebody."""

    branch: Branch
    listings: int
    unwell: int


@screen.get("/branches")
def all_of_them() -> str:
    """Every branch, by name."""
    session, wanted = rows(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    total = session.scalar(select(func.count()).select_from(Branch).where(_fits(wanted), is_hers())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "branches.html",
        lines=_lines(session, wanted, page),
        total=total,
        wanted=wanted,
        page=page,
        pages=pages,
        address=lambda page: url_for(".all_of_them", q=wanted or None, page=page if page > 1 else None),
    )


@screen.get("/branches/new")
def form() -> str:
    """The form for a new branch."""
    return _form({"tz": "UTC", "language": "en", "vertical": "general"})


@screen.post("/branches/new")
def make() -> Response:
    """Make it; what cannot be taken comes back as it was typed, with every problem beside its field."""
    said = _said()
    read = branch_facts.read(said)
    if read.facts is None:
        return _refused(said, read.problems)
    with desk().database.transaction() as session:
        installation.start_clean(session)
        made = branches.make(session, read.facts)
    if made.taken:
        return _refused(said, {"name": gettext(TAKEN)})
    return redirect(url_for(".one", branch_id=made.branch_id, said="made"), 303)  # type: ignore[return-value]


@screen.get("/branches/<int:branch_id>")
def one(branch_id: int) -> str:
    """One branch: what is said of it, and each of its listings with its health."""
    session, branch = rows(), _branch(branch_id)
    there = select(Listing).where(col(Listing.branch_id) == branch_id, col(Listing.removed_at).is_(None))
    listings = session.scalars(there.order_by(col(Listing.site), col(Listing.id))).all()
    active = [listing.id for listing in listings if listing.active and listing.id is not None]
    return render_template(
        "branch.html",
        branch=branch,
        mail_in=desk().settings.mail_in,
        address=address_of(session, branch, desk().settings.mail_in) if _has_address(branch) else None,
        said=branch_facts.shown(branches.facts_of(branch)),
        titles=branch_facts.TITLES,
        days=DAYS_OF_HOURS,
        watched=health.watched(session, active),
        resting=[listing for listing in listings if not listing.active and listing.account_id is None],
    )


@screen.get("/branches/<int:branch_id>/edit")
def edit(branch_id: int) -> str:
    """The same form, with what is stored."""
    branch = _branch(branch_id)
    return _form(branch_facts.shown(branches.facts_of(branch)), branch=branch)


@screen.post("/branches/<int:branch_id>/edit")
def change(branch_id: int) -> Response:
    """Store what is said now."""
    branch, said = _branch(branch_id), _said()
    read = branch_facts.read(said, branch.attributes)
    if read.facts is None:
        return _refused(said, read.problems, branch)
    if moved := _moved(branch, read.facts):
        return _refused(said, moved, branch)
    changed = _change(branch_id, read.facts)
    if changed.taken:
        return _refused(said, {"name": gettext(TAKEN)}, branch)
    return redirect(url_for(".one", branch_id=branch_id, said="changed"), 303)  # type: ignore[return-value]


@screen.post("/branches/<int:branch_id>/address")
def own_address(branch_id: int) -> Response:
    """Give the branch a mail address of its own, where it has none yet."""
    with desk().database.transaction() as session:
        branch = session.get(Branch, branch_id, with_for_update=True)
        if branch is None or desk().settings.mail_in is None:
            abort(404)
        address_of(session, branch, desk().settings.mail_in)
    return redirect(url_for(".one", branch_id=branch_id, _anchor="address"), 303)  # type: ignore[return-value]


def _moved(branch: Branch, facts: BranchFacts) -> Problems:
    """Brand and region say who may see a branch: only somebody who may change them all moves one."""
    if may(me(), Act.BRANCHES, WHOLE):
        return {}
    return {
        name: gettext(MOVED) for name in ("brand", "region") if getattr(branch, name) != getattr(facts, name)
    }


def _change(branch_id: int, facts: BranchFacts) -> Made:
    with desk().database.transaction() as session:
        changed = branches.change(session, branch_id, facts)
    if changed is None:
        abort(404)
    return changed


def _has_address(branch: Branch) -> bool:
    return bool(branch.mail_token and desk().settings.mail_in)


def _said() -> dict[str, str]:
    return {field: request.form.get(field, "") for field in FIELDS}


def _form(said: Mapping[str, str], problems: Problems | None = None, branch: Branch | None = None) -> str:
    return render_template(
        "branch_form.html",
        said=said,
        problems=problems or {},
        branch=branch,
        zones=branch_facts.zones(),
        titles=branch_facts.TITLES,
        days=DAYS_OF_HOURS,
    )


def _refused(said: Mapping[str, str], problems: Problems, branch: Branch | None = None) -> Response:
    return make_response(_form(said, problems, branch), 400)


def _branch(branch_id: int) -> Branch:
    branch = rows().get(Branch, branch_id)
    if branch is None:
        abort(404)
    return branch


def _fits(wanted: str) -> ColumnElement[bool]:
    """Whether a branch is meant by what was typed: everything is, where nothing was."""
    sought = wanted.casefold()
    columns = (Branch.name, Branch.city, Branch.region, Branch.brand, Branch.code)
    return or_(*(func.lower(col(column)).contains(sought, autoescape=True) for column in columns))


def _lines(session: Session, wanted: str, page: int) -> list[Line]:
    query = (
        select(Branch)
        .where(_fits(wanted), is_hers())
        .order_by(func.lower(col(Branch.name)), col(Branch.id))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    found = session.scalars(query).all()
    ids = [branch.id for branch in found if branch.id is not None]
    listings, unwell = _counted(session, ids), _counted(session, ids, health.is_unwell())
    return [Line(branch, listings.get(branch.id, 0), unwell.get(branch.id, 0)) for branch in found]


def _counted(
    session: Session, branch_ids: list[int], where: ColumnElement[bool] | None = None
) -> dict[int | None, int]:
    """How many active listings each branch has, all or those that fit ``where``."""
    query = (
        select(col(Listing.branch_id), func.count())
        .where(col(Listing.branch_id).in_(branch_ids), col(Listing.active))
        .group_by(col(Listing.branch_id))
    )
    return dict(session.execute(query if where is None else query.where(where)).all())
