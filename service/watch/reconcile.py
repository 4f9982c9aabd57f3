"""What changed? Known reviews and one look's observation in, typed changes out. Pure.

A look never removes what it could not have shown, a first hearing is the past, and what happens to many
reviews at once is an alarm about us.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.domain import Observation, Route
from service.watch.changes import Changes, ListingState
from service.watch.identity import KnownReview


def reconcile(
    known: Sequence[KnownReview], observation: Observation, state: ListingState, now: datetime
) -> Changes:
    """All that ``observation`` changes for a listing whose reviews are ``known``."""
    raise NotImplementedError


def reconfirmed(known: Sequence[KnownReview], route: Route, repeats: datetime, now: datetime) -> Changes:
    """The changes of an ``unchanged`` look: what was missing when that page was read is missing still.

    ``repeats`` is ``observed_at`` of the look by ``route`` whose reading this one repeats.
    """
    raise NotImplementedError
