"""How far a page speaks: for all of its listing's reviews, for all since a moment, or only for its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from service.domain import ALL, PARTIAL, Coverage, CoverageKind, Item, Precision


def reached(items: Sequence[Item], site_total: int | None, *, newest_first: bool = False) -> Coverage:
    """What a page with ``items`` can speak for, where its site counts ``site_total`` reviews in all.

    ``newest_first`` says that the page itself proves its order, and that it is the first page, unfiltered.
    Its dates must then really fall, and it speaks for everything since its oldest one; a mere day counts only
    from the next day on, because more reviews of that day may stand on the following page.
    """
    if site_total is not None and len(items) >= site_total:
        return ALL
    oldest = _oldest_of_falling(items) if newest_first else None
    return PARTIAL if oldest is None else Coverage(CoverageKind.SINCE, oldest)


def _oldest_of_falling(items: Sequence[Item]) -> datetime | None:
    moments = [item.posted for item in items]
    times = [m.at for m in moments if m and m.at and m.precision in (Precision.SECOND, Precision.DAY)]
    if not times or len(times) < len(items):
        return None
    if any(earlier < later for earlier, later in pairwise(times)):
        return None
    by_the_day = any(m is not None and m.precision is Precision.DAY for m in moments)
    return times[-1] + timedelta(days=1) if by_the_day else times[-1]
