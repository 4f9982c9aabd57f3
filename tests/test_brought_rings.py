"""From the hand to the bell: a fresh paste rings with an approved reply, a first file is quiet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from service.alerts.claim import Packing
from service.alerts.ring import ring
from service.approval.versions import still_approved
from service.db import Database
from service.domain import Urgency
from service.models import Alert
from service.sources import files
from service.watch import importing, imports
from service.watch.check import Watch
from service.watch.judge import judge_for
from tests import brought, ringing
from tests.brought import ANNA, BERT, CLEO
from tests.builders import NOW, a_planner
from tests.signed import sign_shipped


def brings(database: Database, file: files.File) -> list[Alert]:
    """Bring ``file`` to a restaurant whose manager is told; answers the alerts that rang."""
    with database.transaction() as session:
        sign_shipped(session, NOW)
        where = ringing.listing(session, ringing.branch(session, vertical="restaurant", sign_off="Dana"))
        ringing.channel(session, ringing.person(session))
        begun = imports.Begun("reviews.csv", file, files.extent(file, NOW), where.id)
        run = imports.begin(session, begun, NOW)
        imports.start(session, run, NOW)
    nobody: Any = None
    while importing.step(database, Watch(database, nobody, judge_for, a_planner()), run, NOW):
        pass
    ring(database, Packing(ringing.VAULT, ringing.LINKS, still_approved), NOW)
    with database.reading() as session:
        return list(session.scalars(select(Alert).order_by(col(Alert.id))))


def test_a_fresh_paste_rings_with_an_approved_reply(sqlite_database: Database) -> None:
    card = ("Anna Example", "2", "", "2026-11-21", "", "We waited forty minutes for two bowls of soup.", "")
    (alert,) = brings(sqlite_database, files.pasted([card]))
    assert alert.kind == "new"
    assert alert.due_at is not None
    assert alert.posting_hint and alert.posting_hint["pack"]
    assert "Anna Example" in alert.body["subject"]


def test_a_first_file_is_one_quiet_summary(sqlite_database: Database) -> None:
    (alert,) = brings(sqlite_database, files.recognised(brought.table(ANNA, BERT, CLEO)))
    assert (alert.kind, alert.urgency, alert.due_at) == ("baseline", Urgency.LOW, None)
    assert alert.body["subject"] == "Northside on Yelp: its past was brought in, 1 review waiting"
    assert alert.body["baseline"]["heard"] == 3
