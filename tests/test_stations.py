"""Desk stations: locked until somebody of that branch types her PIN, and again after five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col

from service import audit
from service.db import Database
from service.domain import Role, ScopeKind
from service.errors import AccountRefused
from service.models import AuditBody, Person
from service.people import accounts, leaving, passwords, stations
from service.settings import Settings
from service.web.app import create_app
from tests.accounts import People
from tests.desk_rows import Rows
from tests.paired import Browser, paired

PIN = "2580"


@dataclass
class Station:
    """A station of Harbour Street, with its people and a clock."""

    database: Database
    browser: Browser
    clock: list[datetime]
    kim: int
    lee: int

    def later(self, **span: float) -> None:
        self.clock[0] += timedelta(**span)

    def unlock(self, person: int, pin: str = PIN) -> tuple[int, str]:
        answer = self.browser.ask("/unlock", {"person": person, "pin": pin})
        assert answer.json is not None
        return answer.status_code, answer.json.get("code", answer.json.get("name"))

    def me(self) -> dict[str, object]:
        answer = self.browser.ask("/me", {"version": "0.1.0"})
        if answer.status_code == 401:
            assert self.browser.renew().status_code == 200
            answer = self.browser.ask("/me", {"version": "0.1.0"})
        assert answer.json is not None
        return answer.json

    def standing(self) -> object:
        told = self.me()["station"]
        assert isinstance(told, dict)
        return told["unlocked"] and told["unlocked"]["name"]


@pytest.fixture(scope="module")
def pin_hash() -> str:
    return passwords.hashed_pin(PIN)


@pytest.fixture
def station(database: Database, tmp_path: object, now: datetime, pin_hash: str) -> Station:
    clock = [now]
    rows, people = Rows(database, now), People(database, now)
    owner = people.owner()
    harbour = rows.branch("Harbour Street", code="harbour")
    rows.listing(harbour)
    rows.listing(rows.branch("Old Mill", code="mill"))
    kim = people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "harbour", pin_hash=pin_hash)
    lee = people.person("Lee Mill", Role.BRANCH, ScopeKind.BRANCH, "mill", pin_hash=pin_hash)
    app: Flask = create_app(Settings(data=tmp_path), database, lambda: clock[0])  # type: ignore[arg-type]
    return Station(database, paired(app, database, owner, now, branch=harbour), clock, kim, lee)


def test_it_shows_its_branch_alone_and_who_could_unlock_it(station: Station) -> None:
    told = station.me()
    assert told["person"] is None
    assert told["branches"] == [{"id": 1, "name": "Harbour Street"}]
    assert told["station"] == {
        "branch": 1,
        "label": "Front desk laptop",
        "people": [{"id": station.kim, "name": "Kim Park"}],
        "unlocked": None,
    }


def test_a_name_and_a_pin_unlock_it_for_five_minutes(station: Station) -> None:
    assert station.unlock(station.kim) == (200, "Kim Park")
    assert station.me()["person"] == {"id": station.kim, "name": "Kim Park"}
    station.later(minutes=4.9)
    assert station.standing() == "Kim Park"
    station.later(minutes=0.2)
    assert station.standing() is None


def test_unlocking_is_audited_as_station_and_person(station: Station) -> None:
    station.unlock(station.kim)
    with station.database.reading() as session:
        told = session.scalars(select(AuditBody).where(col(AuditBody.kind) == "station_unlocked")).one()
        assert told.body == {
            "person": "Kim Park",
            "about": "the desk station Front desk laptop of Harbour Street",
        }
        assert audit.verify(session).broken == ()


def test_it_is_locked_by_hand(station: Station) -> None:
    station.unlock(station.kim)
    for _ in range(2):
        assert station.browser.ask("/lock", {}).status_code == 204
    assert station.standing() is None


def test_who_has_no_place_there_unlocks_nothing(station: Station) -> None:
    for person in (station.lee, 1, 999):  # of another branch; without a PIN; nobody
        assert station.unlock(person) == (403, "wrong_pin")


def test_five_wrong_pins_make_her_wait_and_then_the_right_one_opens(station: Station) -> None:
    answers = [station.browser.ask("/unlock", {"person": station.kim, "pin": "9999"}) for _ in range(5)]
    assert [answer.json["tries_left"] for answer in answers if answer.json] == [4, 3, 2, 1, 0]
    assert station.unlock(station.kim) == (429, "slow_down")
    station.later(minutes=14)
    assert station.unlock(station.kim) == (429, "slow_down")
    station.later(minutes=2)
    station.me()
    assert station.unlock(station.kim) == (200, "Kim Park")


def test_the_right_pin_forgets_the_wrong_ones(station: Station) -> None:
    for pin in ("9999", "9998", PIN, "9999", "9998", "9997", "9996"):
        station.unlock(station.kim, pin)
    assert station.unlock(station.kim) == (200, "Kim Park")


def test_who_leaves_stands_there_no_more(station: Station, now: datetime) -> None:
    station.unlock(station.kim)
    with station.database.transaction() as session:
        leaving.leave(session, station.kim, by="Olga Owner", now=now)
    told = station.me()
    assert (told["person"], told["station"]["people"]) == (None, [])  # type: ignore[index]


def test_who_loses_the_branch_stands_there_no_more(station: Station, now: datetime) -> None:
    station.unlock(station.kim)
    with station.database.transaction() as session:
        accounts.grant(session, station.kim, accounts.Grant(Role.VIEWER), by="Olga", now=now)
        held = next(one.grants for one in accounts.listed(session) if one.person.id == station.kim)
        accounts.withdraw(session, station.kim, held[0][0], by="Olga", now=now)
    assert station.standing() is None


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "abcd", "٣٤٥٦", "1111", "1234", "9876"])
def test_a_pin_that_is_none_or_too_easy_is_refused(pin: str) -> None:
    with pytest.raises(AccountRefused, match="Nothing was changed"):
        passwords.hashed_pin(pin)


def test_a_new_pin_begins_with_no_wrong_tries(station: Station, now: datetime, pin_hash: str) -> None:
    for _ in range(5):
        station.unlock(station.kim, "9999")
    with station.database.transaction() as session:
        stations.set_pin(session, station.kim, pin_hash, now)
    assert station.unlock(station.kim) == (200, "Kim Park")
    with station.database.reading() as session:
        assert session.get_one(Person, station.kim).pin_tries == 0
