"""Somebody leaves: everything that opens by her ends at once, and what she held is free for others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlmodel import Session, col

from service.db import insert_new, one_at_a_time
from service.domain import ReviewState
from service.models import (
    CaseFile,
    CaseState,
    Channel,
    DeskSession,
    Ended,
    LoginLink,
    Review,
    ReviewAct,
    ReviewNote,
    SigningKey,
)
from service.people import accounts, devices, factors, pairing

OVER = (ReviewState.ANSWERED, ReviewState.CLOSED)


@dataclass(frozen=True, slots=True)
class Left:
    """What came of somebody's leaving. ``keys`` are fingerprints that still count: revoking is a decision."""

    name: str
    sessions: int
    links: int
    channels: int
    reviews: int
    browsers: int
    passkeys: int
    keys: tuple[str, ...]


def leave(session: Session, person_id: int, *, by: str, now: datetime) -> Left:
    """Somebody leaves, in the caller's transaction.

    Raises ``AccountRefused`` where nobody else could manage people, or she has left already.
    """
    one_at_a_time(session, accounts.LOCK)
    person = accounts.here(session, person_id)
    accounts.require_another_admin(session, person_id)
    person.disabled_at, person.password_hash, person.pin_hash = now, None, None
    session.flush()
    pairing.deny_all_by(session, person_id)
    second = factors.end_all(session, person)
    left = Left(
        name=person.name,
        sessions=accounts.ended(
            session, col(DeskSession.revoked_at), col(DeskSession.person_id), person_id, now
        ),
        links=accounts.ended(session, col(LoginLink.used_at), col(LoginLink.person_id), person_id, now),
        channels=accounts.ended(session, col(Channel.paused_at), col(Channel.person_id), person_id, now),
        reviews=_let_go(session, person_id, by, now),
        browsers=devices.end_all_of(session, person_id, Ended.LEFT, by=by, now=now),
        passkeys=second.passkeys,
        keys=_keys(session, person.name),
    )
    counts = {"sessions": left.sessions, "channels": left.channels, "reviews": left.reviews}
    counts |= {"browsers": left.browsers, "passkeys": left.passkeys, "codes": second.codes}
    accounts.noted(session, "leave", person, by, now, keys=list(left.keys), **counts)
    return left


def _let_go(session: Session, person_id: int, by: str, now: datetime) -> int:
    """Nobody holds her open reviews now, and the history of each says so; what was done with others stays."""
    running = exists().where(
        col(CaseFile.review_id) == col(Review.id), col(CaseFile.state) != CaseState.CLOSED.value
    )
    is_open = col(Review.state).not_in([state.value for state in OVER])
    hers = select(Review).where(col(Review.claimed_by) == person_id, is_open | running)
    held = session.scalars(hers.order_by(col(Review.id)).with_for_update()).all()
    for review in held:
        review.claimed_by = review.claimed_as = review.claimed_at = None
        if review.state == ReviewState.CLAIMED:
            review.state = ReviewState.SEEN.value
    line = {
        "key": f"left:{person_id}:{now.isoformat()}",
        "act": ReviewAct.RELEASED.value,
        "by": by,
        "at": now,
    }
    insert_new(session, ReviewNote, [line | {"review_id": review.id} for review in held])
    return len(held)


def _keys(session: Session, name: str) -> tuple[str, ...]:
    counting = col(SigningKey.revoked_at).is_(None)
    keys = select(col(SigningKey.fingerprint)).where(col(SigningKey.person) == name, counting)
    return tuple(session.scalars(keys.order_by(col(SigningKey.created_at))))
