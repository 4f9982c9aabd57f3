"""That replies were shown beside their reviews: one posting each, stored once for each browser.

Nothing is decided by looking, so the audit hears of a posting only when somebody takes the words along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from service.db import insert_new
from service.models import Posting, PostingEvent, PostingState
from service.outcomes.postings import Used


@dataclass(frozen=True, slots=True)
class Shown:
    """Approved words as they were shown for one review."""

    review: int
    branch: int | None
    used: Used

    @property
    def key(self) -> str:
        """What is shown again under it is no news."""
        used = self.used
        return f"shown:{self.review}:{used.sha256.hex()[:32]}:{used.item}:{used.variant}"


def not_shown_yet(session: Session, shown: Sequence[Shown], device: str) -> list[Shown]:
    """Those that this browser has not shown before: asked first, because storing waits for other writers."""
    keys = {one.key for one in shown}
    there = select(col(PostingEvent.key)).where(
        col(PostingEvent.device) == device, col(PostingEvent.key).in_(keys)
    )
    known = set(session.scalars(there)) if keys else set()
    return [one for one in shown if one.key not in known]


def store(session: Session, shown: Iterable[Shown], device: str, person: str, now: datetime) -> None:
    """Store that ``person`` was shown these; doing it twice is doing it once."""
    news = {one.key: one for one in shown}
    if not news:
        return
    insert_new(session, Posting, [_posting(one, person, now) for one in news.values()])
    postings = _postings(session, news.values(), person)
    insert_new(
        session,
        PostingEvent,
        [
            {
                "posting_id": postings[_use(one)],
                "device": device,
                "key": key,
                "kind": PostingState.SHOWN.value,
            }
            | {"at": now, "signs": []}
            for key, one in news.items()
        ],
    )


def _use(one: Shown) -> tuple[object, ...]:
    return one.review, one.used.sha256, one.used.item, one.used.variant


def _posting(one: Shown, person: str, now: datetime) -> dict[str, object]:
    used = one.used
    return {
        "review_id": one.review,
        "branch_id": one.branch,
        "pack": used.pack,
        "sha256": used.sha256,
        "item": used.item,
        "variant": used.variant,
        "person": person,
        "made_at": now,
    }


def _postings(session: Session, shown: Iterable[Shown], person: str) -> dict[tuple[object, ...], int]:
    columns = (Posting.review_id, Posting.sha256, Posting.item, Posting.variant)
    same = tuple_(*map(col, columns)).in_([_use(one) for one in shown])
    query = select(*map(col, columns), col(Posting.id)).where(same, col(Posting.person) == person)
    return {tuple(row[:4]): row[4] for row in session.execute(query)}
