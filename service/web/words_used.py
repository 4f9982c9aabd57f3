"""Which approved words were used on a review: their version, who approved them, their class, the proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.given import who_approved
from service.approval.signatures import approvals_of, verified
from service.approval.stored import remembered
from service.domain import ReplyClass
from service.models import AskedWords, PackVersion, Posting, PostingEvent, PostingState, Review
from service.outcomes.postings import USED
from service.replies.approved import Approval
from service.replies.own_words import is_for_one_review
from service.web import words
from service.web.phrases import gettext


@dataclass(frozen=True, slots=True)
class Use:
    """One posting in words for a person; ``serial`` is None for words that were given for this review alone.

    ``approved_by`` are those whose signatures over exactly these words still hold.
    """

    posting: Posting
    serial: int | None
    approved_by: tuple[str, ...]
    how: str
    proof: str
    proved_at: datetime


def words_used(session: Session, review: Review, now: datetime) -> list[Use]:
    """Every use of approved words on ``review`` that went further than being shown, the newest first."""
    used = select(Posting).where(
        col(Posting.review_id) == review.id, col(Posting.state).in_((*USED, PostingState.DENIED))
    )
    return [_use(session, review, one, now) for one in session.scalars(used.order_by(col(Posting.id).desc()))]


def _use(session: Session, review: Review, posting: Posting, now: datetime) -> Use:
    serial, approvals = _approved(session, review, posting, now)
    last = _last(session, posting)
    signs = [said for one in (last.signs if last else ()) if (said := words.sign(one))]
    return Use(
        posting=posting,
        serial=serial,
        approved_by=tuple(f"{one.person} ({one.role})" for one in approvals),
        how=words.CLASS[ReplyClass(posting.reply_class)] if posting.reply_class else "",
        proof=words.PROVED[PostingState(posting.state)]
        + (f": {gettext(' and ').join(signs)}" if signs else ""),
        proved_at=last.at if last else posting.made_at,
    )


def _approved(
    session: Session, review: Review, posting: Posting, now: datetime
) -> tuple[int | None, Sequence[Approval]]:
    """The version's serial, and the signatures over its exact bytes that hold now."""
    if is_for_one_review(posting.pack):
        asked = select(AskedWords).where(
            col(AskedWords.review_id) == review.id, col(AskedWords.text_sha256) == posting.sha256
        )
        given = session.scalars(asked.limit(1)).first()
        return None, who_approved(session, given, review, now) if given else ()
    body = session.scalar(select(col(PackVersion.body)).where(col(PackVersion.sha256) == posting.sha256))
    pack = remembered(body) if body else None
    if pack is None:
        return None, ()
    return pack.serial, approvals_of(verified(session, now).get(posting.sha256, []), pack)


def _last(session: Session, posting: Posting) -> PostingEvent | None:
    """What proved the posting's present state, the last time it was told."""
    told = select(PostingEvent).where(
        col(PostingEvent.posting_id) == posting.id, col(PostingEvent.kind) == posting.state
    )
    return session.scalars(told.order_by(col(PostingEvent.id).desc()).limit(1)).first()
