"""What one installation tells others: a signed statement of its packs, recalls and approvers.

The brand's root key signs who may approve, people sign which words, and a key that the machine holds signs
what stands at this moment. Whoever steals the last can neither approve a word nor keep an old state alive for
longer than a statement is valid. Pure.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from service.approval.keys import fingerprint, is_signed
from service.approval.rosters import FEED, People, read_people
from service.errors import ApprovalRefused, FeedRefused

VALID_FOR = timedelta(hours=24)
CLOCKS_DIFFER = timedelta(minutes=5)
LARGEST = 4 * 1024 * 1024  # bytes of a whole statement


def _decoded(value: object) -> object:
    return base64.b64decode(value, validate=True) if isinstance(value, str) else value


Bytes = Annotated[
    bytes, BeforeValidator(_decoded), PlainSerializer(lambda raw: base64.b64encode(raw).decode())
]
"""Bytes, written in base64."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SignedWords(_Frozen):
    """One person's signature: key, the exact words, and the signature over them."""

    key: str
    statement: str
    signature: Bytes


class ListedPack(_Frozen):
    """One version that may be used, by its hash, and who approved it."""

    pack: str
    serial: int
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signatures: tuple[SignedWords, ...]


class ListedRecall(_Frozen):
    """One recall, with its reason and its signature.

    It is obeyed by the feed's own signature: a key that was revoked since must not bring words back.
    """

    pack: str
    item: str
    up_to_serial: int
    reason: Annotated[str, Field(max_length=300)]
    signed: SignedWords


class SignedList(_Frozen):
    """The root's list of approvers, as it was signed."""

    body: Bytes
    signature: Bytes


class FeedStatement(_Frozen):
    """All that a feed says at one moment. ``scope`` are the branch codes it is for; empty: all."""

    format: int
    brand: str
    scope: tuple[str, ...]
    serial: int
    issued_at: datetime
    valid_until: datetime
    approvers: SignedList
    packs: tuple[ListedPack, ...]
    recalls: tuple[ListedRecall, ...]
    audit_head: str


class Envelope(_Frozen):
    """A statement as it travels: its exact bytes, the key that signed them, the signature."""

    body: Bytes
    key: str
    signature: Bytes


@dataclass(frozen=True, slots=True)
class Followed:
    """What a follower knows of a feed before it reads on: whose it is, and how far it has come."""

    brand: str
    root_public: bytes
    serial: int
    approvers_serial: int
    issued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement that holds, with its list of approvers."""

    statement: FeedStatement
    people: People


def signed_words(body: bytes) -> str:
    """The words that a feed's key signs for a statement."""
    return f"shopbell/1 feed {hashlib.sha256(body).hexdigest()}"


def content_sha256(statement: FeedStatement) -> bytes:
    """The hash of what a statement says, whenever it says it."""
    said = statement.model_dump(mode="json", exclude={"serial", "issued_at", "valid_until", "audit_head"})
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()


def read_envelope(written: bytes, followed: Followed, now: datetime) -> Heard:
    """The statement in ``written``, if it is the followed brand's and newer than what is known.

    Raises ``FeedRefused`` with a sentence for whatever does not hold; nothing of such a statement is used.
    """
    statement, envelope = _read(written)
    people = _people(statement, followed)
    _require_signed(envelope, people, statement.issued_at)
    _require_newer(statement, followed)
    _require_in_time(statement, now)
    return Heard(statement, people)


def _read(written: bytes) -> tuple[FeedStatement, Envelope]:
    if len(written) > LARGEST:
        raise FeedRefused(f"the statement is larger than {LARGEST} bytes")
    try:
        envelope = Envelope.model_validate_json(written)
        statement = FeedStatement.model_validate_json(envelope.body)
    except (ValidationError, ValueError):
        raise FeedRefused("what came is no statement of a feed") from None
    if statement.format != 1:
        raise FeedRefused("the statement is written in a form this version does not know")
    return statement, envelope


def _people(statement: FeedStatement, followed: Followed) -> People:
    signed = statement.approvers
    try:
        people = read_people(signed.body, signed.signature, followed.root_public)
    except ApprovalRefused as refused:
        raise FeedRefused(str(refused)) from None
    if people.serial < followed.approvers_serial:
        raise FeedRefused("its list of approvers is older than one that was seen before")
    if statement.brand != followed.brand or people.brand != followed.brand:
        raise FeedRefused("it speaks for another brand")
    return people


def _require_signed(envelope: Envelope, people: People, at: datetime) -> None:
    words = signed_words(envelope.body)
    its_key = (key for key in people.keys if fingerprint(key.raw) == envelope.key)
    if not any(
        key.role == FEED and key.counts_at(at) and is_signed(key.raw, words, envelope.signature)
        for key in its_key
    ):
        raise FeedRefused("it is not signed by a key that the brand's root key lists for its feed")


def _require_newer(statement: FeedStatement, followed: Followed) -> None:
    if statement.serial < followed.serial:
        raise FeedRefused(f"it is statement {statement.serial}, and {followed.serial} was seen already")
    known = followed.issued_at
    if known and statement.serial == followed.serial and statement.issued_at != known:
        raise FeedRefused(f"there are two different statements with the serial {statement.serial}")


def _require_in_time(statement: FeedStatement, now: datetime) -> None:
    if statement.issued_at > now + CLOCKS_DIFFER:
        raise FeedRefused("it was issued in the future: one of the two clocks is wrong")
    if statement.valid_until > statement.issued_at + VALID_FOR:
        raise FeedRefused("it claims to hold for longer than a day")
    if now > statement.valid_until:
        raise FeedRefused(f"it ran out on {statement.valid_until:%Y-%m-%d %H:%M} UTC")
