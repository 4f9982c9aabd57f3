"""Second factors: who must have one, what rests without it, and nobody is locked out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from service import doctor
from service.backups import making, restoring
from service.db import Database
from service.doctor import Level
from service.domain import Role
from service.errors import AccountRefused
from service.models import AuditBody, Installation, Passkey, Person, RecoveryCode
from service.people import accounts, codes, factors, leaving, passkeys, sessions
from service.people.factors import FRESH, Held
from service.people.may import WHOLE, Act, Grant, may
from tests.accounts import People


@pytest.fixture
def people(database: Database, now: datetime) -> People:
    people = People(database, now)
    people.owner()
    return people


def key(people: People, person: int, name: bytes = b"one") -> None:
    """A passkey of that person, as far as rows go."""
    with people.database.transaction() as session:
        made: dict[str, Any] = {"public_key": b"", "sign_count": 0, "label": "Phone"}
        session.add(Passkey(person_id=person, credential_id=name, created_at=people.now, **made))


def with_codes(people: People, person: int) -> None:
    with people.database.transaction() as session:
        session.get_one(Person, person).totp_enc = b"sealed"
        session.add(RecoveryCode(code_sha256=bytes(32), person_id=person, made_at=people.now))


def required(people: People, on: bool = True) -> None:
    with people.database.transaction() as session:
        factors.require(session, on, by="Olga Owner", now=people.now)


def signed_in(people: People, token: str) -> sessions.SignedIn:
    with people.database.reading() as session:
        found = sessions.read(session, token, people.now)
    assert found
    return found


def test_roles_that_sign_or_manage_rest_until_a_second_factor_is_shown(people: People) -> None:
    token = people.token(1)
    assert may(signed_in(people, token).who, Act.SIGN, WHOLE)
    required(people)
    here = signed_in(people, token)
    assert not may(here.who, Act.READ, WHOLE)
    assert may(here.whole, Act.SIGN, WHOLE)
    with people.database.transaction() as session:
        factors.note_proof(session, here.row, people.now, second=True)
    assert may(signed_in(people, token).who, Act.SIGN, WHOLE)


def test_other_roles_go_on(people: People) -> None:
    kim = people.person("Kim", Role.VIEWER)
    with people.database.transaction() as session:
        accounts.grant(session, kim, Grant(Role.APPROVER), by="Olga Owner", now=people.now)
    required(people)
    here = signed_in(people, people.token(kim))
    assert [one.role for one in here.who.grants] == [Role.VIEWER]
    assert [one.role for one in here.resting] == [Role.APPROVER]


def test_a_proof_by_password_alone_wakes_nothing(people: People) -> None:
    required(people)
    here = signed_in(people, people.token(1))
    with people.database.transaction() as session:
        factors.note_proof(session, here.row, people.now, second=False)
    with people.database.transaction() as session:
        found = sessions.read(session, people.token(1), people.now)
    assert found
    assert found.resting


def test_a_session_begun_with_a_second_factor_has_all_its_roles(people: People) -> None:
    required(people)
    with people.database.transaction() as session:
        token = sessions.begin(session, 1, "Firefox", people.now, second=True)
    assert not signed_in(people, token).resting


def test_asking_for_it_twice_is_asking_once_and_is_audited(people: People) -> None:
    for on in (True, True, False, False):
        required(people, on)
    with people.database.reading() as session:
        bodies = session.exec(select(AuditBody).where(AuditBody.kind == "second_factor")).all()
        assert factors.required_since(session) is None
    assert [one.body for one in bodies] == [
        {"person": "Olga Owner", "required": True},
        {"person": "Olga Owner", "required": False},
    ]


@pytest.mark.parametrize(
    ("begun", "proved", "second", "own", "fresh"),
    [
        (timedelta(minutes=1), None, None, Held(0, False), True),
        (FRESH, None, None, Held(0, False), False),
        (FRESH, timedelta(minutes=1), None, Held(0, False), True),
        (timedelta(minutes=1), None, None, Held(1, False), False),
        (FRESH, timedelta(minutes=1), None, Held(0, True), False),
        (FRESH, None, timedelta(minutes=1), Held(0, True), True),
        (timedelta(), None, FRESH, Held(1, True), False),
    ],
)
def test_a_proof_is_fresh_for_a_quarter_of_an_hour_and_by_the_best_she_has(
    people: People,
    begun: timedelta,
    proved: timedelta | None,
    second: timedelta | None,
    own: Held,
    fresh: bool,
) -> None:
    row = signed_in(people, people.token(1)).row
    row.made_at = people.now - begun
    row.proved_at = people.now - proved if proved is not None else None
    row.second_at = people.now - second if second is not None else None
    assert factors.is_fresh(row, own, people.now) == fresh


def test_the_last_one_is_kept_by_who_must_have_one(people: People) -> None:
    whole = signed_in(people, people.token(1)).whole
    with people.database.transaction() as session:
        factors.require_one_left(session, whole, Held(0, False))
    required(people)
    with people.database.transaction() as session:
        factors.require_one_left(session, whole, Held(0, True))
        with pytest.raises(AccountRefused, match="add another first"):
            factors.require_one_left(session, whole, Held(0, False))


def test_one_that_is_lost_is_taken_away_with_every_session(people: People) -> None:
    key(people, 1)
    with_codes(people, 1)
    token = people.token(1)
    with people.database.transaction() as session:
        ended = factors.reset(session, 1, by="the command line", now=people.now)
        assert not factors.held(session, 1)
        assert codes.left(session, 1) == 0
        assert sessions.read(session, token, people.now) is None
        (told,) = session.exec(select(AuditBody).where(AuditBody.kind == "second_factor_reset"))
    assert (ended.passkeys, ended.codes, ended.sessions) == (1, True, 1)
    assert told.body == {
        "person": "the command line",
        "about": "Olga Owner",
        "passkeys": 1,
        "codes": True,
        "sessions": 1,
    }


def test_who_leaves_leaves_no_way_in(people: People) -> None:
    kim = people.person("Kim", Role.APPROVER)
    key(people, kim)
    with_codes(people, kim)
    with people.database.transaction() as session:
        assert leaving.leave(session, kim, by="Olga Owner", now=people.now).passkeys == 1
        assert not factors.held(session, kim)
        assert codes.left(session, kim) == 0


def test_the_doctor_names_who_signs_without_one(people: People) -> None:
    people.person("Vera Viewer", Role.VIEWER)
    (found,) = doctor.second_factor(people.database)
    assert (found.level, found.what) == (Level.NOTE, "Olga Owner signs or manages without one")
    required(people)
    (found,) = doctor.second_factor(people.database)
    assert "rest" in found.mend
    key(people, 1)
    (found,) = doctor.second_factor(people.database)
    assert found.level is Level.GOOD


def test_the_doctor_says_nothing_of_it_before_the_first_account(database: Database) -> None:
    assert list(doctor.second_factor(database)) == []


def test_a_restore_opens_the_desk_to_no_password_alone(
    people: People, migrated_sqlite: Any, tmp_path: Any
) -> None:
    """Passkeys and codes come back; what was spent once does not."""
    key(people, 1)
    with_codes(people, 1)
    required(people)
    making.make(people.database, bytes(32), tmp_path / "b", people.now)
    (tmp_path / "anew.db").write_bytes(migrated_sqlite.read_bytes())
    anew = Database(f"sqlite:///{tmp_path / 'anew.db'}")
    restoring.restore(anew, bytes(32), tmp_path / "b", people.now)
    with anew.reading() as session:
        assert factors.held(session, 1) == Held(1, codes=True)
        assert session.get_one(Installation, 1).second_since == people.now
        assert codes.left(session, 1) == 0
        assert passkeys.any_here(session)
    anew.close()
