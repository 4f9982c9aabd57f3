"""What an examination answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.sentences import listed as in_a_row
from service.sentences import say

MOST_NAMED = 5  # in one sentence


class Level(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what is so, and what mends it where it is not good."""

    about: str
    level: Level
    what: str
    mend: str = ""


def minute(at: datetime | None) -> str:
    """A moment to the minute, in UTC; "" for none."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def some(named: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    shown = in_a_row(named[:MOST_NAMED])
    if len(named) <= MOST_NAMED:
        return shown
    return say("%(named)s and %(more)s more", named=shown, more=len(named) - MOST_NAMED)
