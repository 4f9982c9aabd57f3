"""Signed-in browsers: begun, read, listed and ended.

A session ends 12 hours after its last use, and 30 days after it began.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Update, delete, select, update
from sqlmodel import Session, col

from service.models import DeskSession
from service.people import accounts, factors, tokens
from service.people.may import Grant, Who

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
NOTED_EVERY = timedelta(minutes=5)  # a read writes no more often than this
KEPT = timedelta(days=90)  # after its end, so that "where was I signed in" can be answered
LONGEST_LABEL = 60
SHOWN_AS = 16  # hex digits: enough to tell one person's sessions apart


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is good, and whose it is. ``resting`` are roles that wait for a second factor in it."""

    row: DeskSession
    who: Who
    resting: tuple[Grant, ...] = ()

    @property
    def whole(self) -> Who:
        """Who she is with all her roles."""
        return replace(self.who, grants=self.who.grants + self.resting)

    def wants_noting(self, now: datetime) -> bool:
        """Whether its last use should be written down."""
        return now - self.row.last_seen_at >= NOTED_EVERY


def begin(
    session: Session,
    person_id: int,
    browser: str,
    now: datetime,
    *,
    instead_of: str = "",
    second: bool = False,
) -> str:
    """Sign a person in; the token to put into her browser. What that browser had before opens no longer.

    ``second`` says that she has shown a second factor.
    """
    end(session, tokens.kept(instead_of), now)
    session.execute(delete(DeskSession).where(col(DeskSession.expires_at) < now - KEPT))
    token = tokens.new_token()
    row = DeskSession(
        token_sha256=tokens.kept(token),
        person_id=person_id,
        browser=browser[:LONGEST_LABEL],
        made_at=now,
        last_seen_at=now,
        expires_at=now + LONGEST,
        second_at=now if second else None,
    )
    session.add(row)
    session.flush()
    return token


def read(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Whose token it is; None where it is nobody's, ended, too old, or its person has left."""
    row = _row(session, token)
    if row is None or not is_good(row, now):
        return None
    who = accounts.who(session, row.person_id)
    if who is None or who.left:
        return None
    resting = factors.resting(session, who, row)
    return SignedIn(row, factors.awake(who, resting), resting)


def whose(session: Session, token: str) -> int | None:
    """Whose it was, good or not: what she had typed is shown to nobody else."""
    row = _row(session, token)
    return row.person_id if row else None


def is_good(row: DeskSession, now: datetime) -> bool:
    """Whether a session still opens anything."""
    return row.revoked_at is None and now < row.expires_at and now - row.last_seen_at < IDLE


def note(session: Session, row: DeskSession, now: datetime) -> None:
    """Write down that it was used."""
    session.execute(
        update(DeskSession)
        .where(col(DeskSession.token_sha256) == row.token_sha256, col(DeskSession.last_seen_at) < now)
        .values(last_seen_at=now)
    )


def listed(session: Session, person_id: int, now: datetime) -> list[DeskSession]:
    """Her good sessions, the last used first."""
    rows = session.scalars(
        select(DeskSession)
        .where(col(DeskSession.person_id) == person_id, col(DeskSession.revoked_at).is_(None))
        .order_by(col(DeskSession.last_seen_at).desc())
    )
    return [row for row in rows if is_good(row, now)]


def shown_as(row: DeskSession) -> str:
    """The name of a session in a form; it opens nothing."""
    return row.token_sha256.hex()[:SHOWN_AS]


def end(session: Session, token_sha256: bytes, now: datetime) -> None:
    """End one; ending twice is ending once."""
    session.execute(_ending(now).where(col(DeskSession.token_sha256) == token_sha256))


def end_named(session: Session, person_id: int, name: str, now: datetime) -> bool:
    """End the one of hers that is ``shown_as`` so; answers whether there was one."""
    found = [one for one in listed(session, person_id, now) if hmac.compare_digest(shown_as(one), name)]
    for one in found:
        end(session, one.token_sha256, now)
    return bool(found)


def end_others(session: Session, person_id: int, now: datetime, *, but: bytes = b"") -> int:
    """End all of hers but one; answers how many."""
    others = _ending(now).where(col(DeskSession.person_id) == person_id, col(DeskSession.token_sha256) != but)
    ended: int = session.execute(others).rowcount  # type: ignore[attr-defined]
    return ended


def _row(session: Session, token: str) -> DeskSession | None:
    kept = tokens.kept(token)
    row = session.get(DeskSession, kept) if token else None
    return row if row and hmac.compare_digest(row.token_sha256, kept) else None


def _ending(now: datetime) -> Update:
    return update(DeskSession).where(col(DeskSession.revoked_at).is_(None)).values(revoked_at=now)
