"""In which language the desk speaks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from flask.testing import FlaskClient

from service import tongues
from service.db import Database
from service.domain import Role
from service.settings import Settings
from service.web.app import create_app
from service.web.phrases import Phrases, counted, gettext
from tests import catalogues
from tests.accounts import People
from tests.web.desk_people import browser
from tests.web.reading import form_token

INBOX = "<h1>⟦Inbox⟧</h1>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Esperanto, in which everything stands in brackets."""
    folder = tmp_path / "translations"
    catalogues.compiled(catalogues.made_up("eo"), folder, "eo")
    monkeypatch.setattr(tongues, "FOLDER", folder)
    return folder


@pytest.fixture
def client(folder: Path, settings: Settings, sqlite_database: Database, now: datetime) -> FlaskClient:
    return create_app(settings, sqlite_database, lambda: now).test_client()


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("", "en"), ("eo", "eo"), ("pl, eo;q=0.8", "eo"), ("en-GB, eo;q=0.5", "en"), ("tlh", "en")],
)
def test_nobody_in_particular_reads_what_her_browser_asks_for(
    client: FlaskClient, asked: str, spoken: str
) -> None:
    page = client.get("/", headers={"Accept-Language": asked}).text
    assert f'<html lang="{spoken}">' in page
    assert (INBOX in page) == (spoken == "eo")


def test_a_person_reads_what_she_chose_whatever_her_browser_asks_for(
    client: FlaskClient, sqlite_database: Database, now: datetime
) -> None:
    people = People(sqlite_database, now)
    people.owner()
    kim = browser(client.application, people, people.person("Kim", Role.BRANCH))
    token = form_token(kim.get("/you"))
    assert kim.post("/you/language", data={"form_token": token, "language": "eo"}).status_code == 303
    assert INBOX in kim.get("/", headers={"Accept-Language": "en"}).text
    assert '<option value="eo" lang="eo" selected>Esperanto</option>' in kim.get("/you").text


def test_only_a_language_that_is_there_can_be_chosen(
    app: Flask, sqlite_database: Database, now: datetime
) -> None:
    people = People(sqlite_database, now)
    here = browser(app, people, people.owner())
    token = form_token(here.get("/you"))
    refused = here.post("/you/language", data={"form_token": token, "language": "../eo"})
    assert refused.status_code == 400
    assert '<html lang="en">' in here.get("/").text


def test_the_extension_is_answered_in_english(client: FlaskClient) -> None:
    assert "⟦" not in client.get("/api/v1/suggest", headers={"Accept-Language": "eo"}).text


def test_right_to_left_is_said_to_the_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings, sqlite_database: Database
) -> None:
    catalogues.compiled(Catalog(locale="ar"), tmp_path, "ar")
    monkeypatch.setattr(tongues, "FOLDER", tmp_path)
    client = create_app(settings, sqlite_database).test_client()
    assert '<html lang="ar" dir="rtl">' in client.get("/", headers={"Accept-Language": "ar"}).text


def test_outside_of_any_request_everything_is_said_in_english() -> None:
    assert gettext("%(n)s of them", n=3) == "3 of them"
    assert counted("%(n)s review", "%(n)s reviews", 1204) == "1,204 reviews"
    assert dict(Phrases({1: "one"})) == {1: "one"}
