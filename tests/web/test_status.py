"""Settings and status: what is wrong first, and a backup to take along."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import audit
from service.backups import restoring
from service.db import Database
from service.settings import Settings, the_secret
from service.web import kept_safe
from service.web.app import create_app
from tests.desk_rows import Rows
from tests.web.reading import form_token

AT_RISK = "may be gone after a restart"


def press(client: FlaskClient, path: str) -> tuple[int, bytes, str]:
    token = form_token(client.get("/settings"))
    with client.post(path, data={"form_token": token}) as answer:
        return answer.status_code, answer.data, answer.headers.get("Location", "")


def test_everything_the_doctor_knows_is_there_the_worst_first(client: FlaskClient) -> None:
    page = client.get("/settings").text
    assert page.index("nobody would be told") < page.index("with this version&#39;s tables")
    for said in ("Shopbell", "SQLite", "Tables", "Nobody can sign here yet", "0 decisions in the chain"):
        assert said in page


def test_no_secret_is_on_the_page(sqlite_database: Database, tmp_path: Path, now: datetime) -> None:
    from service.settings import read_settings

    told = {"SHOPBELL_DATA": str(tmp_path), "SHOPBELL_MAIL": "smtps://bell:hush@mail.example.com"}
    settings = read_settings(told | {"SHOPBELL_MAIL_FROM": "bell@example.com"})
    page = create_app(settings, sqlite_database, lambda: now).test_client().get("/settings").text
    assert "hush" not in page
    assert (tmp_path / "secret").read_text().strip() not in page


def test_a_backup_is_taken_along_and_opens(
    client: FlaskClient, rows: Rows, shop: int, settings: Settings, tmp_path: Path
) -> None:
    status, body, _ = press(client, "/settings/backup")
    assert (status, body[:15]) == (200, b"shopbell backup")
    (tmp_path / "taken").write_bytes(body)
    assert restoring.check(the_secret(settings), tmp_path / "taken")["listing"] == 1
    assert list(settings.data_folder.glob("tmp*")) == []
    assert "just now" in client.get("/settings").text


@pytest.fixture
def fleeting(
    settings: Settings,
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> FlaskClient:
    """A desk whose disk is gone after a restart."""
    mounts = tmp_path / "mounts"
    mounts.write_text("tmpfs / tmpfs rw 0 0\n")
    monkeypatch.setattr(kept_safe, "MOUNTS", mounts)
    return create_app(settings, sqlite_database, lambda: now).test_client()


@pytest.mark.parametrize("path", ["/", "/alerts", "/health", "/channels", "/settings"])
def test_a_disk_that_may_not_survive_is_told_on_every_screen(fleeting: FlaskClient, path: str) -> None:
    assert AT_RISK in fleeting.get(path).text
    assert "Keep a backup elsewhere" in fleeting.get(path).text


def test_until_a_backup_lies_elsewhere(fleeting: FlaskClient) -> None:
    press(fleeting, "/settings/backup")
    assert AT_RISK in fleeting.get("/alerts").text
    press(fleeting, "/settings/kept")
    assert AT_RISK not in fleeting.get("/alerts").text


def test_a_disk_of_its_own_needs_no_banner(
    settings: Settings,
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "mounts").write_text("/dev/sda1 / ext4 rw 0 0\n")
    monkeypatch.setattr(kept_safe, "MOUNTS", tmp_path / "mounts")
    client = create_app(settings, sqlite_database, lambda: now).test_client()
    assert AT_RISK not in client.get("/alerts").text


def test_an_old_backup_is_told_of(client: FlaskClient, rows: Rows) -> None:
    rows.installation(backup_off_at=rows.now - timedelta(days=8))
    assert "Make another" in client.get("/settings").text


def test_the_chain_is_read_when_asked(client: FlaskClient, rows: Rows) -> None:
    with rows.database.transaction() as session:
        head = audit.record(session, "test", "nothing", {}, rows.now)
    page = client.get("/settings/audit").text
    assert "Whole and in order" in page
    assert str(head) in page


def test_a_broken_chain_is_told(client: FlaskClient, rows: Rows) -> None:
    from sqlalchemy import text

    with rows.database.transaction() as session:
        audit.record(session, "test", "nothing", {}, rows.now)
        session.execute(text("UPDATE audit_body SET kind = 'other'"))
    assert (
        "Link 1" in client.get("/settings/audit").text
        or "body of link 1" in client.get("/settings/audit").text
    )
