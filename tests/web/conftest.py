"""A desk on a database of its own, and rows to show in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.approval.keys import new_key, unlock
from service.db import Database
from service.people.links import Links
from service.settings import Settings, the_secret
from service.web.app import create_app
from tests.conftest import NOW
from tests.desk_rows import Rows
from tests.signed import sign_shipped
from tests.test_versions import PASSPHRASE, Keys, Made
from tests.web.packing import Packing


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


@pytest.fixture
def app(settings: Settings, sqlite_database: Database, now: datetime) -> Flask:
    return create_app(settings, sqlite_database, lambda: now)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def rows(sqlite_database: Database, now: datetime) -> Rows:
    return Rows(sqlite_database, now)


@pytest.fixture
def shop(rows: Rows) -> int:
    """One listing of one branch."""
    return rows.listing(rows.branch("Harbour Street", code="harbour"))


@pytest.fixture
def links(settings: Settings) -> Links:
    return Links(the_secret(settings), settings.public_url)


@pytest.fixture
def approved(rows: Rows) -> None:
    """The packs that ship, signed by two people."""
    with rows.database.transaction() as session:
        sign_shipped(session, rows.now)


@pytest.fixture
def restaurant(rows: Rows) -> int:
    return rows.listing(rows.branch("Harbour Street", vertical="restaurant", sign_off="Dana and the team"))


@pytest.fixture(scope="session")
def made() -> Made:
    """Keys are slow to make, on purpose: once for all tests."""
    people = {"ada": ("Ada Byron", "approver"), "lee": ("Lee Law", "legal")}
    return {name: new_key(person, role, PASSPHRASE, NOW) for name, (person, role) in people.items()}


@pytest.fixture(scope="session")
def keys(made: Made) -> Keys:
    return {name: unlock(key, PASSPHRASE) for name, key in made.items()}


@pytest.fixture
def packing(sqlite_database: Database, tmp_path: Path, now: datetime, made: Made, keys: Keys) -> Packing:
    settings = Settings(data=tmp_path, home=tmp_path)
    client = create_app(settings, sqlite_database, lambda: now).test_client()
    return Packing(sqlite_database, tmp_path, client, now, made, keys)
