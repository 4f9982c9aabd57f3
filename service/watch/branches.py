"""Branches as their owner has them: made, changed, and read as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from service.models import Branch
from service.watch.listings import BranchFacts, branch_of, code_of, columns_of


@dataclass(frozen=True, slots=True)
class Made:
    """What making a branch came to: its id, and whether another is called so already."""

    branch_id: int
    taken: bool


def make(session: Session, facts: BranchFacts) -> Made:
    """A new branch. Twice is once; where other facts are told of one called so, nothing is changed."""
    known = called(session, facts.name)
    if known is None:
        return Made(branch_of(session, facts), taken=False)
    return Made(known.id or 0, taken=facts_of(known) != facts)


def change(session: Session, branch_id: int, facts: BranchFacts) -> Made | None:
    """Say other facts of a branch; None where it is gone. Its short name stays: packs and feeds go by it."""
    branch = session.get(Branch, branch_id, with_for_update=True)
    if branch is None:
        return None
    other = called(session, facts.name)
    if other is not None and other.id != branch_id:
        return Made(branch_id, taken=True)
    for name, value in columns_of(facts).items():
        setattr(branch, name, value)
    return Made(branch_id, taken=False)


def called(session: Session, name: str) -> Branch | None:
    """The branch of that name, or of one that comes to the same short name."""
    return session.scalars(select(Branch).where(col(Branch.code) == code_of(name))).one_or_none()


def facts_of(branch: Branch) -> BranchFacts:
    """What is stored of a branch."""
    return BranchFacts(
        name=branch.name,
        brand=branch.brand,
        region=branch.region,
        city=branch.city,
        tz=branch.tz,
        language=branch.language,
        vertical=branch.vertical,
        phone=branch.phone,
        contact=branch.contact,
        sign_off=branch.sign_off,
        hours=tuple(branch.hours),
        holidays=tuple(branch.holidays),
        attributes=branch.attributes,
    )
