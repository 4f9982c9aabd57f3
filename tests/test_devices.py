"""Paired browsers: whose they are, who may end them, and that two requests at once spend no token twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from service.db import Database
from service.domain import Role, ScopeKind
from service.models import Device, Ended
from service.people import accounts, device_list, devices, extension, rotation
from service.people.may import Who
from tests.accounts import People
from tests.conftest import NOW
from tests.desk_rows import Rows
from tests.paired import ORIGIN

FACTS = {"paired_by": "Olga Owner", "browser": "Firefox", "origin": ORIGIN, "created_at": NOW}


def add(database: Database, label: str, **facts: object) -> int:
    with database.transaction() as session:
        device = Device(label=label, **FACTS | {"version": "0.1.0", "scopes": ["suggest.read"]} | facts)  # type: ignore[arg-type]
        session.add(device)
        session.flush()
        return device.id or 0


@pytest.fixture
def kim(database: Database, now: datetime) -> int:
    """The manager of Harbour Street, beside an owner and Old Mill."""
    people, rows = People(database, now), Rows(database, now)
    people.owner()
    for name, code in (("Harbour Street", "harbour"), ("Old Mill", "mill")):
        rows.branch(name, code=code)
    return people.person("Kim Park", Role.BRANCH, ScopeKind.BRANCH, "harbour")


def who(session: Session, person: int) -> Who:
    found = accounts.who(session, person)
    assert found
    return found


def test_lists_are_cut_to_what_somebody_may_end(database: Database, kim: int, now: datetime) -> None:
    add(database, "Kim's", person_id=kim, last_used_at=now - timedelta(days=1))
    add(database, "Olga's", person_id=1)
    add(database, "Harbour desk", branch_id=1, last_used_at=now)
    add(database, "Mill desk", branch_id=2)
    with database.reading() as session:
        hers = device_list.listed(session, who(session, kim), now)
        everybodys = device_list.listed(session, who(session, 1), now)
    assert [(one.device.label, one.whose, one.is_own, one.is_station) for one in hers] == [
        ("Harbour desk", "Harbour Street", False, True),
        ("Kim's", "Kim Park", True, False),
    ]
    assert len(everybodys) == 4


def test_outdated_ones_are_found_and_ended_ones_are_not(
    database: Database, kim: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extension, "LATEST_VERSION", "0.2.0")
    add(database, "Old", person_id=kim)
    add(database, "New", person_id=kim, version="0.2.0")
    gone = add(database, "Gone", person_id=kim)
    with database.transaction() as session:
        devices.end(session, gone, Ended.BY_PERSON, by="Kim Park", now=now)
        assert [one.device.label for one in device_list.outdated(session)] == ["Old"]


def test_ending_all_of_hers_ends_no_station(database: Database, kim: int, now: datetime) -> None:
    add(database, "One", person_id=kim)
    add(database, "Two", person_id=kim)
    station = add(database, "Desk", branch_id=1, unlocked_by=kim, unlocked_until=now)
    with database.transaction() as session:
        assert devices.end_all_of(session, kim, Ended.LEFT, by="Olga Owner", now=now) == 2
        assert devices.end_all_of(session, kim, Ended.LEFT, by="Olga Owner", now=now) == 0
        left = session.get_one(Device, station)
        assert (left.revoked_at, left.unlocked_by) == (None, None)


def test_requests_at_the_same_moment_leave_one_line_of_tokens(
    database: Database, kim: int, now: datetime
) -> None:
    """An extension whose worker was revived may ask twice at once: each answer works until one is used."""
    device = add(database, "Kim's", person_id=kim)
    with database.transaction() as session:
        first = rotation.begin(session, device, now)

    def renew(refresh: str) -> rotation.Tokens | None:
        with database.transaction() as session:
            found = rotation.renew(session, refresh, now)
            return found.tokens if found else None

    with ThreadPoolExecutor(4) as at_once:
        handed = list(at_once.map(renew, [first.refresh] * 4))
        assert all(handed)
        used = list(at_once.map(renew, [one.refresh for one in handed if one]))
    assert sum(one is not None for one in used) == 1
