"""A backup's envelope: named by its key, encrypted in pieces, its end and its order proved.

A file is a line of magic, a line of JSON that anybody may read (key id, when, which schema), and pieces: 4
bytes of length, then AES-256-GCM. A piece's nonce is its number, and the last is marked as the last, so
nothing can be left out, put elsewhere or cut off; the header is authenticated with each piece.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO

from service.errors import BackupRefused
from service.secrets import derive

MAGIC = b"shopbell backup 1\n"
PIECE = 1024 * 1024  # bytes of plain text
LONGEST_HEADER = 4096
SALT_BYTES = 16
_LENGTH = 4
_TAG = 16
COST = {"n": 2**15, "r": 8, "p": 1}  # some 32 MB and a tenth of a second


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself without a key. ``by`` is what opens it: "secret" or "passphrase"."""

    key_id: str
    by: str
    salt: str  # hex; also keeps two backups under one secret from sharing a key
    made_at: str
    schema: str

    def written(self) -> bytes:
        """Its line."""
        return json.dumps(asdict(self), sort_keys=True).encode() + b"\n"


def new_salt() -> str:
    """A fresh salt."""
    return secrets.token_bytes(SALT_BYTES).hex()


def key_of(header: Header, secret: bytes, passphrase: str | None) -> bytes:
    """The key that opens the backup, from the installation's secret or from a passphrase."""
    if header.by == "secret":
        return derive(secret, f"backup {header.salt}")
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    kdf = Scrypt(salt=bytes.fromhex(header.salt), length=32, **COST)
    return kdf.derive((passphrase or "").encode())


class Sealer:
    """Writes bytes, piece by piece, to an open file; ``close`` writes the last."""

    def __init__(self, file: BinaryIO, header: Header, key: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._file, self._cipher, self._header = file, AESGCM(key), header.written()
        self._waiting, self._number = bytearray(), 0
        file.write(MAGIC + self._header)

    def write(self, data: bytes) -> int:
        """Take more; answers how much, as files do."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def flush(self) -> None:
        """Nothing: a piece is written when it is whole."""

    def close(self) -> None:
        """Write what is left, marked as the end."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), piece, self._header)
        self._file.write(len(sealed).to_bytes(_LENGTH) + sealed)
        self._number += 1


def read_header(file: BinaryIO) -> Header:
    """The header of an open backup. Raises ``BackupRefused``."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupRefused("That file is no backup of Shopbell's. Nothing was changed.")
    try:
        header = Header(**json.loads(file.readline(LONGEST_HEADER)))
        bytes.fromhex(header.salt)
    except (ValueError, TypeError):
        raise BackupRefused("The head of that backup cannot be read. Nothing was changed.") from None
    return header


def opened(file: BinaryIO, header: Header, key: bytes) -> Iterator[bytes]:
    """The pieces, in order, up to the proven end. Raises ``BackupRefused`` where one does not hold."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, number, last = AESGCM(key), 0, False
    while not last:
        length = int.from_bytes(file.read(_LENGTH))
        sealed = file.read(length) if _TAG <= length <= PIECE + _TAG else b""
        last = not _is_more(file)
        if not sealed or len(sealed) != length:
            raise BackupRefused("That backup is cut off or damaged. Nothing was changed.")
        try:
            yield cipher.decrypt(_nonce(number, last=last), sealed, header.written())
        except InvalidTag:
            what = "was altered, is cut off" if number else "opens with another key"
            raise BackupRefused(
                f"That backup {what}, or is damaged ({header.by}, key {header.key_id}). Nothing was changed."
            ) from None
        number += 1


def _is_more(file: BinaryIO) -> bool:
    ahead = file.read(1)
    if ahead:
        file.seek(-1, 1)
    return bool(ahead)


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes([last]) + number.to_bytes(11)
