"""What was heard, and what became of it here."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.domain import Kind, Precision, ReviewState, Route, Scale, Urgency
from service.models.columns import Told, json_list, json_object, one_of, told


class ReviewAct(StrEnum):
    """What a person did with a review; each is a line of its history."""

    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    RELEASED = "released"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    NOTED = "noted"
    CLOSED = "closed"
    REOPENED = "reopened"


class TriageField(StrEnum):
    """What of a judgement a person can say is wrong."""

    URGENCY = "urgency"
    FLAGS = "flags"
    TOPICS = "topics"
    LANGUAGE = "language"


# What the inbox sorts, counts and filters by: with all of it in one index, no words are read for that.
_SORTED_BY = (
    *("state", "urgency", "first_seen_at", "listing_id", "kind", "baseline", "due_claim_at", "due_public_at"),
    *("snoozed_until", "posted_at", "removed_at", "erased_at"),
    *("rating", "best", "scale", "recommends", "claimed_by", "flags", "language"),
)


# And what reports sum: by listing first, so that sums by listing need no sorting.
_REPORTED = (
    *("listing_id", "first_seen_at", "posted_at", "baseline", "kind", "removed_at", "erased_at", "state"),
    *("reply_route", "reply_at", "reply_seen_at", "due_public_at", "snoozed_until", "claimed_as"),
    *("topics", "scale", "rating", "recommends"),
)


class Review(SQLModel, table=True):
    """One review as it stands: a pure function of its versions, and what became of it here."""

    __table_args__ = (
        Index("ix_review_listing", "listing_id", "posted_at"),
        Index("ix_review_inbox", *_SORTED_BY),
        Index("ix_review_report", *_REPORTED),
        Index(
            "ix_review_closed",
            "first_seen_at",
            sqlite_where=text("closed_why IS NOT NULL"),
            postgresql_where=text("closed_why IS NOT NULL"),
        ),
        Index("ix_review_language", "language"),
        Index("ix_review_due_claim", "due_claim_at"),
        Index("ix_review_author", "author_folded"),
        one_of("kind", Kind),
        one_of("scale", Scale),
        one_of("posted_precision", Precision),
        one_of("state", ReviewState),
        one_of("urgency", Urgency, optional=True),
        one_of("removed_by", Route, optional=True),
        one_of("reply_route", Route, optional=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    kind: str = Kind.REVIEW.value
    scale: str = Scale.STARS5.value
    rating: float | None = None
    best: float | None = None
    recommends: bool | None = None
    author: str | None = None
    author_folded: str | None = None  # as cards on pages are found by it
    title: str | None = None
    text: str | None = None
    text_complete: bool = True
    language: str | None = None
    posted_at: datetime | None = None
    posted_shown: str | None = None
    posted_precision: str = Precision.NONE.value
    edited_at: datetime | None = None
    permalink: str | None = None
    syndicated_from: str | None = None
    reply_text: str | None = None
    reply_at: datetime | None = None
    reply_state: str | None = None
    reply_route: str | None = None  # by which its words are known; None: there is no reply
    reply_seen_at: datetime | None = None  # when one first came after the review; it stays when that vanishes
    provenance: dict[str, Any] = json_object()
    mark: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))  # outlives an erasure
    marks: list[Any] = json_list()  # the same in hex, of every version that was erased
    first_seen_at: datetime
    last_seen_at: datetime
    missed_at: datetime | None = None  # a look that should have shown it did not, once
    removed_at: datetime | None = None
    removed_by: str | None = None  # the route whose looks proved it
    proven: bool = True  # False while only mails of unproven origin tell of it
    baseline: bool = False  # heard as the listing's past: never an alarm, never due
    triage: dict[str, Any] | None = Field(default=None, sa_column=Column(Told))
    triage_rev: int = 0
    urgency: str | None = None
    topics: str = ""  # the judgement's, by name with a space between: what is asked for without reading it
    flags: str = ""  # the same
    state: str = ReviewState.NEW.value
    due_claim_at: datetime | None = None
    due_public_at: datetime | None = None
    claimed_by: int | None = Field(default=None, foreign_key="person.id")
    claimed_as: str | None = None  # her name, or who else holds it ("the desk"); None: nobody does
    claimed_at: datetime | None = None
    snoozed_until: datetime | None = None
    closed_why: str | None = None
    erased_at: datetime | None = None
    keep_until: datetime | None = None


class ReviewNote(SQLModel, table=True):
    """One line of a review's history: what a person did with it, and her words, erased with the review's.

    ``key`` is what her form was given: sent twice, stored once.
    """

    __tablename__ = "review_note"
    __table_args__ = (UniqueConstraint("review_id", "key"), one_of("act", ReviewAct))

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    key: str
    act: str
    by: str
    at: datetime
    text: str | None = None


class TriageNote(SQLModel, table=True):
    """What a person says is wrong in a judgement: listed for the pack's author, never learnt silently.

    ``said`` is what was judged then. Both texts are erased with the review's words.
    """

    __tablename__ = "triage_note"
    __table_args__ = (UniqueConstraint("review_id", "person", "field"), one_of("field", TriageField))

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    person: str
    field: str
    said: str | None = None
    should_be: str | None = None
    at: datetime


class ReviewKey(SQLModel, table=True):
    """A name some site gives a review; one review may own many."""

    __tablename__ = "review_key"
    __table_args__ = (UniqueConstraint("site", "id_kind", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    site: str
    id_kind: str
    value: str


class ReviewVersion(SQLModel, table=True):
    """One distinct thing one route said of a review; only ``last_seen_at`` ever changes."""

    __tablename__ = "review_version"
    __table_args__ = (
        UniqueConstraint("review_id", "n"),
        UniqueConstraint("review_id", "route", "content_sha256"),
        one_of("route", Route),
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    n: int
    route: str
    content_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    item: dict[str, Any] = json_object()
    seen_at: datetime
    last_seen_at: datetime
    proven: bool = True  # False where a mail's origin is not


class Event(SQLModel, table=True):
    """Something that happened, written in the transaction of the fact; consumers mark their own column."""

    __table_args__ = (
        UniqueConstraint("kind", "subject", "dedupe_key"),
        *(
            Index(
                f"ix_event_{column}_open",
                "id",
                sqlite_where=text(f"{column}_done_at IS NULL"),
                postgresql_where=text(f"{column}_done_at IS NULL"),
            )
            for column in ("alerts", "outcomes", "hooks")
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: str  # "review:12", "listing:3", "installation:1"
    dedupe_key: str
    at: datetime
    listing_id: int | None = Field(default=None, foreign_key="listing.id")
    review_id: int | None = Field(default=None, foreign_key="review.id")
    payload: dict[str, Any] = told()
    alerts_done_at: datetime | None = None
    outcomes_done_at: datetime | None = None
    hooks_done_at: datetime | None = None
