"""Cases as rows: taken offline, kept line by line, ended; and words that expire.

Every act holds the review's row first, and carries the key of its form: sent twice, it is carried out once.
That a case was opened, how it ended and that it was opened again is audited; what people wrote is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from service import audit
from service.domain import HEALTH_VERTICALS, Kind
from service.errors import AnswerRefused, Overtaken
from service.models import (
    Branch,
    CaseEntry,
    CaseEntryKind,
    CaseFile,
    CaseOutcome,
    CaseState,
    Listing,
    Review,
)
from service.outcomes.case_steps import (
    KEPT_IN_HEALTH,
    WRITTEN,
    Place,
    ReportBack,
    may_follow,
    report_back,
    state_after,
    state_of,
)
from service.outcomes.handling import LONGEST_NOTE, Step, in_hand, take
from service.sentences import say
from service.sites.registry import rules_of, site_named

NONE = say("This was not taken offline. Nothing was changed.")
OVER = say("This case has ended meanwhile. Open it again to go on. Nothing was changed.")


def case_of(session: Session, review_id: int) -> CaseFile | None:
    """The case of a review, if it was taken offline."""
    return session.scalars(select(CaseFile).where(col(CaseFile.review_id) == review_id)).one_or_none()


def entries_of(session: Session, case: CaseFile) -> Sequence[CaseEntry]:
    """Its lines, the newest first."""
    lines = select(CaseEntry).where(col(CaseEntry.case_file_id) == case.id)
    return session.scalars(lines.order_by(col(CaseEntry.at).desc(), col(CaseEntry.id).desc())).all()


def take_offline(session: Session, review_id: int, step: Step) -> None:
    """Open a case. Whoever does takes the review, unless somebody has it. Raises ``Overtaken``."""
    review = in_hand(session, review_id)
    case = case_of(session, review_id)
    if case is not None:
        if case.is_running:
            return
        raise Overtaken(OVER)
    case = CaseFile(review_id=review_id, opened_by=step.who.name, opened_at=step.at)
    session.add(case)
    session.flush()
    _noted(session, case, CaseEntryKind.OPENED, step)
    _enter(session, case, step, "opened")
    if review.claimed_as is None:
        take(session, review, step)


def add(session: Session, review_id: int, kind: str, words: str, step: Step) -> None:
    """Write down an attempt, an answer or a note. Raises ``AnswerRefused`` or ``Overtaken``."""
    case = _held(session, review_id)
    if _is_known(session, case, step):
        return
    if kind not in WRITTEN:
        raise AnswerRefused(say("Choose what happened. Nothing was changed."))
    said = _said(words, needed=kind == CaseEntryKind.NOTE)
    if kind not in may_follow(CaseState(case.state)):
        raise Overtaken(OVER)
    _noted(session, case, CaseEntryKind(kind), step, said)
    case.state = state_after(CaseState(case.state), CaseEntryKind(kind)).value


def end(session: Session, review_id: int, outcome: str, words: str, step: Step) -> None:
    """Say what came of it; what was settled is to be reported back.

    Raises ``AnswerRefused`` or ``Overtaken``.
    """
    case = _held(session, review_id)
    if _is_known(session, case, step):
        return
    if outcome not in list(CaseOutcome):
        raise AnswerRefused(say("Choose what came of it. Nothing was changed."))
    said = _said(words, needed=False)
    if not case.is_running:
        raise Overtaken(OVER)
    came_to = CaseOutcome(outcome)
    _noted(session, case, CaseEntryKind.ENDED, step, said)
    case.state, case.outcome, case.ended_at = state_of(came_to).value, came_to.value, step.at
    case.report_back_due = ending(session, session.get_one(Review, review_id), came_to, step.at).due
    case.reported_at = case.reported_back = None
    _enter(session, case, step, "ended")


def reopen(session: Session, review_id: int, step: Step) -> None:
    """It goes on: nothing is to be reported back until it has ended anew."""
    case = _held(session, review_id)
    if case.is_running or _is_known(session, case, step):
        return
    _noted(session, case, CaseEntryKind.REOPENED, step)
    case.state = state_after(CaseState(case.state), CaseEntryKind.REOPENED).value
    case.outcome = case.ended_at = case.report_back_due = case.reported_at = case.reported_back = None
    _enter(session, case, step, "reopened")


def ending(session: Session, review: Review, outcome: CaseOutcome, at: datetime) -> ReportBack:
    """Whether and by when a case of ``review`` that came to ``outcome`` is reported back, and why."""
    return report_back(outcome, at, place_of(session.get_one(Listing, review.listing_id), review))


def place_of(listing: Listing, review: Review) -> Place:
    """Where the review stands, as a report back must know it."""
    site = site_named(listing.site)
    return Place(
        site=site.title if site else listing.site,
        rules=rules_of(listing.site),
        is_there=review.removed_at is None,
        is_answered=review.reply_text is not None,
        takes_replies=review.kind != Kind.MENTION,
    )


def is_restricted(branch: Branch | None) -> bool:
    """Whether a case's words are for few eyes and not for long: they may say who was a patient."""
    return branch is not None and branch.vertical.casefold() in HEALTH_VERTICALS


def forget(session: Session, now: datetime) -> None:
    """Let words go whose time is over; that something was done, by whom and when, stays.

    A branch that became one of health's later has lines without a time of their own: theirs is as long.
    """
    late = (
        select(col(CaseFile.id))
        .join(Review, col(Review.id) == col(CaseFile.review_id))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .join(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Branch.vertical).in_(HEALTH_VERTICALS))
    )
    old = (col(CaseEntry.at) <= now - KEPT_IN_HEALTH) & col(CaseEntry.case_file_id).in_(late)
    gone = update(CaseEntry).where(
        col(CaseEntry.text).is_not(None), or_(col(CaseEntry.expires_at) <= now, old)
    )
    session.execute(gone.values(text=None).execution_options(synchronize_session=False))


def note_of_itself(session: Session, case: CaseFile, kind: CaseEntryKind, step: Step) -> None:
    """A line that follows from something done elsewhere, once under its key."""
    if not _is_known(session, case, step):
        _noted(session, case, kind, step)


def _held(session: Session, review_id: int) -> CaseFile:
    in_hand(session, review_id)
    case = case_of(session, review_id)
    if case is None:
        raise Overtaken(NONE)
    return case


def _is_known(session: Session, case: CaseFile, step: Step) -> bool:
    same = (col(CaseEntry.case_file_id) == case.id, col(CaseEntry.key) == step.key)
    return session.execute(select(col(CaseEntry.id)).where(*same)).first() is not None


def _noted(
    session: Session, case: CaseFile, kind: CaseEntryKind, step: Step, words: str | None = None
) -> None:
    review = session.get_one(Review, case.review_id)
    listing = session.get_one(Listing, review.listing_id)
    branch = session.get(Branch, listing.branch_id) if listing.branch_id else None
    entry = CaseEntry(
        case_file_id=case.id or 0,
        key=step.key,
        kind=kind.value,
        by=step.who.name,
        at=step.at,
        text=words,
        expires_at=step.at + KEPT_IN_HEALTH if is_restricted(branch) else None,
    )
    session.add(entry)
    session.flush()


def _said(words: str, *, needed: bool) -> str | None:
    said = words.strip()
    if (needed and not said) or len(said) > LONGEST_NOTE:
        least = 1 if needed else 0
        raise AnswerRefused(
            say(
                "It has between %(least)s and %(longest_note)s characters. Nothing was changed.",
                least=least,
                longest_note=f"{LONGEST_NOTE:,}",
            )
        )
    return said or None


def _enter(session: Session, case: CaseFile, step: Step, what: str) -> None:
    body = {"what": what, "person": step.who.name, "case": case.id, "outcome": case.outcome}
    audit.record(session, "case", f"review:{case.review_id}", body, step.at)
