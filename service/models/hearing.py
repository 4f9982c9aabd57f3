"""Where is listened, by which route, and what came in."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.domain import Health, Outcome, Proof, Route
from service.models.columns import json_list, json_object, one_of, told, told_list, told_text


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

    __table_args__ = (UniqueConstraint("code"), Index("ix_branch_mail_token", "mail_token", unique=True))

    id: int | None = Field(default=None, primary_key=True)
    code: str
    name: str
    brand: str = ""
    region: str = ""
    city: str | None = None
    tz: str = "UTC"
    language: str = "en"
    vertical: str = "general"
    attributes: dict[str, Any] = json_object()
    hours: list[Any] = json_list()
    holidays: list[Any] = json_list()
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = None
    mail_token: str | None = None  # of its own address, in+<token>@…


class Listing(SQLModel, table=True):
    """One branch's page on one site. ``next_look_at`` is when it is due; the engine only asks who is."""

    __table_args__ = (UniqueConstraint("site", "key"), Index("ix_listing_due", "active", "next_look_at"))

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
        one_of("route", Route),
        one_of("health", Health),
        one_of("last_outcome", Outcome, optional=True),
        one_of("told", Health, optional=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    route: str
    health: str = Health.NEVER.value
    health_since: datetime | None = None
    last_look_at: datetime | None = None
    last_ok_at: datetime | None = None
    last_outcome: str | None = None
    evidence: list[Any] = told_list()
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
        one_of("route", Route),
        one_of("outcome", Outcome),
    )

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int = Field(foreign_key="listing.id")
    route: str
    started_at: datetime
    seconds: float
    outcome: str
    evidence: list[Any] = told_list()
    coverage: str | None = None
    n: int = 0
    site_total: int | None = None


class ListingFact(SQLModel, table=True):
    """One fact about a listing (its name, address, phone …) as one route shows it."""

    __tablename__ = "listing_fact"
    __table_args__ = (UniqueConstraint("listing_id", "field", "route"), one_of("route", Route))

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
        one_of("kind", AccountKind),
        one_of("state", AccountState),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    external_id: str  # what makes it the same one: user@host/folder, or the hash of a secret address
    title: str
    settings: dict[str, Any] = json_object()  # what may be shown: host, port, folder, user, provider
    secret_enc: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    cursor: dict[str, Any] = json_object()  # how far it was read: {"uidvalidity", "uid"}
    authserv_id: str | None = None  # the name our own receiver signs its Authentication-Results with
    state: str = AccountState.NEW.value
    added_at: datetime
    last_ok_at: datetime | None = None
    last_error: str | None = told_text()
    failures: int = 0  # in a row
    next_try_at: datetime | None = None
    lease_until: datetime | None = None


class Inbound(SQLModel, table=True):
    """One message that came in, kept as it came until ``keep_until``; its row stays and is never doubled."""

    __table_args__ = (
        UniqueConstraint("kind", "dedupe_key"),
        Index("ix_inbound_state", "state", "id"),
        one_of("proof", Proof),
        one_of("state", InboundState),
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
    told: list[Any] = json_list()  # ids of the reviews it told of, or may have: erased with them
    evidence: list[Any] = told_list()
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
    marks: dict[str, Any] = json_object()
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
    payload: dict[str, Any] = told()
    answer: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    answered_by: str | None = None
    answered_at: datetime | None = None


class ImportRun(SQLModel, table=True):
    """One file, or one paste, on its way in. ``next_row`` moves in the transaction that stores the rows."""

    __tablename__ = "import_run"
    __table_args__ = (one_of("state", ImportState), Index("ix_import_run_state", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    listing_id: int | None = Field(default=None, foreign_key="listing.id")  # None: a column names it
    title: str  # the file's name, as shown
    format: str  # "csv", "sheet", "takeout", "page" or "paste"
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # emptied when done
    body_sha256: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    mapping: dict[str, Any] = json_object()
    past: bool = True  # the first import of a listing is its past
    state: str = ImportState.PREVIEW.value
    why: str | None = told_text()  # it failed
    total: int = 0
    next_row: int = 0
    # {"new", "known", "updated", "asked", "rejected", "listings": {listing: new}}
    counts: dict[str, Any] = json_object()
    rejected: list[Any] = told_list()  # [{"row", "why", "cells"}]; the cells for a month
    made_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    lease_until: datetime | None = None
