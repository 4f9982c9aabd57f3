"""Erasing a person's words: wherever a review was written down, its texts go, and they do not come back.

What proves our own conduct stays: that there was a review, when it was heard and by what, its ids, its stars,
the hashes of what was said and the marks by which the same words are recognised, so that no later look, mail
or file brings them back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, text, update
from sqlmodel import Session, col

from service.domain import EventKind, Item, ReviewState
from service.models import (
    Alert,
    AskedWords,
    CaseEntry,
    CaseFile,
    ImportRun,
    Inbound,
    Listing,
    Posting,
    Question,
    Review,
    ReviewNote,
    ReviewVersion,
    TriageNote,
)
from service.sentences import say
from service.watch.faces import mark
from service.watch.folding import bare, opening
from service.watch.holding import hold_reviews
from service.watch.known import heard_of

ERASED = say("The words were erased.")

_NO_WORDS: dict[str, Any] = {
    "author": None,
    "author_folded": None,
    "title": None,
    "text": None,
    "text_complete": True,
    "language": None,
    "permalink": None,
    "posted_shown": None,
    "reply_text": None,
    "reply_route": None,
    "provenance": {},
    "triage": None,  # its reasons quote
    "topics": "",
    "flags": "",
}
_NOTHING_TO_DO: dict[str, Any] = {
    "state": ReviewState.CLOSED.value,
    "closed_why": ERASED,
    "due_claim_at": None,
    "due_public_at": None,
    "claimed_by": None,
    "claimed_as": None,
    "claimed_at": None,
    "snoozed_until": None,
}
_NOT_TOLD: dict[str, Any] = {"author": None, "title": None, "text": None, "posted": None, "permalink": None}


def erase(session: Session, review_id: int, now: datetime) -> bool:
    """Empty everything that holds the words of a review; answers whether there was one to erase.

    In the caller's transaction; erasing twice is erasing once.
    """
    there = session.get(Review, review_id)
    listing = hold_reviews(session, there.listing_id) if there else None
    review = session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None or listing is None or review.erased_at is not None:
        return False
    told = [one.item for one in heard_of(session, review_id)]
    review.marks = sorted(_marks(review, told))
    for name, value in (_NO_WORDS | _NOTHING_TO_DO).items():
        setattr(review, name, value)
    review.erased_at = now
    session.flush()
    versions = update(ReviewVersion).where(col(ReviewVersion.review_id) == review_id)
    session.execute(versions.values(item={}).execution_options(synchronize_session=False))
    filled_in = update(Posting).where(col(Posting.review_id) == review_id)
    session.execute(filled_in.values(values={}, text=None).execution_options(synchronize_session=False))
    of_its_own = update(AskedWords).where(col(AskedWords.review_id) == review_id)
    gone = of_its_own.values(draft=None, text=None, refused_why=None)
    session.execute(gone.execution_options(synchronize_session=False))
    _empty_notes(session, review_id)
    _empty_rejected(session, listing, told)
    _empty_questions(session, listing, review_id, now)
    _empty_alerts(session, listing, review_id)
    _empty_mails(session, listing, review_id)
    _empty_index(session)
    return True


def _marks(review: Review, told: Sequence[Item]) -> set[str]:
    """Of every version: an old mail may still bring the words from before an edit."""
    return {sign.hex() for sign in (review.mark, *map(mark, told)) if sign}


def _empty_notes(session: Session, review_id: int) -> None:
    """What people wrote beside it may repeat it; that they did, and when, stays."""
    beside = update(ReviewNote).where(col(ReviewNote.review_id) == review_id).values(text=None)
    wrong = update(TriageNote).where(col(TriageNote.review_id) == review_id)
    cases = select(col(CaseFile.id)).where(col(CaseFile.review_id) == review_id)
    offline = update(CaseEntry).where(col(CaseEntry.case_file_id).in_(cases)).values(text=None)
    for emptied in (beside, wrong.values(said=None, should_be=None), offline):
        session.execute(emptied.execution_options(synchronize_session=False))


def _empty_rejected(session: Session, listing: Listing, told: Sequence[Item]) -> None:
    """A file's row that was given back may be hers: by her name, or by how her words begin."""
    hers = {bare(words) for item in told for words in (item.author, item.title, opening(item.text))} - {""}
    among = or_(col(ImportRun.listing_id) == listing.id, col(ImportRun.listing_id).is_(None))
    for run in session.execute(select(ImportRun).where(among)).scalars():
        run.rejected = [row | {"cells": []} if _is_hers(row, hers) else row for row in run.rejected]


def _is_hers(row: Mapping[str, Any], hers: Set[str]) -> bool:
    return any(bare(cell) in hers or bare(opening(cell)) in hers for cell in row.get("cells", ()))


def _empty_questions(session: Session, listing: Listing, review_id: int, now: datetime) -> None:
    """What looked like these words are these words, or so like them that nobody may keep them."""
    asked = session.execute(select(Question).where(col(Question.listing_id) == listing.id)).scalars()
    for question in asked:
        about = {*question.payload.get("candidates", ()), (question.answer or {}).get("review")}
        if review_id not in about:
            continue
        question.payload = question.payload | {"item": {}}
        if question.answered_at is None:
            question.answer = {"review": review_id}
            question.answered_by, question.answered_at = ERASED, now


def _empty_alerts(session: Session, listing: Listing, review_id: int) -> None:
    summaries = (col(Alert.listing_id) == listing.id) & (col(Alert.kind) == EventKind.BASELINE.value)
    alerts = session.execute(select(Alert).where(or_(col(Alert.review_id) == review_id, summaries))).scalars()
    for alert in alerts:
        told = _summary_without if alert.review_id is None else _without
        alert.body = told(alert.body, review_id)


def _without(body: dict[str, Any], _review_id: int) -> dict[str, Any]:
    review = (body.get("review") or {}) | _NOT_TOLD
    return body | {
        "review": review,
        "subject": ERASED,
        "why": [],
        "asked": None,
        "offer": None,
        "no_offer": ERASED,
    }


def _summary_without(body: dict[str, Any], review_id: int) -> dict[str, Any]:
    baseline = body.get("baseline")
    if not baseline:
        return body
    shown = [one for one in baseline.get("shown", ()) if one.get("id") != review_id]
    return body | {"baseline": baseline | {"shown": shown}}


def _empty_mails(session: Session, listing: Listing, review_id: int) -> None:
    """A mail goes whole: what else it told is stored already."""
    mails = session.execute(
        select(col(Inbound.id), col(Inbound.told)).where(
            col(Inbound.site) == listing.site, col(Inbound.raw).is_not(None)
        )
    )
    telling = [mail_id for mail_id, told in mails if review_id in told]
    gone = update(Inbound).where(col(Inbound.id).in_(telling)).values(raw=None)
    session.execute(gone.execution_options(synchronize_session=False))


def _empty_index(session: Session) -> None:
    """SQLite's word index marks words as gone and keeps them; written anew, it does not.

    PostgreSQL's lets them go with the row.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO review_words(review_words) VALUES ('optimize')"))
