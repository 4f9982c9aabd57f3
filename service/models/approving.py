"""Which words may leave the shop, and who said so."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.models.columns import json_list, json_object, one_of, told_text


class PackState(StrEnum):
    """Where one version of a pack stands; only ``approved`` is ever suggested."""

    DRAFT = "draft"
    APPROVED = "approved"
    RECALLED = "recalled"


class PackVersion(SQLModel, table=True):
    """One version of a pack: its exact bytes, named by their SHA-256."""

    __tablename__ = "pack_version"
    __table_args__ = (
        UniqueConstraint("sha256"),
        UniqueConstraint("pack", "serial"),
        one_of("state", PackState),
    )

    id: int | None = Field(default=None, primary_key=True)
    sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    pack: str
    serial: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = PackState.DRAFT.value
    risk: str
    effective_from: date
    until: date
    loaded_at: datetime
    submitted_at: datetime | None = None  # somebody asked the approvers to read it
    submitted_by: str | None = None
    sent_back_at: datetime | None = None  # read, and returned to whoever wrote it
    sent_back_by: str | None = None
    sent_back_why: str | None = None
    feed_id: int | None = Field(default=None, foreign_key="pack_feed.id")  # whose words; None: our own
    left_feed_at: datetime | None = None  # its feed lists it no more


class SigningKey(SQLModel, table=True):
    """A named person's key. The private half, where it is kept here at all, is under her own passphrase."""

    __tablename__ = "signing_key"

    fingerprint: str = Field(primary_key=True)
    person: str
    role: str
    public: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    private_enc: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    certified_by: str | None = None
    created_at: datetime
    revoked_at: datetime | None = None


class Signature(SQLModel, table=True):
    """One person's signed decision about one version."""

    __table_args__ = (UniqueConstraint("subject_sha256", "decision", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    subject_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    decision: str
    key: str = Field(foreign_key="signing_key.fingerprint")
    statement: str
    signature: bytes = Field(sa_column=Column(LargeBinary(64), nullable=False))
    signed_at: datetime


class Recall(SQLModel, table=True):
    """One signed withdrawal of an item, or of a whole pack ("*"), in every version up to a serial."""

    __table_args__ = (UniqueConstraint("pack", "item", "up_to_serial"),)

    id: int | None = Field(default=None, primary_key=True)
    pack: str
    item: str
    up_to_serial: int
    reason: str
    key: str  # the signer's, known here or not: withholding words needs no proof
    statement: str
    signature: bytes = Field(sa_column=Column(LargeBinary(64), nullable=False))
    made_at: datetime
    taken_at: datetime  # when it was first obeyed here
    feed_id: int | None = Field(default=None, foreign_key="pack_feed.id")
    receipt_sent_at: datetime | None = None  # its brand was told that it is obeyed, where that was agreed


class AskedWords(SQLModel, table=True):
    """Words asked for one review, because nothing approved fits; those that were given are for it alone."""

    __tablename__ = "asked_words"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    number: int  # counts the askings about one review, from 1
    draft: str | None = None  # what the manager would say; erased with the review
    asked_by: str
    asked_at: datetime
    text: str | None = None  # what an approver gave, in normal form; erased with the review
    text_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32), index=True))
    refused_why: str | None = None  # erased with the review
    refused_by: str | None = None
    refused_at: datetime | None = None


class WordsSignature(SQLModel, table=True):
    """One person's signed approval of exactly these words for exactly this review."""

    __tablename__ = "words_signature"
    __table_args__ = (UniqueConstraint("asked_id", "text_sha256", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    asked_id: int = Field(foreign_key="asked_words.id")
    text_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    key: str = Field(foreign_key="signing_key.fingerprint")
    statement: str
    signature: bytes = Field(sa_column=Column(LargeBinary(64), nullable=False))
    signed_at: datetime


class Roster(SQLModel, table=True):
    """The dated list of those who may approve, as a brand's root key signed it."""

    __table_args__ = (UniqueConstraint("root", "serial"),)

    id: int | None = Field(default=None, primary_key=True)
    root: str = Field(foreign_key="signing_key.fingerprint")
    serial: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signature: bytes = Field(sa_column=Column(LargeBinary(64), nullable=False))
    issued_at: datetime


class PackFeed(SQLModel, table=True):
    """A brand whose packs this installation follows: one pasted invitation, believed by its root key."""

    __tablename__ = "pack_feed"
    __table_args__ = (UniqueConstraint("url"),)

    id: int | None = Field(default=None, primary_key=True)
    url: str
    brand: str
    root: str = Field(foreign_key="signing_key.fingerprint")
    token_enc: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    added_at: datetime
    last_serial: int = 0
    issued_at: datetime | None = None  # of the newest statement that was believed
    valid_until: datetime | None = None
    etag: str | None = None
    last_ok_at: datetime | None = None
    last_error: str | None = told_text()
    failures: int = 0  # in a row
    next_try_at: datetime | None = None
    receipts_agreed_at: datetime | None = None
    receipts_agreed_by: str | None = None


class FeedIssue(SQLModel, table=True):
    """One signed statement of the feed that we publish; the newest of its scope is in force."""

    __tablename__ = "feed_issue"
    __table_args__ = (UniqueConstraint("scope", "serial"),)

    id: int | None = Field(default=None, primary_key=True)
    scope: str = ""  # the branch codes it is for, in order, a space between them; "": all
    serial: int
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signature: bytes = Field(sa_column=Column(LargeBinary(64), nullable=False))
    content_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    issued_at: datetime
    valid_until: datetime


class Subscriber(SQLModel, table=True):
    """An installation that may read our feed: its token's hash, its branches, and when it was cut off."""

    __table_args__ = (UniqueConstraint("token_sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    title: str
    token_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    branches: list[Any] = json_list()  # branch codes it is for; empty: all
    made_at: datetime
    revoked_at: datetime | None = None
    last_seen_at: datetime | None = None


class Receipt(SQLModel, table=True):
    """A subscriber's word that it obeys a recall: when, and how often the words had been used, by class."""

    __table_args__ = (UniqueConstraint("subscriber_id", "recall_sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id")
    recall_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    taken_at: datetime
    counts: dict[str, Any] = json_object()
    received_at: datetime
