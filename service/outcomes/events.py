"""What came of a review, as event rows: written in the transaction of the fact, for whoever listens outside.

They ring nobody and prove nothing: alerts and outcomes mark them and leave them (``alerts/rules.RINGING``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.db import insert_new
from service.domain import EventKind
from service.models import Event, Posting, PostingState, Review

TOLD = {
    PostingState.SUBMITTED: EventKind.REPLY_SUBMITTED,
    PostingState.SEEN_IN_PUBLIC: EventKind.SEEN_IN_PUBLIC,
}
"""How far a posting must be proved for others to be told."""


def of_claim(session: Session, review: Review, person: int | None, key: str, now: datetime) -> None:
    """Somebody holds the review: ``person`` is her number, None for whoever sits at the machine."""
    _write(session, EventKind.CLAIMED, review, key, {"person": person}, now)


def of_posting(session: Session, posting: Posting, key: str, signs: list[str], now: datetime) -> None:
    """The posting has just come as far as its state says; one that others are not told of writes nothing."""
    kind = TOLD.get(PostingState(posting.state))
    if kind is None:
        return
    payload = {"posting": posting.id, "signs": signs}
    _write(session, kind, session.get_one(Review, posting.review_id), key, payload, now)


def _write(
    session: Session,
    kind: EventKind,
    review: Review,
    key: str,
    payload: Mapping[str, Any],
    now: datetime,
) -> None:
    row = {
        "kind": kind.value,
        "subject": f"review:{review.id}",
        "dedupe_key": key,
        "at": now,
        "listing_id": review.listing_id,
        "review_id": review.id,
        "payload": dict(payload),
    }
    insert_new(session, Event, [row])
