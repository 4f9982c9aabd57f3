"""Whom a review names: whoever it holds something against is not the one to be alerted of it. Pure."""

from __future__ import annotations

from service.alerts.rules import Occasion, says
from service.domain import Flag

SHORTEST = 3  # letters: a shorter first name is too often another word


def is_against(occasion: Occasion) -> bool:
    """Whether the people a review names must not be those who are told of it."""
    named = Flag.STAFF_NAMED in occasion.flags and Flag.PRAISE not in occasion.flags
    return bool(occasion.held_flags) or named


def names(occasion: Occasion, person: str) -> bool:
    """Whether the words name ``person``: by her whole name, her first or her last."""
    parts = person.split()
    single = [part for part in (parts[:1] + parts[-1:]) if len(part) >= SHORTEST]
    return bool(parts) and says(occasion.words, [" ".join(parts), *single])
