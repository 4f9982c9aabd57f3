"""A follower's word to its brand that it obeys a recall: that, when, and how often the words had been used.

Nothing of any review, branch or person is in it, and nobody sends one who has not agreed. A receipt is sealed
with an HMAC whose key the two sides alone have: the SHA-256 of the follower's token, which is all that the
brand keeps of it. No third party ever has to judge a receipt, and the follower has no key that the brand
would know, so a signature would prove no more; the token itself stays at home.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session, col, select

from service import audit
from service.approval.feed import CLOCKS_DIFFER
from service.approval.signers import name_to_keep
from service.db import insert_new
from service.errors import FeedRefused
from service.models import PackFeed, Recall, Receipt, Subscriber
from service.replies.own_words import is_for_one_review

HEADER = "Shopbell-Receipt"
LARGEST = 1024  # bytes; a receipt has some 250
_MOST_USES = 10_000_000
_NAME = 16  # hex digits of a follower's name

Uses = Annotated[int, Field(strict=True, ge=0, le=_MOST_USES)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(_Frozen):
    """How often recalled words had been used, by the class of what was posted where it was told."""

    verbatim: Uses = 0
    within_bounds: Uses = 0
    off_pack: Uses = 0
    not_told: Uses = 0


class Said(_Frozen):
    """All that a receipt says. ``recall`` is the SHA-256 of the statement that was signed, in hex."""

    format: Literal[1]
    recall: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    taken_at: AwareDatetime
    uses: Counts


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What one follower has said of one recall."""

    taken_at: datetime
    uses: Counts


def recall_sha256(statement: str) -> bytes:
    """What names a recall in a receipt."""
    return hashlib.sha256(statement.encode()).digest()


def receipt_for(statement: str, taken_at: datetime, uses: Mapping[str, int]) -> bytes:
    """A receipt, as it travels."""
    name = recall_sha256(statement).hex()
    said = Said(format=1, recall=name, taken_at=taken_at, uses=Counts.model_validate(dict(uses)))
    return said.model_dump_json().encode()


def seal(token: str, receipt: bytes) -> str:
    """The header that goes with ``receipt``: the follower's name, which is no secret, and the HMAC."""
    key = hashlib.sha256(token.encode()).digest()
    return f"{_name(key)}:{_mac(key, receipt)}"


def sender(session: Session, sealed: str, receipt: bytes) -> Subscriber | None:
    """The follower who sealed ``receipt``; None for a stranger, one that was cut off, or altered bytes."""
    name, _, mac = sealed.partition(":")
    for one in session.exec(select(Subscriber).where(col(Subscriber.revoked_at).is_(None))):
        is_its_own = hmac.compare_digest(_name(one.token_sha256).encode(), name.encode())
        if is_its_own and hmac.compare_digest(_mac(one.token_sha256, receipt).encode(), mac.encode()):
            return one
    return None


def keep(session: Session, follower: Subscriber, receipt: bytes, now: datetime) -> None:
    """Store what ``follower`` says; the first word about a recall stands. Raises ``FeedRefused``."""
    try:
        said = Said.model_validate_json(receipt)
    except ValidationError:
        raise FeedRefused("that is no receipt") from None
    made = next((one for one in own_recalls(session) if _is(one, said.recall)), None)
    if made is None:
        raise FeedRefused("nothing was recalled here by such a statement")
    if not made.made_at - CLOCKS_DIFFER <= said.taken_at <= now + CLOCKS_DIFFER:
        raise FeedRefused("it was taken before it was made, or in the future: one of the two clocks is wrong")
    row = {
        "subscriber_id": follower.id,
        "recall_sha256": bytes.fromhex(said.recall),
        "taken_at": said.taken_at,
        "counts": said.uses.model_dump(),
        "received_at": now,
    }
    insert_new(session, Receipt, [row])


def own_recalls(session: Session) -> Sequence[Recall]:
    """Every recall that our feed tells, in order: of packs, and made here."""
    ours = select(Recall).where(col(Recall.feed_id).is_(None)).order_by(col(Recall.id))
    return [one for one in session.exec(ours).all() if not is_for_one_review(one.pack)]


def confirmed_by(session: Session, follower: Subscriber) -> Mapping[bytes, Confirmed]:
    """What a follower has confirmed, by the recall's hash."""
    sent = select(Receipt).where(col(Receipt.subscriber_id) == follower.id)
    return {
        one.recall_sha256: Confirmed(one.taken_at, Counts.model_validate(one.counts))
        for one in session.exec(sent)
    }


def agree(session: Session, feed: PackFeed, person: str, now: datetime) -> None:
    """From now on send the brand of ``feed`` a receipt for each of its recalls that is obeyed here."""
    feed.receipts_agreed_at, feed.receipts_agreed_by = now, name_to_keep(person)
    session.flush()
    told = {"person": feed.receipts_agreed_by, "agreed": True}
    audit.record(session, "receipts", f"feed:{feed.id}", told, now)


def stop(session: Session, feed: PackFeed, person: str, now: datetime) -> None:
    """Send that brand no more receipts."""
    feed.receipts_agreed_at = feed.receipts_agreed_by = None
    session.flush()
    told = {"person": name_to_keep(person), "agreed": False}
    audit.record(session, "receipts", f"feed:{feed.id}", told, now)


def to_send(session: Session, feed: PackFeed) -> Sequence[Recall]:
    """The feed's recalls of which its brand was not told yet; none where nobody agreed."""
    if feed.receipts_agreed_at is None:
        return ()
    theirs = select(Recall).where(col(Recall.feed_id) == feed.id, col(Recall.receipt_sent_at).is_(None))
    return session.exec(theirs.order_by(col(Recall.id))).all()


def _is(made: Recall, name: str) -> bool:
    return recall_sha256(made.statement).hex() == name


def _name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:_NAME]


def _mac(key: bytes, receipt: bytes) -> str:
    return hmac.new(key, b"shopbell/1 receipt " + receipt, hashlib.sha256).hexdigest()
