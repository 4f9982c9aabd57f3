"""A pack on its way to a signature: who is asked, who sent it back and why, and who approved which words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from service.alerts.claim import Packing, Parcel, claim
from service.alerts.compose import Ways, compose
from service.alerts.facts import Facts
from service.alerts.media import MAIL
from service.alerts.ring import ring
from service.approval import versions
from service.approval.history import as_text, history
from service.approval.recalls import recall
from service.approval.submitting import approved_before, send_back, submit, waiting
from service.approval.versions import approve, revoke_key
from service.db import Database
from service.errors import ApprovalRefused
from service.models import Alert, Audit, Delivery, Event, PackVersion
from tests import ringing
from tests.conftest import NOW
from tests.test_versions import Keys, Made, approved, body, keep, keys, made

__all__ = ["keys", "made"]

FILE = "test/pack.toml"
PACKING = Packing(ringing.VAULT, ringing.LINKS, versions.still_approved)


def events(session: Session) -> list[Event]:
    return list(session.scalars(select(Event).order_by(col(Event.id))))


def submitted(session: Session, serial: int = 1, risk: str = "routine") -> PackVersion:
    return submit(session, body(serial=serial, risk=risk), FILE, "Ann Lee", NOW)


def test_a_submitted_pack_waits_as_a_draft_and_those_who_sign_are_told_once(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(2):
            version = submitted(session)
        assert version.state == "draft"
        assert [one.pack for one in waiting(session)] == ["test"]
        (event,) = events(session)
        assert event.payload["person"] == "Ann Lee"
        assert event.payload["needs"] == "routine needs 1 more person to approve"
        assert session.get_one(Audit, 1)


def test_a_pack_whose_words_no_site_allows_is_not_taken(sqlite_database: Database) -> None:
    offering = body(mark=". We give you a refund if you delete your review")
    with sqlite_database.transaction() as session:
        with pytest.raises(ApprovalRefused, match=r"test/pack.toml:\d+: block: item thanks, variant 1"):
            submit(session, offering, FILE, "Ann Lee", NOW)
        assert waiting(session) == []
        assert events(session) == []


def test_an_approved_pack_is_not_submitted_again(sqlite_database: Database, made: Made, keys: Keys) -> None:
    with sqlite_database.transaction() as session:
        approved(session, made, keys)
        with pytest.raises(ApprovalRefused, match="is approved already"):
            submitted(session)


def test_what_is_sent_back_says_why_and_may_be_submitted_again(database: Database) -> None:
    with database.transaction() as session:
        submitted(session)
        version = send_back(session, "test", "Lee Law", "  Too\n cold. ", NOW + timedelta(hours=1))
        assert version.sent_back_why == "Too cold."
        assert waiting(session) == []
        with pytest.raises(ApprovalRefused, match="does not wait"):
            send_back(session, "test", "Lee Law", "Too cold.", NOW)
        submit(session, body(), FILE, "Ann Lee", NOW + timedelta(hours=2))
        assert len(waiting(session)) == 1
        assert [event.kind for event in events(session)] == ["submitted", "sent_back", "submitted"]


@pytest.mark.parametrize(("person", "why"), [("", "Cold."), ("Lee Law", " ")])
def test_whoever_sends_back_says_who_and_why(sqlite_database: Database, person: str, why: str) -> None:
    with sqlite_database.transaction() as session:
        submitted(session)
        with pytest.raises(ApprovalRefused, match="Say"):
            send_back(session, "test", person, why, NOW)


def test_a_pack_that_is_approved_is_recalled_and_not_sent_back(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        submitted(session)
        approved(session, made, keys)
        assert waiting(session) == []
        with pytest.raises(ApprovalRefused, match="to take it back, recall it"):
            send_back(session, "test", "Lee Law", "Cold.", NOW)


def test_the_version_approved_before_is_what_a_new_one_is_read_against(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        assert approved_before(session, "test", 1) is None
        approved(session, made, keys)
        submitted(session, serial=2)
        before = approved_before(session, "test", 2)
        assert before is not None
        assert before.serial == 1


def rung(database: Database) -> list[str]:
    """What is mailed to Kim, for everything that happened."""
    with database.transaction() as session:
        ringing.channel(session, ringing.person(session))
    ring(database, PACKING, NOW)
    with database.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == len(session.scalars(select(Alert)).all())
        bodies = session.scalars(select(col(Alert.body)).order_by(col(Alert.id))).all()
    return [compose(Facts.model_validate(told), MAIL, Ways()).text for told in bodies]


def test_the_alert_says_which_commands_show_and_sign_it(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        submitted(session, risk="sensitive")
        send_back(session, "test", "Lee Law", "Too cold.", NOW)
    asks, answers = rung(sqlite_database)
    assert "Ann Lee asks that it be read and signed." in asks
    assert "sensitive needs 2 more people to approve" in asks
    assert "shopbell packs diff test" in asks
    assert "shopbell packs approve test --submitted" in asks
    assert "test 1: sent back." in answers
    assert "Too cold." in answers


def test_the_alert_leads_to_the_very_version(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        submitted(session)
    rung(sqlite_database)
    with sqlite_database.transaction() as session:
        parcel = claim(session, PACKING, (), NOW)
    assert parcel is not None
    assert isinstance(parcel.contents, Parcel)
    message = compose(parcel.contents.facts, MAIL, parcel.contents.ways)
    assert f"{ringing.LINKS.public_url}/pack/test?version=1" in message.text


def test_the_history_says_who_approved_which_words(sqlite_database: Database, made: Made, keys: Keys) -> None:
    with sqlite_database.transaction() as session:
        keep(session, made)
        first = submitted(session)
        approve(session, first.sha256, keys["ada"], NOW)
        recall(session, first, "thanks", "Cold.", keys["lee"], NOW)
        second = submitted(session, serial=2, risk="regulated")
        approve(session, second.sha256, keys["ada"], NOW)
        approve(session, second.sha256, keys["lee"], NOW)
        revoke_key(session, keys["ada"].fingerprint, NOW)
        newest, oldest = history(session, "test", NOW)
    assert [(one.person, one.role, one.counts) for one in newest.signed] == [
        ("Ada Byron", "approver", False),
        ("Lee Law", "legal", True),
    ]
    assert newest.missing == "regulated needs 1 more person to approve"
    assert newest.recalls == ()
    assert [(one.item, one.reason) for one in oldest.recalls] == [("thanks", "Cold.")]
    said = as_text([newest, oldest])
    assert f"test 2  {newest.sha256}" in said
    assert "signed by Ada Byron (approver) on 2026-11-22 09:00 UTC, which counts no more" in said
    assert "thanks recalled, on 2026-11-22 09:00 UTC: Cold." in said


def test_the_history_of_altered_bytes_says_so(sqlite_database: Database, made: Made, keys: Keys) -> None:
    with sqlite_database.transaction() as session:
        version = approved(session, made, keys)
        version.body = body(mark=" and a free dinner")
        session.flush()
        (one,) = history(session, "test", NOW)
    assert one.missing == "test 1 was altered in the database. Nothing was signed."
