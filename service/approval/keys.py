"""A named person's signing key: Ed25519, its private half sealed under her own passphrase.

The seal is scrypt (16 MiB, OWASP's parameters for it: the memory of a small machine is shared) and
ChaCha20-Poly1305, bound to whose key it is. Nobody, not even this program, can sign without the passphrase.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from service import audit
from service.errors import ApprovalRefused
from service.models import SigningKey
from service.replies.approved import APPROVING_ROLES
from service.sentences import say

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from sqlmodel import Session

ROOT = "root"  # signs who may approve for a brand, and nothing else
HELD_BY_PEOPLE = APPROVING_ROLES | {ROOT}
SHORTEST_PASSPHRASE = 10  # characters
LONGEST_NAME = 80
COST = (14, 8, 5)  # scrypt's n as a power of two, r, p
_FORM = b"\x01"  # what follows: the cost, salt, nonce, sealed key
_SALT, _NONCE = 16, 12
_HEADER = 4


@dataclass(frozen=True, slots=True)
class UnlockedKey:
    """A key whose passphrase was just typed: it signs, and is let go of afterwards."""

    fingerprint: str
    person: str
    role: str
    private: Ed25519PrivateKey = field(repr=False)

    def sign(self, statement: str) -> bytes:
        """The signature over exactly these words."""
        return self.private.sign(statement.encode())


def new_key(person: str, role: str, passphrase: str, now: datetime) -> SigningKey:
    """A fresh key for ``person``, as a row to be stored. Raises ``ApprovalRefused``.

    ``role`` is "approver", "legal" or a brand's "root"; the private half lies in the row, under
    ``passphrase``.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name = " ".join(person.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ApprovalRefused(
            say("A signing key needs the name of the person it belongs to. No key was made.")
        )
    if role not in HELD_BY_PEOPLE:
        roles = " or ".join(sorted(HELD_BY_PEOPLE))
        raise ApprovalRefused(
            say(
                "A signing key is for the role %(roles)s, not %(role)s. No key was made.",
                roles=roles,
                role=f"{role!r}",
            )
        )
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ApprovalRefused(
            say(
                "A passphrase needs at least %(shortest_passphrase)s characters. No key was made.",
                shortest_passphrase=SHORTEST_PASSPHRASE,
            )
        )
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key = SigningKey(fingerprint=fingerprint(public), person=name, role=role, public=public, created_at=now)
    key.private_enc = _sealed(private.private_bytes_raw(), passphrase, key)
    return key


def rotate(session: Session, key: SigningKey, passphrase: str, now: datetime) -> SigningKey:
    """A fresh key for the same person, under the same passphrase; the old one keeps no private half.

    What the old one signed stands. Raises ``ApprovalRefused`` for a wrong passphrase.
    """
    unlock(key, passphrase)
    fresh = new_key(key.person, key.role, passphrase, now)
    key.private_enc = None
    session.add(fresh)
    session.flush()
    told = {"person": key.person, "key": fresh.fingerprint}
    audit.record(session, "rotate", f"key:{key.fingerprint}", told, now)
    return fresh


def fingerprint(public: bytes) -> str:
    """The name of a key: the SHA-256 of its public half, in hex."""
    return hashlib.sha256(public).hexdigest()


def unlock(key: SigningKey, passphrase: str) -> UnlockedKey:
    """``key``, able to sign. Raises ``ApprovalRefused``: wrong passphrase, revoked, or not kept here."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if key.revoked_at is not None:
        raise ApprovalRefused(
            say(
                "The key of %(person)s was revoked on %(revoked_at)s.",
                person=key.person,
                revoked_at=f"{key.revoked_at:%Y-%m-%d}",
            )
        )
    if key.private_enc is None:
        raise ApprovalRefused(
            say("The private half of %(person)s's key is not kept here.", person=key.person)
        )
    private = Ed25519PrivateKey.from_private_bytes(_opened(key.private_enc, passphrase, key))
    return UnlockedKey(key.fingerprint, key.person, key.role, private)


@lru_cache(maxsize=4096)
def is_signed(public: bytes, statement: str, signature: bytes) -> bool:
    """Whether ``signature`` is ``public``'s over ``statement``.

    Remembered: the answer depends on nothing but these three, so nothing can make it stale.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _sealed(private: bytes, passphrase: str, key: SigningKey) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    header = _FORM + bytes(COST)
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    cipher = ChaCha20Poly1305(_stretched(passphrase, salt, header))
    return header + salt + nonce + cipher.encrypt(nonce, private, header + _whose(key))


def _opened(sealed: bytes, passphrase: str, key: SigningKey) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    header, rest = sealed[:_HEADER], sealed[_HEADER:]
    if header != _FORM + bytes(COST):
        raise ApprovalRefused(
            say("The key of %(person)s is sealed in a way this version does not know.", person=key.person)
        )
    salt, nonce, private = rest[:_SALT], rest[_SALT : _SALT + _NONCE], rest[_SALT + _NONCE :]
    cipher = ChaCha20Poly1305(_stretched(passphrase, salt, header))
    try:
        return cipher.decrypt(nonce, private, header + _whose(key))
    except InvalidTag:
        raise ApprovalRefused(
            say("That is not the passphrase of %(person)s's key.", person=key.person)
        ) from None


def _whose(key: SigningKey) -> bytes:
    """What the seal is bound to, so that nobody's key can be put under another's name or role."""
    return b"\n".join((key.public, key.person.encode(), key.role.encode()))


def _stretched(passphrase: str, salt: bytes, header: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    typed = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=32, n=1 << header[1], r=header[2], p=header[3]).derive(typed)
