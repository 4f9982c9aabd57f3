"""What the public sees of our replies: each open event about an owner's reply, held against our postings.

A posting is seen in public when a look at the page, the owner API or a person's browser shows its words. A
mail, a file or a person's word proves nothing of the kind. The event is marked in the same transaction, so
that the job may die at any line and run twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from service.db import Database
from service.domain import OWN_VIEW, EventKind, ReviewState, Route
from service.models import Branch, Event, Posting, PostingState, Review
from service.outcomes import reporting_back
from service.outcomes.postings import USED, Told, happened
from service.outcomes.using import approved_item, branch_of, filled_as_approved
from service.replies.normal import normal_form
from service.replies.recognise import MADE_FROM_IT, recognised
from service.replies.repeats import Recent, most_alike

AT_ONCE = 100  # events read at a time
LOOKS = (Route.PAGE, Route.API, Route.CAPTURE)  # routes that show what stands there
NOT_PUBLIC = ("pending", "rejected", OWN_VIEW)

_REPLIES = (EventKind.REPLIED, EventKind.REPLY_EDITED, EventKind.REPLY_VANISHED)

Attempt = Callable[[str, Callable[[], object]], object]
"""A job boundary: does the work, and deals with its errors as it sees fit."""


def plainly(_name: str, work: Callable[[], object]) -> None:
    """No boundary: an error is the caller's."""
    work()


def follow(database: Database, now: datetime, *, attempt: Attempt = plainly) -> int:
    """Work off every open event, in order; answers how many postings were seen in public."""
    seen: list[int] = []

    def follow_one(event_id: int) -> None:
        with database.transaction() as session:
            if (posting := follow_once(session, event_id, now)) is not None:
                seen.append(posting)

    for about_replies, ids in _open_events(database):
        if not about_replies:
            with database.transaction() as session:
                session.execute(_done(ids, now))
            continue
        for event_id in ids:
            attempt(f"following event {event_id}", partial(follow_one, event_id))
    return len(seen)


def follow_once(session: Session, event_id: int, now: datetime) -> int | None:
    """Work off one event and mark it; answers the posting it proves."""
    event = session.scalars(
        select(Event)
        .where(col(Event.id) == event_id, col(Event.outcomes_done_at).is_(None))
        .with_for_update(skip_locked=True)
    ).first()
    if event is None:
        return None
    event.outcomes_done_at = now
    review = session.get(Review, event.review_id, with_for_update=True) if event.review_id else None
    if review is None or review.erased_at is not None:
        return None
    if event.kind != EventKind.REPLY_VANISHED:
        found = see(session, review, f"event:{event.id}", event.at, now)
        if _is_public(review):
            reporting_back.seen(session, review, _carried(session, review), event)
        return found
    if review.reply_text is None and review.state in (ReviewState.ANSWERED, ReviewState.SUBMITTED):
        review.state = ReviewState.VANISHED.value
    return None


def see(session: Session, review: Review, key: str, at: datetime, now: datetime) -> int | None:
    """Mark the newest posting whose words the public reply carries; answers its number."""
    if review.reply_state == "rejected" and review.state in (ReviewState.ANSWERED, ReviewState.SUBMITTED):
        review.state = ReviewState.REJECTED.value
    if not _is_public(review):
        return None
    posting = _carried(session, review)
    approved = filled_as_approved(session, review, posting) if posting else None
    if posting is None or approved is None:
        return None
    told = Told("look", key, PostingState.SEEN_IN_PUBLIC, at, review.reply_text, (str(_route(review)),))
    return posting.id if happened(session, posting, told, approved, now) else None


def _is_public(review: Review) -> bool:
    """Whether a look has shown that the reply stands there."""
    shown = review.reply_text is not None and _route(review) in LOOKS
    return shown and review.reply_state not in NOT_PUBLIC


def _route(review: Review) -> str | None:
    told_by: str | None = (review.provenance.get("reply") or [None])[0]
    return told_by


def _carried(session: Session, review: Review) -> Posting | None:
    """The newest posting whose words the public reply carries."""
    branch = branch_of(session, review) or Branch(code="", name="")
    return next((one for one in _used_on(session, review) if _carries(session, review, branch, one)), None)


def _used_on(session: Session, review: Review) -> Sequence[Posting]:
    used = [state.value for state in USED]
    newest = select(Posting).where(col(Posting.review_id) == review.id, col(Posting.state).in_(used))
    return session.scalars(newest.order_by(col(Posting.id).desc())).all()


def _carries(session: Session, review: Review, branch: Branch, posting: Posting) -> bool:
    """Whether the public reply is the text she took along, was made from it, or from the item's wordings."""
    public = review.reply_text or ""
    taken = [Recent(posting.text, posting.item)] if posting.text else []
    if normal_form(posting.text or "") == normal_form(public) or most_alike(public, (), taken, MADE_FROM_IT):
        return True
    found = approved_item(session, posting)
    return found is not None and recognised(public, review.author, branch, *found) is not None


def _open_events(database: Database) -> Iterator[tuple[bool, list[int]]]:
    """Open events page by page: those about replies, and those that are nothing to us."""
    last = 0
    while True:
        with database.reading() as session:
            page = session.execute(
                select(col(Event.id), col(Event.kind))
                .where(col(Event.outcomes_done_at).is_(None), col(Event.id) > last)
                .order_by(col(Event.id))
                .limit(AT_ONCE)
            ).all()
        for wanted in (True, False):
            if ids := [event_id for event_id, kind in page if (kind in _REPLIES) is wanted]:
                yield wanted, ids
        if len(page) < AT_ONCE:
            return
        last = page[-1][0]


def _done(ids: Sequence[int], now: datetime) -> Any:
    these = update(Event).where(col(Event.id).in_(ids), col(Event.outcomes_done_at).is_(None))
    return these.values(outcomes_done_at=now).execution_options(synchronize_session=False)
