"""Stored credentials: they open with their own secret, in their own row, and nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import WrongSecret
from service.secrets import Vault, derive

SECRET = bytes(range(32))
PLACE = "channel:7:mail"


@given(st.text(), st.text())
def test_what_was_encrypted_comes_back(plain: str, place: str) -> None:
    plain, place = (text.encode("utf-8", "replace").decode() for text in (plain, place))
    vault = Vault(SECRET)
    assert vault.decrypt(vault.encrypt(plain, place=place), place=place) == plain


def test_the_same_words_never_make_the_same_token() -> None:
    vault = Vault(SECRET)
    assert vault.encrypt("ann@example.com", place=PLACE) != vault.encrypt("ann@example.com", place=PLACE)


def test_a_token_does_not_hold_the_words() -> None:
    assert b"ann@example.com" not in Vault(SECRET).encrypt("ann@example.com", place=PLACE)


def test_another_secret_says_that_it_is_another_secret() -> None:
    other = Vault(bytes(32))
    token = Vault(SECRET).encrypt("ann@example.com", place=PLACE)
    with pytest.raises(WrongSecret, match=f"another secret .*{Vault(SECRET).key_id}, not {other.key_id}"):
        other.decrypt(token, place=PLACE)


def test_a_token_moved_to_another_row_does_not_open() -> None:
    vault = Vault(SECRET)
    with pytest.raises(WrongSecret, match="moved from another row"):
        vault.decrypt(vault.encrypt("ann@example.com", place=PLACE), place="channel:8:mail")


@given(st.data())
def test_a_token_altered_anywhere_does_not_open(data: st.DataObject) -> None:
    vault = Vault(SECRET)
    token = bytearray(vault.encrypt("ann@example.com", place=PLACE))
    at = data.draw(st.integers(0, len(token) - 1))
    token[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongSecret):
        vault.decrypt(bytes(token), place=PLACE)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_token_are_refused_in_words(token: bytes) -> None:
    with pytest.raises(WrongSecret):
        Vault(SECRET).decrypt(token, place=PLACE)


def test_a_token_cut_off_after_its_head_is_refused_in_words() -> None:
    vault = Vault(SECRET)
    with pytest.raises(WrongSecret):
        vault.decrypt(vault.encrypt("x", place=PLACE)[:9], place=PLACE)


def test_a_target_is_found_again_and_kinds_are_kept_apart() -> None:
    vault = Vault(SECRET)
    assert vault.target_hash("mail", "ann@example.com") == Vault(SECRET).target_hash(
        "mail", "ann@example.com"
    )
    assert vault.target_hash("mail", "x") != vault.target_hash("apprise", "x")
    assert vault.target_hash("mail", "x") != Vault(bytes(32)).target_hash("mail", "x")


def test_keys_for_two_purposes_differ() -> None:
    assert derive(SECRET, "links") != derive(SECRET, "stored credentials")


@pytest.mark.server
def test_importing_the_module_does_not_load_cryptography() -> None:
    code = (
        "import sys, service.secrets; sys.exit(any(name.startswith('cryptography') for name in sys.modules))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
