"""Scopes as conditions: what a query answers is what ``may`` allows, row by row."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Branch, Listing
from service.people.may import Act, Grant, Who, may
from service.people.scope import branches, listings, place_of
from tests.desk_rows import Rows

GRANTS = (
    (),
    (Grant(Role.VIEWER),),
    (Grant(Role.VIEWER, ScopeKind.BRAND, "Northside"),),
    (Grant(Role.VIEWER, ScopeKind.REGION, "Coast"),),
    (Grant(Role.VIEWER, ScopeKind.BRANCH, "a"), Grant(Role.BRANCH, ScopeKind.BRANCH, "c")),
    (Grant(Role.ALERT_ONLY), Grant(Role.APPROVER, ScopeKind.BRAND, "Southside")),
)


@pytest.mark.parametrize("grants", GRANTS)
@pytest.mark.parametrize("left", [False, True])
def test_rows_are_those_that_may_allows(
    database: Database, now: datetime, grants: tuple[Grant, ...], left: bool
) -> None:
    rows = Rows(database, now)
    rows.listing(None)
    for code, brand, region in (
        ("a", "Northside", "Coast"),
        ("b", "Northside", "Hills"),
        ("c", "Southside", ""),
    ):
        rows.listing(rows.branch(code=code, brand=brand, region=region))
    who = Who(1, "Kim", grants, left)
    with database.reading() as session:
        for act in (Act.READ, Act.CLAIM):
            every = session.scalars(select(col(Listing.id))).all()
            allowed = {one for one in every if may(who, act, place_of(session, one) or pytest.fail("gone"))}
            by_listing = select(col(Listing.id)).where(listings(who, Listing.id, act))
            joined = select(col(Listing.id)).outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
            assert set(session.scalars(by_listing)) == allowed
            assert set(session.scalars(joined.where(branches(who, act)))) == allowed


def test_a_listing_that_is_not_there_is_no_place(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session:
        assert place_of(session, 99) is None
