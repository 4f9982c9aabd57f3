"""Who is told what, by which way, and whether it arrived."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.domain import Urgency
from service.models.columns import json_list, json_object, one_of, told, told_text


class DeliveryState(StrEnum):
    """Where one message to one channel stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"


class Gathering(StrEnum):
    """How often a digest goes out."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Channel(SQLModel, table=True):
    """One way to reach one person. The target is a secret: encrypted at rest, found again by its hash."""

    __table_args__ = (UniqueConstraint("person_id", "kind", "target_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    kind: str  # "mail", "apprise", "push", "demo"
    title: str
    target_hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    target_enc: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    verified_at: datetime | None = None
    paused_at: datetime | None = None
    weekly_since: datetime | None = None  # a weekly digest goes there, also when all is quiet


class Rule(SQLModel, table=True):
    """Who must know of what; the first that matches decides, in order of position."""

    __table_args__ = (UniqueConstraint("position"),)

    id: int | None = Field(default=None, primary_key=True)
    position: int
    title: str
    match: dict[str, Any] = json_object()
    to: list[Any] = json_list()  # channel ids
    timing: dict[str, Any] = json_object()


class Alert(SQLModel, table=True):
    """One thing somebody must know, composed once; its deliveries carry it."""

    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_alert_listing", "listing_id", "id"),
        one_of("urgency", Urgency),
    )

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str
    event_id: int = Field(foreign_key="event.id")
    review_id: int | None = Field(default=None, foreign_key="review.id", index=True)
    listing_id: int | None = Field(default=None, foreign_key="listing.id")
    kind: str
    urgency: str
    due_at: datetime | None = None
    created_at: datetime
    body: dict[str, Any] = told()  # what composing needs, frozen at this moment
    posting_hint: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))


class Delivery(SQLModel, table=True):
    """One alert to one channel: at least once, with a key that makes a repeat recognisable."""

    __table_args__ = (
        UniqueConstraint("alert_id", "channel_id", "purpose"),
        UniqueConstraint("message_id"),
        Index("ix_delivery_due", "state", "next_try_at"),
        one_of("state", DeliveryState),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id")
    channel_id: int = Field(foreign_key="channel.id")
    purpose: str = "alert"
    state: str = DeliveryState.QUEUED.value
    message_id: str
    next_try_at: datetime
    lease_until: datetime | None = None
    tries: int = 0
    last_error: str | None = told_text()
    permanent: bool = False
    sent_at: datetime | None = None


class Digest(SQLModel, table=True):
    """One digest for one channel: its alert carries it, and its deliveries are that alert's."""

    __table_args__ = (UniqueConstraint("channel_id", "every", "period_start"), one_of("every", Gathering))

    id: int | None = Field(default=None, primary_key=True)
    channel_id: int = Field(foreign_key="channel.id")
    every: str
    period_start: datetime  # the moment it was due
    alert_id: int = Field(foreign_key="alert.id")


class DigestItem(SQLModel, table=True):
    """One alert that waits for a channel's digest instead of being sent, or that went out in it."""

    __tablename__ = "digest_item"
    __table_args__ = (
        UniqueConstraint("alert_id", "channel_id"),
        Index("ix_digest_item_open", "digest_id", "channel_id"),
        one_of("every", Gathering),
    )

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id")
    channel_id: int = Field(foreign_key="channel.id")
    every: str
    gathered_at: datetime
    digest_id: int | None = Field(default=None, foreign_key="digest.id")


class HookTarget(SQLModel, table=True):
    """An address that is told by machine. It and its secrets are encrypted at rest; ``host`` is shown."""

    __tablename__ = "hook_target"
    __table_args__ = (UniqueConstraint("url_hash"),)

    id: int | None = Field(default=None, primary_key=True)
    title: str
    host: str
    url_hash: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    url_enc: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    kinds: list[Any] = json_list()  # of ``hooks.kinds.HookKind``
    with_words: bool = False  # whether what people wrote goes there too
    secret_enc: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    old_secret_enc: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    old_secret_until: datetime | None = None  # until then it signs as well
    added_by: str
    added_at: datetime
    paused_at: datetime | None = None
    paused_why: str | None = told_text()  # None: a person paused it
    last_ok_at: datetime | None = None
    last_error: str | None = told_text()  # of the newest try, where it failed
    failures: int = 0  # in a row


class HookDelivery(SQLModel, table=True):
    """One event to one address: at least once, under a key that never changes."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "target_id"),
        UniqueConstraint("message_id"),
        Index("ix_hook_delivery_due", "state", "next_try_at"),
        one_of("state", DeliveryState),
    )

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    target_id: int = Field(foreign_key="hook_target.id", index=True)
    state: str = DeliveryState.QUEUED.value
    message_id: str
    queued_at: datetime  # from here on the days are counted after which it is given up
    next_try_at: datetime
    lease_until: datetime | None = None
    tries: int = 0
    last_error: str | None = told_text()
    permanent: bool = False
    sent_at: datetime | None = None
