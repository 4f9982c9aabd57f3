"""The extension at the desk: offered where it is built, and where it is not, said how."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.db import Database
from service.people.extension import LATEST_VERSION
from service.settings import Settings
from service.web.app import create_app
from tests.accounts import People
from tests.web.desk_people import browser

BUILT = b"PK a zip"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder in which nothing is built yet."""
    (tmp_path / "extension" / "dist").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def app(home: Path, sqlite_database: Database, now: datetime) -> Flask:
    return create_app(Settings(data=home, home=home), sqlite_database, lambda: now)


@pytest.fixture
def owner(app: Flask, sqlite_database: Database, now: datetime) -> FlaskClient:
    people = People(sqlite_database, now)
    return browser(app, people, people.owner())


def build(home: Path, name: str, version: str = LATEST_VERSION) -> None:
    (home / "extension" / "dist" / f"shopbell-{name}-{version}.zip").write_bytes(BUILT)


def test_where_nothing_is_built_it_says_what_builds_it(owner: FlaskClient) -> None:
    page = owner.get("/browsers").text
    assert "make extension" in page
    assert "/browsers/extension/" not in page
    assert owner.get("/browsers/extension/chrome").status_code == 404


def test_what_is_built_is_downloaded_under_its_own_name(owner: FlaskClient, home: Path) -> None:
    build(home, "firefox")
    page = owner.get("/browsers").text
    assert "For Firefox" in page
    assert "/browsers/extension/chrome" not in page
    assert "make extension" not in page
    with owner.get("/browsers/extension/firefox") as answer:
        assert (answer.data, answer.mimetype) == (BUILT, "application/zip")
        assert f"filename=shopbell-firefox-{LATEST_VERSION}.zip" in answer.headers["Content-Disposition"]


def test_a_build_of_another_version_is_not_offered(owner: FlaskClient, home: Path) -> None:
    build(home, "chrome", "0.0.1")
    assert owner.get("/browsers/extension/chrome").status_code == 404


@pytest.mark.parametrize("name", ["safari", "..", "chrome-0.1.0.zip", "..%2f..%2fsecret"])
def test_no_other_file_is_handed_out(owner: FlaskClient, home: Path, name: str) -> None:
    build(home, "chrome")
    assert owner.get(f"/browsers/extension/{name}").status_code == 404


def test_the_address_to_give_it_is_this_desks(owner: FlaskClient) -> None:
    assert "Give it this address: <code>http://127.0.0.1:8080</code>" in owner.get("/browsers").text
