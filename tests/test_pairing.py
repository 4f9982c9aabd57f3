"""Pairing: a code that is read and typed, proof of who asked, and steps that may each run twice."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlmodel import col

from service.db import Database
from service.domain import Role, ScopeKind
from service.errors import DeviceRefused
from service.models import AuditBody, Branch, Device, DeviceToken, PairRequest
from service.people import accounts, devices, leaving, pair_codes, pairing
from service.people.pair_codes import Code
from service.people.pairing import INTERVAL, Asking, Polled
from tests.accounts import People
from tests.desk_rows import Rows
from tests.paired import ORIGIN

VERIFIER = "v" * 43
OWNER = 1


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def asking(verifier: str = VERIFIER) -> Asking:
    return Asking(challenge(verifier), ORIGIN, "Firefox", "0.1.0", "Kim's laptop")


class Desk:
    """Pairing on a database, a step at a time."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database, self.now = database, now
        People(database, now).owner()

    def start(self, verifier: str = VERIFIER) -> tuple[str, Code]:
        with self.database.transaction() as session:
            return pairing.start(session, asking(verifier), self.now)

    def poll(self, pair_id: str, verifier: str = VERIFIER, origin: str = ORIGIN) -> Polled:
        self.now += INTERVAL
        with self.database.transaction() as session:
            return pairing.poll(session, pair_id, verifier, origin, self.now)

    def finds(self, code: Code) -> bool:
        with self.database.transaction() as session:
            return pairing.find(session, code, self.now) is not None

    def approve(self, code: Code, station: int | None = None, person: int = OWNER) -> int:
        with self.database.transaction() as session:
            request, who = pairing.find(session, code, self.now), accounts.who(session, person)
            assert request
            assert who
            branch = session.get_one(Branch, station) if station else None
            return pairing.approve(session, request, who, branch, self.now).id or 0

    def deny(self, code: Code) -> None:
        with self.database.transaction() as session:
            request, who = pairing.find(session, code, self.now), accounts.who(session, OWNER)
            assert request
            assert who
            pairing.deny(session, request, who, self.now)

    def audited(self) -> list[str]:
        with self.database.reading() as session:
            kinds = select(col(AuditBody.kind)).where(col(AuditBody.kind).startswith("browser"))
            return list(session.scalars(kinds.order_by(col(AuditBody.seq))))


@pytest.fixture
def desk(database: Database, now: datetime) -> Desk:
    return Desk(database, now)


def wrong(code: Code) -> Code:
    return Code(code.name, "".join("3" if digit == "2" else "2" for digit in code.proof))


def test_a_code_is_read_typed_approved_and_fetched(desk: Desk) -> None:
    pair_id, code = desk.start()
    assert desk.poll(pair_id).code == "pending"
    device = desk.approve(code)
    told = desk.poll(pair_id)
    assert told.tokens
    assert told.device
    assert (told.device.id, told.device.label, told.device.origin) == (device, "Kim's laptop", ORIGIN)
    assert desk.audited() == ["browser_paired"]
    with desk.database.reading() as session:
        caller = devices.caller(session, told.tokens.access, desk.now)
    assert (caller.who.name, caller.is_locked, len(caller.scopes)) == ("Olga Owner", False, 3)


def test_a_browser_that_is_denied_is_told_so(desk: Desk) -> None:
    pair_id, code = desk.start()
    desk.deny(code)
    assert desk.poll(pair_id).code == "denied"
    assert not desk.finds(code)
    assert desk.audited() == ["browser_denied"]


def test_only_who_asked_is_answered(desk: Desk) -> None:
    pair_id, code = desk.start()
    desk.approve(code)
    assert desk.poll(pair_id, "w" * 43).code == "expired"
    assert desk.poll("made-up").code == "expired"
    with pytest.raises(DeviceRefused) as refused:
        desk.poll(pair_id, origin="chrome-extension://another")
    assert refused.value.code == "other_origin"
    assert desk.poll(pair_id).tokens


def test_who_polls_too_fast_is_told_to_wait(desk: Desk) -> None:
    pair_id, _code = desk.start()
    assert desk.poll(pair_id).code == "pending"
    with desk.database.transaction() as session:
        soon = desk.now + INTERVAL / 2
        assert pairing.poll(session, pair_id, VERIFIER, ORIGIN, soon).code == "slow_down"
    assert desk.poll(pair_id).code == "pending"


def test_ten_minutes_end_a_code(desk: Desk) -> None:
    pair_id, code = desk.start()
    desk.now += pairing.GOOD_FOR
    assert not desk.finds(code)
    assert desk.poll(pair_id).code == "expired"
    desk.start("w" * 43)
    with desk.database.reading() as session:
        assert len(session.scalars(select(PairRequest)).all()) == 1


def test_five_wrong_second_halves_burn_it(desk: Desk) -> None:
    pair_id, code = desk.start()
    for _ in range(4):
        assert not desk.finds(wrong(code))
    assert desk.finds(code)
    assert not desk.finds(wrong(code))
    assert not desk.finds(code)
    assert desk.poll(pair_id).code == "denied"


def test_approving_twice_pairs_once_and_a_lost_answer_is_fetched_again(desk: Desk) -> None:
    pair_id, code = desk.start()
    assert desk.approve(code) == desk.approve(code)
    lost, again = desk.poll(pair_id), desk.poll(pair_id)
    assert lost.tokens
    assert again.tokens
    with desk.database.reading() as session:
        assert devices.caller(session, again.tokens.access, desk.now).who.id == OWNER
        with pytest.raises(DeviceRefused):
            devices.caller(session, lost.tokens.access, desk.now)
        assert len(session.scalars(select(Device)).all()) == 1
        assert len(session.scalars(select(DeviceToken)).all()) == 2
    assert desk.audited() == ["browser_paired"]


def test_tokens_that_were_used_are_not_handed_out_again(desk: Desk) -> None:
    pair_id, code = desk.start()
    desk.approve(code)
    told = desk.poll(pair_id)
    assert told.device
    with desk.database.transaction() as session:
        devices.note_use(session, told.device, desk.now)
    assert desk.poll(pair_id).code == "expired"


def test_a_browser_that_asks_again_gets_one_code_and_the_first_is_over(desk: Desk) -> None:
    pair_id, code = desk.start()
    again, other = desk.start()
    assert (desk.poll(pair_id).code, desk.poll(again).code) == ("expired", "pending")
    assert desk.finds(other)
    assert code.name == other.name or not desk.finds(code)


def test_too_many_at_one_time_have_to_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "MOST_OPEN", 2)
    desk.start("a" * 43)
    desk.start("b" * 43)
    with pytest.raises(DeviceRefused) as refused:
        desk.start("c" * 43)
    assert refused.value.code == "slow_down"
    desk.now += pairing.GOOD_FOR
    assert desk.start("c" * 43)


def test_a_station_is_nobodys_until_it_is_unlocked(desk: Desk, now: datetime) -> None:
    harbour = Rows(desk.database, now).branch("Harbour Street", code="harbour")
    pair_id, code = desk.start()
    desk.approve(code, station=harbour)
    told = desk.poll(pair_id)
    assert told.tokens
    with desk.database.reading() as session:
        caller = devices.caller(session, told.tokens.access, desk.now)
    assert caller.is_locked
    assert caller.station
    assert (caller.station.code, caller.who.name) == ("harbour", "Kim's laptop")


def test_a_browser_may_no_more_than_its_person(desk: Desk, now: datetime) -> None:
    people = People(desk.database, now)
    vera = people.person("Vera Viewer", Role.VIEWER, ScopeKind.ALL)
    pair_id, code = desk.start()
    desk.approve(code, person=vera)
    told = desk.poll(pair_id)
    assert told.device
    assert told.tokens
    assert told.device.scopes == ["suggest.read"]
    with desk.database.transaction() as session:
        accounts.grant(session, vera, accounts.OWNER[0], by="Olga Owner", now=now)
        caller = devices.caller(session, told.tokens.access, desk.now)
    assert caller.scopes == {devices.Scope.SUGGEST}, "what was approved does not grow by itself"


def test_who_leaves_takes_her_browsers_along_and_pairs_none_any_more(desk: Desk, now: datetime) -> None:
    kim = People(desk.database, now).person("Kim Park", Role.BRANCH)
    pair_id, code = desk.start()
    desk.approve(code, person=kim)
    told = desk.poll(pair_id)
    waiting, code = desk.start("w" * 43)
    desk.approve(code, person=kim)
    with desk.database.transaction() as session:
        assert leaving.leave(session, kim, by="Olga Owner", now=now).browsers == 2
    assert told.tokens
    with desk.database.reading() as session, pytest.raises(DeviceRefused, match="not paired") as refused:
        devices.caller(session, told.tokens.access, desk.now)
    assert refused.value.code == "revoked"
    assert desk.poll(waiting, "w" * 43).code == "denied"
    assert desk.audited() == ["browser_paired"] * 2 + ["browser_ended"] * 2


@pytest.mark.parametrize("written", ["BCDF-2345", "bcdf2345", " b c d f - 2 3 4 5 "])
def test_a_code_is_understood_however_it_is_typed(written: str) -> None:
    assert pair_codes.typed(written) == Code("BCDF", "2345")


@pytest.mark.parametrize(
    "written", ["", "BCDF", "BCDF-234", "BCDF-23456", "2345-BCDF", "BCDO-2345", "BCDF-0345"]
)
def test_what_is_no_code_is_none(written: str) -> None:
    assert pair_codes.typed(written) is None


def test_codes_hold_nothing_that_looks_like_something_else() -> None:
    for _ in range(200):
        assert re.fullmatch("[BCDFHJKMNPQRTVWX]{4}-[2345679]{4}", str(pair_codes.new_code()))


def test_what_is_stored_of_a_code_tells_nothing_of_another_request() -> None:
    code = pair_codes.new_code()
    assert code.kept("one") != code.kept("another")


def test_a_week_old_row_of_nobodys_is_swept_when_somebody_pairs(desk: Desk) -> None:
    pair_id, code = desk.start()
    desk.approve(code)
    desk.poll(pair_id)
    desk.now += timedelta(days=98)
    pair_id, code = desk.start()
    desk.approve(code)
    desk.poll(pair_id)
    with desk.database.reading() as session:
        assert len(session.scalars(select(DeviceToken)).all()) == 2
