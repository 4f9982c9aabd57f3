"""A file on its way in: begun, started, stopped, claimed, ended, forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import ImportRun, ImportState
from service.watch import imports
from tests import brought
from tests.bringing import Desk
from tests.brought import ANNA, BERT
from tests.builders import DAY, NOW

FILE = brought.table(ANNA, BERT)


def test_what_is_brought_waits_for_a_person_and_keeps_nothing_before(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(FILE, start=False)
    assert not desk.step(run)
    assert (desk.run(run).state, desk.run(run).total, desk.reviews()) == (ImportState.PREVIEW, 2, 0)


def test_a_run_can_only_do_what_its_state_allows(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(FILE, start=False)
    with database.transaction() as session:
        assert not imports.stop(session, run)
        assert imports.start(session, run, NOW)
        assert not imports.start(session, run, NOW)
        assert not imports.end(session, run, NOW)
        assert imports.stop(session, run)
        assert imports.start(session, run, NOW)
    desk.finish(run)
    with database.transaction() as session:
        assert not imports.start(session, run, NOW)
        assert not imports.end(session, run, NOW)
        assert not imports.stop(session, 99)


def test_the_bytes_are_kept_until_the_end_and_no_longer(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(FILE)
    with database.reading() as session:
        assert imports.the_file(session, run) is not None
    desk.finish(run)
    with database.reading() as session:
        assert imports.the_file(session, run) is None
        assert session.execute(select(col(ImportRun.body))).scalar_one() is None


def test_one_worker_claims_a_run_and_a_dead_one_s_claim_lapses(database: Database) -> None:
    desk = Desk(database)
    first, second = desk.bring(FILE), desk.bring(FILE)
    with database.transaction() as session:
        assert [imports.claim(session, NOW) for _ in range(3)] == [first, second, None]
        assert imports.anything_waits(session)
    with database.transaction() as session:
        assert imports.claim(session, NOW + imports.LEASE + timedelta(seconds=1)) == first
        imports.lease(session, second, None)
        assert imports.claim(session, NOW) == second


def test_ending_a_preview_leaves_nothing_and_ending_a_stopped_run_keeps_what_was_kept(
    database: Database,
) -> None:
    desk = Desk(database)
    preview, run = desk.bring(FILE, start=False), desk.bring(FILE)
    with database.transaction() as session:
        assert imports.end(session, preview, NOW)
        assert imports.stop(session, run)
        assert imports.end(session, run, NOW)
        assert session.get(ImportRun, preview) is None
    ended = desk.run(run)
    assert (ended.state, ended.why) == (ImportState.DONE, "ended by hand: 2 rows were not read")


def test_a_run_that_failed_says_why_and_can_go_on(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(FILE)
    with database.transaction() as session:
        imports.fail(session, run, "an error of ours")
    assert (desk.run(run).state, desk.run(run).why) == (ImportState.FAILED, "an error of ours")
    with database.transaction() as session:
        assert imports.start(session, run, NOW)
    assert desk.finish(run).state == ImportState.DONE


@pytest.mark.parametrize(("days", "left"), [(1, 1), (3, 0)])
def test_a_preview_nobody_started_is_let_go_after_two_days(database: Database, days: int, left: int) -> None:
    desk = Desk(database)
    desk.bring(FILE, start=False)
    with database.transaction() as session:
        imports.forget(session, NOW + days * DAY)
        assert len(session.scalars(select(col(ImportRun.id))).all()) == left


def test_the_words_in_rows_given_back_are_forgotten_and_the_reasons_stay(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(brought.table(ANNA, ("Bo", "nine", "", "Fine.", "")))
    desk.finish(run)
    assert desk.run(run).rejected[0]["cells"][0] == "Bo"
    with database.transaction() as session:
        imports.forget(session, NOW + 31 * DAY)
    assert desk.run(run).rejected == [{"row": 3, "why": "“nine” is no rating"}]
