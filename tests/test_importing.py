"""Rows become reviews once each, whoever dies or is stopped meanwhile; the first file is the past."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import ImportState, Review
from service.sources import files, paste
from service.sources.columns import Field
from service.watch import importing, imports, tally
from service.watch.importing import CHUNK
from tests import brought
from tests.bringing import Desk
from tests.brought import ANNA, BERT, CLEO
from tests.builders import DAY, NOW

HOME = Path(__file__).resolve().parents[1]
FILE = brought.table(ANNA, BERT, CLEO)
TEN_THOUSAND, BAD = 10_000, 40


def many(rows: int, bad_every: int = 0) -> bytes:
    """Rows of different people, every so many of them with a rating that is none."""
    table = []
    for number in range(rows):
        stars = "seven" if bad_every and number % bad_every == 0 else str(number % 5 + 1)
        day = (NOW - timedelta(days=40 + number % 900)).date().isoformat()
        table.append((f"Guest {number}", stars, day, f"Visit {number} was as one would wish.", ""))
    return brought.table(*table)


def test_the_first_file_of_a_listing_is_its_past(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(FILE)
    assert desk.finish(run).state == ImportState.DONE
    assert desk.counts(run) == {"new": 3}
    assert desk.events() == [("baseline", {"heard": 3, "unanswered": [2], "route": "hand"})]
    with database.reading() as session:
        rows = session.execute(select(col(Review.baseline), col(Review.due_public_at))).all()
    assert [tuple(row) for row in rows] == [(True, None)] * 3


def test_the_same_file_again_is_all_known_and_rings_for_nothing(database: Database) -> None:
    desk = Desk(database)
    desk.finish(desk.bring(FILE))
    again = desk.bring(FILE)
    desk.finish(again)
    assert desk.counts(again) == {"known": 3}
    assert (desk.reviews(), len(desk.events())) == (3, 1)


def test_a_later_file_rings_for_what_is_new_and_recent_alone(database: Database) -> None:
    desk = Desk(database)
    desk.finish(desk.bring(FILE))
    desk.now = NOW + 3 * DAY
    fresh = ("Dora Neu", "1", "2026-11-24", "They forgot us.", "")
    stale = ("Emil Alt", "1", "2026-01-24", "They forgot us, too.", "")
    run = desk.bring(brought.table(ANNA, fresh, stale))
    desk.finish(run)
    assert desk.counts(run) == {"new": 2, "known": 1}
    assert [kind for kind, _ in desk.events()] == ["baseline", "new", "baseline"]
    assert desk.events()[-1][1]["heard"] == 1


def test_a_person_may_say_that_a_later_file_is_old_as_well(database: Database) -> None:
    desk = Desk(database)
    desk.finish(desk.bring(FILE))
    desk.now = NOW + 3 * DAY
    desk.finish(desk.bring(brought.table(("Dora Neu", "1", "2026-11-24", "They forgot us.", "")), old=True))
    assert [kind for kind, _ in desk.events()] == ["baseline", "baseline"]


def test_what_is_pasted_is_news_unless_its_person_says_it_is_old(database: Database) -> None:
    desk = Desk(database)
    card = ("Anna Example", "1", "", "2026-11-21", "", "We waited for an hour.", "")
    desk.finish(desk.bring(files.pasted([card])))
    assert [kind for kind, _ in desk.events()] == ["new"]
    desk.finish(desk.bring(files.pasted([("Bo", *card[1:])]), old=True))
    assert [kind for kind, _ in desk.events()] == ["new"]


def test_a_paste_does_not_make_the_first_file_news(database: Database) -> None:
    desk = Desk(database)
    desk.finish(desk.bring(files.pasted([("Anna", "1", "", "", "", "Slow.", "")]), old=True))
    desk.finish(desk.bring(FILE))
    assert [kind for kind, _ in desk.events()] == ["baseline"]


def test_every_row_that_is_not_taken_comes_back_with_number_reason_and_cells(database: Database) -> None:
    desk = Desk(database)
    bad = [("Bo", "nine", "2026-05-02", "Fine.", ""), ("", "", "2026-05-02", "", "Thanks")]
    run = desk.bring(brought.table(ANNA, *bad, CLEO))
    told = desk.finish(run)
    assert desk.counts(run) == {"new": 2, "rejected": 2}
    assert [(one["row"], one["why"]) for one in told.rejected] == [
        (3, "“nine” is no rating"),
        (4, "neither a rating nor words in it"),
    ]
    assert tuple(told.rejected[0]["cells"]) == bad[0]


def test_rows_find_the_listing_that_their_place_means_and_are_given_back_where_none_is(
    database: Database,
) -> None:
    desk = Desk(database)
    header = ("Branch", "Name", "Stars", "Review")
    rows = [("North", "Ann", "5", "Good."), ("South", "Bo", "4", "Fine."), ("", "Cy", "3", "So so.")]
    places = {"North": desk.town.listing_id}
    run = desk.bring(brought.table(*rows, header=header), listing_id=None, places=places)
    told = desk.finish(run)
    assert desk.counts(run) == {"new": 1, "rejected": 2}
    assert told.rejected[0]["why"] == "no listing of ours is called “South”"


def test_a_row_that_stands_twice_in_a_file_is_one_review(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(brought.table(ANNA, ANNA))
    desk.finish(run)
    assert (desk.counts(run), desk.reviews()) == ({"new": 1, "known": 1}, 1)


def test_numbers_of_a_program_name_reviews_within_one_listing_only(database: Database) -> None:
    desk, other = Desk(database), Desk(database, key="south")
    header = ("Review ID", "Name", "Stars", "Review")
    one = brought.table(("rv-000001", "Ann", "5", "Good."), header=header)
    two = brought.table(("rv-000001", "Bo", "2", "Bad."), header=header)
    desk.finish(desk.bring(one))
    other.finish(other.bring(two))
    assert desk.reviews() == 2


def test_an_edited_row_with_its_id_is_the_same_review(database: Database) -> None:
    desk, header = Desk(database), ("Review ID", "Name", "Stars", "Review")
    desk.finish(desk.bring(brought.table(("rv-000001", "Ann", "5", "Good."), header=header)))
    desk.now += DAY
    run = desk.bring(brought.table(("rv-000001", "Ann", "2", "Good once, not now."), header=header))
    desk.finish(run)
    assert (desk.counts(run), desk.reviews()) == ({"updated": 1}, 1)


def test_a_file_whose_rows_are_mostly_rejected_stops_and_asks_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "DOUBTED_AFTER", 100)
    desk = Desk(database)
    file = files.recognised(many(3 * CHUNK))
    wrong = replace(file.columns, columns=((Field.RATING, 3),))
    run = desk.bring(replace(file, columns=wrong))
    stopped = desk.finish(run)
    assert (stopped.state, stopped.next_row) == (ImportState.STOPPED, CHUNK)
    assert stopped.why and "most rows were rejected" in stopped.why
    with database.transaction() as session:
        assert imports.start(session, run, NOW)
    assert desk.finish(run).state == ImportState.DONE
    assert desk.counts(run) == {"rejected": 3 * CHUNK}


def test_a_stopped_run_goes_on_where_it_was(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(many(2 * CHUNK + 10))
    assert desk.step(run)
    with database.transaction() as session:
        assert imports.stop(session, run)
    assert not desk.step(run)
    assert (desk.run(run).next_row, desk.reviews()) == (CHUNK, CHUNK)
    with database.transaction() as session:
        assert imports.start(session, run, NOW + DAY)
    assert desk.finish(run).state == ImportState.DONE
    assert desk.counts(run) == {"new": 2 * CHUNK + 10}
    assert [payload["heard"] for _, payload in desk.events()] == [2 * CHUNK + 10]


def test_two_workers_at_one_run_keep_every_row_once(database: Database) -> None:
    desk = Desk(database)
    run = desk.bring(many(4 * CHUNK))
    together = Barrier(2)

    def go() -> None:
        together.wait()
        desk.finish(run)

    workers = [Thread(target=go) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (desk.counts(run), desk.reviews()) == ({"new": 4 * CHUNK}, 4 * CHUNK)


def test_one_turn_ends_in_time_and_lets_the_run_go(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(sqlite_database)
    run = desk.bring(many(3 * CHUNK))
    ticks = iter(NOW + number * importing.TURN for number in range(99))
    importing.work(sqlite_database, desk.town.watch, run, lambda: next(ticks))
    assert (desk.run(run).next_row, desk.run(run).lease_until) == (CHUNK, None)


def test_a_file_that_cannot_be_read_any_more_fails_with_its_reason(sqlite_database: Database) -> None:
    desk = Desk(sqlite_database)
    file = files.recognised(FILE)
    run = desk.bring(replace(file, body=FILE))
    with sqlite_database.transaction() as session:
        stored = imports.the_run(session, run)
        assert stored is not None
        stored.body = b"\x7fELF\0\0\0" * 9
    failed = desk.finish(run)
    assert (failed.state, failed.why and "no table of text" in failed.why) == (ImportState.FAILED, True)


def test_a_saved_page_is_kept_like_a_file(database: Database) -> None:
    page = b"""<title>North</title><script type="application/ld+json">{"@type":"Bakery","name":"North",
    "aggregateRating":{"ratingValue":5,"reviewCount":1},"review":[{"@type":"Review","author":"Lori K.",
    "reviewRating":{"ratingValue":5},"reviewBody":"So good","datePublished":"2026-05-02"}]}</script>"""
    desk = Desk(database)
    run = desk.bring(files.File(files.Format.PAGE, page, url="https://north.example/", saved_at=NOW))
    desk.finish(run)
    assert desk.counts(run) == {"new": 1}


def test_fields_of_a_paste_are_all_that_its_cards_have() -> None:
    assert len(paste.FIELDS) == len(paste.MAPPING.columns)


CHILD = """
import sys
from datetime import UTC, datetime
from service.db import Database
from service.watch import importing
from service.watch.check import Watch
from tests.builders import a_planner, judged
database = Database(sys.argv[1])
watch = Watch(database, None, lambda *_: judged, a_planner())
print("at work", flush=True)
while importing.step(database, watch, int(sys.argv[2]), datetime.now(UTC)):
    pass
"""


@pytest.mark.server
def test_ten_thousand_rows_survive_kill_9_stop_and_resume_exactly_once(sqlite_database: Database) -> None:
    desk = Desk(sqlite_database)
    run = desk.bring(many(TEN_THOUSAND, bad_every=TEN_THOUSAND // BAD))
    for goal in (1000, 3000):
        _kill_when(desk, run, goal)
    assert desk.run(run).next_row % CHUNK == 0
    assert desk.step(run)
    with sqlite_database.transaction() as session:
        assert imports.stop(session, run)
        assert imports.start(session, run, datetime.now(UTC))
    done = desk.finish(run)
    assert (done.state, done.next_row) == (ImportState.DONE, TEN_THOUSAND)
    assert desk.counts(run) == {"new": TEN_THOUSAND - BAD, "rejected": BAD}
    assert desk.reviews() == TEN_THOUSAND - BAD
    assert [one["row"] for one in done.rejected] == [2 + 250 * number for number in range(BAD)]
    assert [payload["heard"] for kind, payload in desk.events() if kind == "baseline"] == [TEN_THOUSAND - BAD]


def _kill_when(desk: Desk, run: int, rows: int) -> None:
    """Let another process work until it has come so far, and kill it in the middle of what follows."""
    words = [sys.executable, "-c", CHILD, str(desk.database.engine.url), str(run)]
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    with subprocess.Popen(words, cwd=HOME, env=environment, stdout=subprocess.PIPE) as child:
        end = time.monotonic() + 60
        while desk.run(run).next_row < rows and time.monotonic() < end:
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
    assert rows <= desk.run(run).next_row < TEN_THOUSAND
