"""Words that were given for one review: which of them may be suggested now, and why the others may not.

As with packs, rows are believed only as far as they can be checked: the text against the hash that was
signed, each statement against its words, its key and the review as it stands today. How long the words are
valid follows from the moment that is signed, not from a column.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import literal, select
from sqlmodel import Session, col

from service.approval.recalls import recalled_items, withdrawn
from service.approval.rosters import believed
from service.approval.signatures import Signed, holds
from service.approval.statements import Decision
from service.domain import ReplyClass
from service.models import AskedWords, Branch, Listing, Review, SigningKey, WordsSignature
from service.replies.approved import Approval, ApprovedWords, what_is_missing
from service.replies.own_words import VALID_FOR, name_of, risk_of, seen_as
from service.replies.pack import Risk
from service.replies.recognise import recognised
from service.replies.triage import Triage
from service.sentences import say

EDITED = say("the review was edited since the words were signed: read it again")


class State(StrEnum):
    """What became of an asking. ``open`` waits for words or for one more signature."""

    OPEN = "open"
    APPROVED = "approved"
    EXPIRED = "expired"
    RECALLED = "recalled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Given:
    """One asking as it stands; ``why`` says what is missing, or why its words are not suggested."""

    state: State
    risk: Risk
    why: str | None = None
    words: ApprovedWords | None = None


def words_for(session: Session, review: Review, now: datetime) -> ApprovedWords | None:
    """The newest words that were approved for ``review`` and still stand; None where there are none."""
    asked = select(AskedWords).where(
        col(AskedWords.review_id) == review.id, col(AskedWords.text).is_not(None)
    )
    for one in session.scalars(asked.order_by(col(AskedWords.number).desc())):
        if words := given(session, one, review, now).words:
            return words
    return None


def words_stand(session: Session, sha256_hex: str, seen: str, now: datetime) -> bool:
    """Whether words of this hash, approved for a review seen as ``seen``, may still be used."""
    asked = select(AskedWords).where(col(AskedWords.text_sha256) == bytes.fromhex(sha256_hex))
    for one in session.scalars(asked.order_by(col(AskedWords.id))):
        words = given(session, one, session.get_one(Review, one.review_id), now).words
        if words and (words.sha256, words.seen) == (sha256_hex, seen):
            return True
    return False


def given(session: Session, asked: AskedWords, review: Review, now: datetime) -> Given:
    """How ``asked``, which is about ``review``, stands now."""
    branch = branch_of(session, review)
    risk = risk_of(Triage.from_json(review.triage) if review.triage else None, branch.vertical)
    if asked.refused_at is not None:
        return Given(State.REFUSED, risk, asked.refused_why)
    if asked.text is None or review.erased_at is not None:
        return Given(State.OPEN, risk, what_is_missing(risk, asked.asked_by, ()))
    signed = _signed(session, asked, now)
    approvals = _approvals(signed, asked, asked.text, review, risk)
    if missing := what_is_missing(risk, asked.asked_by, approvals):
        is_old = any(one.statement.item != seen_as(review) for one in signed)
        return Given(State.OPEN, risk, EDITED if is_old and not approvals else missing)
    words = _words(asked, asked.text, review, risk, approvals)
    if why := _recalled(session, words, review, branch):
        return Given(State.RECALLED, risk, why)
    if now >= words.until:
        return Given(
            State.EXPIRED, risk, say("ran out on %(until)s UTC", until=f"{words.until:%Y-%m-%d %H:%M}")
        )
    return Given(State.APPROVED, risk, None, words)


def who_approved(session: Session, asked: AskedWords, review: Review, now: datetime) -> tuple[Approval, ...]:
    """Whose signatures over these words for this review, as it stands today, hold; valid still or not."""
    if asked.text is None:
        return ()
    branch = branch_of(session, review)
    risk = risk_of(Triage.from_json(review.triage) if review.triage else None, branch.vertical)
    return _approvals(_signed(session, asked, now), asked, asked.text, review, risk)


def branch_of(session: Session, review: Review) -> Branch:
    """The branch a review is about; one without a name where it is the whole brand's."""
    listing = session.get_one(Listing, review.listing_id)
    branch = session.get(Branch, listing.branch_id) if listing.branch_id else None
    return branch or Branch(code="", name="")


def recalled_words(
    session: Session, text: str, review: Review, branch: Branch, since: datetime | None = None
) -> str | None:
    """Why ``text`` must not stand, because it is a recalled item's; None where it is nobody's.

    With ``since``, a text that was only made from an item recalled after that moment is stopped as well.
    """
    for pack, name, reason in recalled_items(session):
        item = next(one for one in pack.items if one.id == name)
        found = recognised(text, review.author, branch, pack, item)
        if found and found is not ReplyClass.OFF_PACK:
            return reason
    later = recalled_items(session, since=since) if since else ()
    for pack, name, reason in later:
        item = next(one for one in pack.items if one.id == name)
        if recognised(text, review.author, branch, pack, item):
            return reason
    return None


def _signed(session: Session, asked: AskedWords, now: datetime) -> list[Signed]:
    """Every signature over the present text that holds, by a key of ours that counts."""
    given_here: Any = (  # its exact type has no name
        select(
            col(WordsSignature.text_sha256).label("subject_sha256"),
            literal(Decision.APPROVE.value).label("decision"),
            *(col(WordsSignature.statement), col(WordsSignature.signature)),
            *(col(SigningKey.fingerprint), col(SigningKey.person), col(SigningKey.role)),
            *(col(SigningKey.public), col(SigningKey.certified_by)),
        )
        .join(SigningKey, col(SigningKey.fingerprint) == col(WordsSignature.key))
        .where(
            col(WordsSignature.asked_id) == asked.id,
            col(WordsSignature.text_sha256) == asked.text_sha256,
            col(SigningKey.revoked_at).is_(None),
        )
        .order_by(col(WordsSignature.signed_at), col(WordsSignature.id))
    )
    counting = believed(session)
    found = (holds(row, counting, now) for row in session.execute(given_here))
    return [one for one in found if one and one.root is None]


def _approvals(
    signed: Sequence[Signed], asked: AskedWords, text: str, review: Review, risk: Risk
) -> tuple[Approval, ...]:
    """Those that approve exactly this text for exactly this review, as it stands today."""
    digest = sha256(text.encode()).digest()
    about = (name_of(asked.review_id), asked.number, digest, seen_as(review), risk.value)
    return tuple(
        Approval(one.person, one.statement.role, one.key, one.statement.at, one.words)
        for one in signed
        if one.statement.decision is Decision.APPROVE and one.statement.subject == about
    )


def _words(
    asked: AskedWords, text: str, review: Review, risk: Risk, approvals: tuple[Approval, ...]
) -> ApprovedWords:
    return ApprovedWords(
        review=asked.review_id,
        number=asked.number,
        text=text,
        seen=seen_as(review),
        risk=risk,
        author=asked.asked_by,
        approvals=approvals,
        until=_complete_at(risk, asked.asked_by, approvals) + VALID_FOR,
    )


def _complete_at(risk: Risk, author: str, approvals: Sequence[Approval]) -> datetime:
    """When the last of those who were needed signed; a later signature prolongs nothing."""
    by_time = sorted(approvals, key=lambda one: one.signed_at)
    enough = next(n for n in range(1, len(by_time) + 1) if not what_is_missing(risk, author, by_time[:n]))
    return by_time[enough - 1].signed_at


def _recalled(session: Session, words: ApprovedWords, review: Review, branch: Branch) -> str | None:
    held_back = withdrawn(session).get(name_of(words.review), ())
    if any(one.takes(words.seen, words.number) for one in held_back):
        return say("it was recalled")
    return recalled_words(session, words.text, review, branch, words.until - VALID_FOR)
