"""What people did with a review, and what came of it, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.domain import ReplyClass
from service.models import Posting, PostingEvent, PostingState, ReviewAct, ReviewNote
from service.web import words
from service.web.phrases import gettext


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done: ``until`` is the moment something was put off to."""

    at: datetime
    by: str
    did: str
    text: str | None = None
    until: datetime | None = None


def history(session: Session, review_id: int) -> tuple[Line, ...]:
    """Everything people did, and every proof of it."""
    notes = session.scalars(select(ReviewNote).where(col(ReviewNote.review_id) == review_id))
    told = session.execute(
        select(PostingEvent, Posting)
        .join(Posting, col(Posting.id) == col(PostingEvent.posting_id))
        .where(col(Posting.review_id) == review_id)
    )
    lines = [*map(_act, notes), *(_proof(event, posting) for event, posting in told)]
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True))


def _act(note: ReviewNote) -> Line:
    did = words.ACT[ReviewAct(note.act)]
    if note.act == ReviewAct.SNOOZED and note.text:
        return Line(note.at, note.by, did, until=datetime.fromisoformat(note.text))
    if note.act == ReviewAct.ASSIGNED and note.text:
        return Line(note.at, note.by, f"{did} {note.text}")
    return Line(note.at, note.by, did, note.text)


def _proof(event: PostingEvent, posting: Posting) -> Line:
    kind = PostingState(event.kind)
    did = words.POSTING[kind]
    if kind in (PostingState.COPIED, PostingState.SUBMITTED) and posting.reply_class:
        did = f"{did} ({words.CLASS[ReplyClass(posting.reply_class)]})"
    return Line(event.at, gettext("A look") if event.device == "look" else posting.person, did)
