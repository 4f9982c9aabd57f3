"""Everything that is stored, as SQLModel tables (CONTRACTS §8.5).

Tables do not validate on construction: facts are parsed at the boundary into ``domain`` types, and what must
hold is constrained here, in the database. Natural keys are unique, so that every job is safe to run twice.
All times are aware UTC. Closed sets are checked columns, so that a typo cannot be stored.
"""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
import json
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    MetaData,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlmodel import AutoString, Field, SQLModel

from service.domain import (
    Health,
    Kind,
    Outcome,
    Precision,
    Proof,
    ReplyClass,
    ReviewState,
    Role,
    Route,
    Scale,
    ScopeKind,
    Urgency,
)
from service.sentences import read, written

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class DeliveryState(StrEnum):
    """Where one message to one channel stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"


class PackState(StrEnum):
    """Where one version of a pack stands; only ``approved`` is ever suggested."""

    DRAFT = "draft"
    APPROVED = "approved"
    RECALLED = "recalled"


class PostingState(StrEnum):
    """How far the use of a reply is proved; only the last two say what the public sees."""

    SHOWN = "shown"
    COPIED = "copied"
    INSERTED = "inserted"
    SUBMITTED = "submitted"
    SEEN_IN_PUBLIC = "seen_in_public"
    DENIED = "denied"


class AccountKind(StrEnum):
    """Ways of hearing that need an address or a secret of their own."""

    IMAP = "imap"  # a mailbox we ask
    HOOK = "hook"  # a mail provider that tells us
    FEED = "feed"  # an address whose entries we read


class AccountState(StrEnum):
    """How such a way is doing."""

    NEW = "new"
    OPEN = "open"
    FAILING = "failing"
    SIGN_IN = "sign_in"  # only a person who signs in anew can open it
    PAUSED = "paused"


class InboundState(StrEnum):
    """Where one message that came in stands. ``waiting`` alone is still to be read by us."""

    WAITING = "waiting"
    READ = "read"  # its reviews are stored
    HINT = "hint"  # it made us look
    ASIDE = "aside"  # not about a review; counted
    CONFIRM = "confirm"  # a person opens its link
    UNKNOWN = "unknown"  # a person teaches its shape
    WHICH_LISTING = "which_listing"  # a person says whose it is
    SETTLED = "settled"  # a person has dealt with it
    FAILED = "failed"  # an error of ours; tried again


class ImportState(StrEnum):
    """Where the import of one file stands."""

    PREVIEW = "preview"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


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


class Gathering(StrEnum):
    """How often a digest goes out."""

    DAILY = "daily"
    WEEKLY = "weekly"


class TokenKind(StrEnum):
    """What a paired browser holds: what opens for a quarter of an hour, and what gets the next of those."""

    ACCESS = "access"
    REFRESH = "refresh"


class PairState(StrEnum):
    """Where one wish to pair a browser stands; its end in time is a column of its own."""

    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"
    BURNED = "burned"  # too many wrong codes


class Ended(StrEnum):
    """Why a paired browser opens nothing any more."""

    BY_PERSON = "by_person"  # at the desk
    BY_BROWSER = "by_browser"  # disconnected there
    LEFT = "left"  # its person has left
    REUSED = "reused"  # a token that was spent came back: somebody has a copy


class TriageField(StrEnum):
    """What of a judgement a person can say is wrong."""

    URGENCY = "urgency"
    FLAGS = "flags"
    TOPICS = "topics"
    LANGUAGE = "language"


def _one_of(column: str, values: Iterable[StrEnum], *, optional: bool = False) -> CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    either = f"{column} IS NULL OR " if optional else ""
    return CheckConstraint(f"{either}{column} IN ({listed})", name=column)


def _json() -> Any:
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))


def _json_list() -> Any:
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False, default=list))


class Told(TypeDecorator[Any]):
    """JSON; a sentence of ours in it comes back as one, so that it can be said in another language."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """As it is stored."""
        return written(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """As it was."""
        return read(value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """As JSON is compared: a part of it is no JSON itself."""
        return self.impl_instance.coerce_compared_value(op, value)


class ToldText(TypeDecorator[str]):
    """A text; a sentence of ours comes back as one, as in ``Told``."""

    impl = AutoString
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """As it is stored."""
        told = written(value)
        return json.dumps(told, ensure_ascii=False) if isinstance(told, dict) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """As it was."""
        return str(read(json.loads(value))) if value and value.startswith('{"say":') else value


def _told_text() -> Any:
    return Field(default=None, sa_type=ToldText)


def _told() -> Any:
    return Field(default_factory=dict, sa_column=Column(Told, nullable=False, default=dict))


def _told_list() -> Any:
    return Field(default_factory=list, sa_column=Column(Told, nullable=False, default=list))


class Installation(SQLModel, table=True):
    """The one row that says what this database is."""

    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, primary_key=True)
    created_at: datetime
    demo_since: datetime | None = None  # set while the rows are the demo town's
    heartbeat_at: datetime | None = None  # when the outside was last told that all is well
    tick_at: datetime | None = None  # when the engine last asked who is due
    backup_at: datetime | None = None  # when everything was last written to a backup
    backup_off_at: datetime | None = None  # and when one was last known to lie off this machine
    daily_tried_at: datetime | None = None  # when the backup of every day was last begun
    daily_kept_at: datetime | None = None  # and when one was last kept
    daily_error: str | None = _told_text()  # why the last was not
    restored_at: datetime | None = None  # when it was brought back from one: what was due before is old
    readers_sha256: str | None = None  # by which readers the pages were read that are "unchanged"
    second_since: datetime | None = None  # since when those who sign or manage must show a second factor


class Person(SQLModel, table=True):
    """Somebody who is told, or who acts."""

    __table_args__ = (UniqueConstraint("email_folded"),)

    id: int | None = Field(default=None, primary_key=True)
    email_folded: str
    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    password_hash: str | None = None  # Argon2id, in PHC's form; None: she signs in by mailed links alone
    disabled_at: datetime | None = None
    pin_hash: str | None = None  # the same, of what she types at a desk station
    pin_tries: int = 0  # wrong ones in a row
    pin_tried_at: datetime | None = None
    totp_enc: bytes | None = None  # the secret of her one-time codes, encrypted; None: she has none
    totp_step: int | None = None  # of the last code that was taken: none before or at it is taken again


class RoleGrant(SQLModel, table=True):
    """What one person may be, and where. The grants of somebody who left stay: they say what she was."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope_kind", "scope"),
        _one_of("role", Role),
        _one_of("scope_kind", ScopeKind),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    role: str
    scope_kind: str = ScopeKind.ALL.value
    scope: str = ""  # a brand's or a region's name, or a branch's code; "" for all


class DeskSession(SQLModel, table=True):
    """One browser in which a person signed in. The token itself lies in that browser alone."""

    __tablename__ = "session"

    token_sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    person_id: int = Field(foreign_key="person.id", index=True)
    browser: str = ""  # a short label, such as "Firefox on Android"
    made_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    proved_at: datetime | None = None  # when she last showed, after signing in, that it is her
    second_at: datetime | None = None  # when a second factor was last shown in it; None: never


class Passkey(SQLModel, table=True):
    """What proves a person by her device. Its private half never leaves that device, or her keychain."""

    __table_args__ = (UniqueConstraint("credential_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    credential_id: bytes
    public_key: bytes  # COSE, as it came
    sign_count: int = Field(
        sa_column=Column(BigInteger, nullable=False)
    )  # of its last use; a keychain says 0
    label: str
    transports: list[str] = _json_list()
    created_at: datetime
    last_used_at: datetime | None = None


class RecoveryCode(SQLModel, table=True):
    """One code that stands in, once, for a lost second factor; kept as its hash alone."""

    __tablename__ = "recovery_code"

    code_sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    person_id: int = Field(foreign_key="person.id", index=True)
    made_at: datetime
    used_at: datetime | None = None


class SpentChallenge(SQLModel, table=True):
    """One challenge that a passkey has answered, for as long as it could be answered again."""

    __tablename__ = "spent_challenge"

    challenge_sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    spent_at: datetime


class LoginLink(SQLModel, table=True):
    """One link that signs one person in, once: spent by a POST, never by opening it."""

    __tablename__ = "login_link"

    token_sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    person_id: int = Field(foreign_key="person.id", index=True)
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class Device(SQLModel, table=True):
    """A browser whose extension is paired: one person's own, or a branch's desk station."""

    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (branch_id IS NULL)", name="whose"),
        CheckConstraint("(revoked_at IS NULL) = (ended_because IS NULL)", name="ended"),
        _one_of("ended_because", Ended, optional=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    branch_id: int | None = Field(default=None, foreign_key="branch.id", index=True)  # a station's
    paired_by: str  # the name of whoever approved it
    label: str  # as its person calls it
    browser: str
    version: str  # of the extension, as it last said
    origin: str  # nobody else's requests are taken under its tokens
    scopes: list[Any] = _json_list()
    auto_capture: list[Any] = _json_list()  # sites whose visible reviews it sends without a press
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    ended_because: str | None = None
    unlocked_by: int | None = Field(default=None, foreign_key="person.id")  # who stands at the station
    unlocked_until: datetime | None = None


class DeviceToken(SQLModel, table=True):
    """One token of a paired browser, as its hash alone. ``people/rotation`` says which rows there are."""

    __tablename__ = "device_token"
    __table_args__ = (_one_of("kind", TokenKind), Index("ix_device_token_family", "family_sha256"))

    token_sha256: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    device_id: int = Field(foreign_key="device.id", index=True)
    family_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    kind: str
    made_at: datetime
    expires_at: datetime
    first_used_at: datetime | None = None


class PairRequest(SQLModel, table=True):
    """A browser that asks to be paired: its code is typed at the desk by whoever it shall act for."""

    __tablename__ = "pair_request"
    __table_args__ = (
        Index(
            "uq_pair_request_open_code",
            "code_name",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        _one_of("state", PairState),
    )

    id: str = Field(primary_key=True)
    code_name: str  # the code's first half finds the request
    code_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))  # of the id and the whole
    challenge: str  # sha256 of what only that browser holds, in base64url
    origin: str
    browser: str
    version: str
    label: str
    tries: int = 0  # wrong second halves
    made_at: datetime
    expires_at: datetime
    polled_at: datetime | None = None
    state: str = PairState.OPEN.value
    person_id: int | None = Field(default=None, foreign_key="person.id")  # who approved or denied it
    branch_id: int | None = Field(default=None, foreign_key="branch.id")  # set: as a station of that branch
    device_id: int | None = Field(default=None, foreign_key="device.id")


class CaptureOff(SQLModel, table=True):
    """A site whose pages no extension may send here; the site "*" is all of them."""

    __tablename__ = "capture_off"

    site: str = Field(primary_key=True)
    by: str
    at: datetime


class Misfit(SQLModel, table=True):
    """How often an extension found a page other than it should be; counts alone, nothing of the page."""

    __table_args__ = (UniqueConstraint("device_id", "site", "surface", "code", "version", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    device_id: int = Field(foreign_key="device.id")
    site: str
    surface: str
    code: str
    version: str
    day: date
    n: int = 0


class Branch(SQLModel, table=True):
    """A shop."""

    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_branch_mail_token", "mail_token", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str
    name: str
    brand: str = ""
    region: str = ""
    city: str | None = None
    tz: str = "UTC"
    language: str = "en"
    vertical: str = "general"
    attributes: dict[str, Any] = _json()
    hours: list[Any] = _json_list()
    holidays: list[Any] = _json_list()
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = None
    mail_token: str | None = None  # of its own address, in+<token>@…


class Listing(SQLModel, table=True):
    """One branch's page on one site. ``next_look_at`` is when it is due; the engine only asks who is."""

    __table_args__ = (
        UniqueConstraint("site", "key"),
        Index("ix_listing_due", "active", "next_look_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    branch_id: int | None = Field(default=None, foreign_key="branch.id", index=True)
    site: str
    key: str
    url: str
    account_id: int | None = Field(default=None, foreign_key="source_account.id")  # whose address is secret
    alias_of: str | None = None
    active: bool = True
    removed_at: datetime | None = None  # by a person: watched no longer, but what was heard stays
    added_at: datetime
    next_look_at: datetime | None = None
    look_lease_until: datetime | None = None
    hinted_at: datetime | None = None
    last_look_at: datetime | None = None
    not_before: datetime | None = None  # the site's own Retry-After: no hint breaks it
    last_new_at: datetime | None = None  # when a review was last posted there, as far as we heard
    rate_a: float = 0.5  # gamma posterior of reviews a day: shape
    rate_b: float = 1.0  # and days observed
    rate_at: datetime | None = None
    site_total: int | None = None
    rating: float | None = None
    best: float | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))
    records_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))


class ListingSource(SQLModel, table=True):
    """How one way of hearing one listing is doing."""

    __tablename__ = "listing_source"
    __table_args__ = (
        UniqueConstraint("listing_id", "route"),
        _one_of("route", Route),
        _one_of("health", Health),
        _one_of("last_outcome", Outcome, optional=True),
        _one_of("told", Health, optional=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    route: str
    health: str = Health.NEVER.value
    health_since: datetime | None = None
    last_look_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_outcome: str | None = None
    evidence: list[Any] = _told_list()
    failures: int = 0  # in a row
    told: str | None = None  # the health the last message about it spoke of
    began_at: datetime | None = None  # first heard: what was posted before is the past
    back_to: datetime | None = None  # everything posted since has been seen once; year 1: everything ever
    read_at: datetime | None = None  # when the page was read that "unchanged" looks repeat
    site_total: int | None = None


class LookRow(SQLModel, table=True):
    """One attempt to hear; kept for 90 days."""

    __tablename__ = "look"
    __table_args__ = (
        Index("ix_look_listing", "listing_id", "started_at"),
        _one_of("route", Route),
        _one_of("outcome", Outcome),
    )

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    route: str
    started_at: datetime
    seconds: float
    outcome: str
    evidence: list[Any] = _told_list()
    coverage: str | None = None
    n: int = 0
    site_total: int | None = None


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
        _one_of("kind", Kind),
        _one_of("scale", Scale),
        _one_of("posted_precision", Precision),
        _one_of("state", ReviewState),
        _one_of("urgency", Urgency, optional=True),
        _one_of("removed_by", Route, optional=True),
        _one_of("reply_route", Route, optional=True),
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
    provenance: dict[str, Any] = _json()
    mark: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))  # outlives an erasure
    marks: list[Any] = _json_list()  # the same in hex, of every version that was erased
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
    __table_args__ = (UniqueConstraint("review_id", "key"), _one_of("act", ReviewAct))

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
    __table_args__ = (UniqueConstraint("review_id", "person", "field"), _one_of("field", TriageField))

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
        _one_of("route", Route),
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id")
    n: int
    route: str
    content_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    item: dict[str, Any] = _json()
    seen_at: datetime
    last_seen_at: datetime
    proven: bool = True  # False where a mail's origin is not


class ListingFact(SQLModel, table=True):
    """One fact about a listing (its name, address, phone …) as one route shows it."""

    __tablename__ = "listing_fact"
    __table_args__ = (UniqueConstraint("listing_id", "field", "route"), _one_of("route", Route))

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    field: str
    route: str
    value: str
    seen_at: datetime
    drift_since: datetime | None = None


class SourceAccount(SQLModel, table=True):
    """A mailbox, a mail provider's hook or a feed. What opens it is a secret: encrypted at rest."""

    __tablename__ = "source_account"
    __table_args__ = (
        UniqueConstraint("kind", "external_id"),
        _one_of("kind", AccountKind),
        _one_of("state", AccountState),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    external_id: str  # what makes it the same one: user@host/folder, or the hash of a secret address
    title: str
    settings: dict[str, Any] = _json()  # what may be shown: host, port, folder, user, provider
    secret_enc: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    cursor: dict[str, Any] = _json()  # how far it was read: {"uidvalidity", "uid"}
    authserv_id: str | None = None  # the name our own receiver signs its Authentication-Results with
    state: str = AccountState.NEW.value
    added_at: datetime
    last_ok_at: datetime | None = None
    last_error: str | None = _told_text()
    failures: int = 0  # in a row
    next_try_at: datetime | None = None
    lease_until: datetime | None = None


class Inbound(SQLModel, table=True):
    """One message that came in, kept as it came until ``keep_until``; its row stays and is never doubled."""

    __table_args__ = (
        UniqueConstraint("kind", "dedupe_key"),
        Index("ix_inbound_state", "state", "id"),
        _one_of("proof", Proof),
        _one_of("state", InboundState),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = "mail"
    dedupe_key: str
    account_id: int | None = Field(default=None, foreign_key="source_account.id")
    received_at: datetime
    raw: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    cut: bool = False  # its end was too large to fetch
    proof: str = Proof.NONE.value
    state: str = InboundState.WAITING.value
    site: str | None = None
    sender_domain: str | None = None
    shape_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))
    listing_id: int | None = Field(default=None, foreign_key="listing.id")
    place_folded: str | None = None  # the name its site gives the place, as ``mail_place`` remembers it
    told: list[Any] = _json_list()  # ids of the reviews it told of, or may have: erased with them
    evidence: list[Any] = _told_list()
    tries: int = 0
    next_try_at: datetime | None = None
    read_at: datetime | None = None
    keep_until: datetime | None = None


class MailShape(SQLModel, table=True):
    """The shape of a site's mails as a person taught it: where author, stars and text stand."""

    __tablename__ = "mail_shape"
    __table_args__ = (UniqueConstraint("sender_domain", "shape_sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    sender_domain: str
    shape_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    site: str
    marks: dict[str, Any] = _json()
    example_subject: str = ""
    taught_by: str
    taught_at: datetime
    withdrawn_at: datetime | None = None
    read: int = 0  # mails read by it
    last_read_at: datetime | None = None


class MailPlace(SQLModel, table=True):
    """Whose mails are meant by a name that a site writes: asked once, and remembered."""

    __tablename__ = "mail_place"
    __table_args__ = (UniqueConstraint("site", "name_folded"),)

    id: int | None = Field(default=None, primary_key=True)
    site: str
    name_folded: str
    listing_id: int = Field(foreign_key="listing.id")
    decided_by: str
    decided_at: datetime


class Question(SQLModel, table=True):
    """Something only a person can tell; asked once, and kept with her answer."""

    __table_args__ = (UniqueConstraint("kind", "dedupe_key"), Index("ix_question_open", "answered_at", "id"))

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # "twins"
    dedupe_key: str
    listing_id: int = Field(foreign_key="listing.id")
    asked_at: datetime
    payload: dict[str, Any] = _told()
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    answered_by: str | None = None
    answered_at: datetime | None = None


class ImportRun(SQLModel, table=True):
    """One file, or one paste, on its way in. ``next_row`` moves in the transaction that stores the rows."""

    __tablename__ = "import_run"
    __table_args__ = (_one_of("state", ImportState), Index("ix_import_run_state", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int | None = Field(default=None, foreign_key="listing.id")  # None: a column names it
    title: str  # the file's name, as shown
    format: str  # "csv", "sheet", "takeout", "page" or "paste"
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # emptied when done
    body_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    mapping: dict[str, Any] = _json()
    past: bool = True  # the first import of a listing is its past
    state: str = ImportState.PREVIEW.value
    why: str | None = _told_text()  # it failed
    total: int = 0
    next_row: int = 0
    # {"new", "known", "updated", "asked", "rejected", "listings": {listing: new}}
    counts: dict[str, Any] = _json()
    rejected: list[Any] = _told_list()  # [{"row", "why", "cells"}]; the cells for a month
    made_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lease_until: datetime | None = None


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
    payload: dict[str, Any] = _told()
    alerts_done_at: datetime | None = None
    outcomes_done_at: datetime | None = None
    hooks_done_at: datetime | None = None


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
    match: dict[str, Any] = _json()
    to: list[Any] = _json_list()  # channel ids
    timing: dict[str, Any] = _json()


class Alert(SQLModel, table=True):
    """One thing somebody must know, composed once; its deliveries carry it."""

    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        Index("ix_alert_listing", "listing_id", "id"),
        _one_of("urgency", Urgency),
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
    body: dict[str, Any] = _told()  # what composing needs, frozen at this moment
    posting_hint: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))


class Delivery(SQLModel, table=True):
    """One alert to one channel: at least once, with a key that makes a repeat recognisable."""

    __table_args__ = (
        UniqueConstraint("alert_id", "channel_id", "purpose"),
        UniqueConstraint("message_id"),
        Index("ix_delivery_due", "state", "next_try_at"),
        _one_of("state", DeliveryState),
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
    last_error: str | None = _told_text()
    permanent: bool = False
    sent_at: datetime | None = None


class Digest(SQLModel, table=True):
    """One digest for one channel: its alert carries it, and its deliveries are that alert's."""

    __table_args__ = (UniqueConstraint("channel_id", "every", "period_start"), _one_of("every", Gathering))

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
        _one_of("every", Gathering),
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
    kinds: list[Any] = _json_list()  # of ``hooks.kinds.HookKind``
    with_words: bool = False  # whether what people wrote goes there too
    secret_enc: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    old_secret_enc: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    old_secret_until: datetime | None = None  # until then it signs as well
    added_by: str
    added_at: datetime
    paused_at: datetime | None = None
    paused_why: str | None = _told_text()  # None: a person paused it
    last_ok_at: datetime | None = None
    last_error: str | None = _told_text()  # of the newest try, where it failed
    failures: int = 0  # in a row


class HookDelivery(SQLModel, table=True):
    """One event to one address: at least once, under a key that never changes."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "target_id"),
        UniqueConstraint("message_id"),
        Index("ix_hook_delivery_due", "state", "next_try_at"),
        _one_of("state", DeliveryState),
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
    last_error: str | None = _told_text()
    permanent: bool = False
    sent_at: datetime | None = None


class PackVersion(SQLModel, table=True):
    """One version of a pack: its exact bytes, named by their SHA-256."""

    __tablename__ = "pack_version"
    __table_args__ = (
        UniqueConstraint("sha256"),
        UniqueConstraint("pack", "serial"),
        _one_of("state", PackState),
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
    last_error: str | None = _told_text()
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
    branches: list[Any] = _json_list()  # branch codes it is for; empty: all
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
    counts: dict[str, Any] = _json()
    received_at: datetime


class Posting(SQLModel, table=True):
    """One use of an approved reply on one review; what the person filled in is erased with her words."""

    __table_args__ = (
        UniqueConstraint("review_id", "sha256", "item", "variant", "person"),
        _one_of("reply_class", ReplyClass, optional=True),
        _one_of("state", PostingState),
    )

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    branch_id: int | None = Field(default=None, foreign_key="branch.id")
    pack: str
    sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    item: str
    variant: int
    person: str
    values: dict[str, Any] = _json()
    reply_class: str | None = None
    text: str | None = None
    text_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))
    state: str = PostingState.SHOWN.value
    made_at: datetime


class PostingEvent(SQLModel, table=True):
    """One thing that happened to a posting, under the key its teller gave it: told twice, stored once."""

    __tablename__ = "posting_event"
    __table_args__ = (UniqueConstraint("device", "key"), _one_of("kind", PostingState))

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id", index=True)
    device: str  # a paired browser's id, "desk", "link" or "look"
    key: str
    kind: str
    at: datetime
    text_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32)))
    signs: list[Any] = _json_list()


class CaseFile(SQLModel, table=True):
    """A conversation with a reviewer that was taken offline, to be reported back in public.

    Whoever holds the review holds its case. It has no words of its own: those are its entries'.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("review_id"),
        Index("ix_case_file_due", "state", "report_back_due"),
        _one_of("state", CaseState),
        _one_of("outcome", CaseOutcome, optional=True),
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
        _one_of("kind", CaseEntryKind),
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
