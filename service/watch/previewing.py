"""A draft held against real reviews of late: what it would say, filled, and where it says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.replies.pack import Pack
from service.replies.suggestion import Suggestion
from service.watch.rehearsing import Heard, rehearsed

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Said:
    """What the draft would say to one review."""

    heard: Heard
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class Preview:
    """``answered`` of the ``read`` reviews; of those the first few; and the commonest reason for silence."""

    read: int
    answered: int
    shown: tuple[Said, ...]
    silent_because: str | None


def preview(heard: Sequence[Heard], draft: Pack, now: datetime) -> Preview:
    """What ``draft`` alone would say to ``heard``, as if it were in force today."""
    today = draft.model_copy(update={"effective_from": date.min, "until": date.max})
    said: list[Said] = []
    silent: Counter[str] = Counter()
    for one, answer in rehearsed(heard, [today], now):
        if answer.best:
            said.append(Said(one, answer.best[0]))
        else:
            silent[answer.none_because or ""] += 1
    why = min(silent, key=lambda reason: (-silent[reason], reason), default=None)
    return Preview(len(heard), len(said), tuple(said[:MOST_SHOWN]), why)
