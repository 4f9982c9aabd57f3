"""The audit chain: what is altered, cut or missing is found, and what is erased proves that it was there."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, update
from sqlmodel import Session, col

from service.audit import Head, erase, head, read_head, record, verify
from service.db import Database
from service.models import Audit, AuditBody
from tests.conftest import NOW


def three_links(session: Session) -> Head:
    for number in range(3):
        now = NOW + timedelta(minutes=number)
        last = record(session, "approve", f"pack:p{number}", {"person": "Ada", "n": number}, now)
    return last


def test_an_untouched_chain_is_whole(database: Database) -> None:
    with database.transaction() as session:
        last = three_links(session)
    with database.reading() as session:
        found = verify(session)
    assert (found.head, found.since, found.erased, found.broken) == (last, NOW, 0, ())


def test_an_empty_chain_is_whole(database: Database) -> None:
    with database.reading() as session:
        assert verify(session).broken == ()
        assert head(session).seq == 0


TAMPERING = [
    (update(AuditBody).where(col(AuditBody.seq) == 2).values(body={"person": "Eve"}), "body of link 2 was"),
    (update(AuditBody).where(col(AuditBody.seq) == 2).values(subject="pack:other"), "body of link 2 was"),
    (update(Audit).where(col(Audit.seq) == 2).values(at=NOW), "link 2 was altered"),
    (update(Audit).where(col(Audit.seq) == 2).values(sha256=bytes(32)), "link 3 does not follow"),
    (delete(AuditBody).where(col(AuditBody.seq) == 1), "body of link 1 is missing"),
]


@pytest.mark.parametrize(("tampering", "told"), TAMPERING)
def test_tampering_is_found(database: Database, tampering: object, told: str) -> None:
    with database.transaction() as session:
        three_links(session)
        session.execute(tampering)
    with database.reading() as session:
        assert any(told in fault for fault in verify(session).broken)


def test_a_link_taken_out_is_missed(database: Database) -> None:
    with database.transaction() as session:
        three_links(session)
        session.execute(delete(AuditBody).where(col(AuditBody.seq) == 2))
        session.execute(delete(Audit).where(col(Audit.seq) == 2))
    with database.reading() as session:
        assert "links 2 to 2 are missing" in verify(session).broken


def test_only_a_head_kept_elsewhere_tells_that_the_end_was_cut_off(database: Database) -> None:
    with database.transaction() as session:
        last = three_links(session)
        session.execute(delete(AuditBody).where(col(AuditBody.seq) == 3))
        session.execute(delete(Audit).where(col(Audit.seq) == 3))
    with database.reading() as session:
        assert verify(session).broken == ()
        (fault,) = verify(session, read_head(str(last))).broken
    assert fault.startswith("the chain ends at 2, before the head 3")


def test_a_chain_written_anew_is_not_the_one_whose_head_was_kept(database: Database) -> None:
    with database.transaction() as session:
        kept = three_links(session)
        session.execute(delete(AuditBody))
        session.execute(delete(Audit))
        three_links(session)
    with database.reading() as session:
        assert verify(session).broken == ()
        assert verify(session, kept).broken == ("link 3 is not the one that the head of that number names",)


def test_erased_words_leave_the_chain_whole(database: Database) -> None:
    with database.transaction() as session:
        three_links(session)
        erase(session, "pack:p1")
    with database.reading() as session:
        found = verify(session)
        body = session.get(AuditBody, 2)
    assert (found.erased, found.broken) == (1, ())
    assert body is not None
    assert (body.body, body.salt) == (None, None)


def test_several_writers_leave_no_gap(database: Database) -> None:
    def write() -> None:
        for _ in range(5):
            with database.transaction() as session:
                record(session, "approve", "pack:p", {}, NOW)

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with database.reading() as session:
        found = verify(session)
    assert (found.head.seq, found.broken) == (20, ())


@pytest.mark.parametrize("written", ["", "3", "x:00", "3:00"])
def test_what_is_no_head_is_not_read_as_one(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_head(written)
