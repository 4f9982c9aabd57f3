"""The packs that ship, signed by the demo's two people: worked out once, and written as rows afterwards."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session, SQLModel

from service import audit
from service.db import Database
from service.demo.signers import sign_all
from service.settings import CHECKOUT

Rows = list[tuple[Table, list[dict[str, Any]]]]


def sign_shipped(session: Session, now: datetime) -> None:
    """What ``demo.signers.sign_all`` leaves in a database whose audit has not begun."""
    assert audit.head(session).seq == 0
    for table, rows in _signed(now):
        session.execute(table.insert(), rows)


@lru_cache(maxsize=1)
def _signed(now: datetime) -> Rows:
    database = Database("sqlite://")
    SQLModel.metadata.create_all(database.engine)
    with database.transaction() as session:
        sign_all(session, CHECKOUT, now)
    with database.reading() as session:
        left = [row for table in SQLModel.metadata.sorted_tables for row in _rows(session, table)]
    database.close()
    return left


def _rows(session: Session, table: Table) -> Rows:
    """All of ``table``, by what is said in a row: nothing said is not the same as a JSON null.

    A database numbers its rows itself: numbers that were given would come again from PostgreSQL's sequence.
    """
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in session.execute(select(table).order_by(*table.primary_key)).mappings():
        said = {str(name): value for name, value in row.items() if value is not None and name != "id"}
        alike[tuple(said)].append(said)
    return [(table, rows) for rows in alike.values()]
