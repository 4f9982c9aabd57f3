"""Two stored reviews turn out to be one: all that is of the one becomes the other's; nothing rings twice."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from service.db import insert_new
from service.domain import ReviewState
from service.models import (
    Alert,
    AskedWords,
    CaseEntry,
    CaseFile,
    Event,
    HookDelivery,
    Inbound,
    Posting,
    PostingEvent,
    Question,
    Review,
    ReviewKey,
    ReviewNote,
    ReviewVersion,
    TriageNote,
)
from service.watch.hearing import Heard, collapsed
from service.watch.known import heard_of
from service.watch.merge import merged
from service.watch.rows import review_columns, version_columns
from service.watch.store import Judge


def join(session: Session, into: int, other: int, judge: Judge) -> None:
    """Make ``other`` one with ``into``; harmless where ``other`` is gone already, or either was erased."""
    kept, gone = session.get(Review, into), session.get(Review, other)
    if kept is None or gone is None or into == other or kept.erased_at or gone.erased_at:
        return
    heard = (*heard_of(session, into), *heard_of(session, other))
    _join_words(session, kept, gone, heard, judge)
    _join_events(session, into, other)
    session.execute(update(ReviewKey).where(col(ReviewKey.review_id) == other).values(review_id=into))
    session.execute(update(Alert).where(col(Alert.review_id) == other).values(review_id=into))
    _join_postings(session, into, other)
    _join_notes(session, into, other)
    _join_asked(session, into, other)
    _join_cases(session, into, other)
    _rename_in_questions(session, kept.listing_id, other, into)
    _rename_in_mails(session, kept.listing_id, other, into)
    session.flush()
    session.execute(delete(Review).where(col(Review.id) == other))


def _join_words(session: Session, kept: Review, gone: Review, heard: tuple[Heard, ...], judge: Judge) -> None:
    """One set of readings tells one review (``merge``); who works on it, and by when, stays as it was."""
    whole = merged(heard)
    judged = judge(whole.item)
    for name, value in (review_columns(whole) | judged.columns).items():
        setattr(kept, name, value)
    kept.triage_rev += 1
    kept.first_seen_at = min(kept.first_seen_at, gone.first_seen_at)
    kept.last_seen_at = max(kept.last_seen_at, gone.last_seen_at)
    kept.reply_seen_at = min(filter(None, (kept.reply_seen_at, gone.reply_seen_at)), default=None)
    kept.baseline = kept.baseline and gone.baseline
    if kept.removed_at is None or gone.removed_at is None:
        kept.removed_at, kept.removed_by, kept.missed_at = None, None, None
    if whole.answer.is_seen:
        kept.state, kept.due_claim_at, kept.due_public_at = ReviewState.ANSWERED.value, None, None
    session.execute(delete(ReviewVersion).where(col(ReviewVersion.review_id).in_((kept.id, gone.id))))
    in_time = sorted(collapsed(heard), key=lambda one: one.first_seen_at)
    rows = [version_columns(kept.id or 0, n, one) for n, one in enumerate(in_time, start=1)]
    insert_new(session, ReviewVersion, rows)


def _join_events(session: Session, into: int, other: int) -> None:
    """What happened to both happened once; what was told of either is told."""
    events = session.execute(select(Event).where(col(Event.review_id).in_((into, other)))).scalars().all()
    kept = {(event.kind, event.dedupe_key): event for event in events if event.review_id == into}
    for event in (event for event in events if event.review_id == other):
        twin = kept.get((event.kind, event.dedupe_key))
        if twin is None:
            event.review_id, event.subject = into, f"review:{into}"
            continue
        for done in ("alerts_done_at", "outcomes_done_at", "hooks_done_at"):
            setattr(twin, done, getattr(twin, done) or getattr(event, done))
        session.execute(update(Alert).where(col(Alert.event_id) == event.id).values(event_id=twin.id))
        _join_deliveries(session, twin, event)
        session.delete(event)
    session.flush()


def _join_deliveries(session: Session, twin: Event, event: Event) -> None:
    """Whoever was told of either by machine, or is about to be, is told of the one."""
    told = select(col(HookDelivery.target_id)).where(col(HookDelivery.event_id) == twin.id)
    theirs = col(HookDelivery.event_id) == event.id
    again = delete(HookDelivery).where(theirs, col(HookDelivery.target_id).in_(told))
    session.execute(again.execution_options(synchronize_session=False))
    moved = update(HookDelivery).where(theirs).values(event_id=twin.id)
    session.execute(moved.execution_options(synchronize_session=False))


def _join_notes(session: Session, into: int, other: int) -> None:
    """What was written beside either stands beside the one; of two verdicts by one person, the kept one's."""
    notes = update(ReviewNote).where(col(ReviewNote.review_id) == other)
    session.execute(notes.values(review_id=into).execution_options(synchronize_session=False))
    wrong = session.execute(select(TriageNote).where(col(TriageNote.review_id).in_((into, other))))
    verdicts = wrong.scalars().all()
    kept = {(one.person, one.field) for one in verdicts if one.review_id == into}
    for one in (one for one in verdicts if one.review_id == other):
        if (one.person, one.field) in kept:
            session.delete(one)
        else:
            one.review_id = into


def _join_asked(session: Session, into: int, other: int) -> None:
    """Askings go on counting. Words that were signed for ``other`` name it: they are never offered again."""
    last = select(func.coalesce(func.max(col(AskedWords.number)), 0)).where(col(AskedWords.review_id) == into)
    asked = update(AskedWords).where(col(AskedWords.review_id) == other)
    number = col(AskedWords.number) + session.execute(last).scalar_one()
    moved = asked.values(review_id=into, number=number)
    session.execute(moved.execution_options(synchronize_session=False))


def _join_postings(session: Session, into: int, other: int) -> None:
    """One use of one reply by one person is one posting; what happened to either happened to it."""
    postings = (
        session.execute(select(Posting).where(col(Posting.review_id).in_((into, other)))).scalars().all()
    )
    kept = {_use(posting): posting for posting in postings if posting.review_id == into}
    for posting in (posting for posting in postings if posting.review_id == other):
        twin = kept.get(_use(posting))
        if twin is None:
            posting.review_id = into
            continue
        happened = update(PostingEvent).where(col(PostingEvent.posting_id) == posting.id)
        session.execute(happened.values(posting_id=twin.id))
        told_by = update(CaseFile).where(col(CaseFile.reported_back) == posting.id)
        session.execute(told_by.values(reported_back=twin.id))
        session.delete(posting)
    session.flush()


def _join_cases(session: Session, into: int, other: int) -> None:
    """One conversation: every line of both, and the one that still runs decides how it stands."""
    files = session.execute(select(CaseFile).where(col(CaseFile.review_id).in_((into, other)))).scalars()
    by_review = {one.review_id: one for one in files}
    kept, gone = by_review.get(into), by_review.get(other)
    if gone is None:
        return
    if kept is None:
        gone.review_id = into
        return
    if gone.is_running or (gone.is_owed and not kept.is_running):
        for name in ("state", "outcome", "ended_at", "report_back_due", "reported_at", "reported_back"):
            setattr(kept, name, getattr(gone, name))
    kept.opened_at = min(kept.opened_at, gone.opened_at)
    lines = update(CaseEntry).where(col(CaseEntry.case_file_id) == gone.id).values(case_file_id=kept.id)
    session.execute(lines.execution_options(synchronize_session=False))
    session.delete(gone)
    session.flush()


def _use(posting: Posting) -> tuple[object, ...]:
    return posting.sha256, posting.item, posting.variant, posting.person


def _rename_in_questions(session: Session, listing_id: int, other: int, into: int) -> None:
    questions = session.execute(select(Question).where(col(Question.listing_id) == listing_id)).scalars()
    for question in questions:
        named = [into if one == other else one for one in question.payload.get("candidates", ())]
        question.payload = question.payload | {"candidates": list(dict.fromkeys(named))}
        if question.answer and question.answer.get("review") == other:
            question.answer = question.answer | {"review": into}


def _rename_in_mails(session: Session, listing_id: int, other: int, into: int) -> None:
    """Whoever erases the one must find the mails that told of the other."""
    mails = session.execute(
        select(col(Inbound.id), col(Inbound.told)).where(col(Inbound.listing_id) == listing_id)
    )
    for mail_id, told in mails.all():
        if other in told:
            named = list(dict.fromkeys(into if one == other else one for one in told))
            session.execute(update(Inbound).where(col(Inbound.id) == mail_id).values(told=named))
