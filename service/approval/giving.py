"""Giving words for one review: checked against the rules, signed with one's own key, and recalled.

What is signed is a statement, in the grammar of packs, that names the review as it was read and the SHA-256
of the exact text. It is audited as any approval is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.asking import enter, require_open, require_wanted, tell, text_of
from service.approval.given import State, branch_of, given, recalled_words
from service.approval.keys import UnlockedKey
from service.approval.recalls import withdraw
from service.approval.statements import Decision, Statement
from service.domain import EventKind
from service.errors import ApprovalRefused
from service.models import AskedWords, Listing, Recall, Review, SigningKey, WordsSignature
from service.replies.normal import normal_form
from service.replies.own_words import name_of, seen_as, setting_of
from service.replies.policy import blocks, check
from service.replies.repeats import Recent
from service.replies.suggestion import Finding
from service.sentences import say
from service.sites.registry import rules_of


def findings_on(
    session: Session, asked: AskedWords, text: str, recent: Sequence[Recent] = ()
) -> tuple[Finding, ...]:
    """What the rules say of ``text`` as the answer, gravest first; ``recent`` stand in public already."""
    review = session.get_one(Review, asked.review_id)
    listing, branch = session.get_one(Listing, review.listing_id), branch_of(session, review)
    language = (review.triage or {}).get("language")
    rules = rules_of(listing.site)
    return check(normal_form(text), setting_of(review, branch, listing.site, rules, language, recent))


def approve(
    session: Session,
    asked: AskedWords,
    text: str,
    key: UnlockedKey,
    now: datetime,
    recent: Sequence[Recent] = (),
) -> str | None:
    """Sign ``text`` for the review that ``asked`` is about; answers what is still missing, or None.

    A text that differs from one that waits for a second signature takes its place. Raises ``ApprovalRefused``
    for words that a rule forbids or that were recalled, and for an asking that is settled.
    """
    session.refresh(asked, with_for_update=True)
    review = session.get_one(Review, asked.review_id)
    require_wanted(session, review)
    said = text_of(text)
    _require_believed(session, key)
    _require_fit(session, asked, said, review, now, recent)
    asked.text, asked.text_sha256 = said, sha256(said.encode()).digest()
    session.flush()
    _sign(session, asked, asked.text_sha256, review, key, now)
    stands = given(session, asked, review, now)
    kind = EventKind.WORDS_ANSWERED if stands.state is State.APPROVED else EventKind.WORDS_ASKED
    tell(session, kind, asked, key.person, now, needs=stands.why)
    return stands.why


def recall_words(session: Session, asked: AskedWords, reason: str, key: UnlockedKey, now: datetime) -> Recall:
    """Withdraw words that were given for one review; whoever was sent them is told. Raises as ``recall``."""
    review = session.get_one(Review, asked.review_id)
    if asked.text_sha256 is None:
        raise ApprovalRefused(say("Nobody has given words there yet. Nothing was recalled."))
    risk = given(session, asked, review, now).risk
    about = Statement(
        Decision.RECALL,
        name_of(asked.review_id),
        asked.number,
        asked.text_sha256,
        seen_as(review),
        risk.value,
        key.role,
        now,
    )
    return withdraw(session, about, reason, key, now)


def _require_believed(session: Session, key: UnlockedKey) -> None:
    kept = session.get(SigningKey, key.fingerprint)
    if kept is None or kept.revoked_at is not None:
        raise ApprovalRefused(
            say("The key of %(person)s is not believed here. Nothing was signed.", person=key.person)
        )


def _require_fit(
    session: Session, asked: AskedWords, text: str, review: Review, now: datetime, recent: Sequence[Recent]
) -> None:
    if not text:
        raise ApprovalRefused(say("There are no words to sign. Nothing was signed."))
    require_open(given(session, asked, review, now).state)
    if why := recalled_words(session, text, review, branch_of(session, review)):
        raise ApprovalRefused(say("Those words were recalled: %(why)s Nothing was signed.", why=why))
    if worst := blocks(findings_on(session, asked, text, recent)):
        raise ApprovalRefused(
            say(
                "It %(why)s. %(mend)s (%(source)s) Nothing was signed.",
                why=worst.why,
                mend=worst.mend,
                source=worst.source,
            )
        )


def _sign(
    session: Session, asked: AskedWords, digest: bytes, review: Review, key: UnlockedKey, now: datetime
) -> None:
    risk = given(session, asked, review, now).risk
    name = name_of(asked.review_id)
    words = str(
        Statement(Decision.APPROVE, name, asked.number, digest, seen_as(review), risk.value, key.role, now)
    )
    same = (
        *(col(WordsSignature.asked_id) == asked.id, col(WordsSignature.text_sha256) == digest),
        col(WordsSignature.key) == key.fingerprint,
    )
    earlier = session.scalars(select(WordsSignature).where(*same)).one_or_none()
    row = earlier or WordsSignature(
        asked_id=asked.id or 0,
        text_sha256=digest,
        key=key.fingerprint,
        statement="",
        signature=b"",
        signed_at=now,
    )
    row.statement, row.signature, row.signed_at = words, key.sign(words), now
    session.add(row)
    session.flush()
    told = {"person": key.person, "key": key.fingerprint, "statement": words}
    enter(session, Decision.APPROVE.value, asked, told, now)
