"""Signing in: links that work once, passwords that are slow for everybody, and bounds on tries."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.db import Database
from service.domain import Role
from service.errors import SignInRefused
from service.people import leaving, passwords, sign_in
from service.people.sign_in import Asked, Doorkeeper
from tests.accounts import People

OLGA = Asked("olga@shops.example", "203.0.113.9")
NOBODY = Asked("nobody@shops.example", "203.0.113.9")


@pytest.fixture
def people(sqlite_database: Database, now: datetime) -> People:
    people = People(sqlite_database, now)
    people.owner()
    return people


@pytest.fixture
def asked_of(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """What each password was held against; hashing itself has tests of its own."""
    seen: list[str | None] = []

    def fits(stored: str | None, password: str) -> bool:
        seen.append(stored)
        return password == "right"

    monkeypatch.setattr(passwords, "fits", fits)
    return seen


def link(people: People, person: int = 1, good_for: timedelta = sign_in.MAILED_FOR) -> str:
    with people.database.transaction() as session:
        return sign_in.make_link(session, person, good_for, people.now)


def spent(people: People, token: str, at: datetime) -> int:
    with people.database.transaction() as session:
        return sign_in.spend(session, token, at)


def test_a_link_signs_in_once(database: Database, now: datetime) -> None:
    people = People(database, now)
    owner = people.owner()
    token = link(people, owner)
    assert spent(people, token, now) == owner
    with pytest.raises(SignInRefused, match="works once"):
        spent(people, token, now)


def test_looking_at_a_link_spends_nothing(people: People, now: datetime) -> None:
    token = link(people)
    for _ in range(3):
        with people.database.reading() as session:
            person = sign_in.whose_link(session, token, now)
            assert person and person.name == "Olga Owner"
    assert spent(people, token, now) == 1


@pytest.mark.parametrize("token", ["", "x", "\ud800" * 400])
def test_a_link_that_is_nobodys_opens_nothing(people: People, now: datetime, token: str) -> None:
    with pytest.raises(SignInRefused):
        spent(people, token, now)


def test_a_link_that_is_too_old_or_whose_person_left_opens_nothing(people: People, now: datetime) -> None:
    old = link(people)
    with pytest.raises(SignInRefused):
        spent(people, old, now + sign_in.MAILED_FOR)
    kim = people.person("Kim", Role.VIEWER)
    token = link(people, kim)
    with people.database.transaction() as session:
        leaving.leave(session, kim, by="Olga", now=now)
    with pytest.raises(SignInRefused):
        spent(people, token, now)


def test_a_password_signs_in(people: People, now: datetime, asked_of: list[str | None]) -> None:
    door = Doorkeeper(people.database)
    assert door.by_password(OLGA, "right", now) == 1
    with pytest.raises(SignInRefused, match="do not belong together"):
        door.by_password(OLGA, "wrong", now)


def test_an_unknown_address_is_answered_alike_and_as_slowly(
    people: People, now: datetime, asked_of: list[str | None]
) -> None:
    door = Doorkeeper(people.database)
    told = []
    for asked in (OLGA, NOBODY, Asked("", "203.0.113.9")):
        with pytest.raises(SignInRefused) as refused:
            door.by_password(asked, "wrong", now)
        told.append(str(refused.value))
    assert len(set(told)) == 1
    assert len(asked_of) == 3


def test_ten_wrong_passwords_for_one_account_must_wait_whoever_sends_them(
    people: People, now: datetime, asked_of: list[str | None]
) -> None:
    door = Doorkeeper(people.database)
    for asked in (OLGA, NOBODY):
        for number in range(10):
            with pytest.raises(SignInRefused, match="do not belong"):
                door.by_password(Asked(asked.email, f"203.0.113.{number}"), "wrong", now)
        with pytest.raises(SignInRefused, match="Wait 15 minutes"):
            door.by_password(asked, "right", now)
    assert len(asked_of) == 20
    assert door.by_password(OLGA, "right", now + timedelta(minutes=15)) == 1


def test_one_place_may_not_try_everybodys_password(
    people: People, now: datetime, asked_of: list[str | None]
) -> None:
    door = Doorkeeper(people.database)
    for number in range(60):
        with pytest.raises(SignInRefused, match="do not belong"):
            door.by_password(Asked(f"{number}@x.example", "203.0.113.9"), "wrong", now)
    with pytest.raises(SignInRefused, match="too many"):
        door.by_password(OLGA, "right", now)
    assert door.by_password(Asked(OLGA.email, "203.0.113.10"), "right", now) == 1


def test_the_right_password_begins_the_count_anew(
    people: People, now: datetime, asked_of: list[str | None]
) -> None:
    door = Doorkeeper(people.database)
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(SignInRefused, match="do not belong"):
                door.by_password(OLGA, "wrong", now)
        assert door.by_password(OLGA, "right", now) == 1


def test_links_go_to_people_with_an_account_and_not_too_often(people: People, now: datetime) -> None:
    door = Doorkeeper(people.database)
    people.person("Al", Role.ALERT_ONLY)
    mailed = [door.may_mail(OLGA, now) is not None for _ in range(4)]
    assert mailed == [True, True, True, False]
    assert door.may_mail(NOBODY, now) is None
    assert door.may_mail(Asked("al@shops.example", "203.0.113.8"), now) is None
    with pytest.raises(SignInRefused, match="too many"):
        for number in range(21):
            door.note_asking(Asked(f"{number}@x.example", OLGA.came_from), now)
