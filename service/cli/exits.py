"""Exit codes, documented in docs/commands.md and honest: what came of a look is told by its code."""

from __future__ import annotations

from service.domain import Outcome

DONE = 0
FAILED = 1
USAGE = 2  # click's own
NOTHING = 3
WALL = 4
LATER = 5
UNREADABLE = 6

_OF_OUTCOME = {
    Outcome.OK: DONE,
    Outcome.UNCHANGED: DONE,
    Outcome.EMPTY: NOTHING,
    Outcome.WALLED: WALL,
    Outcome.SIGNED_OUT: WALL,
    Outcome.LIMITED: LATER,
    Outcome.UNREACHABLE: LATER,
    Outcome.CHANGED_SHAPE: UNREADABLE,
    Outcome.NOT_A_LISTING: UNREADABLE,
    Outcome.GONE: UNREADABLE,
    Outcome.REFUSED: UNREADABLE,
}


def of(outcome: Outcome) -> int:
    """The exit code that tells what a look or a reading came to."""
    return _OF_OUTCOME[outcome]
