"""A message need only be compared with reviews it could be; it finds each as surely as among all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from service.db import Database
from service.domain import Item, Look, Observation, Outcome, Route
from service.models import Listing, Review
from service.watch import alike
from tests.builders import NOW, Town, a_look, a_review

OLD = [a_review("anna"), a_review("bert"), a_review("cleo")]


def a_file(*items: Item) -> Look:
    return Look(Outcome.OK, (), Observation("town", Route.HAND, NOW, items=items, past=True))


def candidates(town: Town, *items: Item) -> list[int] | None:
    with town.database.reading() as session:
        listing = session.get_one(Listing, town.listing_id)
        return alike.candidates(session, listing, items)


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(Review)).scalar_one()


def test_only_reviews_of_the_same_author_or_id_are_candidates(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    assert candidates(town, a_review("dora")) == []
    assert candidates(town, replace(a_review("anna"), ids=(), author="ANNA  EXAMPLE")) == [1]
    assert candidates(town, replace(a_review("bert"), author="Somebody else")) == [2]


def test_a_name_that_any_route_told_makes_a_candidate(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    town.told(a_file(replace(OLD[0], author="Anna E.")))
    assert candidates(town, replace(OLD[0], ids=(), author="Anna E.")) == [1]
    assert candidates(town, replace(OLD[0], ids=())) == [1]


def test_erased_reviews_are_always_candidates_so_that_they_do_not_come_back(database: Database) -> None:
    town = Town(database)
    town.look(a_look(*OLD))
    with database.transaction() as session:
        session.execute(update(Review).where(col(Review.id) == 1).values(erased_at=NOW))
    town.told(a_file(replace(OLD[0], ids=(("file", "1"),))))
    assert stored(database) == 3


def test_where_nearly_all_could_be_meant_all_are_compared(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = Town(database)
    town.look(a_look(*[replace(item, author="A Google user") for item in OLD]))
    monkeypatch.setattr(alike, "MOST", 2)
    same = [replace(item, author="A Google user", ids=()) for item in OLD]
    assert candidates(town, *same) is None
    town.told(a_file(*same))
    assert stored(database) == 3
