"""The list of approvers: only the root key writes it, and only those on it count."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from service.approval.keys import UnlockedKey, new_key, unlock
from service.approval.rosters import believed, issue, read_people, signed_words
from service.approval.versions import add_version, approve, approved_packs, revoke_key
from service.db import Database
from service.errors import ApprovalRefused
from service.models import Roster, SigningKey
from tests.conftest import NOW
from tests.test_versions import PASSPHRASE, Keys, Made, body, keep, keys, made

__all__ = ["keys", "made"]


@pytest.fixture(scope="module")
def root_row() -> SigningKey:
    return new_key("Northside Ltd", "root", PASSPHRASE, NOW)


@pytest.fixture(scope="module")
def root(root_row: SigningKey) -> UnlockedKey:
    return unlock(root_row, PASSPHRASE)


def with_root(session: Session, made: Made, root_row: SigningKey) -> None:
    keep(session, made)
    session.add(SigningKey(**root_row.model_dump()))
    session.flush()


def names(session: Session) -> list[str]:
    return [one.pack.name for one in approved_packs(session, NOW)]


def test_once_there_is_a_root_only_those_it_lists_count(
    database: Database, made: Made, keys: Keys, root_row: SigningKey, root: UnlockedKey
) -> None:
    with database.transaction() as session:
        with_root(session, made, root_row)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        assert names(session) == []
        issue(session, root, "Northside", NOW)
        assert names(session) == ["test"]


def test_a_revoked_key_is_on_no_later_list(
    database: Database, made: Made, keys: Keys, root_row: SigningKey, root: UnlockedKey
) -> None:
    with database.transaction() as session:
        with_root(session, made, root_row)
        issue(session, root, "Northside", NOW)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        revoke_key(session, keys["ada"].fingerprint, NOW)
        issue(session, root, "Northside", NOW)
        assert names(session) == []
        newest = session.exec(select(Roster).order_by(col(Roster.serial).desc())).first()
        assert newest is not None
        listed = read_people(newest.body, newest.signature, root_row.public)
        assert (listed.serial, {key.person for key in listed.keys}) == (2, {"Grace Hopper", "Lee Law"})


def test_a_rotated_key_signs_no_more_and_what_it_signed_stands(
    database: Database, made: Made, keys: Keys, root_row: SigningKey, root: UnlockedKey
) -> None:
    with database.transaction() as session:
        with_root(session, made, root_row)
        issue(session, root, "Northside", NOW)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        session.get_one(SigningKey, keys["ada"].fingerprint).private_enc = None
        issue(session, root, "Northside", NOW + timedelta(minutes=1))
        assert names(session) == ["test"]
        counting = believed(session)
        key, by = keys["ada"].fingerprint, root.fingerprint
        assert counting.counts(key, by, "approver", NOW)
        assert not counting.counts(key, by, "approver", NOW + timedelta(minutes=2))
        assert not counting.counts(key, by, "legal", NOW)


def test_only_a_root_key_writes_the_list(database: Database, made: Made, keys: Keys) -> None:
    with database.transaction() as session:
        keep(session, made)
        with pytest.raises(ApprovalRefused, match="Only a brand's root key"):
            issue(session, keys["ada"], "Northside", NOW)


def test_a_list_that_was_altered_lists_nobody(
    database: Database, made: Made, keys: Keys, root_row: SigningKey, root: UnlockedKey
) -> None:
    with database.transaction() as session:
        with_root(session, made, root_row)
        kept = issue(session, root, "Northside", NOW)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        kept.body = kept.body.replace(b"Ada Byron", b"Eve Byron")
        session.flush()
        assert names(session) == []


WRONG = [
    ({"format": 2}, "form we do not know"),
    ({"root": "00" * 32}, "another root"),
    ({"keys": "x"}, "cannot be read"),
    ({"more": 1}, "cannot be read"),
]


@pytest.mark.parametrize(("change", "told"), WRONG)
def test_a_signed_list_of_a_strange_form_is_refused(
    database: Database, root_row: SigningKey, root: UnlockedKey, change: dict[str, object], told: str
) -> None:
    with database.transaction() as session:
        session.add(SigningKey(**root_row.model_dump()))
        session.flush()
        written = json.loads(issue(session, root, "Northside", NOW).body) | change
    body = json.dumps(written).encode()
    with pytest.raises(ApprovalRefused, match=told):
        read_people(body, root.sign(signed_words(body)), root_row.public)


def test_nobody_else_can_sign_a_list(root_row: SigningKey, keys: Keys) -> None:
    body = b"{}"
    with pytest.raises(ApprovalRefused, match="not signed by the brand's root key"):
        read_people(body, keys["ada"].sign(signed_words(body)), root_row.public)
