"""The list of paired browsers: one's own, those one may end, and what they may send."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service import doctor
from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Device, Ended, Person
from service.people import capturing, devices, extension, passwords
from tests.accounts import People
from tests.desk_rows import Rows
from tests.paired import Browser, paired
from tests.web.desk_people import browser
from tests.web.reading import form_token


@pytest.fixture
def people(sqlite_database: Database, now: datetime) -> People:
    people = People(sqlite_database, now)
    people.owner()
    rows = Rows(sqlite_database, now)
    rows.listing(rows.branch("Harbour Street", code="harbour"))
    rows.listing(rows.branch("Old Mill", code="mill"), "yelp")
    return people


@pytest.fixture
def kim(people: People) -> int:
    return people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "harbour")


def press(client: FlaskClient, path: str, **fields: object) -> int:
    token = form_token(client.get("/browsers"))
    return client.post(path, data={"form_token": token} | fields).status_code


def listed(client: FlaskClient) -> list[str]:
    return re.findall(r'class="who" id="device-(\d+)"', client.get("/browsers").text)


def ends(browser: Browser) -> bool:
    return browser.ask("/me", {"version": "0.1.0"}).status_code == 401


def test_each_sees_her_own_and_her_branchs_and_an_admin_all(
    app: Flask, people: People, kim: int, sqlite_database: Database, now: datetime
) -> None:
    lee = people.person("Lee Mill", Role.BRANCH, ScopeKind.BRANCH, "mill")
    for person, branch in ((kim, None), (lee, None), (kim, 1), (lee, 2)):
        paired(app, sqlite_database, person, now, branch=branch)
    assert sorted(listed(browser(app, people, kim))) == ["1", "3"]
    assert sorted(listed(browser(app, people, lee))) == ["2", "4"]
    assert sorted(listed(browser(app, people, 1))) == ["1", "2", "3", "4"]


def test_nobody_ends_what_she_does_not_see(
    app: Flask, people: People, kim: int, sqlite_database: Database, now: datetime
) -> None:
    own, owners = paired(app, sqlite_database, kim, now), paired(app, sqlite_database, 1, now)
    hers = browser(app, people, kim)
    assert press(hers, "/browsers/2/end") == 404
    assert press(hers, "/browsers/1/end") == 303
    assert (ends(own), ends(owners)) == (True, False)
    assert "ended at this desk" in hers.get("/browsers").text


def test_all_of_ones_own_are_ended_at_once(
    app: Flask, people: People, kim: int, sqlite_database: Database, now: datetime
) -> None:
    own = [paired(app, sqlite_database, kim, now) for _ in range(2)]
    station = paired(app, sqlite_database, kim, now, branch=1)
    assert press(browser(app, people, kim), "/browsers/end-all") == 303
    assert ([ends(one) for one in own], ends(station)) == ([True, True], False)


def test_a_copy_of_its_tokens_is_told_of_where_the_browser_is_listed(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    stolen = paired(app, sqlite_database, 1, now)
    spent = stolen.refresh
    stolen.renew()
    stolen.renew()
    stolen.refresh = spent
    assert stolen.renew().status_code == 401
    assert "somebody may have a copy" in browser(app, people, 1).get("/browsers").text


def test_what_ended_is_told_of_for_a_month(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    paired(app, sqlite_database, 1, now)
    with sqlite_database.transaction() as session:
        devices.end(session, 1, Ended.BY_PERSON, by="x", now=now - timedelta(days=31))
    assert listed(browser(app, people, 1)) == []


def test_an_outdated_extension_is_marked_and_found_by_the_doctor(
    app: Flask, people: People, sqlite_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(doctor.extensions(sqlite_database)) == []
    paired(app, sqlite_database, 1, now)
    (good,) = doctor.extensions(sqlite_database)
    monkeypatch.setattr(extension, "LATEST_VERSION", "0.2.0")
    (found,) = doctor.extensions(sqlite_database)
    assert (good.level, found.level) == (doctor.Level.GOOD, doctor.Level.NOTE)
    assert "Front desk laptop of Olga Owner (0.1.0)" in found.what
    assert "outdated" in browser(app, people, 1).get("/browsers").text


def test_a_browser_sends_by_itself_where_its_person_turned_that_on(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    own = paired(app, sqlite_database, 1, now)
    assert press(browser(app, people, 1), "/browsers/1/automatic", site=["yelp", "nowhere"]) == 303
    told = own.ask("/me", {"version": "0.1.0"}).json
    assert told is not None
    assert told["auto_capture"] == ["yelp"]


def test_nobody_turns_it_on_for_somebody_else(
    app: Flask, people: People, kim: int, sqlite_database: Database, now: datetime
) -> None:
    paired(app, sqlite_database, kim, now)
    assert press(browser(app, people, 1), "/browsers/1/automatic", site="yelp") == 404
    with sqlite_database.reading() as session:
        assert session.get_one(Device, 1).auto_capture == []


def test_an_administrator_switches_sending_off_for_a_site_or_for_all(
    app: Flask, people: People, sqlite_database: Database, now: datetime
) -> None:
    own, admin = paired(app, sqlite_database, 1, now), browser(app, people, 1)
    press(admin, "/browsers/1/automatic", site=["yelp", "tablenotes.example"])
    assert press(admin, "/browsers/capture", off="yelp") == 303
    told = own.ask("/me", {"version": "0.1.0"}).json
    assert told is not None
    assert (told["capture"], told["auto_capture"]) == (True, ["tablenotes.example"])
    assert press(admin, "/browsers/capture", off="*") == 303
    told = own.ask("/me", {"version": "0.1.0"}).json
    assert told is not None
    assert (told["capture"], told["auto_capture"]) == (False, [])
    assert press(admin, "/browsers/capture") == 303
    with sqlite_database.reading() as session:
        assert capturing.switched_off(session) == frozenset()


def test_a_pin_is_set_under_ones_account_and_taken_back(
    app: Flask, people: People, kim: int, sqlite_database: Database
) -> None:
    hers = browser(app, people, kim)

    def send(**fields: str) -> int:
        token = form_token(hers.get("/you"))
        return hers.post("/you/pin", data={"form_token": token} | fields).status_code

    def stored() -> str | None:
        with sqlite_database.reading() as session:
            return session.get_one(Person, kim).pin_hash

    assert send(secret_pin="1234") == 400
    assert send(secret_pin="2580") == 303
    assert passwords.fits(stored(), "2580")
    assert send(none="1") == 303
    assert stored() is None


def test_who_has_a_password_types_it_before_a_new_pin(
    app: Flask, people: People, kim: int, sqlite_database: Database
) -> None:
    with sqlite_database.transaction() as session:
        session.get_one(Person, kim).password_hash = passwords.hashed("a walk by the harbour")
    hers = browser(app, people, kim)
    token = form_token(hers.get("/you"))
    sent = {"form_token": token, "secret_pin": "2580"}
    assert hers.post("/you/pin", data=sent).status_code == 403
    assert hers.post("/you/pin", data=sent | {"password_now": "a walk by the harbour"}).status_code == 303


def test_who_only_reads_is_not_asked_for_a_pin(app: Flask, people: People) -> None:
    page = browser(app, people, people.person("Vera Viewer", Role.VIEWER)).get("/you").text
    assert "front desk" not in page
    assert "Paired browsers" in page
