"""Passwords: Argon2id with 19 MiB, two passes, one lane (OWASP's figures), one at a time.

A machine with 192 MiB hashes one password while the others wait, so memory stays bounded whoever knocks. Who
has no password is measured against a decoy, so that the time taken says nothing of who is here.
"""

from __future__ import annotations

import secrets
import unicodedata
from functools import lru_cache
from itertools import pairwise
from threading import Lock

from service.errors import AccountRefused
from service.sentences import say

SHORTEST, LONGEST = 10, 200  # characters; the upper bound keeps one try cheap
SHORTEST_PIN, LONGEST_PIN = 4, 12  # digits: five wrong ones in a row make everybody wait
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
_SALT_BYTES, _HASH_BYTES = 16, 32
_ONE_AT_A_TIME = Lock()


def hashed(password: str, *, unlike: tuple[str, ...] = ()) -> str:
    """What is stored of a password, in PHC's form. Raises ``AccountRefused`` for one anybody would try."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccountRefused(
            say(
                "A password needs %(shortest)s to %(longest)s characters. Nothing was changed.",
                shortest=SHORTEST,
                longest=LONGEST,
            )
        )
    if len(set(password)) < 4 or password.casefold() in {word.casefold() for word in unlike}:
        raise AccountRefused(say("That password is the first that anybody would try. Nothing was changed."))
    return _hashed(password)


def hashed_pin(pin: str) -> str:
    """What is stored of a PIN. Raises ``AccountRefused`` for one that a colleague would try first."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise AccountRefused(
            say(
                "A PIN has %(shortest_pin)s to %(longest_pin)s digits. Nothing was changed.",
                shortest_pin=SHORTEST_PIN,
                longest_pin=LONGEST_PIN,
            )
        )
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise AccountRefused(say("That PIN is the first that anybody would try. Nothing was changed."))
    return _hashed(pin)


def fits(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the one; takes as long where there is none."""
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    against = stored or _decoy()
    with _ONE_AT_A_TIME:
        try:
            Argon2id.verify_phc_encoded(_bytes(password[:LONGEST]), against)
        except InvalidKey:
            return False
    return stored is not None


def _hashed(password: str) -> str:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    stretch = Argon2id(
        salt=secrets.token_bytes(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=PASSES,
        lanes=LANES,
        memory_cost=MEMORY_KIB,
    )
    with _ONE_AT_A_TIME:
        return stretch.derive_phc_encoded(_bytes(password))


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hashed(secrets.token_urlsafe(_HASH_BYTES))


def _bytes(password: str) -> bytes:
    """The same for every keyboard: composed characters."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
