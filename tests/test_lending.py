"""A database that was lent comes back empty, or is never lent again."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from service.db import Database
from service.models import Branch
from service.schema import migrate
from tests.builders import Town, a_look, a_review
from tests.provision import postgres
from tests.provision.lending import Lending

pytestmark = pytest.mark.postgres

ALTERED = {
    "a table more": "CREATE TABLE more (id int)",
    "a column more": "ALTER TABLE branch ADD COLUMN more int",
    "an index less": "DROP INDEX ix_case_file_due",
    "everything gone": "DROP SCHEMA public CASCADE",
    "another version": "UPDATE alembic_version SET version_num = '9999'",
    "figures for the planner": "ANALYZE review",
    "many pages": "DO $$ BEGIN FOR i IN 1..2000 LOOP UPDATE branch SET name = name; END LOOP; END $$",
}


@pytest.fixture
def lending(postgres_server: postgres.Server) -> Lending:
    return Lending(postgres_server, migrate)


def used(address: str, *statements: str) -> None:
    database = Database(address)
    Town(database).look(a_look(a_review("ann"), a_review("bob")))
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    database.close()


def test_the_next_to_have_it_finds_it_empty_and_its_numbers_begin_at_one(lending: Lending) -> None:
    first = lending.lend()
    used(first)
    lending.take_back(first)
    assert lending.lend() == first
    database = Database(first)
    with database.reading() as session:
        for table in set(SQLModel.metadata.tables):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
    with database.transaction() as session:
        session.add(north := Branch(code="north", name="North"))
        session.flush()
        assert north.id == 1
    database.close()


@pytest.mark.parametrize("what", ALTERED)
def test_one_that_is_not_as_it_was_is_never_lent_again(lending: Lending, what: str) -> None:
    first = lending.lend()
    used(first, ALTERED[what])
    lending.take_back(first)
    assert lending.lend() != first


def test_one_that_somebody_is_still_in_is_never_lent_again(lending: Lending) -> None:
    first = lending.lend()
    database = Database(first)
    with database.reading() as session:
        session.execute(text("SELECT 1"))
        lending.take_back(first)
    database.close()
    assert lending.lend() != first


def test_nobody_has_one_that_another_has(lending: Lending) -> None:
    assert lending.lend() != lending.lend()
