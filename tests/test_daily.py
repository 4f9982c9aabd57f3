"""The backup of every day: made once, so many kept, a failure said, and off the machine only if so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import doctor
from service.backups import daily, restoring
from service.backups.daily import Daily
from service.db import Database
from service.models import Installation
from service.settings import Settings, read_settings
from tests.loopback import Loopback, answer
from tests.ringing import NOW, SECRET, Clock

DAY = timedelta(days=1)
PASSPHRASE = "nine green bottles"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback(lambda _asked: answer(status="201 Created")) as running:
        yield running


def settings_to(folder: Path, to: str, **more: str) -> Settings:
    return read_settings({"SHOPBELL_DATA": str(folder), "SHOPBELL_BACKUP_TO": to, **more})


def run(database: Database, settings: Settings, clock: Clock, *, far: bool = False) -> bool:
    return daily.run(database, settings, SECRET, lambda _folder: far, clock)


def installation(database: Database) -> Installation:
    with database.reading() as session:
        return session.get_one(Installation, 1)


def level(settings: Settings, database: Database, clock: Clock) -> list[str]:
    return [one.level.value for one in doctor.daily_backup(settings, database, clock.at)]


def test_where_no_place_is_set_none_is_made(database: Database, tmp_path: Path, clock: Clock) -> None:
    settings = read_settings({"SHOPBELL_DATA": str(tmp_path)})
    assert not run(database, settings, clock)
    assert level(settings, database, clock) == []


def test_one_a_day_is_made_and_only_the_newest_are_kept(
    database: Database, tmp_path: Path, clock: Clock
) -> None:
    folder = tmp_path / "kept"
    settings = settings_to(tmp_path, str(folder), SHOPBELL_BACKUP_KEEP="2")
    assert level(settings, database, clock) == ["note"]
    (tmp_path / "kept").mkdir()
    (folder / "holiday.jpg").write_bytes(b"mine")
    for _ in range(4):
        assert (run(database, settings, clock), run(database, settings, clock)) == (True, False)
        clock.pass_by(days=1)
    assert sorted(path.name for path in folder.iterdir()) == [
        "holiday.jpg",
        "shopbell-daily-2026-11-24-0900.backup",
        "shopbell-daily-2026-11-25-0900.backup",
    ]
    newest = folder / "shopbell-daily-2026-11-25-0900.backup"
    assert sum(restoring.check(SECRET, newest).values()) >= 1
    assert level(settings, database, clock) == ["good"]
    clock.pass_by(days=2)
    assert level(settings, database, clock) == ["note"]


@pytest.mark.parametrize("far", [False, True])
def test_a_folder_counts_as_off_the_machine_only_where_it_is(
    sqlite_database: Database, tmp_path: Path, clock: Clock, far: bool
) -> None:
    assert run(sqlite_database, settings_to(tmp_path, str(tmp_path / "b")), clock, far=far)
    assert (installation(sqlite_database).backup_off_at is not None) is far


def test_which_folders_lie_on_another_machine_is_told_by_their_file_system(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nnas:/x {tmp_path}/share nfs4 rw 0 0\n")
    (tmp_path / "share").mkdir()
    assert doctor.is_far_away(tmp_path / "share" / "bell", mounts)
    assert not doctor.is_far_away(tmp_path, mounts)


def test_an_address_gets_it_under_numbers_that_come_round(
    sqlite_database: Database, tmp_path: Path, server: Loopback, clock: Clock
) -> None:
    more = {
        "SHOPBELL_ALLOW_HOSTS": "127.0.0.1",
        "SHOPBELL_BACKUP_KEEP": "2",
        "SHOPBELL_BACKUP_PASSPHRASE": PASSPHRASE,
    }
    settings = settings_to(tmp_path, f"{server.url}/dav/", **more)
    for _ in range(3):
        assert run(sqlite_database, settings, clock)
        clock.pass_by(days=1)
    assert [asked.method for asked in server.asked] == ["PUT"] * 3
    assert server.paths[0] == server.paths[2] != server.paths[1]
    assert installation(sqlite_database).backup_off_at == NOW + 2 * DAY
    assert list(tmp_path.glob("tmp*")) == []
    kept = tmp_path / "back"
    kept.write_bytes(server.asked[2].body)
    assert sum(restoring.check(SECRET, kept, PASSPHRASE).values()) >= 1


def test_what_fails_is_said_and_tried_again_in_an_hour(
    sqlite_database: Database, tmp_path: Path, server: Loopback, clock: Clock
) -> None:
    settings = settings_to(tmp_path, f"{server.url}/dav/", SHOPBELL_ALLOW_HOSTS="127.0.0.1")
    server.say = lambda _asked: answer(status="507 Insufficient Storage")
    assert not run(sqlite_database, settings, clock)
    assert "it answered 507" in str(installation(sqlite_database).daily_error)
    assert level(settings, sqlite_database, clock) == ["bad"]
    assert installation(sqlite_database).backup_off_at is None
    clock.pass_by(minutes=59)
    run(sqlite_database, settings, clock)
    assert len(server.asked) == 1
    server.say = lambda _asked: answer(status="201 Created")
    clock.pass_by(minutes=1)
    assert run(sqlite_database, settings, clock)
    assert level(settings, sqlite_database, clock) == ["good"]


def test_a_folder_that_cannot_be_written_is_said(
    sqlite_database: Database, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "file").write_text("")
    assert not run(sqlite_database, settings_to(tmp_path, str(tmp_path / "file" / "b")), clock)
    assert "could not be written" in str(installation(sqlite_database).daily_error)


def test_dying_in_the_middle_leaves_it_due(
    sqlite_database: Database, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    settings = settings_to(tmp_path, str(tmp_path / "b"))
    with monkeypatch.context() as patched:
        patched.setattr(daily.making, "make", die)
        with pytest.raises(Killed):
            run(sqlite_database, settings, clock)
    clock.pass_by(hours=1)
    assert run(sqlite_database, settings, clock)


def test_no_password_is_shown_with_the_place(tmp_path: Path) -> None:
    settings = settings_to(tmp_path, "https://ann:hunter2@dav.example.com/bell/")
    named = Daily.of(settings)
    assert named is not None
    assert named.place == "dav.example.com/bell/"
