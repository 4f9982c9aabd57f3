"""Passwords: Argon2id with stated figures, the same on every keyboard, never stored as typed."""

from __future__ import annotations

import pytest

from service.errors import AccountRefused
from service.people import passwords

WORDS = "a café by the harbour"


@pytest.mark.usefixtures("as_shipped")
def test_a_password_fits_its_own_hash_alone_and_on_every_keyboard() -> None:
    stored = passwords.hashed(WORDS)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "harbour" not in stored
    assert passwords.fits(stored, WORDS)
    assert passwords.fits(stored, "a cafe\u0301 by the harbour")
    assert not passwords.fits(stored, WORDS + ".")


def test_no_password_fits_where_there_is_none() -> None:
    assert not passwords.fits(None, WORDS)


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaa", "olga@shops.example", "OLGA@shops.example"]
)
def test_what_anybody_would_try_is_no_password(password: str) -> None:
    with pytest.raises(AccountRefused, match="Nothing was changed"):
        passwords.hashed(password, unlike=("olga@shops.example",))


def test_a_password_is_bounded() -> None:
    with pytest.raises(AccountRefused):
        passwords.hashed("ab cd" * 50)
