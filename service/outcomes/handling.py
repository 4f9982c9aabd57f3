"""Who has a review in hand: taking it, handing it over, putting it off, closing it, line by line.

Every act holds the review's row first, so of two people who take it at once exactly one has it, and the other
is told who. A form carries a key: sent twice, it is carried out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from service.domain import ReviewState
from service.errors import AnswerRefused, Overtaken
from service.models import CaseFile, Review, ReviewAct, ReviewNote
from service.outcomes import events
from service.sentences import say

LONGEST_NOTE = 2000  # characters
FARTHEST = timedelta(days=31)  # what is put off for longer is rather closed

_UNTOUCHED = (ReviewState.NEW, ReviewState.SEEN)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the name that is written down, and her row where she has one."""

    name: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Who does it, when, and the key her form was given."""

    who: Actor
    key: str
    at: datetime


def in_hand(session: Session, review_id: int) -> Review:
    """The review, ours until the transaction ends. Raises ``Overtaken`` where it is gone or erased."""
    review = session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None or review.erased_at is not None:
        raise Overtaken(
            say("This review's words were erased, so there is nothing left to do. Nothing was changed.")
        )
    return review


def is_with(review: Review, who: Actor) -> bool:
    """Whether ``who`` holds it."""
    if review.claimed_by is not None or who.person_id is not None:
        return review.claimed_by == who.person_id
    return review.claimed_as == who.name


def claim(session: Session, review_id: int, step: Step) -> None:
    """Take it. Raises ``Overtaken`` where somebody else has it, or nothing is left to answer."""
    review = in_hand(session, review_id)
    take(session, review, step)


def take(session: Session, review: Review, step: Step, *, again: bool = False, over: bool = False) -> None:
    """The same, where the row is held already; what one holds one may take again.

    ``again``: although a reply stands. ``over``: from whoever has it.
    """
    if again:
        require_answerable(review)
    else:
        _require_work(session, review)
    if review.claimed_as is not None:
        if is_with(review, step.who):
            return
        if not over:
            raise Overtaken(
                say(
                    "%(claimed_as)s was quicker and has taken it. Nothing was changed.",
                    claimed_as=review.claimed_as,
                )
            )
    if _noted(session, review, ReviewAct.CLAIMED, step):
        _hold(session, review, step.who, step)


def assign(session: Session, review_id: int, to: Actor, step: Step) -> None:
    """Hand it to ``to``, whoever had it."""
    review = in_hand(session, review_id)
    _require_work(session, review)
    if _noted(session, review, ReviewAct.ASSIGNED, step, to.name):
        _hold(session, review, to, step)


def release(session: Session, review_id: int, step: Step) -> None:
    """Nobody has it any more, so that somebody takes it."""
    review = in_hand(session, review_id)
    if review.claimed_as is not None and _noted(session, review, ReviewAct.RELEASED, step):
        review.claimed_by = review.claimed_as = review.claimed_at = None
        if review.state == ReviewState.CLAIMED:
            review.state = ReviewState.SEEN.value


def snooze(session: Session, review_id: int, until: datetime, step: Step) -> None:
    """Keep it out of sight until then; what is due stays due. Raises ``AnswerRefused``."""
    review = in_hand(session, review_id)
    if not step.at < until <= step.at + FARTHEST:
        raise AnswerRefused(
            say("Choose a moment that is still to come, within a month. Nothing was changed.")
        )
    if _noted(session, review, ReviewAct.SNOOZED, step, until.isoformat()):
        review.snoozed_until = until


def wake(session: Session, review_id: int, step: Step) -> None:
    """Bring it back into sight."""
    review = in_hand(session, review_id)
    if review.snoozed_until is not None and _noted(session, review, ReviewAct.WOKEN, step):
        review.snoozed_until = None


def note(session: Session, review_id: int, words: str, step: Step) -> None:
    """Write something beside it, for whoever comes next. Raises ``AnswerRefused``."""
    review = in_hand(session, review_id)
    _noted(session, review, ReviewAct.NOTED, step, _said(words, "A note"))


def close(session: Session, review_id: int, why: str, step: Step) -> None:
    """It gets no reply, because ``why``. Raises ``Overtaken`` where it has one."""
    review = in_hand(session, review_id)
    require_unanswered(review)
    said = _said(why, "A reason")
    if _noted(session, review, ReviewAct.CLOSED, step, said):
        review.state, review.closed_why = ReviewState.CLOSED.value, said


def reopen(session: Session, review_id: int, step: Step) -> None:
    """It waits for a reply again."""
    review = in_hand(session, review_id)
    if review.state != ReviewState.CLOSED or not _noted(session, review, ReviewAct.REOPENED, step):
        return
    review.closed_why = None
    review.state = (ReviewState.CLAIMED if review.claimed_as else ReviewState.SEEN).value


def require_unanswered(review: Review) -> None:
    """Return where a reply may still be wanted. Raises ``Overtaken``."""
    if review.reply_text is not None:
        raise Overtaken(
            say("It has been answered meanwhile: the reply stands on the site. Nothing was changed.")
        )
    require_answerable(review)


def require_answerable(review: Review) -> None:
    """Return where a reply could be given, whether or not one stands. Raises ``Overtaken``."""
    if review.removed_at is not None:
        raise Overtaken(
            say("It is no longer on the site, so there is nothing to answer. Nothing was changed.")
        )
    if review.state == ReviewState.CLOSED:
        raise Overtaken(
            say(
                "It was closed without a reply: %(closed_why)s Reopen it first.", closed_why=review.closed_why
            )
        )


def _require_work(session: Session, review: Review) -> None:
    """Return where somebody is needed: for an answer, or for a case that was taken offline."""
    case = session.scalars(select(CaseFile).where(col(CaseFile.review_id) == review.id)).one_or_none()
    if case is None or not (case.is_running or case.is_owed):
        require_unanswered(review)


def _hold(session: Session, review: Review, who: Actor, step: Step) -> None:
    review.claimed_by, review.claimed_as, review.claimed_at = who.person_id, who.name, step.at
    review.snoozed_until = None
    if review.state in _UNTOUCHED:
        review.state = ReviewState.CLAIMED.value
    events.of_claim(session, review, who.person_id, step.key, step.at)


def _said(words: str, what: str) -> str:
    said = words.strip()
    if not said or len(said) > LONGEST_NOTE:
        raise AnswerRefused(
            say(
                "%(what)s has between 1 and %(longest_note)s characters. Nothing was changed.",
                what=what,
                longest_note=f"{LONGEST_NOTE:,}",
            )
        )
    return said


def _noted(session: Session, review: Review, act: ReviewAct, step: Step, words: str | None = None) -> bool:
    """Write the line; answers False where this form was carried out before."""
    same = (col(ReviewNote.review_id) == review.id, col(ReviewNote.key) == step.key)
    if session.execute(select(col(ReviewNote.id)).where(*same)).first() is not None:
        return False
    session.add(
        ReviewNote(
            review_id=review.id or 0, key=step.key, act=act.value, by=step.who.name, at=step.at, text=words
        )
    )
    session.flush()
    return True
