"""What was answered, how it is proved, and what is kept of it."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.domain import ReplyClass
from service.models.columns import json_list, json_object, one_of


class PostingState(StrEnum):
    """How far the use of a reply is proved; only the last two say what the public sees."""

    SHOWN = "shown"
    COPIED = "copied"
    INSERTED = "inserted"
    SUBMITTED = "submitted"
    SEEN_IN_PUBLIC = "seen_in_public"
    DENIED = "denied"


class CaseState(StrEnum):
    """Where a conversation taken offline stands; only the first two wait for anybody."""

    OPEN = "open"  # it is our turn
    WAITING = "waiting"  # it is theirs
    RESOLVED = "resolved"
    CLOSED = "closed"  # ended without being settled


class CaseEntryKind(StrEnum):
    """One line of a case. The first six are written down by a person, the others follow from what she did."""

    CALLED = "called"
    WROTE = "wrote"
    VISITED = "visited"
    ANSWERED = "answered"  # they did
    AGREED = "agreed"  # on what we offered
    NOTE = "note"
    OPENED = "opened"
    ENDED = "ended"
    REOPENED = "reopened"
    REPORTED = "reported"  # back in public
    TAKEN_BACK = "taken_back"  # and it was not after all


class CaseOutcome(StrEnum):
    """What came of it. The first three settle it, the others end it."""

    PUT_RIGHT = "put_right"
    AGREED = "agreed"
    CLEARED_UP = "cleared_up"
    NOT_AGREED = "not_agreed"
    NOT_REACHED = "not_reached"
    NOT_OURS = "not_ours"


class Posting(SQLModel, table=True):
    """One use of an approved reply on one review; what the person filled in is erased with her words."""

    __table_args__ = (
        UniqueConstraint("review_id", "sha256", "item", "variant", "person"),
        one_of("reply_class", ReplyClass, optional=True),
        one_of("state", PostingState),
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    pack: str
    sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    item: str
    variant: int
    person: str
    values: dict[str, Any] = json_object()
    reply_class: str | None = None
    text: str | None = None
    text_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))
    state: str = PostingState.SHOWN.value
    made_at: datetime


class PostingEvent(SQLModel, table=True):
    """One thing that happened to a posting, under the key its teller gave it: told twice, stored once."""

    __tablename__ = "posting_event"
    __table_args__ = (UniqueConstraint("device", "key"), one_of("kind", PostingState))

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", index=True)
    device: str  # a paired browser's id, "desk", "link" or "look"
    key: str
    kind: str
    at: datetime
    text_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))
    signs: list[Any] = json_list()


class CaseFile(SQLModel, table=True):
    """A conversation with a reviewer that was taken offline, to be reported back in public.

    Whoever holds the review holds its case. It has no words of its own: those are its entries'.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("review_id"),
        Index("ix_case_file_due", "state", "report_back_due"),
        one_of("state", CaseState),
        one_of("outcome", CaseOutcome, optional=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    opened_by: str
    opened_at: datetime
    state: str = CaseState.OPEN.value
    outcome: str | None = None
    ended_at: datetime | None = None
    report_back_due: datetime | None = None  # None: nothing is to be reported
    reported_at: datetime | None = None
    reported_back: int | None = Field(default=None, foreign_key="posting.id")  # None: words that are not ours

    @property
    def is_running(self) -> bool:
        """Whether somebody is to do something, or to answer."""
        return self.state in (CaseState.OPEN, CaseState.WAITING)

    @property
    def is_owed(self) -> bool:
        """Whether it was settled and is still to be reported back in public."""
        settled = self.state == CaseState.RESOLVED and self.report_back_due is not None
        return settled and self.reported_at is None


class CaseEntry(SQLModel, table=True):
    """One line of a case: an attempt, an answer, a note; its words are erased with the review's.

    ``key`` is what its form was given: sent twice, stored once. At ``expires_at`` the words go by themselves.
    """

    __tablename__ = "case_entry"
    __table_args__ = (
        UniqueConstraint("case_file_id", "key"),
        Index("ix_case_entry_expires", "expires_at"),
        one_of("kind", CaseEntryKind),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_file_id: int = Field(foreign_key="case_file.id")
    key: str
    kind: str
    by: str
    at: datetime
    text: str | None = None
    expires_at: datetime | None = None


class Audit(SQLModel, table=True):
    """One link of the chain that proves order and content; it holds commitments, never words."""

    seq: int = Field(primary_key=True)
    at: datetime
    prev_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    body_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))  # salted
    sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))


class AuditBody(SQLModel, table=True):
    """What a link commits to, with its salt; emptied where a person's words are erased."""

    __tablename__ = "audit_body"

    seq: int = Field(primary_key=True, foreign_key="audit.seq")
    kind: str
    subject: str  # "pack:general-en", "review:12"
    salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary(16)))
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))


class Lease(SQLModel, table=True):
    """Who does what only one process may do (scheduler, browser, migration), and until when."""

    name: str = Field(primary_key=True)
    holder: str
    until: datetime
