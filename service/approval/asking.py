"""Asking for words: a review that nothing approved fits goes to those who approve, with an optional draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from service import audit
from service.approval.given import State, given
from service.approval.recalls import LONGEST_REASON
from service.approval.signers import name_to_keep
from service.db import insert_new
from service.domain import EventKind
from service.errors import ApprovalRefused
from service.models import AskedWords, CaseFile, Event, Review
from service.replies.normal import normal_form
from service.replies.own_words import LONGEST
from service.sentences import say


def ask(session: Session, review: Review, draft: str | None, person: str, now: datetime) -> AskedWords:
    """Ask the approvers for words for ``review``, with what the manager would say herself.

    An asking that is still open is answered as it is, with a newer draft. Raises ``ApprovalRefused``.
    """
    require_wanted(session, review)
    said, who = text_of(draft or ""), name_to_keep(person)
    asked = _newest(session, review)
    if asked and given(session, asked, review, now).state is State.OPEN:
        asked.draft = said or asked.draft
        session.flush()
        return asked
    number = asked.number + 1 if asked else 1
    row = {"review_id": review.id, "number": number, "draft": said or None, "asked_by": who, "asked_at": now}
    insert_new(session, AskedWords, [row])
    made = _newest(session, review)
    assert made is not None
    needs = given(session, made, review, now).why
    tell(session, EventKind.WORDS_ASKED, made, who, now, needs=needs)
    enter(session, EventKind.WORDS_ASKED.value, made, {"person": who}, now)
    return made


def refuse(session: Session, asked: AskedWords, person: str, why: str, now: datetime) -> None:
    """Give no words, and say why. Raises ``ApprovalRefused`` for an asking that is settled."""
    review = session.get_one(Review, asked.review_id)
    who, said = name_to_keep(person), " ".join(why.split())[:LONGEST_REASON]
    if not said:
        raise ApprovalRefused(say("Say why: whoever asked reads it. Nothing was changed."))
    require_open(given(session, asked, review, now).state)
    asked.refused_at, asked.refused_by, asked.refused_why = now, who, said
    session.flush()
    tell(session, EventKind.WORDS_ANSWERED, asked, who, now)
    enter(session, "refuse", asked, {"person": who}, now)


def asked_words(session: Session, number: int) -> AskedWords:
    """The asking of that number. Raises ``ApprovalRefused``."""
    asked = session.get(AskedWords, number)
    if asked is None:
        raise ApprovalRefused(
            say("Nobody asked for words under number %(number)s: `shopbell words list`.", number=number)
        )
    return asked


def everything_asked(session: Session) -> Sequence[AskedWords]:
    """Every asking, the newest first."""
    return session.scalars(select(AskedWords).order_by(col(AskedWords.id).desc())).all()


def _newest(session: Session, review: Review) -> AskedWords | None:
    last = select(func.max(col(AskedWords.number))).where(col(AskedWords.review_id) == review.id)
    return session.scalars(
        select(AskedWords).where(
            col(AskedWords.review_id) == review.id, col(AskedWords.number) == last.scalar_subquery()
        )
    ).one_or_none()


def require_wanted(session: Session, review: Review) -> None:
    """Raise ``ApprovalRefused`` for a review that nobody need answer, nor report back to."""
    case = session.scalars(select(CaseFile).where(col(CaseFile.review_id) == review.id)).one_or_none()
    is_owed = case is not None and case.is_owed
    gone = review.removed_at is not None or review.erased_at is not None
    if gone or (review.reply_text is not None and not is_owed):
        state = say("is no longer there") if gone else say("is answered already")
        raise ApprovalRefused(
            say(
                "Review %(id)s %(state)s, so it needs no words. Nothing was changed.",
                id=review.id,
                state=state,
            )
        )


def require_open(state: State) -> None:
    """Raise ``ApprovalRefused`` for an asking that is settled."""
    if state is not State.OPEN:
        raise ApprovalRefused(
            say("That asking is %(state)s; ask anew for more words. Nothing was changed.", state=state)
        )


def tell(
    session: Session,
    kind: EventKind,
    asked: AskedWords,
    person: str,
    now: datetime,
    *,
    needs: str | None = None,
) -> None:
    """Write the event that alerts people; words stay in the row, where erasing finds them."""
    told = {"asked": asked.id, "number": asked.number, "person": person, "needs": needs}
    event = {
        "kind": kind.value,
        "subject": f"review:{asked.review_id}",
        "dedupe_key": f"{asked.id}:{person}:{now.isoformat()}",
        "at": now,
        "listing_id": session.get_one(Review, asked.review_id).listing_id,
        "review_id": asked.review_id,
        "payload": told,
    }
    insert_new(session, Event, [event])


def enter(session: Session, kind: str, asked: AskedWords, told: Mapping[str, object], now: datetime) -> None:
    """Enter a step in the audit: who and which hash, never the words."""
    body = {"asked": asked.id, "number": asked.number, **told}
    audit.record(session, kind, f"review:{asked.review_id}", body, now)


def text_of(text: str) -> str:
    """Words as they are kept and signed. Raises ``ApprovalRefused``."""
    said = normal_form(text)
    if len(said) > LONGEST:
        raise ApprovalRefused(
            say("That is longer than %(longest)s characters. Nothing was changed.", longest=LONGEST)
        )
    return said
