"""The doctor: says what is wrong and how to mend it, and shows no secret."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from service import doctor
from service.approval.versions import add_version
from service.db import Database, insert_new
from service.doctor import Finding, Level
from service.models import Inbound, Installation, Listing
from service.settings import Settings, new_secret, read_settings
from tests.conftest import NOW
from tests.test_versions import body


def settings_in(folder: Path, **more: str) -> Settings:
    return read_settings({"SHOPBELL_DATA": str(folder), **more})


def about(findings: list[Finding], name: str) -> Finding:
    return next(finding for finding in findings if finding.about == name)


def test_a_fresh_installation_is_told_each_next_step(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    findings = doctor.examine(settings_in(tmp_path), database, now)
    assert "shopbell add" in about(findings, "listings").mend
    assert "packs approve" in about(findings, "approved words").mend
    assert "channel add" in about(findings, "channels").mend
    assert all(finding.mend for finding in findings if finding.level is Level.BAD)


def test_a_pack_that_was_altered_in_the_database_is_found(database: Database) -> None:
    with database.transaction() as session:
        version = add_version(session, body(), NOW)
        version.body = version.body.replace(b"Thank you", b"Thank yoo")
    told = list(doctor.words(database))
    assert (told[0].level, told[0].what) == (Level.BAD, "test 1 was altered in the database and is not used")
    assert told[0].mend


@pytest.mark.parametrize(
    ("mounts", "environ", "level"),
    [
        ("/dev/sda1 / ext4 rw 0 0\n", {}, Level.GOOD),
        ("overlay / overlay rw 0 0\n", {}, Level.BAD),
        ("overlay / overlay rw 0 0\n/dev/vdb {data} ext4 rw 0 0\n", {}, Level.GOOD),
        ("/dev/sda1 / ext4 rw 0 0\ntmpfs {data} tmpfs rw 0 0\n", {}, Level.BAD),
        ("/dev/sda1 / ext4 rw 0 0\n", {"DYNO": "web.1"}, Level.BAD),
    ],
)
def test_a_disk_that_will_not_survive_a_restart_is_found(
    mounts: str, environ: dict[str, str], level: Level, tmp_path: Path
) -> None:
    table = tmp_path / "mounts"
    table.write_text(mounts.format(data=tmp_path.resolve()))
    findings = list(doctor.disk(settings_in(tmp_path), table, environ))
    assert about(findings, "disk survival").level is level


def test_postgres_needs_no_disk_of_ours(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, DATABASE_URL="postgresql://u@127.0.0.1/x")
    table = tmp_path / "mounts"
    table.write_text("overlay / overlay rw 0 0\n")
    assert all(f.about != "disk survival" for f in doctor.disk(settings, table, {}))


def test_an_old_schema_is_said_and_nothing_else_is_asked_of_it(tmp_path: Path, now: datetime) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    findings = doctor.examine(settings_in(tmp_path), database, now)
    database.close()
    assert about(findings, "database").mend == "Run `shopbell migrate`."


def test_a_database_that_does_not_answer_is_said(tmp_path: Path, now: datetime) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    findings = doctor.examine(settings_in(tmp_path), database, now)
    assert about(findings, "database").level is Level.BAD


def test_an_engine_that_stopped_is_noticed(database: Database, tmp_path: Path, now: datetime) -> None:
    with database.transaction() as session:
        insert_new(
            session, Installation, [{"id": 1, "created_at": now, "tick_at": now - doctor.TICK_LATE * 2}]
        )
    assert about(doctor.examine(settings_in(tmp_path), database, now), "engine").level is Level.NOTE
    with database.transaction() as session:
        installation = session.get(Installation, 1)
        assert installation is not None
        installation.tick_at = now
    assert about(doctor.examine(settings_in(tmp_path), database, now), "engine").level is Level.GOOD


def test_no_finding_shows_a_secret(database: Database, tmp_path: Path, now: datetime) -> None:
    settings = settings_in(
        tmp_path,
        SHOPBELL_SECRET=(secret := new_secret()),
        SHOPBELL_MAIL="smtp://user:hunter2@mail.example.com:587",
        SHOPBELL_MAIL_FROM="bell@example.com",
    )
    shown = repr(doctor.examine(settings, database, now))
    assert "hunter2" not in shown
    assert secret not in shown


def test_watched_listings_are_counted(database: Database, tmp_path: Path, now: datetime) -> None:
    with database.transaction() as session:
        row = {"site": "yelp", "key": "a", "url": "https://www.yelp.com/biz/a", "added_at": now}
        insert_new(session, Listing, [row])
    assert about(doctor.examine(settings_in(tmp_path), database, now), "listings").what == "1 watched"


def mailbox_finding(database: Database, folder: Path, now: datetime, **columns: object) -> Finding:
    from service.models import AccountKind
    from service.sources import accounts

    kind = columns.pop("kind", AccountKind.IMAP)
    assert isinstance(kind, AccountKind)
    with database.transaction() as session:
        accounts.add(session, kind, "ann@imap.example/INBOX", "ann (INBOX)", now, **columns)
    return about(doctor.examine(settings_in(folder), database, now), "mail of ann (INBOX)")


@pytest.mark.parametrize(
    ("columns", "hours", "level", "says"),
    [
        ({"state": "open"}, 0.1, Level.GOOD, "is heard"),
        ({"state": "open"}, 2, Level.NOTE, "is not heard since"),
        ({"state": "failing", "last_error": "mail.test broke off."}, 0.1, Level.NOTE, "mail.test broke off."),
        ({"state": "failing", "last_error": "mail.test broke off."}, 2, Level.BAD, "mail.test broke off."),
        ({"state": "sign_in", "last_error": "Sign in again."}, 0.1, Level.BAD, "Sign in again."),
    ],
)
def test_a_mailbox_that_is_not_heard_says_since_when_and_what_to_do(
    columns: dict[str, object],
    hours: float,
    level: Level,
    says: str,
    sqlite_database: Database,
    tmp_path: Path,
    now: datetime,
) -> None:
    heard = {"last_ok_at": now - timedelta(hours=hours)}
    found = mailbox_finding(sqlite_database, tmp_path, now, **columns, **heard)
    assert (found.level, says in found.what) == (level, True)
    assert found.mend or level is Level.GOOD


def test_whoever_must_sign_in_again_is_told_where(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    found = mailbox_finding(sqlite_database, tmp_path, now, state="sign_in", settings={"oauth": "google"})
    assert "/mailboxes/1/sign-in" in found.mend


def test_a_hook_that_refuses_posts_says_how_many(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    from service.models import AccountKind

    refused = {"settings": {"refused": 3}, "last_error": "The signature does not fit.", "last_ok_at": now}
    found = mailbox_finding(sqlite_database, tmp_path, now, kind=AccountKind.HOOK, state="open", **refused)
    assert "3 posts were refused" in found.what
    assert "does not fit" in found.mend


def test_mails_that_wait_for_somebody_and_errors_of_ours_are_counted(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    states = ("unknown", "confirm", "which_listing", "failed", "aside")
    rows = [{"dedupe_key": state, "received_at": now, "state": state} for state in states]
    with sqlite_database.transaction() as session:
        insert_new(session, Inbound, rows)
    whats = [found.what for found in doctor.mailboxes(settings_in(tmp_path), sqlite_database, now)]
    assert "3 wait for a person" in whats
    assert any(what.startswith("1 could not be read") for what in whats)


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("http://bell.example.com", Level.NOTE),
        ("http://192.168.4.7:8080", Level.NOTE),
        ("http://127.0.0.1:8080", Level.GOOD),
        ("http://[::1]:8080", Level.GOOD),
        ("http://localhost:8080", Level.GOOD),
        ("https://bell.example.com", Level.GOOD),
    ],
)
def test_a_desk_whose_sessions_can_be_listened_to_is_told(tmp_path: Path, url: str, level: Level) -> None:
    (found,) = doctor.reachable(settings_in(tmp_path, SHOPBELL_URL=url))
    assert found.level is level
    assert ("https://" in found.mend) is (level is Level.NOTE)


def test_a_sqlite_that_cannot_index_words_is_told(
    sqlite_database: Database,
) -> None:
    assert [one.level for one in doctor.database_state(sqlite_database)] == [Level.GOOD]
    event.listen(sqlite_database.engine, "connect", _without_fts5)
    sqlite_database.engine.dispose()
    found = next(iter(doctor.database_state(sqlite_database)))
    assert (found.level, "no FTS5" in found.what) == (Level.BAD, True)


def _without_fts5(connection: Any, _entry: object) -> None:
    """A build without it, as SQLite itself would tell."""
    connection.create_function("sqlite_compileoption_used", 1, lambda _name: 0)
