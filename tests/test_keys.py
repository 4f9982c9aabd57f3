"""Signing keys: made for a person, sealed under her passphrase, and nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import scrypt

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from service.approval.keys import fingerprint, is_signed, new_key, unlock
from service.approval.statements import Decision, Statement, parse_statement
from service.errors import ApprovalRefused
from service.models import SigningKey
from tests.conftest import NOW

PASSPHRASE = "nine green bottles"
WORDS = "shopbell/1 approve general-en 1 " + "ab" * 32 + " * routine approver 2026-11-22T09:00:00Z"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """A key made once: stretching a passphrase takes its time, on purpose."""
    return new_key("Ada Byron", "approver", PASSPHRASE, NOW)


def copied(key: SigningKey, **changes: object) -> SigningKey:
    return SigningKey(**{**key.model_dump(), **changes})


def test_a_person_signs_with_her_passphrase_and_anybody_can_check_it(key: SigningKey) -> None:
    unlocked = unlock(key, PASSPHRASE)
    signature = unlocked.sign(WORDS)
    assert (unlocked.person, unlocked.role, unlocked.fingerprint) == (
        "Ada Byron",
        "approver",
        key.fingerprint,
    )
    assert is_signed(key.public, WORDS, signature)
    assert not is_signed(key.public, WORDS.replace("approve ", "recall "), signature)
    assert not is_signed(key.public, WORDS, bytes(64))
    assert not is_signed(bytes(31), WORDS, signature)


def test_a_key_is_named_by_its_public_half(key: SigningKey) -> None:
    assert key.fingerprint == fingerprint(key.public)
    assert len(key.public) == 32


def test_the_private_half_is_nowhere_to_be_read(key: SigningKey) -> None:
    unlocked = unlock(key, PASSPHRASE)
    assert key.private_enc is not None
    assert unlocked.private.private_bytes_raw() not in key.private_enc
    assert "private" not in repr(unlocked)


@pytest.mark.usefixtures("as_shipped")
def test_each_try_at_a_passphrase_costs_sixteen_megabytes_five_times() -> None:
    made = new_key("Ada Byron", "approver", PASSPHRASE, NOW)
    sealed = made.private_enc or b""
    header, salt, nonce, private = sealed[:4], sealed[4:20], sealed[20:32], sealed[32:]
    stretched = scrypt(PASSPHRASE.encode(), salt=salt, n=2**14, r=8, p=5, maxmem=2**25, dklen=32)
    bound = header + b"\n".join((made.public, b"Ada Byron", b"approver"))
    opened = ChaCha20Poly1305(stretched).decrypt(nonce, private, bound)
    assert opened == unlock(made, PASSPHRASE).private.private_bytes_raw()


@pytest.mark.parametrize("typed", ["", "nine green bottle", "NINE GREEN BOTTLES", "nine green bottles "])
def test_another_passphrase_opens_nothing(key: SigningKey, typed: str) -> None:
    with pytest.raises(ApprovalRefused, match="not the passphrase of Ada Byron"):
        unlock(key, typed)


def test_a_passphrase_is_the_same_however_a_keyboard_composes_it() -> None:
    key = new_key("Zoé", "legal", "crème brûlée", NOW)
    assert unlock(key, "cre\u0300me bru\u0302le\u0301e").role == "legal"


@pytest.mark.parametrize("changes", [{"person": "Somebody Else"}, {"role": "legal"}, {"public": bytes(32)}])
def test_a_key_cannot_be_put_under_another_name_or_role(key: SigningKey, changes: dict[str, object]) -> None:
    with pytest.raises(ApprovalRefused):
        unlock(copied(key, **changes), PASSPHRASE)


def test_an_altered_seal_opens_nothing(key: SigningKey) -> None:
    assert key.private_enc is not None
    for place in (0, 1, 5, 25, 40, len(key.private_enc) - 1):
        altered = bytearray(key.private_enc)
        altered[place] ^= 1
        with pytest.raises(ApprovalRefused):
            unlock(copied(key, private_enc=bytes(altered)), PASSPHRASE)


def test_a_revoked_or_a_distant_key_signs_nothing(key: SigningKey) -> None:
    with pytest.raises(ApprovalRefused, match=r"revoked on 2026-11-22"):
        unlock(copied(key, revoked_at=NOW), PASSPHRASE)
    with pytest.raises(ApprovalRefused, match="not kept here"):
        unlock(copied(key, private_enc=None), PASSPHRASE)


@pytest.mark.parametrize(
    ("person", "role", "passphrase", "said"),
    [
        (" ", "approver", PASSPHRASE, "the name of the person"),
        ("x" * 81, "approver", PASSPHRASE, "the name of the person"),
        ("Eve\u202e", "approver", PASSPHRASE, "the name of the person"),
        ("Ada", "branch", PASSPHRASE, "approver or legal"),
        ("Ada", "approver", "short", "at least 10 characters"),
    ],
)
def test_a_key_that_could_not_answer_for_anything_is_not_made(
    person: str, role: str, passphrase: str, said: str
) -> None:
    with pytest.raises(ApprovalRefused, match=said):
        new_key(person, role, passphrase, NOW)


STATEMENTS = st.builds(
    Statement,
    decision=st.sampled_from(Decision),
    pack=st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True),
    serial=st.integers(1, 10**6),
    sha256=st.binary(min_size=32, max_size=32),
    item=st.sampled_from(["*", "wait-apology"]),
    risk=st.sampled_from(["routine", "sensitive", "regulated"]),
    role=st.sampled_from(["approver", "legal"]),
    at=st.integers(0, 10**9).map(
        lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
)


@given(STATEMENTS)
def test_a_statement_is_read_as_it_was_written(statement: Statement) -> None:
    assert parse_statement(str(statement)) == statement


@pytest.mark.parametrize(
    "text",
    [
        "",
        WORDS + " ",
        WORDS.replace(" ", "  ", 1),
        WORDS.replace("shopbell/1", "shopbell/2"),
        WORDS.replace("approve ", "allow "),
        WORDS.replace(" 1 ", " 01 "),
        WORDS.replace("ab" * 32, "AB" * 32),
        WORDS.replace("09:00:00Z", "09:00:00"),
        WORDS + "\n",
    ],
)
def test_words_written_in_any_other_way_are_no_statement(text: str) -> None:
    assert str(parse_statement(WORDS)) == WORDS
    with pytest.raises(ValueError, match=r"."):
        parse_statement(text)
