"""The people to whom a review can be handed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from service.models import Branch, Person, RoleGrant
from service.people import accounts
from service.people.may import ACTS_OF, Act, Place, may
from service.web.me import is_open_house

MOST = 200  # a list to choose from; a chain with more hands over within a branch


def people_here(session: Session) -> Sequence[Person]:
    """Everybody who can have a review somewhere, by name; without accounts, everybody who is told."""
    here = select(Person).where(col(Person.disabled_at).is_(None))
    if not is_open_house():
        taking = [role for role, acts in ACTS_OF.items() if Act.CLAIM in acts]
        here = here.where(
            col(Person.id).in_(select(col(RoleGrant.person_id)).where(col(RoleGrant.role).in_(taking)))
        )
    return session.scalars(here.order_by(col(Person.name), col(Person.id)).limit(MOST)).all()


def can_have(session: Session, person: Person, branch: Branch | None) -> bool:
    """Whether a review of that branch can be handed to her."""
    if person.disabled_at is not None:
        return False
    who = accounts.who(session, person.id or 0)
    place = Place(branch.code, branch.brand, branch.region) if branch else Place(None)
    return is_open_house() or (who is not None and may(who, Act.CLAIM, place))
