"""Accounts: made, given roles, and ended in one step that leaves nothing open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from service import audit
from service.db import Database
from service.domain import Role, ScopeKind
from service.errors import AccountRefused
from service.models import AuditBody, Channel, Person, Review, ReviewNote, SigningKey
from service.people import accounts, leaving, sessions, sign_in
from service.people.may import Grant
from tests.accounts import People
from tests.desk_rows import Rows


@pytest.fixture
def people(sqlite_database: Database, now: datetime) -> People:
    return People(sqlite_database, now)


def refused(database: Database, act: object) -> str:
    with pytest.raises(AccountRefused) as told, database.transaction() as session:
        act(session)  # type: ignore[operator]
    return str(told.value)


def test_the_first_account_manages_and_answers_for_words_and_is_made_once(
    database: Database, now: datetime
) -> None:
    with database.reading() as session:
        assert not accounts.exist(session)
    owner = People(database, now).owner()
    with database.reading() as session:
        assert accounts.exist(session)
        who = accounts.who(session, owner)
        assert who and {grant.role for grant in who.grants} == {Role.ADMIN, Role.APPROVER}
    told = refused(database, lambda session: accounts.first(session, "Eve", "eve@x.example", None, now))
    assert "account already" in told


def test_who_is_only_told_of_things_has_no_account(people: People) -> None:
    person = people.person("Al Erted", Role.ALERT_ONLY)
    with people.database.reading() as session:
        assert not accounts.exist(session)
        assert accounts.with_address(session, "al@shops.example") is None
        assert [one.person.id for one in accounts.listed(session)] == [person]


def test_an_address_that_is_told_of_things_becomes_an_account(people: People, now: datetime) -> None:
    people.owner()
    dana = Rows(people.database, now).person("Dana", "dana@shops.example")
    assert people.person("Dana Whitlock", Role.VIEWER) == dana
    assert "already" in refused(
        people.database,
        lambda session: accounts.create(
            session, "D", "dana@shops.example", [Grant(Role.ADMIN)], by="x", now=now
        ),
    )


@pytest.mark.parametrize(
    "given",
    [
        Grant(Role.BRANCH, ScopeKind.BRANCH, "no-such"),
        Grant(Role.AREA, ScopeKind.REGION, ""),
        Grant(Role.VIEWER, ScopeKind.ALL, "harbour"),
    ],
)
def test_a_scope_must_be_there(people: People, now: datetime, given: Grant) -> None:
    owner = people.owner()
    told = refused(people.database, lambda session: accounts.grant(session, owner, given, by="x", now=now))
    assert "Nothing was changed" in told


def test_the_first_account_can_let_others_in(people: People) -> None:
    told = refused(
        people.database,
        lambda session: accounts.create(
            session, "Kim", "kim@x.example", [Grant(Role.VIEWER)], by="x", now=people.now
        ),
    )
    assert "administrator" in told


def test_roles_are_given_once_and_taken_back(people: People, now: datetime) -> None:
    Rows(people.database, now).branch(code="harbour")
    people.owner()
    kim = people.person("Kim", Role.VIEWER)
    here = Grant(Role.BRANCH, ScopeKind.BRANCH, "harbour")
    with people.database.transaction() as session:
        for _ in range(2):
            accounts.grant(session, kim, here, by="Olga", now=now)
    with people.database.reading() as session:
        only, _owner = accounts.listed(session)
    assert [given for _, given in only.grants] == [Grant(Role.VIEWER), here]
    with people.database.transaction() as session:
        accounts.withdraw(session, kim, only.grants[0][0], by="Olga", now=now)
    told = refused(
        people.database,
        lambda session: accounts.withdraw(session, kim, only.grants[1][0], by="Olga", now=now),
    )
    assert "only role" in told


def test_the_last_administrator_can_neither_leave_nor_give_it_up(people: People, now: datetime) -> None:
    owner = people.owner()
    with people.database.reading() as session:
        (only,) = accounts.listed(session)
    admin = only.grants[0][0]
    for act in (
        lambda session: leaving.leave(session, owner, by="x", now=now),
        lambda session: accounts.withdraw(session, owner, admin, by="x", now=now),
    ):
        assert "Nobody else could manage people" in refused(people.database, act)
    people.person("Ann", Role.ADMIN)
    with people.database.transaction() as session:
        leaving.leave(session, owner, by="Ann", now=now)
        assert accounts.exist(session)


def test_everything_that_opens_by_somebody_ends_when_she_leaves(database: Database, now: datetime) -> None:
    people, rows = People(database, now), Rows(database, now)
    people.owner()
    kim = people.person("Kim Park", Role.BRANCH, password_hash="x")
    token = people.token(kim)
    with database.transaction() as session:
        link = sign_in.make_link(session, kim, timedelta(hours=1), now)
    channel = rows.channel(kim, verified_at=now)
    listing = rows.listing(rows.branch())
    facts = {"claimed_by": kim, "claimed_as": "Kim Park", "claimed_at": now}
    states = ("claimed", "submitted", "answered")
    held, sent, answered = (rows.review(listing, state=state, **facts) for state in states)
    key = SigningKey(fingerprint="f" * 64, person="Kim Park", role="approver", public=b"", created_at=now)
    with database.transaction() as session:
        session.add(key)
    with database.transaction() as session:
        left = leaving.leave(session, kim, by="Olga Owner", now=now)
    assert (left.sessions, left.links, left.channels, left.reviews) == (1, 1, 1, 2)
    assert left.keys == ("f" * 64,)
    with database.reading() as session:
        assert sessions.read(session, token, now) is None
        assert sign_in.whose_link(session, link, now) is None
        assert accounts.with_address(session, "kim@shops.example") is None
        assert session.get_one(Person, kim).password_hash is None
        assert session.get_one(Channel, channel).paused_at == now
        reviews = [session.get_one(Review, one) for one in (held, sent, answered)]
        assert [one.claimed_as for one in reviews] == [None, None, "Kim Park"]
        assert [one.state for one in reviews] == ["seen", "submitted", "answered"]
        lines = session.execute(select(ReviewNote)).scalars().all()
        assert [(one.review_id, one.act, one.by) for one in lines] == [
            (held, "released", "Olga Owner"),
            (sent, "released", "Olga Owner"),
        ]
        assert session.get_one(SigningKey, "f" * 64).revoked_at is None
    assert "not here any more" in refused(
        database, lambda session: leaving.leave(session, kim, by="x", now=now)
    )


def test_who_left_comes_back_with_new_roles_alone(people: People, now: datetime) -> None:
    people.owner()
    kim = people.person("Kim Park", Role.ADMIN)
    with people.database.transaction() as session:
        leaving.leave(session, kim, by="Olga", now=now)
    assert people.person("Kim Park", Role.VIEWER) == kim
    with people.database.reading() as session:
        who = accounts.who(session, kim)
        assert who and who.grants == (Grant(Role.VIEWER),) and not who.left


def test_every_change_is_audited_under_the_person(people: People, now: datetime) -> None:
    people.owner()
    kim = people.person("Kim Park", Role.VIEWER)
    with people.database.transaction() as session:
        accounts.set_password(session, kim, "hash", by="Kim Park", now=now)
        leaving.leave(session, kim, by="Olga Owner", now=now)
    with people.database.reading() as session:
        bodies = session.execute(select(AuditBody).where(AuditBody.subject == f"person:{kim}")).scalars()  # type: ignore[arg-type]
        assert [one.kind for one in bodies] == ["account", "grant", "password", "leave"]
        assert not audit.verify(session).broken
