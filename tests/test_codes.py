"""One-time codes: good for their half minute, once; recovery codes stand in for them, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
from sqlmodel import select

from service.db import Database
from service.errors import AccountRefused, SignInRefused
from service.models import Person, RecoveryCode
from service.people import codes
from service.secrets import Vault
from tests.accounts import People

VAULT = Vault(bytes(32))
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture
def people(database: Database, now: datetime) -> People:
    people = People(database, now)
    people.owner()
    return people


def on(people: People, person: int = 1) -> tuple[str, list[str]]:
    """Codes of a person since a while ago; their secret, and her recovery codes."""
    secret, before = codes.new_secret(), people.now - timedelta(hours=1)
    with people.database.transaction() as session:
        made = codes.turn_on(session, VAULT, person, secret, code(secret, before), before)
    return secret, made


def code(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def take(people: People, typed: str, at: datetime, vault: Vault = VAULT) -> str:
    with people.database.transaction() as session:
        return codes.take(session, vault, 1, typed, at)


def test_a_code_is_taken_once_and_the_next_again(people: People) -> None:
    secret, _ = on(people)
    typed = code(secret, people.now)
    assert take(people, f" {typed[:3]} {typed[3:]} ", people.now) == "a code"
    for repeated in (typed, code(secret, people.now - HALF_MINUTE)):
        with pytest.raises(SignInRefused):
            take(people, repeated, people.now + timedelta(seconds=1))
    later = people.now + HALF_MINUTE
    assert take(people, code(secret, later), later) == "a code"


@pytest.mark.parametrize(("half_minutes", "fits"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(people: People, half_minutes: int, fits: bool) -> None:
    secret, _ = on(people)
    typed = code(secret, people.now + half_minutes * HALF_MINUTE)
    if fits:
        assert take(people, typed, people.now) == "a code"
    else:
        with pytest.raises(SignInRefused):
            take(people, typed, people.now)


@pytest.mark.parametrize("typed", ["", "000000 or so", "\u0660" * 6, "9" * 500, "\ud800", "-12345"])
def test_what_is_no_code_is_refused(people: People, typed: str) -> None:
    on(people)
    with pytest.raises(SignInRefused):
        take(people, typed, people.now)


def test_the_code_that_turned_them_on_is_not_taken_again(people: People) -> None:
    secret = codes.new_secret()
    typed = code(secret, people.now)
    with people.database.transaction() as session:
        codes.turn_on(session, VAULT, 1, secret, typed, people.now)
    with pytest.raises(SignInRefused):
        take(people, typed, people.now)


def test_a_recovery_code_is_taken_once_however_it_is_typed(people: People) -> None:
    _, made = on(people)
    assert len(set(made)) == 10
    assert take(people, f" {made[0].upper().replace('-', ' ')} ", people.now) == "a recovery code"
    with pytest.raises(SignInRefused):
        take(people, made[0], people.now)
    with people.database.transaction() as session:
        assert codes.left(session, 1) == 9
        renewed = codes.renew_recovery(session, 1, people.now)
    with pytest.raises(SignInRefused):
        take(people, made[1], people.now)
    assert take(people, renewed[0], people.now) == "a recovery code"


def test_neither_the_secret_nor_a_recovery_code_lies_in_the_database(people: People) -> None:
    secret, made = on(people)
    with people.database.reading() as session:
        kept = session.get_one(Person, 1).totp_enc or b""
        hashes = session.exec(select(RecoveryCode)).all()
    assert secret.encode() not in kept
    assert VAULT.decrypt(kept, place="person:1 codes") == secret
    assert not any(one.code_sha256.hex() in made or made[0].encode() in one.code_sha256 for one in hashes)


def test_a_first_code_that_does_not_fit_turns_nothing_on(people: People) -> None:
    with pytest.raises(AccountRefused, match="does not fit"), people.database.transaction() as session:
        codes.turn_on(session, VAULT, 1, codes.new_secret(), "12", people.now)
    with pytest.raises(SignInRefused):
        take(people, "12", people.now)


def test_they_are_turned_on_once_and_off_with_their_recovery_codes(people: People) -> None:
    secret, made = on(people)
    with pytest.raises(AccountRefused, match="already"), people.database.transaction() as session:
        codes.turn_on(session, VAULT, 1, secret, code(secret, people.now), people.now)
    with people.database.transaction() as session:
        codes.turn_off(session, 1, people.now)
        codes.turn_off(session, 1, people.now)
        assert codes.left(session, 1) == 0
    for typed in (made[0], code(secret, people.now)):
        with pytest.raises(SignInRefused):
            take(people, typed, people.now)
    with pytest.raises(AccountRefused), people.database.transaction() as session:
        codes.renew_recovery(session, 1, people.now)


def test_under_another_secret_she_is_told_what_helps(people: People) -> None:
    secret, made = on(people)
    other = Vault(bytes(range(32)))
    with pytest.raises(SignInRefused, match="people reset"):
        take(people, code(secret, people.now), people.now, other)
    assert take(people, made[0], people.now, other) == "a recovery code"


def test_the_picture_stands_in_a_page_by_itself() -> None:
    secret = "ABCDEFGH" * 4
    told = codes.address(secret, "kim@shops.example")
    assert told == f"otpauth://totp/Shopbell:kim%40shops.example?secret={secret}&issuer=Shopbell"
    drawn = codes.picture(told)
    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    assert codes.spaced("ABCDEFGH") == "ABCD EFGH"
