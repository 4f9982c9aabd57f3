"""What a machine is told of our health."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text

from service.db import Database
from service.settings import Settings
from service.web.app import create_app
from tests.desk_rows import Rows


def test_healthz_is_well_while_the_engine_is_at_work(client: FlaskClient, rows: Rows) -> None:
    rows.installation(tick_at=rows.now - timedelta(seconds=20))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "database": "ok",
        "schema": "ok",
        "engine": "ok",
        "tick_at": (rows.now - timedelta(seconds=20)).isoformat(),
    }


def test_healthz_fails_when_the_engine_stopped(
    settings: Settings, sqlite_database: Database, rows: Rows
) -> None:
    rows.installation(tick_at=rows.now - timedelta(hours=1))
    moments = iter([rows.now - timedelta(hours=1), rows.now])
    client = create_app(settings, sqlite_database, lambda: next(moments)).test_client()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json
    assert answer.json["engine"] == "not at work"


def test_healthz_gives_a_start_its_time(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json
    assert answer.json["engine"] == "starting"


def test_healthz_fails_on_another_versions_tables(client: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json == {"status": "failing", "database": "ok", "schema": "another version's"}


def test_a_database_that_is_gone_is_503_everywhere_and_no_secret_is_told(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    database = Database(f"sqlite:////{tmp_path}/not-here/shopbell.db")
    client = create_app(settings, database, lambda: now).test_client()
    health, page = client.get("/healthz"), client.get("/")
    assert (health.status_code, page.status_code) == (503, 503)
    assert health.json == {"status": "failing", "database": "does not answer"}
    assert "Nothing is lost" in page.text
    assert str(tmp_path) not in health.text + page.text
    database.close()
