"""The strip of recent looks: one mark for each, told apart by height and shape as well as by colour. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Outcome
from service.web import words
from service.web.phrases import counted, gettext

STEP, WIDTH, HEIGHT = 8, 6, 28

GOOD = frozenset({Outcome.OK, Outcome.EMPTY})
QUIET = frozenset({Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True)
class Mark:
    """One look, in the strip's own units. ``tone`` is "good", "quiet" or "bad"."""

    x: int
    y: int
    width: int
    height: int
    tone: str


@dataclass(frozen=True, slots=True)
class Strip:
    """What to draw, and the same in words."""

    marks: tuple[Mark, ...]
    width: int
    height: int
    words: str


def drawn(outcomes: Sequence[Outcome]) -> Strip:
    """The strip for looks, oldest first: tall is read, low is unchanged, and a bad one hangs from the top."""
    marks = tuple(_mark(place, outcome) for place, outcome in enumerate(outcomes))
    return Strip(marks, max(STEP, STEP * len(marks)), HEIGHT, _in_words(outcomes))


def _mark(place: int, outcome: Outcome) -> Mark:
    x = place * STEP + 1
    if outcome in GOOD:
        return Mark(x, 4, WIDTH, HEIGHT - 4, "good")
    if outcome in QUIET:
        return Mark(x, HEIGHT - 8, WIDTH, 8, "quiet")
    return Mark(x, 0, WIDTH, HEIGHT - 12, "bad")


def _in_words(outcomes: Sequence[Outcome]) -> str:
    if not outcomes:
        return gettext("No looks yet.")
    by_outcome = Counter(outcomes).most_common()
    return counted(
        "The last %(n)s look: %(told)s; the newest: %(newest)s.",
        "The last %(n)s looks: %(told)s; the newest: %(newest)s.",
        len(outcomes),
        told=", ".join(f"{n} {words.OUTCOME[outcome]}" for outcome, n in by_outcome),
        newest=words.OUTCOME[outcomes[-1]],
    )
