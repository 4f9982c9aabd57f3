"""Asking for words: a review that nothing approved fits goes to the approvers, who give words for it alone.

What they give is signed with a key of their own, over a statement that names the review, as they read it, and
the SHA-256 of the exact text; it is checked against the rules first, audited, and recalled like any item.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlmodel import Session, col

from service import audit
from service.approval.given import State, branch_of, given, recalled_words
from service.approval.keys import UnlockedKey
from service.approval.recalls import LONGEST_REASON, withdraw
from service.approval.statements import Decision, Statement
from service.db import insert_new
from service.domain import EventKind, ReplyRules
from service.errors import ApprovalRefused
from service.models import AskedWords, Event, Listing, Recall, Review, SigningKey, WordsSignature
from service.replies.normal import normal_form
from service.replies.own_words import LONGEST, name_of, seen_as, setting_of
from service.replies.policy import blocks, check
from service.replies.repeats import Recent
from service.replies.suggestion import Finding
from service.sites.registry import site_named


def ask(session: Session, review: Review, draft: str | None, person: str, now: datetime) -> AskedWords:
    """Ask the approvers for words for ``review``, with what the manager would say herself.

    An asking that is still open is answered as it is, with a newer draft. Raises ``ApprovalRefused``.
    """
    _require_wanted(review)
    said, who = _text_of(draft or ""), _named(person)
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
    _tell(session, EventKind.WORDS_ASKED, made, who, now, needs=needs)
    _enter(session, EventKind.WORDS_ASKED.value, made, {"person": who}, now)
    return made


def findings_on(
    session: Session, asked: AskedWords, text: str, recent: Sequence[Recent] = ()
) -> tuple[Finding, ...]:
    """What the rules say of ``text`` as the answer, gravest first; ``recent`` stand in public already."""
    review = session.get_one(Review, asked.review_id)
    listing, branch = session.get_one(Listing, review.listing_id), branch_of(session, review)
    site = site_named(listing.site)
    language = (review.triage or {}).get("language")
    rules = site.reply if site else ReplyRules()
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
    _require_wanted(review)
    said = _text_of(text)
    _require_fit(session, asked, said, review, now, recent)
    kept = session.get(SigningKey, key.fingerprint)
    if kept is None or kept.revoked_at is not None:
        raise ApprovalRefused(f"The key of {key.person} is not believed here. Nothing was signed.")
    asked.text, asked.text_sha256 = said, sha256(said.encode()).digest()
    session.flush()
    _sign(session, asked, asked.text_sha256, review, key, now)
    stands = given(session, asked, review, now)
    kind = EventKind.WORDS_ANSWERED if stands.state is State.APPROVED else EventKind.WORDS_ASKED
    _tell(session, kind, asked, key.person, now, needs=stands.why)
    return stands.why


def refuse(session: Session, asked: AskedWords, person: str, why: str, now: datetime) -> None:
    """Give no words, and say why. Raises ``ApprovalRefused`` for an asking that is settled."""
    review = session.get_one(Review, asked.review_id)
    who, said = _named(person), " ".join(why.split())[:LONGEST_REASON]
    if not said:
        raise ApprovalRefused("Say why: whoever asked reads it. Nothing was changed.")
    _require_open(given(session, asked, review, now).state)
    asked.refused_at, asked.refused_by, asked.refused_why = now, who, said
    session.flush()
    _tell(session, EventKind.WORDS_ANSWERED, asked, who, now, why=said)
    _enter(session, "refuse", asked, {"person": who, "why": said}, now)


def recall_words(session: Session, asked: AskedWords, reason: str, key: UnlockedKey, now: datetime) -> Recall:
    """Withdraw words that were given for one review; whoever was sent them is told. Raises as ``recall``."""
    review = session.get_one(Review, asked.review_id)
    if asked.text_sha256 is None:
        raise ApprovalRefused("Nobody has given words there yet. Nothing was recalled.")
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


def asked_words(session: Session, number: int) -> AskedWords:
    """The asking of that number. Raises ``ApprovalRefused``."""
    asked = session.get(AskedWords, number)
    if asked is None:
        raise ApprovalRefused(f"Nobody asked for words under number {number}: `shopbell words list`.")
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


def _require_wanted(review: Review) -> None:
    gone = review.removed_at is not None or review.erased_at is not None
    if gone or review.reply_text is not None:
        state = "is no longer there" if gone else "is answered already"
        raise ApprovalRefused(f"Review {review.id} {state}, so it needs no words. Nothing was changed.")


def _require_open(state: State) -> None:
    if state is not State.OPEN:
        raise ApprovalRefused(f"That asking is {state}; ask anew for more words. Nothing was changed.")


def _require_fit(
    session: Session, asked: AskedWords, text: str, review: Review, now: datetime, recent: Sequence[Recent]
) -> None:
    if not text:
        raise ApprovalRefused("There are no words to sign. Nothing was signed.")
    _require_open(given(session, asked, review, now).state)
    if why := recalled_words(session, text, review, branch_of(session, review)):
        raise ApprovalRefused(f"Those words were recalled: {why} Nothing was signed.")
    if worst := blocks(findings_on(session, asked, text, recent)):
        raise ApprovalRefused(f"It {worst.why}. {worst.mend} ({worst.source}) Nothing was signed.")


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
    _enter(session, Decision.APPROVE.value, asked, told, now)


def _tell(
    session: Session,
    kind: EventKind,
    asked: AskedWords,
    person: str,
    now: datetime,
    *,
    needs: str | None = None,
    why: str | None = None,
) -> None:
    """Write the event that alerts people."""
    told = {"asked": asked.id, "number": asked.number, "person": person, "needs": needs, "why": why}
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


def _enter(session: Session, kind: str, asked: AskedWords, told: Mapping[str, object], now: datetime) -> None:
    """Enter a step in the audit: who and which hash, never the words."""
    body = {"asked": asked.id, "number": asked.number, **told}
    audit.record(session, kind, f"review:{asked.review_id}", body, now)


def _text_of(text: str) -> str:
    said = normal_form(text)
    if len(said) > LONGEST:
        raise ApprovalRefused(f"That is longer than {LONGEST} characters. Nothing was changed.")
    return said


def _named(person: str) -> str:
    name = " ".join(person.split())
    if not name or not name.isprintable():
        raise ApprovalRefused("Say who you are: whoever answers must know. Nothing was changed.")
    return name
