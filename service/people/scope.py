"""What a person may read, as conditions on rows: the one place where lists are cut to somebody's scope."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlmodel import Session, col

from service.domain import Role, ScopeKind
from service.models import Branch, Listing, RoleGrant
from service.people.may import WHOLE, Act, Place, Who, granting, may

_COLUMN = {ScopeKind.BRAND: Branch.brand, ScopeKind.REGION: Branch.region, ScopeKind.BRANCH: Branch.code}


def branches(who: Who, act: Act = Act.READ) -> ColumnElement[bool]:
    """On a query that joins ``Branch`` (outer or not): the rows where ``who`` may do ``act``."""
    if may(who, act, WHOLE):
        return true()
    within: dict[ScopeKind, list[str]] = {}
    for grant in () if who.left else granting(who, act):
        within.setdefault(grant.kind, []).append(grant.scope)
    return or_(false(), *(col(_COLUMN[kind]).in_(scopes) for kind, scopes in within.items()))


def listings(who: Who, listing_id: Any, act: Act = Act.READ) -> ColumnElement[bool]:
    """On a column that names a listing: the rows where ``who`` may do ``act``."""
    if may(who, act, WHOLE):
        return true()
    hers = select(col(Listing.id)).join(Branch, col(Branch.id) == col(Listing.branch_id))
    return col(listing_id).in_(hers.where(branches(who, act)))


def managers_of(session: Session, branch: Branch | None) -> frozenset[int]:
    """The people who manage that very branch; nobody manages none."""
    if branch is None:
        return frozenset()
    hers = select(col(RoleGrant.person_id)).where(
        col(RoleGrant.role) == Role.BRANCH.value,
        col(RoleGrant.scope_kind) == ScopeKind.BRANCH.value,
        col(RoleGrant.scope) == branch.code,
    )
    return frozenset(session.scalars(hers))


def place_of(session: Session, listing_id: int | None) -> Place | None:
    """Where a listing belongs; None where there is no such listing."""
    found = session.execute(
        select(col(Branch.code), col(Branch.brand), col(Branch.region))
        .select_from(Listing)
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Listing.id) == listing_id)
    ).one_or_none()
    return Place(found[0], found[1] or "", found[2] or "") if found else None
