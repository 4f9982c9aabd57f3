"""Tokens of a paired browser: they take turns, a lost answer costs nothing, and a copy ends them all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.models import Device, DeviceToken, Ended
from service.people import devices, rotation
from service.people.rotation import ACCESS_FOR, REFRESH_FOR, Tokens
from tests.accounts import People
from tests.conftest import NOW
from tests.paired import ORIGIN

MINUTE = timedelta(minutes=1)


def a_device(database: Database, person: int) -> int:
    with database.transaction() as session:
        facts = {"paired_by": "Olga Owner", "label": "Laptop", "browser": "Firefox", "version": "0.1.0"}
        device = Device(person_id=person, origin=ORIGIN, scopes=["suggest.read"], created_at=NOW, **facts)
        session.add(device)
        session.flush()
        return device.id or 0


@dataclass
class Holder:
    """A browser and its tokens, each with the one it was handed out for."""

    database: Database
    device: int
    given: list[Tokens] = field(default_factory=list)
    made_for: dict[str, str | None] = field(default_factory=dict)

    def begin(self, now: datetime) -> Tokens:
        with self.database.transaction() as session:
            return self._keep(rotation.begin(session, self.device, now), None)

    def use(self, refresh: str, now: datetime) -> Tokens | None:
        """As the API does it: a spent one ends the browser."""
        with self.database.transaction() as session:
            found = rotation.renew(session, refresh, now)
            if found and found.tokens:
                return self._keep(found.tokens, refresh)
            if found:
                devices.end(session, found.device.id or 0, Ended.REUSED, by="Shopbell", now=now)
        return None

    def opens(self, access: str, now: datetime) -> bool:
        with self.database.reading() as session:
            return rotation.opened_by(session, access, now) is not None

    def before(self, refresh: str | None) -> set[str | None]:
        """A token and all it came from."""
        found: set[str | None] = {refresh}
        while refresh is not None:
            refresh = self.made_for[refresh]
            found.add(refresh)
        return found

    def rows(self) -> int:
        with self.database.reading() as session:
            ours = select(DeviceToken).where(col(DeviceToken.device_id) == self.device)
            return len(session.scalars(ours).all())

    def ended(self) -> str | None:
        with self.database.reading() as session:
            return session.get_one(Device, self.device).ended_because

    def _keep(self, made: Tokens, made_for: str | None) -> Tokens:
        self.given.append(made)
        self.made_for[made.refresh] = made_for
        return made


@pytest.fixture
def holder(database: Database, now: datetime) -> Holder:
    return Holder(database, a_device(database, People(database, now).owner()))


def test_tokens_take_turns_and_few_rows_stay(holder: Holder, now: datetime) -> None:
    held = holder.begin(now)
    for turn in range(1, 30):
        at = now + turn * 16 * MINUTE
        again = holder.use(held.refresh, at)
        assert again
        assert holder.opens(again.access, at)
        assert not holder.opens(held.access, at)
        held = again
    assert holder.rows() <= 4


def test_the_tokens_themselves_are_stored_nowhere(holder: Holder, now: datetime) -> None:
    held = holder.begin(now)
    with holder.database.reading() as session:
        for row in session.scalars(select(DeviceToken)):
            for token in (held.access, held.refresh, held.refresh.partition(".")[0]):
                assert token.encode() not in row.token_sha256 + row.family_sha256


def test_an_answer_that_was_lost_is_asked_for_again(holder: Holder, now: datetime) -> None:
    held = holder.begin(now)
    lost = holder.use(held.refresh, now)
    again = holder.use(held.refresh, now + MINUTE)
    assert lost
    assert again
    assert holder.use(again.refresh, now + 2 * MINUTE)
    assert holder.ended() is None


def test_a_spent_token_ends_the_browser_even_after_weeks(holder: Holder, now: datetime) -> None:
    held = first = holder.begin(now)
    for turn in range(1, 40):
        again = holder.use(held.refresh, now + turn * timedelta(days=1))
        assert again
        held = again
    assert holder.use(first.refresh, now + timedelta(days=40)) is None
    assert holder.ended() == Ended.REUSED
    assert holder.use(held.refresh, now + timedelta(days=40)) is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 99), max_size=rotation.MOST_SUCCESSORS))
def test_whatever_is_used_in_whatever_order_one_line_of_tokens_lives(
    sqlite_database: Database, order: list[int]
) -> None:
    """A token is good as long as every token ever used is itself or one it came from; else all end."""
    with sqlite_database.reading() as session:
        known = session.execute(select(col(Device.person_id)).limit(1)).scalar_one_or_none()
    person = known or People(sqlite_database, NOW).owner()
    holder = Holder(sqlite_database, a_device(sqlite_database, person))
    holder.begin(NOW)
    used: set[str] = set()
    for turn, place in enumerate(order):
        refresh = holder.given[place % len(holder.given)].refresh
        is_good = holder.ended() is None and used <= holder.before(refresh)
        assert bool(holder.use(refresh, NOW + turn * MINUTE)) == is_good
        assert holder.ended() == (None if is_good else Ended.REUSED)
        used.add(refresh)


def test_a_family_begun_anew_leaves_nothing_of_the_one_before(holder: Holder, now: datetime) -> None:
    before = holder.begin(now)
    after = holder.begin(now)
    assert not holder.opens(before.access, now)
    assert holder.use(before.refresh, now) is None
    assert holder.ended() is None
    assert holder.use(after.refresh, now)


@pytest.mark.parametrize("token", ["", ".", "x", "x.y", "ä" * 500, "\ud800"])
def test_what_was_never_a_token_opens_nothing(holder: Holder, now: datetime, token: str) -> None:
    held = holder.begin(now)
    assert holder.use(token, now) is None
    assert not holder.opens(token, now)
    assert not holder.opens(held.refresh, now)
    assert holder.ended() is None


def test_an_access_token_gets_no_other_tokens(holder: Holder, now: datetime) -> None:
    held = holder.begin(now)
    assert holder.use(held.access, now) is None


def test_they_end_by_time(holder: Holder, now: datetime) -> None:
    held = holder.begin(now)
    assert holder.opens(held.access, now + ACCESS_FOR - MINUTE)
    assert not holder.opens(held.access, now + ACCESS_FOR)
    assert holder.use(held.refresh, now + REFRESH_FOR) is None
    assert holder.ended() is None
