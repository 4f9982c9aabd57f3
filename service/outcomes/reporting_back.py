"""Reporting a settled case back in public: whether that was done, and who is reminded where it was not.

A person's word that she posted counts, as it does for any reply; so does a new reply that a look saw, whoever
wrote it. What she took along before the case was settled is no report of its ending.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, exists, select
from sqlmodel import Session, col

from service.db import Database, insert_new
from service.domain import EventKind
from service.models import (
    CaseEntryKind,
    CaseFile,
    CaseState,
    Event,
    Installation,
    Posting,
    PostingEvent,
    PostingState,
    Review,
)
from service.outcomes.cases import case_of, note_of_itself
from service.outcomes.handling import Actor, Step

A_LOOK = Actor("A look")

Attempt = Callable[[str, Callable[[], object]], object]
"""A job boundary: does the work, and deals with its errors as it sees fit."""


def plainly(_name: str, work: Callable[[], object]) -> None:
    """No boundary: an error is the caller's."""
    work()


def owed_by(session: Session, review: Review) -> CaseFile | None:
    """The settled case of ``review`` that is still to be reported back, where the review is still there."""
    case = case_of(session, review.id or 0) if review.removed_at is None else None
    return case if case is not None and case.is_owed else None


def posted(session: Session, review: Review, posting: Posting, step: Step) -> None:
    """Somebody says that she posted ``posting``."""
    case = owed_by(session, review)
    if case is not None and _is_taken_since(session, posting, case.ended_at):
        _reported(session, case, posting, step)


def denied(session: Session, posting: Posting, step: Step) -> None:
    """She says that she did not after all: it is owed again."""
    case = case_of(session, posting.review_id)
    if case is None or case.reported_back != posting.id or posting.state != PostingState.DENIED:
        return
    case.reported_at = case.reported_back = None
    note_of_itself(session, case, CaseEntryKind.TAKEN_BACK, step)


def seen(session: Session, review: Review, posting: Posting | None, event: Event) -> None:
    """A look has seen a reply in public; ``posting`` is whose words it carries, if they are ours.

    Words of ours that were taken along before are a first reply seen late; changed since, they are a report.
    """
    case = owed_by(session, review)
    if case is None or case.ended_at is None:
        return
    is_first = event.kind == EventKind.REPLIED
    is_new = posting is not None and _is_taken_since(session, posting, case.ended_at)
    stood_at = (review.reply_at if is_first else None) or event.at
    if not is_new and (stood_at < case.ended_at or (is_first and posting is not None)):
        return
    step = Step(A_LOOK, f"event:{event.id}", event.at)
    _reported(session, case, posting if is_new else None, step)


def remind(database: Database, now: datetime, *, attempt: Attempt = plainly) -> int:
    """Write the event of every report back that is overdue; answers how many. Each is written once."""
    with database.reading() as session:
        late = overdue(session, now)
    told: list[int] = []

    def tell(number: int) -> None:
        with database.transaction() as session:
            if remind_once(session, number, now):
                told.append(number)

    for number in late:
        attempt(f"reminding of case {number}", partial(tell, number))
    return len(told)


def overdue(session: Session, now: datetime) -> Sequence[int]:
    """The cases whose report back is due and of which nobody was reminded yet.

    What was due before a backup was taken back was told by the installation it is of.
    """
    installation = session.get(Installation, 1)
    restored = installation.restored_at if installation else None
    since = [col(CaseFile.report_back_due) > restored] if restored else []
    told = exists().where(
        col(Event.kind) == EventKind.REPORT_BACK.value,
        col(Event.review_id) == col(CaseFile.review_id),
        col(Event.at) >= col(CaseFile.ended_at),
    )
    due = select(col(CaseFile.id)).join(Review, col(Review.id) == col(CaseFile.review_id))
    return [
        number or 0
        for number in session.scalars(due.where(*is_overdue(now), *since, ~told).order_by(col(CaseFile.id)))
    ]


def is_overdue(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """On a query that joins ``Review``: cases that were settled, and whose report back is late."""
    return (
        col(CaseFile.state) == CaseState.RESOLVED.value,
        col(CaseFile.report_back_due) <= now,
        col(CaseFile.reported_at).is_(None),
        col(Review.removed_at).is_(None),
        col(Review.erased_at).is_(None),
    )


def remind_once(session: Session, number: int, now: datetime) -> bool:
    """Write the event that alerts whoever holds the case; answers whether it is still owed."""
    case = session.get(CaseFile, number, with_for_update=True)
    if case is None or not case.is_owed or case.report_back_due is None or case.report_back_due > now:
        return False
    review = session.get_one(Review, case.review_id)
    event = {
        "kind": EventKind.REPORT_BACK.value,
        "subject": f"review:{review.id}",
        "dedupe_key": f"{case.id}:{case.report_back_due.isoformat()}",
        "at": now,
        "listing_id": review.listing_id,
        "review_id": review.id,
        "payload": {"case": case.id, "due": case.report_back_due.isoformat(), "holder": review.claimed_by},
    }
    insert_new(session, Event, [event])
    return True


def _is_taken_since(session: Session, posting: Posting, ended_at: datetime | None) -> bool:
    taken = select(col(PostingEvent.id)).where(
        col(PostingEvent.posting_id) == posting.id,
        col(PostingEvent.kind).in_([PostingState.COPIED.value, PostingState.INSERTED.value]),
        col(PostingEvent.at) >= ended_at,
    )
    return session.execute(taken.limit(1)).first() is not None


def _reported(session: Session, case: CaseFile, posting: Posting | None, step: Step) -> None:
    case.reported_at, case.reported_back = step.at, posting.id if posting else None
    note_of_itself(session, case, CaseEntryKind.REPORTED, step)
