"""The database: one engine, one way to open a transaction, one way to insert twice without harm.

SQLite (WAL) by default, PostgreSQL by ``DATABASE_URL``; the same code and the same tests on both.
A transaction is one unit of work, opened at the edge; inner functions take the session and never commit.
No transaction may be open across a fetch or a send: on SQLite the other writer would starve.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

BUSY_TIMEOUT_MS = 5000
CACHE_KIB = 2000  # facts: 2 MB a connection keeps 1,000 listings within 192 MiB at no measured cost
READS_ONLY = "shopbell_reads_only"


class Database:
    """An open database. ``transaction()`` for what writes, ``reading()`` for what only looks."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)

    @property
    def is_sqlite(self) -> bool:
        """True where one file is the database, and so one process must hold it."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One unit of work: committed at the end, or nothing of it happened.

        On SQLite it begins IMMEDIATE: it waits for the other writer at the start, never fails at the end.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view that writes nothing and blocks nobody."""
        with self.engine.connect().execution_options(**{READS_ONLY: True}) as connection:
            with Session(connection, expire_on_commit=False, autoflush=False) as session:
                yield session
            connection.rollback()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """An engine for ``url``; ``postgres://`` and ``postgresql://`` mean the driver that is installed.

    Its errors never repeat the values of a statement: those are people's words, and errors are logged.
    """
    address = make_url(url)
    if address.get_backend_name() in ("postgres", "postgresql"):
        address = address.set(drivername="postgresql+psycopg")
        return create_engine(
            address,
            pool_pre_ping=True,
            pool_size=5,
            max_overflow=5,
            hide_parameters=True,
            connect_args={"options": "-c timezone=utc"},
        )
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        f"cache_size = -{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    reads_only = connection.get_execution_options().get(READS_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def one_at_a_time(session: Session, name: str) -> None:
    """Until this transaction ends, nobody else is past this line with the same name.

    SQLite has one writer as it is.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    key = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def insert(session: Session, model: type[SQLModel]) -> Any:
    """An ``INSERT`` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` on this database."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model.__table__)  # type: ignore[attr-defined]


def insert_new(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Insert ``rows``, in bulk; those whose natural key is already there are left as they are."""
    if rows:
        session.execute(insert(session, model).on_conflict_do_nothing(), rows)
