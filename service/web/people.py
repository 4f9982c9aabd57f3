"""People: who may act here, as what and where; inviting somebody, and the one step when somebody leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.addresses import mail_address
from service.alerts.door_letter import can_mail, send_link
from service.alerts.letter import Mailbox
from service.domain import Role, ScopeKind
from service.errors import AccountRefused, DeliveryFailed, SettingsError, UnusableChannel
from service.models import Branch, Person
from service.people import accounts, factors, leaving, sign_in
from service.people.accounts import Account
from service.people.may import Grant
from service.tongues import tongue_of
from service.web import door
from service.web.desk import desk, now, rows
from service.web.me import is_open_house, me
from service.web.phrases import N_, Phrases, gettext, language

screen = Blueprint("people", __name__)

PAGE_SIZE = 50
LONGEST_SEARCH = 80

SCOPES = Phrases(
    {ScopeKind.BRAND: N_("Brand"), ScopeKind.REGION: N_("Region"), ScopeKind.BRANCH: N_("Branch")}
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed of somebody new. ``where`` is a choice such as "branch:harbour", "" for all."""

    name: str = ""
    email: str = ""
    role: str = Role.BRANCH.value
    where: str = ""


@screen.before_request
def _first_the_first() -> Response | None:
    """Where there are no accounts, the owner's is made before any other."""
    return redirect(url_for("first_account.form"), 303) if is_open_house() else None  # type: ignore[return-value]


@screen.get("/people")
def people() -> str:
    """Everybody, and the form for somebody new."""
    return _page(Typed())


@screen.post("/people")
def invite() -> Response:
    """Make an account, and mail its owner a link."""
    form = request.form
    typed = Typed(
        form.get("name", "")[:80], form.get("email", "")[:254], form.get("role", ""), form.get("where", "")
    )
    try:
        address = mail_address(typed.email).casefold()
        with desk().database.transaction() as session:
            given = [_grant(typed.role, typed.where)]
            person = accounts.create(session, typed.name, address, given, by=me().name, now=now())
            accounts.set_locale(session, person.id or 0, language())  # until she chooses herself
    except (AccountRefused, UnusableChannel) as refused:
        return make_response(_page(typed, str(refused)), 400)
    return _to(person.id or 0, _mailed(person))


@screen.get("/people/<int:person_id>")
def one(person_id: int) -> str:
    """One person: her roles, and what can be done."""
    return _one_page(person_id)


@screen.post("/people/<int:person_id>/link")
def link(person_id: int) -> Response:
    """Mail her another link."""
    return _to(person_id, _mailed(_account(person_id).person))


@screen.post("/people/<int:person_id>/roles")
def give(person_id: int) -> Response:
    """Give her a role more."""

    def act(session: Session) -> None:
        given = _grant(request.form.get("role", ""), request.form.get("where", ""))
        accounts.grant(session, person_id, given, by=me().name, now=now())

    return _acted(person_id, act, "given")


@screen.post("/people/<int:person_id>/roles/<int:grant_id>/withdraw")
def withdraw(person_id: int, grant_id: int) -> Response:
    """Take a role back."""

    def act(session: Session) -> None:
        accounts.withdraw(session, person_id, grant_id, by=me().name, now=now())

    return _acted(person_id, act, "withdrawn")


@screen.get("/people/<int:person_id>/leave")
def ask_to_leave(person_id: int) -> str:
    """Ask once more, and say what ends."""
    account = _account(person_id)
    return render_template("person_leave.html", one=account, left=None, problem=None)


@screen.post("/people/<int:person_id>/leave")
def leave(person_id: int) -> Response:
    """She leaves: everything that opens by her ends, in one transaction."""
    account = _account(person_id)
    try:
        with desk().database.transaction() as session:
            left = leaving.leave(session, person_id, by=me().name, now=now())
    except AccountRefused as refused:
        told = render_template("person_leave.html", one=account, left=None, problem=str(refused))
        return make_response(told, 409)
    return make_response(render_template("person_leave.html", one=account, left=left, problem=None))


def _acted(person_id: int, act: Callable[[Session], None], done: str) -> Response:
    try:
        with desk().database.transaction() as session:
            act(session)
    except AccountRefused as refused:
        return make_response(_one_page(person_id, str(refused)), 409)
    return _to(person_id, done)


def _mailed(person: Person) -> str:
    """Mail a link now, while whoever invites can be told the truth about it; how that went."""
    parts = desk()
    if not can_mail(parts.settings):
        return "no-mail"
    with parts.database.transaction() as session:
        token = sign_in.make_link(session, person.id or 0, sign_in.INVITED_FOR, now())
    address = door.address_of(parts, token)
    try:
        to, tongue = Mailbox(person.name, person.email_folded), tongue_of(person.locale)
        send_link(parts.settings, to, address, now(), by=me().name, tongue=tongue)
    except (DeliveryFailed, SettingsError):
        return "not-mailed"
    return "mailed"


def _page(typed: Typed, problem: str | None = None) -> str:
    session, sought = rows(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    total = accounts.how_many(session, sought)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "people.html",
        accounts=accounts.listed(session, sought, PAGE_SIZE, (page - 1) * PAGE_SIZE),
        sought=sought,
        page=page,
        pages=pages,
        address=lambda page: url_for(".people", q=sought or None, page=page if page > 1 else None),
        typed=typed,
        problem=problem,
        roles=Role,
        choices=_choices(session),
        mails=can_mail(desk().settings),
    )


def _one_page(person_id: int, problem: str | None = None) -> str:
    return render_template(
        "person.html",
        one=_account(person_id),
        second=factors.held(rows(), person_id),
        problem=problem,
        roles=Role,
        choices=_choices(rows()),
        mails=can_mail(desk().settings),
    )


def _account(person_id: int) -> Account:
    found = accounts.account(rows(), person_id)
    if found is None:
        abort(404)
    return found


def _grant(role: str, where: str) -> Grant:
    """The role that was chosen. Raises ``AccountRefused``."""
    kind, _, scope = where.partition(":")
    try:
        return Grant(Role(role), ScopeKind(kind or ScopeKind.ALL), scope)
    except ValueError:
        raise AccountRefused(gettext("Choose a role, and where it counts. Nothing was changed.")) from None


def _choices(session: Session) -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a role can count but for all, by kind: what is chosen, and how it is called."""
    found = session.execute(
        select(col(Branch.brand), col(Branch.region), col(Branch.code), col(Branch.name)).order_by(
            col(Branch.name)
        )
    ).all()
    named = {
        ScopeKind.BRAND: sorted({(brand, brand) for brand, *_ in found if brand}),
        ScopeKind.REGION: sorted({(region, region) for _, region, *_ in found if region}),
        ScopeKind.BRANCH: [(code, name) for _, _, code, name in found],
    }
    return [
        (SCOPES[kind], [(f"{kind.value}:{scope}", name) for scope, name in scopes])
        for kind, scopes in named.items()
        if scopes
    ]


def _to(person_id: int, done: str) -> Response:
    return redirect(url_for(".one", person_id=person_id, done=done), 303)  # type: ignore[return-value]
