"""The key a person signs with: kept once, the newest that still can, and never two for one name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.approval.keys import rotate
from service.approval.signers import keep, own_key, signer
from service.db import Database
from service.errors import ApprovalRefused
from service.models import SigningKey
from tests.conftest import NOW
from tests.test_versions import PASSPHRASE, Made, made
from tests.test_versions import keep as keep_all

__all__ = ["made"]


def test_the_first_signature_makes_a_key_and_the_next_uses_it(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        first = signer(session, "Ada  Byron", "approver", PASSPHRASE, NOW)
        assert own_key(session, "Ada Byron") is None
        keep(session, first)
        again = signer(session, "Ada Byron", "approver", PASSPHRASE, NOW)
        assert (again.made, again.key.fingerprint) == (None, first.key.fingerprint)
        with pytest.raises(ApprovalRefused, match="was made meanwhile"):
            keep(session, first)


def test_a_key_that_was_replaced_does_not_hide_the_one_that_took_its_place(
    sqlite_database: Database, made: Made
) -> None:
    with sqlite_database.transaction() as session:
        keep_all(session, made)
        old = session.get_one(SigningKey, made["ada"].fingerprint)
        fresh = rotate(session, old, PASSPHRASE, NOW + timedelta(days=1))
        found = signer(session, "Ada Byron", "approver", PASSPHRASE, NOW)
        assert found.key.fingerprint == fresh.fingerprint


def test_a_key_signs_in_its_own_role_alone(sqlite_database: Database, made: Made) -> None:
    with sqlite_database.transaction() as session:
        keep_all(session, made)
        assert own_key(session, "Lee Law", "approver") is None
        assert own_key(session, "Lee Law", "legal")
        with pytest.raises(ApprovalRefused, match="not the passphrase"):
            signer(session, "Lee Law", "legal", "eight green bottles", NOW)
