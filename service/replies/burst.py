"""A burst of poor reviews at one listing: evidence for a person, never a word in public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.sentences import say

WITHIN = timedelta(hours=48)
USUAL = timedelta(days=90)
FEWEST = 4
TIMES_USUAL = 5.0


def burst(poor_at: Sequence[datetime], now: datetime) -> str | None:
    """What to show where far more poor reviews came lately than usual, or None.

    ``poor_at`` are the moments (aware UTC) at which poor reviews were posted or first heard, in any order;
    what is older than ninety days tells nothing. A burst has causes of many kinds: nobody is accused.
    """
    lately = sum(now - WITHIN < at <= now for at in poor_at)
    before = sum(now - USUAL < at <= now - WITHIN for at in poor_at)
    expected = before * (WITHIN / (USUAL - WITHIN))
    if lately < FEWEST or lately < TIMES_USUAL * expected:
        return None
    return say(
        "%(lately)s poor reviews within %(hours)s hours, after %(before)s in the %(days)s days before",
        lately=lately,
        hours=int(WITHIN / timedelta(hours=1)),
        before=before,
        days=(USUAL - WITHIN).days,
    )
