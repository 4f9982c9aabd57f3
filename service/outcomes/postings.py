"""Uses of approved replies as rows: who used which words on which review, and how far that is proved.

What somebody tells is stored once under the key she gave it; the class of a text is computed here from the
text alone, whatever is claimed; and every step enters the audit as a commitment, so that it stays provable
when the words are erased.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func
from sqlmodel import Session, col, select

from service import audit
from service.approval.statements import WHOLE_PACK
from service.db import insert_new
from service.models import PackVersion, Posting, PostingEvent, PostingState
from service.outcomes import events
from service.replies.classify import classify
from service.replies.filling import Filled

USED = (
    *(PostingState.COPIED, PostingState.INSERTED),
    *(PostingState.SUBMITTED, PostingState.SEEN_IN_PUBLIC),
)
_FURTHER = (PostingState.SHOWN, *USED)


@dataclass(frozen=True, slots=True)
class Used:
    """Which approved words: pack, the hash of its exact bytes, item, and the variant, counted from 1."""

    pack: str
    sha256: bytes
    item: str
    variant: int


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, under its teller's own key.

    ``device`` is a browser, or ``desk``, ``link`` or ``look``; ``through`` names a browser in words, for the
    audit.
    """

    device: str
    key: str
    kind: PostingState
    at: datetime
    text: str | None = None
    signs: Sequence[str] = ()
    through: str | None = None


def begin(
    session: Session, review_id: int, branch_id: int | None, words: Used, person: str, now: datetime
) -> Posting:
    """The posting of these words by this person on this review, made where there is none yet."""
    row = {
        "review_id": review_id,
        "branch_id": branch_id,
        "pack": words.pack,
        "sha256": words.sha256,
        "item": words.item,
        "variant": words.variant,
        "person": person,
        "made_at": now,
    }
    insert_new(session, Posting, [row])
    same = select(Posting).where(
        *(col(getattr(Posting, name)) == row[name] for name in ("review_id", "sha256", "item", "variant")),
        col(Posting.person) == person,
    )
    return session.exec(same).one()


def happened(session: Session, posting: Posting, told: Told, approved: Filled, now: datetime) -> bool:
    """Store what was told of ``posting``; answers False where it was told before.

    ``approved`` is the reply as it was filled in for this review: the class of ``told.text`` follows from it.
    """
    there = select(PostingEvent.id).where(
        col(PostingEvent.device) == told.device, col(PostingEvent.key) == told.key
    )
    if session.exec(there).first() is not None:
        return False
    digest = sha256(told.text.encode()).digest() if told.text is not None else None
    event = {"posting_id": posting.id, "device": told.device, "key": told.key, "kind": told.kind.value}
    insert_new(
        session, PostingEvent, [event | {"at": told.at, "text_sha256": digest, "signs": list(told.signs)}]
    )
    if told.text is not None:
        classed = classify(approved, told.text)
        posting.reply_class, posting.values = classed.reply_class.value, dict(classed.values or {})
        posting.text, posting.text_sha256 = told.text, digest
    before = posting.state
    posting.state = _state_after(PostingState(before), told.kind).value
    session.flush()
    if posting.state != before:
        events.of_posting(session, posting, f"{told.device}:{told.key}", list(told.signs), now)
    _enter(session, posting, told, digest, now)
    return True


def used_by(session: Session) -> Mapping[int, str]:
    """Who used a reply on each review, the last where there were several."""
    uses = (
        select(Posting.review_id, Posting.person)
        .where(col(Posting.state).in_([state.value for state in USED]))
        .order_by(col(Posting.id))
    )
    return dict(session.exec(uses).all())


def uses_by_class(session: Session, pack: str, item: str, up_to_serial: int) -> Mapping[str, int]:
    """How often an item (or ``*``, all of them) was used in any version up to a serial, by class.

    ``not_told`` counts uses of which nobody told the final text.
    """
    uses = (
        select(Posting.reply_class, func.count())
        .join(PackVersion, col(PackVersion.sha256) == col(Posting.sha256))
        .where(
            col(Posting.pack) == pack,
            col(PackVersion.serial) <= up_to_serial,
            col(Posting.state).in_([state.value for state in USED]),
        )
        .group_by(col(Posting.reply_class))
    )
    if item != WHOLE_PACK:
        uses = uses.where(col(Posting.item) == item)
    return {reply_class or "not_told": count for reply_class, count in session.exec(uses)}


def used_on(session: Session, review_id: int, pack: str) -> list[tuple[str, str]]:
    """Who used words of ``pack`` on a review, and how far that is proved."""
    uses = select(Posting.person, Posting.state).where(
        col(Posting.review_id) == review_id,
        col(Posting.pack) == pack,
        col(Posting.state).in_([state.value for state in USED]),
    )
    return [(person, state) for person, state in session.exec(uses.order_by(col(Posting.id)))]


def _state_after(before: PostingState, told: PostingState) -> PostingState:
    """The furthest that was told; a denial takes back everything but what the public has seen."""
    if before is PostingState.SEEN_IN_PUBLIC or told is PostingState.DENIED:
        return before if before is PostingState.SEEN_IN_PUBLIC else told
    if before is PostingState.DENIED:
        return told
    return max(before, told, key=_FURTHER.index)


def _enter(session: Session, posting: Posting, told: Told, digest: bytes | None, now: datetime) -> None:
    body = {
        "posting": posting.id,
        "kind": told.kind.value,
        "person": posting.person,
        "words": f"{posting.pack} {posting.sha256.hex()} {posting.item} {posting.variant}",
        "class": posting.reply_class,
        "text_sha256": digest.hex() if digest else None,
    }
    if told.through:
        body["through"] = told.through
    audit.record(session, "posting", f"review:{posting.review_id}", body, now)
