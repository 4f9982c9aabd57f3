"""Stored credentials: encrypted under the installation's secret, each bound to its own row.

The secret (32 bytes) lies outside the database, so a copy of the database alone opens nothing. A token says
which key made it, and is authenticated together with the place it was made for: moved to another row, it
opens no longer.

A token is: format (1 byte), key id (4), nonce (12), AES-256-GCM ciphertext with its tag.
"""

from __future__ import annotations

import hmac
import secrets as system

from service.errors import WrongSecret
from service.sentences import say

FORMAT = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
_HEAD = len(FORMAT) + KEY_ID_BYTES


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose; keys for two purposes say nothing of each other or of the secret."""
    return hmac.digest(secret, f"shopbell/1 {purpose}".encode(), "sha256")


class Vault:
    """Encrypts and decrypts under one installation's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "stored credentials")
        self._hash_key = derive(secret, "target hash")
        self._key_id = derive(secret, "key id")[:KEY_ID_BYTES]

    @property
    def key_id(self) -> str:
        """What names the secret without telling it: a backup and every token carry it."""
        return self._key_id.hex()

    def encrypt(self, plain: str, *, place: str) -> bytes:
        """A token that opens under this secret and for ``place`` (table and natural key) alone."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = system.token_bytes(NONCE_BYTES)
        head = FORMAT + self._key_id
        return head + nonce + AESGCM(self._key).encrypt(nonce, plain.encode(), head + place.encode())

    def decrypt(self, token: bytes, *, place: str) -> str:
        """What was encrypted. Raises ``WrongSecret`` where it was under another secret, moved or altered."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        head, rest = token[:_HEAD], token[_HEAD:]
        if head != FORMAT + self._key_id:
            raise WrongSecret(self._another(head))
        try:
            plain = AESGCM(self._key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + place.encode())
        except (InvalidTag, ValueError):
            raise WrongSecret(
                say(
                    "A stored credential (%(partition)s) was altered, or moved from another row. Nothing "
                    "was sent with it; enter it again.",
                    partition=place.partition(":")[0],
                )
            ) from None
        return plain.decode()

    def target_hash(self, kind: str, target: str) -> bytes:
        """32 bytes by which a target is found again; without the secret nobody can try addresses on it."""
        return hmac.digest(self._hash_key, f"{kind}\0{target}".encode(), "sha256")

    def _another(self, head: bytes) -> str:
        made_by = head[len(FORMAT) :].hex() if head[:1] == FORMAT else "unknown"
        return (
            f"Stored credentials were encrypted under another secret (key {made_by}, not {self.key_id}). "
            "Nothing was changed; start with the secret they were made with, or enter them again."
        )
