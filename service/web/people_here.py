"""The people to whom a review can be handed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from service.models import Person

MOST = 200  # a list to choose from; a chain with more hands over within a branch


def people_here(session: Session) -> Sequence[Person]:
    """Everybody who has not left, by name."""
    here = select(Person).where(col(Person.disabled_at).is_(None))
    return session.scalars(here.order_by(col(Person.name), col(Person.id)).limit(MOST)).all()
