"""The job that works on files: what fails is left to a person and holds up nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from service.db import Database
from service.engine.bringing import OUR_ERROR, Bringing
from service.models import ImportState
from service.watch import imports
from tests import brought
from tests.bringing import Desk
from tests.brought import ANNA, BERT
from tests.builders import NOW

FILE = brought.table(ANNA, BERT)


def parts(desk: Desk) -> Any:
    return SimpleNamespace(database=desk.database, watch=desk.town.watch)


def turn(desk: Desk) -> int | None:
    return Bringing(parts(desk), lambda: NOW).round(NOW)


def test_files_are_worked_on_one_after_another(sqlite_database: Database) -> None:
    desk = Desk(sqlite_database)
    assert turn(desk) is None
    first, second = desk.bring(FILE), desk.bring(FILE)
    assert [turn(desk), turn(desk), turn(desk)] == [first, second, None]
    assert (desk.run(first).state, desk.counts(second)) == (ImportState.DONE, {"known": 2})


def test_a_file_another_worker_holds_is_left_to_it(sqlite_database: Database) -> None:
    desk = Desk(sqlite_database)
    run = desk.bring(FILE)
    with sqlite_database.transaction() as session:
        imports.lease(session, run, NOW + imports.LEASE)
    assert turn(desk) is None
    assert desk.reviews() == 0


def test_a_fault_of_ours_is_shown_and_holds_up_no_other_file(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_database)
    broken = desk.bring(FILE)
    with monkeypatch.context() as patch:
        patch.setattr(desk.town.watch, "keep", lambda *_: 1 / 0)
        assert turn(desk) == broken
    assert (desk.run(broken).state, desk.run(broken).why) == (ImportState.FAILED, OUR_ERROR)
    later = desk.bring(FILE)
    assert turn(desk) == later
    assert desk.counts(later) == {"new": 2}
