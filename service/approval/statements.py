"""The words a person signs: which decision, about exactly which bytes, as what, when (CONTRACTS §8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

WHOLE_PACK = "*"
_FORM = "shopbell/1"
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Decision(StrEnum):
    """What is decided: use these words, stop using them, take an approval back."""

    APPROVE = "approve"
    RECALL = "recall"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Statement:
    """One decision about one version of a pack, or one item of it. ``at`` is aware UTC, to the second."""

    decision: Decision
    pack: str
    serial: int
    sha256: bytes
    item: str
    risk: str
    role: str
    at: datetime

    @property
    def subject(self) -> tuple[str, int, bytes, str, str]:
        """What the decision is about: pack, serial, hash, item or the whole, and its risk class."""
        return (self.pack, self.serial, self.sha256, self.item, self.risk)

    def __str__(self) -> str:
        """The exact words that are signed."""
        parts = (self.pack, self.serial, self.sha256.hex(), self.item, self.risk, self.role)
        return f"{_FORM} {self.decision} {' '.join(map(str, parts))} {self.at.astimezone(UTC):{_TIME}}"


@lru_cache(maxsize=4096)
def parse_statement(text: str) -> Statement:
    """The statement written in ``text``. Raises ``ValueError`` unless it is written as we write it."""
    form, *parts = text.split(" ")
    if form != _FORM or len(parts) != 8:
        raise ValueError("not a statement of this form")
    decision, pack, serial, sha256, item, risk, role, at = parts
    moment = datetime.strptime(at, _TIME).replace(tzinfo=UTC)
    statement = Statement(
        Decision(decision), pack, int(serial), bytes.fromhex(sha256), item, risk, role, moment
    )
    if str(statement) != text:
        raise ValueError("not a statement as it is written here")
    return statement
