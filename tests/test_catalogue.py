"""Every pack as it stands: signed, waiting, sent back, recalled, over, or a file that nobody stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from service.approval.catalogue import Catalogued, Standing, catalogue
from service.approval.folder import Shelf, read_folder
from service.approval.recalls import recall
from service.approval.submitting import send_back, submit
from service.approval.versions import add_version, approve
from service.db import Database
from tests.conftest import NOW
from tests.test_versions import Keys, Made, body, keep, keys, made

__all__ = ["keys", "made"]

NO_FILES = Shelf((), ())


def only(session: Session, shelf: Shelf = NO_FILES, days: int = 0) -> Catalogued:
    (one,) = catalogue(session, shelf, NOW + timedelta(days=days))
    return one


def test_a_pack_goes_from_draft_to_use_and_to_its_end(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        keep(session, made)
        version = add_version(session, body(), NOW)
        assert only(session).standing is Standing.DRAFT
        submit(session, body(), "f", "Ann", NOW)
        assert (only(session).standing, only(session).missing) == (
            Standing.WAITS,
            "routine needs 1 more person to approve",
        )
        send_back(session, "test", "Grace", "Too short.", NOW + timedelta(seconds=1))
        assert only(session).standing is Standing.SENT_BACK
        approve(session, version.sha256, keys["ada"], NOW)
        assert only(session).standing is Standing.IN_USE
        assert only(session, days=900).standing is Standing.ENDED


def test_the_version_in_use_is_told_beside_a_newer_draft(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        keep(session, made)
        approve(session, add_version(session, body(), NOW).sha256, keys["ada"], NOW)
        add_version(session, body(serial=2), NOW)
        one = only(session)
        assert one.standing is Standing.DRAFT
        assert (one.pack.serial if one.pack else 0, one.in_use.serial if one.in_use else 0) == (2, 1)


def test_recalls_are_told_for_an_item_and_for_the_whole(
    sqlite_database: Database, made: Made, keys: Keys
) -> None:
    with sqlite_database.transaction() as session:
        keep(session, made)
        version = add_version(session, body(), NOW)
        approve(session, version.sha256, keys["ada"], NOW)
        recall(session, version, "thanks", "Too warm.", keys["ada"], NOW)
        assert (only(session).standing, only(session).recalled) == (Standing.RECALLED, 1)
        recall(session, version, "*", "All of it.", keys["ada"], NOW)
        assert only(session).standing is Standing.RECALLED


def test_altered_bytes_are_no_pack(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        add_version(session, body(), NOW).body = body(mark="!")
        session.flush()
        assert (only(session).standing, only(session).pack) == (Standing.ALTERED, None)


def test_a_file_is_told_while_its_bytes_are_not_stored(sqlite_database: Database, tmp_path: Path) -> None:
    file = tmp_path / "test" / "pack.toml"
    file.parent.mkdir()
    file.write_bytes(body())
    with sqlite_database.transaction() as session:
        assert only(session, read_folder(tmp_path)).standing is Standing.FILE
        add_version(session, body(), NOW)
        assert only(session, read_folder(tmp_path)).file is None
        file.write_bytes(body(mark="!"))
        assert only(session, read_folder(tmp_path)).file_clashes
        file.write_bytes(body(serial=2))
        assert only(session, read_folder(tmp_path)).file_is_newer
