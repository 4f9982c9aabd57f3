"""The code that a person reads in her browser and types at the desk: four letters, four digits.

Neither half holds what looks like something in the other: no vowel and no B beside an 8, no 0 and no 1. The
first half finds the request, the second proves that the code was read and not guessed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

LETTERS, DIGITS = "BCDFHJKMNPQRTVWX", "2345679"
HALF = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A code; ``str`` writes it as it is shown: "BCDF-2345"."""

    name: str
    proof: str

    def __str__(self) -> str:
        return f"{self.name}-{self.proof}"

    def kept(self, pair_id: str) -> bytes:
        """What is stored of it, for one request."""
        return sha256(f"{pair_id}\n{self}".encode()).digest()


def new_code() -> Code:
    """A fresh one."""
    letters, digits = ("".join(secrets.choice(among) for _ in range(HALF)) for among in (LETTERS, DIGITS))
    return Code(letters, digits)


def typed(text: str) -> Code | None:
    """The code that somebody typed, however she wrote it; None where it is none."""
    plain = "".join(text.split()).replace("-", "").upper()
    name, proof = plain[:HALF], plain[HALF:]
    fits = len(plain) == 2 * HALF and set(name) <= set(LETTERS) and set(proof) <= set(DIGITS)
    return Code(name, proof) if fits else None
