"""Accounts: who may act here. A person with a role has one; who is only told of things needs none.

Every change is one transaction of its caller's, and is audited under ``person:<id>``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select, update
from sqlmodel import Session, col

from service import audit
from service.db import insert_new, one_at_a_time
from service.domain import Role, ScopeKind
from service.errors import AccountRefused
from service.models import Branch, DeskSession, LoginLink, Person, RoleGrant
from service.people.may import Grant, Who
from service.sentences import say

LONGEST_NAME = 80
LOCK = "accounts"  # two admins who leave at once must not each count on the other
OWNER = (Grant(Role.ADMIN), Grant(Role.APPROVER))
"""What the first account may: a shop of one manages the desk and answers for the words."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person as the list of people shows her. ``last_seen_at`` is None where she never signed in."""

    person: Person
    grants: tuple[tuple[int, Grant], ...]
    last_seen_at: datetime | None


def exist(session: Session) -> bool:
    """Whether anybody has, or ever had, an account: from then on the desk asks who is there."""
    real = col(RoleGrant.role) != Role.ALERT_ONLY.value
    return session.execute(select(col(RoleGrant.id)).where(real).limit(1)).first() is not None


def first(session: Session, name: str, email: str, password_hash: str | None, now: datetime) -> Person:
    """The owner. Raises ``AccountRefused`` where somebody was quicker."""
    one_at_a_time(session, LOCK)
    if exist(session):
        raise AccountRefused(say("There is an account already: sign in with it. Nothing was changed."))
    person = create(session, name, email, OWNER, by=name, now=now)
    person.password_hash = password_hash
    return person


def create(
    session: Session, name: str, email: str, grants: Sequence[Grant], *, by: str, now: datetime
) -> Person:
    """An account for whoever has that folded mail address; who left before comes back with these roles alone.

    Raises ``AccountRefused``: no name, no role, an unknown scope, or an account that is there already; and
    where the first account of all could not let anybody else in.
    """
    named = _name(name)
    if not grants:
        raise AccountRefused(
            say("Choose a role first: without one there is no account. Nothing was changed.")
        )
    acts = any(one.role is not Role.ALERT_ONLY for one in grants)
    if acts and not any(map(_manages, grants)) and not exist(session):
        raise AccountRefused(say("The first account must be an administrator's. Nothing was changed."))
    insert_new(session, Person, [{"email_folded": email, "name": named}])
    person = session.scalars(select(Person).where(col(Person.email_folded) == email)).one()
    if person.disabled_at is None and _grants(session, person.id or 0):
        raise AccountRefused(say("%(name)s has an account already. Nothing was changed.", name=person.name))
    session.execute(delete(RoleGrant).where(col(RoleGrant.person_id) == person.id))
    person.name, person.disabled_at = named, None
    session.flush()
    noted(session, "account", person, by, now, email=email)
    for one in grants:
        grant(session, person.id or 0, one, by=by, now=now)
    return person


def grant(session: Session, person_id: int, given: Grant, *, by: str, now: datetime) -> None:
    """Give a role; giving it twice is giving it once. Raises ``AccountRefused``."""
    person = here(session, person_id)
    _require_scope(session, given)
    row = {
        "person_id": person_id,
        "role": given.role.value,
        "scope_kind": given.kind.value,
        "scope": given.scope,
    }
    insert_new(session, RoleGrant, [row])
    noted(session, "grant", person, by, now, **_told(given))


def withdraw(session: Session, person_id: int, grant_id: int, *, by: str, now: datetime) -> None:
    """Take a role back. Raises ``AccountRefused`` for her only one, or the last administrator's."""
    one_at_a_time(session, LOCK)
    person = here(session, person_id)
    held = dict(_grants(session, person_id))
    taken = held.pop(grant_id, None)
    if taken is None:
        return
    if not held:
        raise AccountRefused(say("That is her only role. Say that she leaves instead. Nothing was changed."))
    if not any(_manages(one) for one in held.values()):
        require_another_admin(session, person_id)
    session.execute(delete(RoleGrant).where(col(RoleGrant.id) == grant_id))
    noted(session, "withdraw", person, by, now, **_told(taken))


def set_password(session: Session, person_id: int, password_hash: str, *, by: str, now: datetime) -> None:
    """Keep a new password; links that were made before it open no longer."""
    person = here(session, person_id)
    person.password_hash = password_hash
    ended(session, col(LoginLink.used_at), col(LoginLink.person_id), person_id, now)
    noted(session, "password", person, by, now)


def set_locale(session: Session, person_id: int, locale: str) -> None:
    """Keep in which language she reads the desk."""
    here(session, person_id).locale = locale


def who(session: Session, person_id: int) -> Who | None:
    """A person with her grants; None where there is none."""
    person = session.get(Person, person_id)
    if person is None:
        return None
    grants = tuple(given for _, given in _grants(session, person_id))
    return Who(person_id, person.name, grants, person.disabled_at is not None, person.locale)


def with_address(session: Session, email: str) -> Person | None:
    """Who may sign in under a folded mail address: she has a role that acts, and has not left."""
    person = session.scalars(
        select(Person).where(col(Person.email_folded) == email, col(Person.disabled_at).is_(None))
    ).one_or_none()
    if person is None:
        return None
    acts = any(given.role is not Role.ALERT_ONLY for _, given in _grants(session, person.id or 0))
    return person if acts else None


def listed(session: Session, sought: str = "", limit: int | None = None, offset: int = 0) -> list[Account]:
    """Those called as ``sought`` who have, or had, a role; who left comes last."""
    in_order = (col(Person.disabled_at).is_not(None), col(Person.name), col(Person.id))
    return _whole(session, _called(sought).order_by(*in_order).limit(limit).offset(offset))


def how_many(session: Session, sought: str = "") -> int:
    """How many ``listed`` has in all."""
    found: int = session.execute(select(func.count()).select_from(_called(sought).subquery())).scalar_one()
    return found


def account(session: Session, person_id: int) -> Account | None:
    """One of them; None where she never had a role."""
    return next(iter(_whole(session, _called("").where(col(Person.id) == person_id))), None)


def _called(sought: str) -> Select[Any]:
    """By name or mail address, whole or in part."""
    fits = (
        func.lower(col(one)).contains(sought.casefold(), autoescape=True)
        for one in (Person.name, Person.email_folded)
    )
    return select(Person).where(col(Person.id).in_(select(col(RoleGrant.person_id))), or_(*fits))


def _whole(session: Session, wanted: Select[Any]) -> list[Account]:
    people: Sequence[Person] = session.scalars(wanted).all()
    ids = [one.id for one in people]
    given: defaultdict[int, list[tuple[int, Grant]]] = defaultdict(list)
    grants = select(RoleGrant).where(col(RoleGrant.person_id).in_(ids)).order_by(col(RoleGrant.id))
    for row in session.scalars(grants):
        given[row.person_id].append((row.id or 0, _grant(row)))
    seen = _last_seen(session)
    return [Account(one, tuple(given[one.id or 0]), seen.get(one.id or 0)) for one in people]


def ended(session: Session, ended_at: Any, whose: Any, person_id: int, now: datetime) -> int:
    """Set ``ended_at`` on those of her rows that have not ended yet; answers how many."""
    ending = update(ended_at.class_).where(whose == person_id, ended_at.is_(None)).values({ended_at: now})
    count: int = session.execute(ending).rowcount  # type: ignore[attr-defined]
    return count


def require_another_admin(session: Session, leaving: int) -> None:
    """Somebody must be left who can let others in, if she who leaves could."""
    rows = session.execute(
        select(RoleGrant, col(Person.id))
        .join(Person, col(Person.id) == col(RoleGrant.person_id))
        .where(col(Person.disabled_at).is_(None))
    )
    managing = {person for row, person in rows if _manages(_grant(row))}
    if managing == {leaving}:
        raise AccountRefused(
            say(
                "Nobody else could manage people here. Make somebody else an administrator first. "
                "Nothing was changed."
            )
        )


def here(session: Session, person_id: int) -> Person:
    """The person, held until the transaction ends. Raises ``AccountRefused`` for who has left."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.disabled_at is not None:
        raise AccountRefused(say("That person is not here any more. Nothing was changed."))
    return person


def noted(session: Session, kind: str, person: Person, by: str, now: datetime, **more: object) -> None:
    """Enter a change in the audit; ``by`` is the name of who made it."""
    body = {"person": by, "about": person.name} | more
    audit.record(session, kind, f"person:{person.id}", body, now)


def _last_seen(session: Session) -> dict[int, datetime]:
    newest = select(col(DeskSession.person_id), func.max(col(DeskSession.last_seen_at)))
    return dict(session.execute(newest.group_by(col(DeskSession.person_id))).all())


def _grants(session: Session, person_id: int) -> list[tuple[int, Grant]]:
    rows = session.scalars(
        select(RoleGrant).where(col(RoleGrant.person_id) == person_id).order_by(col(RoleGrant.id))
    )
    return [(row.id or 0, _grant(row)) for row in rows]


def _grant(row: RoleGrant) -> Grant:
    return Grant(Role(row.role), ScopeKind(row.scope_kind), row.scope)


def _manages(given: Grant) -> bool:
    return given.role is Role.ADMIN and given.kind is ScopeKind.ALL


def _require_scope(session: Session, given: Grant) -> None:
    if given.kind is ScopeKind.ALL:
        if given.scope:
            raise AccountRefused(say("A role for all has no scope of its own. Nothing was changed."))
        return
    columns = {ScopeKind.BRAND: Branch.brand, ScopeKind.REGION: Branch.region, ScopeKind.BRANCH: Branch.code}
    known = select(col(Branch.id)).where(col(columns[given.kind]) == given.scope).limit(1)
    if not given.scope or session.execute(known).first() is None:
        raise AccountRefused(
            say(
                "There is no %(value)s %(scope)s here. Nothing was changed.",
                value=given.kind.value,
                scope=f"{given.scope!r}",
            )
        )


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise AccountRefused(
            say("An account needs a person's name, of 80 characters at most. Nothing was changed.")
        )
    return plain


def _told(given: Grant) -> dict[str, str]:
    return {"role": given.role.value, "for": f"{given.kind.value} {given.scope}".strip()}
