"""Recalled words are gone at once, in every version up to the recalled one, and stay gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from service.approval.recalls import recall
from service.approval.statements import WHOLE_PACK
from service.approval.versions import add_version, approve, approved_packs
from service.db import Database
from service.errors import ApprovalRefused
from service.models import Event, PackState, PackVersion, Recall
from tests.conftest import NOW
from tests.test_versions import Keys, Made, approved, body, keep, keys, made

__all__ = ["keys", "made"]

ANOTHER = """
[[item]]
id = "sorry"
when = { stars = [1, 2] }
variants = ["I am sorry to read this", "That should not have happened", "We let you down here"]
"""


def items(session: Session) -> list[tuple[str, int, list[str]]]:
    return [
        (one.pack.name, one.pack.serial, [item.id for item in one.pack.items])
        for one in approved_packs(session, NOW)
    ]


def two_items(session: Session, made: Made, keys: Keys, serial: int = 1) -> PackVersion:
    version = add_version(session, body(serial=serial) + ANOTHER.encode(), NOW)
    approve(session, version.sha256, keys["ada"], NOW)
    return version


def test_a_recalled_item_goes_and_the_others_stay(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        keep(session, made)
        version = two_items(session, made, keys)
        recall(session, version, "sorry", "It promises a refund.", keys["grace"], NOW)
        assert items(session) == [("test", 1, ["thanks"])]


def test_what_is_left_of_a_pack_is_the_same_each_time(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        keep(session, made)
        recall(session, two_items(session, made, keys), "sorry", "It promises a refund.", keys["grace"], NOW)
        once, again = approved_packs(session, NOW), approved_packs(session, NOW)
        assert once[0].pack is again[0].pack


def test_a_recall_holds_for_every_version_up_to_it_and_no_later_one(
    database: Database, made: Made, keys: Keys
) -> None:
    with database.transaction() as session:
        keep(session, made)
        two_items(session, made, keys)
        second = two_items(session, made, keys, serial=2)
        recall(session, second, "sorry", "It promises a refund.", keys["grace"], NOW)
        assert items(session) == [("test", 1, ["thanks"]), ("test", 2, ["thanks"])]
        two_items(session, made, keys, serial=3)
        assert items(session)[-1] == ("test", 3, ["thanks", "sorry"])


def test_a_recalled_pack_is_gone_whatever_its_row_says(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
        recall(session, version, WHOLE_PACK, "Legal asked for it.", keys["grace"], NOW)
        assert items(session) == []
        with pytest.raises(ApprovalRefused, match="was recalled"):
            approve(session, version.sha256, keys["grace"], NOW)
        session.execute(update(PackVersion).values(state=PackState.APPROVED.value))
        assert items(session) == []


def test_recalling_every_item_leaves_no_pack(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
        recall(session, version, "thanks", "It reads coldly.", keys["grace"], NOW)
        assert items(session) == []


def test_recalling_twice_is_recalling_once(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
        for minutes in (0, 5):
            recall(session, version, "thanks", "Cold.", keys["grace"], NOW + timedelta(minutes=minutes))
        assert len(session.exec(select(Recall)).all()) == 1
        (event,) = session.exec(select(Event).where(col(Event.kind) == "recalled")).all()
        assert event.payload == {"pack": "test", "item": "thanks", "up_to_serial": 1, "reason": "Cold."}


def test_a_recall_says_why_and_who(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        version = approved(session, made, keys)
        with pytest.raises(ApprovalRefused, match="Say why"):
            recall(session, version, "thanks", "  ", keys["grace"], NOW)
        kept = recall(session, version, "thanks", "Cold.", keys["grace"], NOW)
        assert kept.statement.startswith(f"shopbell/1 recall test 1 {version.sha256.hex()} thanks routine")
        assert items(session) == []


def test_a_revoked_key_recalls_nothing(database: Database, made: Made, keys: Keys) -> None:
    from service.approval.versions import revoke_key

    with database.transaction() as session:
        version = approved(session, made, keys)
        revoke_key(session, keys["grace"].fingerprint, NOW)
        with pytest.raises(ApprovalRefused, match="not believed"):
            recall(session, version, "thanks", "Cold.", keys["grace"], NOW)
        assert items(session) == [("test", 1, ["thanks"])]
