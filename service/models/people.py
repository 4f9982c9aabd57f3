"""Who is told, who acts, and by which browser."""

# No ``from __future__ import annotations`` here: SQLModel reads the annotations themselves.
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from service.domain import Role, ScopeKind
from service.models.columns import json_list, one_of, told_text


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
    daily_error: str | None = told_text()  # why the last was not
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
        one_of("role", Role),
        one_of("scope_kind", ScopeKind),
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
    transports: list[str] = json_list()
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
        one_of("ended_because", Ended, optional=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    branch_id: int | None = Field(default=None, foreign_key="branch.id", index=True)  # a station's
    paired_by: str  # the name of whoever approved it
    label: str  # as its person calls it
    browser: str
    version: str  # of the extension, as it last said
    origin: str  # nobody else's requests are taken under its tokens
    scopes: list[Any] = json_list()
    auto_capture: list[Any] = json_list()  # sites whose visible reviews it sends without a press
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    ended_because: str | None = None
    unlocked_by: int | None = Field(default=None, foreign_key="person.id")  # who stands at the station
    unlocked_until: datetime | None = None


class DeviceToken(SQLModel, table=True):
    """One token of a paired browser, as its hash alone. ``people/rotation`` says which rows there are."""

    __tablename__ = "device_token"
    __table_args__ = (one_of("kind", TokenKind), Index("ix_device_token_family", "family_sha256"))

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
        one_of("state", PairState),
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
