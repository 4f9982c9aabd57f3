"""Pairing at the desk: the code is typed, what asks is shown, and somebody who signed in lately decides."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Device
from service.settings import Settings
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.paired import ORIGIN, Browser
from tests.web.desk_people import browser as signed_in
from tests.web.reading import form_token


@dataclass
class Desk:
    """A desk, whoever sits at it, and an extension that asks to be paired."""

    database: Database
    people: People
    client: FlaskClient
    extension: Browser
    clock: list[datetime]

    def send(self, path: str, **fields: str) -> tuple[int, str]:
        token = form_token(self.client.get("/pair"))
        answer = self.client.post(path, data={"form_token": token} | fields)
        return answer.status_code, answer.text

    def poll(self) -> str:
        self.clock[0] += timedelta(seconds=5)
        answer = self.extension.poll()
        assert answer.json is not None
        return str(answer.json.get("code", "tokens"))

    def as_person(self, person: int) -> None:
        self.client = signed_in(self.extension.app, self.people, person)

    def devices(self) -> list[Device]:
        with self.database.reading() as session:
            return list(session.scalars(select(Device)))


@pytest.fixture
def desk(sqlite_database: Database, settings: Settings, now: datetime) -> Desk:
    clock = [now]
    app = create_app(settings, sqlite_database, lambda: clock[0])
    people = People(sqlite_database, now)
    owner = people.owner()
    rows = Rows(sqlite_database, now)
    for name, code in (("Harbour Street", "harbour"), ("Old Mill", "mill")):
        rows.listing(rows.branch(name, code=code))
    extension = Browser(app)
    assert extension.start(label="<b>Kim's</b> laptop").status_code == 200
    return Desk(sqlite_database, people, signed_in(app, people, owner), extension, clock)


def test_what_asks_is_shown_before_anything_is_decided(desk: Desk) -> None:
    status, page = desk.send("/pair", code=desk.extension.code.lower().replace("-", " "))
    assert status == 200
    for told in ("Firefox", "&lt;b&gt;Kim&#39;s&lt;/b&gt; laptop", ORIGIN, "Harbour Street", "Old Mill"):
        assert told in page
    assert "It posts nothing" in page
    assert desk.devices() == []
    assert desk.poll() == "pending"


def test_no_address_fills_the_code_in(desk: Desk) -> None:
    page = desk.client.get(f"/pair?code={desk.extension.code}&user_code={desk.extension.code}").text
    assert desk.extension.code not in page


def test_her_own_browser_is_paired(desk: Desk) -> None:
    assert desk.send("/pair/approve", code=desk.extension.code, station="")[0] == 303
    (device,) = desk.devices()
    assert (device.person_id, device.branch_id, device.paired_by) == (1, None, "Olga Owner")
    assert desk.poll() == "tokens"


def test_pressing_twice_pairs_once(desk: Desk) -> None:
    for _ in range(2):
        assert desk.send("/pair/approve", code=desk.extension.code)[0] == 303
    assert len(desk.devices()) == 1


def test_a_station_is_paired_for_a_branch_she_answers_for(desk: Desk) -> None:
    kim = desk.people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    desk.as_person(kim)
    _, page = desk.send("/pair", code=desk.extension.code)
    assert re.findall(r"The desk station of ([^<]+)<", page) == ["Harbour Street"]
    assert "Old Mill" not in page
    desk.send("/pair/approve", code=desk.extension.code, station="1")
    (device,) = desk.devices()
    assert (device.person_id, device.branch_id) == (None, 1)


def test_nobody_sets_up_a_station_elsewhere(desk: Desk) -> None:
    kim = desk.people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "harbour")
    desk.as_person(kim)
    status, page = desk.send("/pair/approve", code=desk.extension.code, station="2")
    assert (status, desk.devices()) == (400, [])
    assert "may not set up" in page


def test_a_reader_pairs_what_only_reads(desk: Desk) -> None:
    desk.as_person(desk.people.person("Vera Viewer", Role.VIEWER))
    _, page = desk.send("/pair", code=desk.extension.code)
    assert "Say which reply was inserted" not in page
    assert "desk station" not in page
    desk.send("/pair/approve", code=desk.extension.code)
    assert desk.devices()[0].scopes == ["suggest.read"]


def test_a_browser_is_denied(desk: Desk) -> None:
    assert desk.send("/pair/deny", code=desk.extension.code)[0] == 303
    assert desk.poll() == "denied"
    assert desk.send("/pair/approve", code=desk.extension.code)[0] == 400


@pytest.mark.parametrize("code", ["", "BCDF-2345", "nonsense", "<script>", "B" * 500])
def test_a_code_that_fits_nothing_is_said_so_and_stays_typed(desk: Desk, code: str) -> None:
    status, page = desk.send("/pair", code=code)
    assert status == 400
    assert "No browser waits with that code" in page
    assert "<script>" not in page


def test_ten_codes_that_fit_nothing_are_enough_for_one_person(desk: Desk) -> None:
    for _ in range(10):
        desk.send("/pair", code="BCDF-2345")
    assert "too many codes" in desk.send("/pair", code=desk.extension.code)[1]
    desk.clock[0] += timedelta(minutes=9)
    assert "too many codes" in desk.send("/pair/approve", code=desk.extension.code)[1]
    desk.as_person(desk.people.person("Kim Park", Role.AREA))
    assert desk.send("/pair", code=desk.extension.code)[0] == 200


def test_whoever_signed_in_long_ago_is_asked_to_sign_in_again(desk: Desk) -> None:
    token = form_token(desk.client.get("/pair"))
    for hours in (6, 6):
        desk.clock[0] += timedelta(hours=hours)
        desk.client.get("/")
    answer = desk.client.get("/pair")
    assert answer.status_code == 403
    assert "Sign in once more" in answer.text
    assert 'name="next" value="/pair"' in answer.text
    sent = desk.client.post("/pair/approve", data={"form_token": token, "code": desk.extension.code})
    assert sent.status_code in (303, 403, 409)
    assert desk.devices() == []


def test_where_nobody_has_an_account_the_first_is_made_before_any_pairing(client: FlaskClient) -> None:
    for path in ("/pair", "/browsers"):
        assert client.get(path).headers["Location"] == "/first-account"
