"""The one message about what a file or a mailbox brought from before we listened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.domain import EventKind, Look, Observation, Outcome, Route
from service.models import Event
from service.watch.summary import sum_up
from tests.builders import DAY, NOW, Town, a_look, a_review, answered

HOUR = timedelta(hours=1)


def a_file(*items: Any, past: bool = True) -> Look:
    return Look(Outcome.OK, (), Observation("town", Route.HAND, NOW, items=items, past=past))


def baselines(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        of_that_kind = select(col(Event.payload)).where(col(Event.kind) == EventKind.BASELINE)
        return list(session.execute(of_that_kind.order_by(col(Event.id))).scalars())


def test_a_file_in_two_parts_is_summed_up_once(database: Database) -> None:
    town = Town(database)
    town.told(a_file(a_review("anna"), a_review("ben", at=NOW - DAY)))
    town.told(a_file(answered(a_review("cleo", at=NOW - DAY))))
    assert baselines(database) == []
    for _ in range(2):
        with database.transaction() as session:
            assert sum_up(session, town.listing_id, Route.HAND, "import:1", NOW, since=NOW) == 3
    assert baselines(database) == [{"heard": 3, "unanswered": [2], "route": "hand"}]


def test_what_a_look_told_before_is_not_counted_again(database: Database) -> None:
    town = Town(database)
    town.look(a_look(a_review("anna")), NOW - HOUR)
    town.told(a_file(a_review("anna")))
    with database.transaction() as session:
        assert sum_up(session, town.listing_id, Route.HAND, "import:1", NOW) == 0
    assert len(baselines(database)) == 1


def test_news_is_not_summed_up(database: Database) -> None:
    town = Town(database)
    town.told(a_file(a_review("anna", at=NOW - DAY), past=False))
    with database.transaction() as session:
        assert sum_up(session, town.listing_id, Route.HAND, "import:1", NOW) == 0
