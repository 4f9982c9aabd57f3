"""Who may do what, where: the documented table is the one that counts."""

from __future__ import annotations

import pytest

from service.domain import Role, ScopeKind
from service.people import may as rules
from service.people.may import ACTS_OF, ANYBODY_HERE, SOMEWHERE, WHOLE, Act, Extent, Grant, Place, Who, may

HERE = Place("harbour", brand="Northside", region="Coast")
NEIGHBOUR = Place("mill", brand="Northside", region="Hills")
NOWHERE = Place(None)


def somebody(*grants: Grant, left: bool = False) -> Who:
    return Who(1, "Kim", grants, left)


def documented() -> dict[Role, set[Act]]:
    """The table in the module's docstring, read back."""
    lines = [line.split() for line in (rules.__doc__ or "").splitlines() if line.startswith("    ")]
    roles = [Role(name) for name in lines[0][1:]]
    found: dict[Role, set[Act]] = {role: set() for role in roles}
    for name, *words in lines[1:]:
        for role, mark in zip(roles, words[-len(roles) :], strict=True):
            assert mark in ("x", "-")
            found[role] |= {Act[name]} if mark == "x" else set()
    return found


def test_the_documented_table_is_the_one_that_counts() -> None:
    assert documented() == {role: set(acts) for role, acts in ACTS_OF.items()}
    assert set(ACTS_OF) == set(Role)
    assert all(any(act in acts for acts in ACTS_OF.values()) for act in Act)


@pytest.mark.parametrize(
    ("grant", "reached"),
    [
        (Grant(Role.BRANCH), {HERE, NEIGHBOUR, NOWHERE, WHOLE, SOMEWHERE}),
        (Grant(Role.BRANCH, ScopeKind.BRAND, "Northside"), {HERE, NEIGHBOUR, SOMEWHERE}),
        (Grant(Role.BRANCH, ScopeKind.REGION, "Coast"), {HERE, SOMEWHERE}),
        (Grant(Role.BRANCH, ScopeKind.BRANCH, "harbour"), {HERE, SOMEWHERE}),
        (Grant(Role.BRANCH, ScopeKind.BRANCH, "mill"), {NEIGHBOUR, SOMEWHERE}),
        (Grant(Role.BRANCH, ScopeKind.BRAND, "Coast"), {SOMEWHERE}),
        (Grant(Role.BRANCH, ScopeKind.BRAND, ""), {SOMEWHERE}),
    ],
)
def test_a_role_reaches_as_far_as_its_scope(grant: Grant, reached: set[Place | Extent]) -> None:
    things = (HERE, NEIGHBOUR, NOWHERE, WHOLE, SOMEWHERE)
    assert {thing for thing in things if may(somebody(grant), Act.CLAIM, thing)} == reached


def test_one_grants_role_does_not_borrow_anothers_scope() -> None:
    both = somebody(Grant(Role.VIEWER), Grant(Role.BRANCH, ScopeKind.BRANCH, "harbour"))
    assert may(both, Act.READ, NEIGHBOUR)
    assert may(both, Act.CLAIM, HERE)
    assert not may(both, Act.CLAIM, NEIGHBOUR)


def test_whoever_left_may_do_nothing() -> None:
    assert not any(may(somebody(Grant(Role.ADMIN), left=True), act, SOMEWHERE) for act in Act)


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(may(somebody(), act, SOMEWHERE) for act in Act)


def test_whoever_sits_at_a_machine_without_accounts_may_do_everything() -> None:
    assert all(may(ANYBODY_HERE, act, WHOLE) for act in Act)
