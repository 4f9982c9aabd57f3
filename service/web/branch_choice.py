"""Choosing a branch where a list would be too long to work out for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from service.models import Branch
from service.watch.standing import replies_standing

MOST_BRANCHES = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """The branches to choose from, which was chosen ("" for all), and the condition that follows.

    ``where`` is None while one must be chosen first.
    """

    branches: tuple[tuple[str, str], ...]
    code: str
    where: ColumnElement[bool] | None


def choice(session: Session, within: ColumnElement[bool], most_replies: int) -> Choice:
    """The branch that ``request`` names, of those ``within``; all of them where their replies are few."""
    rows = session.execute(
        select(col(Branch.code), col(Branch.name))
        .where(within)
        .order_by(col(Branch.name))
        .limit(MOST_BRANCHES)
    )
    branches = tuple((code, name) for code, name in rows)
    code = request.args.get("branch", "")
    if any(code == known for known, _name in branches):
        return Choice(branches, code, within & (col(Branch.code) == code))
    return Choice(branches, "", within if replies_standing(session, within) <= most_replies else None)
