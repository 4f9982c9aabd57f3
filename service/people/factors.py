"""Second factors: who has one, who must, how a session shows it, and how a lost one is taken away.

Where it is asked for ("required for those who sign"), the roles that sign or manage rest in every session
that has not shown a second factor: their holder can do what her other roles allow, and is led to set one up
or to show it. Nobody is locked out by that, since setting up the first needs none. Who has lost hers is
helped by another administrator at the desk; the last administrator by whoever runs the machine: ``shopbell
people reset`` takes the lost one away, which is audited, and ``shopbell people link`` lets her in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from service import audit
from service.domain import Role
from service.errors import AccountRefused
from service.models import DeskSession, Installation, Passkey, Person, RoleGrant
from service.people import accounts, codes, passkeys
from service.people.may import Grant, Who
from service.sentences import say

SIGNING = frozenset({Role.APPROVER, Role.LEGAL, Role.ADMIN})
FRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody could show beside a password or a link."""

    passkeys: int
    codes: bool

    def __bool__(self) -> bool:
        return bool(self.passkeys or self.codes)


@dataclass(frozen=True, slots=True)
class Ended:
    """What was taken away."""

    passkeys: int
    codes: bool
    sessions: int = 0


def held(session: Session, person_id: int) -> Held:
    """What she has set up."""
    person = session.get(Person, person_id)
    return Held(len(passkeys.listed(session, person_id)), person is not None and person.totp_enc is not None)


def lacking(session: Session) -> Sequence[str]:
    """The names of those who sign or manage here and have none."""
    signing = select(col(RoleGrant.person_id)).where(col(RoleGrant.role).in_([one.value for one in SIGNING]))
    without = select(col(Person.name)).where(
        col(Person.disabled_at).is_(None),
        col(Person.id).in_(signing),
        col(Person.totp_enc).is_(None),
        col(Person.id).not_in(select(col(Passkey.person_id))),
    )
    return session.scalars(without.order_by(col(Person.name), col(Person.id))).all()


def required_since(session: Session) -> datetime | None:
    """Since when those who sign or manage must show one; None where they need not."""
    since = select(col(Installation.second_since)).where(col(Installation.id) == 1)
    return session.execute(since).scalar_one_or_none()


def require(session: Session, on: bool, *, by: str, now: datetime) -> None:
    """Ask it of those who sign or manage, or no longer; asking twice is asking once."""
    installation = session.get(Installation, 1) or Installation(id=1, created_at=now)
    if (installation.second_since is not None) == on:
        return
    installation.second_since = now if on else None
    session.add(installation)
    audit.record(session, "second_factor", "installation", {"person": by, "required": on}, now)


def resting(session: Session, who: Who, row: DeskSession) -> tuple[Grant, ...]:
    """Those of her roles that rest in this session until it has shown a second factor."""
    signing = tuple(one for one in who.grants if one.role in SIGNING)
    if row.second_at is not None or not signing or required_since(session) is None:
        return ()
    return signing


def awake(who: Who, resting: tuple[Grant, ...]) -> Who:
    """``who`` without the roles that rest."""
    return replace(who, grants=tuple(one for one in who.grants if one not in resting))


def is_fresh(row: DeskSession, own: Held, now: datetime) -> bool:
    """Whether she has lately proved herself by the best she has; what opens the desk is changed only then."""
    proved = row.second_at if own else max(row.made_at, row.proved_at or row.made_at)
    return proved is not None and now - proved < FRESH


def note_proof(session: Session, row: DeskSession, now: datetime, *, second: bool) -> None:
    """She has proved herself in this session: by a second factor, or by her password alone."""
    shown = {"proved_at": now} | ({"second_at": now} if second else {})
    this = col(DeskSession.token_sha256) == row.token_sha256
    session.execute(update(DeskSession).where(this).values(shown))


def require_one_left(session: Session, who: Who, left: Held) -> None:
    """Whoever must have one keeps one. Raises ``AccountRefused``."""
    signs = any(one.role in SIGNING for one in who.grants)
    if signs and not left and required_since(session) is not None:
        raise AccountRefused(
            say("Your roles ask for a second factor: add another first. Nothing was changed.")
        )


def reset(session: Session, person_id: int, *, by: str, now: datetime) -> Ended:
    """She has lost it: passkeys and codes go, and her sessions end. Raises ``AccountRefused``."""
    person = accounts.here(session, person_id)
    ended = end_all(session, person)
    sessions = accounts.ended(
        session, col(DeskSession.revoked_at), col(DeskSession.person_id), person_id, now
    )
    told = {"passkeys": ended.passkeys, "codes": ended.codes, "sessions": sessions}
    accounts.noted(session, "second_factor_reset", person, by, now, **told)
    return replace(ended, sessions=sessions)


def end_all(session: Session, person: Person) -> Ended:
    """Take away all that she could show."""
    return Ended(passkeys.end_all(session, person.id or 0), codes.end_all(session, person))
