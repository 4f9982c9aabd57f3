"""A draft from the desk: the next serial through the one writer, once, and never over somebody's head."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from service.approval.drafting import save_draft
from service.approval.history import history
from service.approval.versions import add_version
from service.db import Database
from service.errors import ApprovalRefused, Overtaken
from service.models import Audit, PackFeed, PackVersion, SigningKey
from service.replies.packs import read_pack
from service.replies.write import written
from tests.conftest import NOW
from tests.test_versions import body

NEXT = read_pack(body(mark=" indeed"))


def serials(session: Session) -> list[int]:
    return sorted(session.exec(select(PackVersion.serial)).all())


def test_a_draft_is_the_next_serial_and_what_says_the_same_is_no_other(database: Database) -> None:
    with database.transaction() as session:
        first = add_version(session, body(), NOW)
        for _ in range(2):
            draft = save_draft(session, NEXT, first.sha256, "Ann", NOW)
        assert (draft.serial, draft.state) == (2, "draft")
        assert draft.body == written(NEXT.model_copy(update={"serial": 2}))
        assert save_draft(session, NEXT, draft.sha256, "Ann", NOW).serial == 2
        assert serials(session) == [1, 2]
        assert len(session.exec(select(Audit)).all()) == 1
        assert [one.origin for one in history(session, "test", NOW)] == [
            "the desk, written by Ann",
            "a file here",
        ]


def test_a_pack_that_lies_in_a_file_begins_above_it(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        assert save_draft(session, read_pack(body(serial=4)), b"", "Ann", NOW).serial == 5


def test_nobody_writes_over_a_version_she_has_not_seen(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        first = add_version(session, body(), NOW).sha256
        add_version(session, body(serial=2), NOW)
        for since in (first, b""):
            with pytest.raises(Overtaken, match="Version 2 of test was stored meanwhile"):
                save_draft(session, NEXT, since, "Ann", NOW)
        assert serials(session) == [1, 2]


def test_words_of_a_feed_are_not_changed_here(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        session.add(SigningKey(fingerprint="r", person="B", role="root", public=b"x", created_at=NOW))
        session.flush()
        feed = PackFeed(url="https://b.example", brand="B", root="r", token_enc=b"x", added_at=NOW)
        session.add(feed)
        session.flush()
        version = add_version(session, body(), NOW)
        version.feed_id = feed.id
        session.flush()
        with pytest.raises(ApprovalRefused, match="from a brand's feed"):
            save_draft(session, NEXT, version.sha256, "Ann", NOW)
