"""Passkeys that are kept: whose, how often used, removed. Nothing here is secret: it is the public half.

Who shows one has two proofs in one, the device and what unlocks it, and needs no code beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from service.db import insert_new
from service.errors import AccountRefused, SignInRefused
from service.models import Passkey, Person
from service.people import accounts, ceremonies
from service.people.ceremonies import Made
from service.sentences import say

MOST = 10  # of one person: a phone, a laptop, a key in a drawer, and room
LONGEST_LABEL = 60  # characters


def keep(session: Session, person_id: int, new: Made, label: str, now: datetime) -> None:
    """Keep a person's new passkey. Raises ``AccountRefused``: she left, has many, or it is kept already."""
    person = accounts.here(session, person_id)
    if len(listed(session, person_id)) >= MOST:
        raise AccountRefused(
            say("You have %(most)s passkeys: take one back first. Nothing was changed.", most=MOST)
        )
    known = select(col(Passkey.id)).where(col(Passkey.credential_id) == new.credential_id)
    if session.execute(known).first() is not None:
        raise AccountRefused(say("That passkey is kept here already. Nothing was changed."))
    told = _label(label)
    row = {"person_id": person_id, "label": told, "created_at": now, "transports": list(new.transports)}
    row |= {
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "sign_count": new.sign_count,
    }
    insert_new(session, Passkey, [row])
    accounts.noted(session, "passkey_added", person, person.name, now, label=told)


def remove(session: Session, person_id: int, passkey_id: int, now: datetime) -> None:
    """Take one of hers back; twice is once."""
    one = session.get(Passkey, passkey_id)
    if one is None or one.person_id != person_id:
        return
    person = accounts.here(session, person_id)
    session.execute(delete(Passkey).where(col(Passkey.id) == passkey_id))
    accounts.noted(session, "passkey_removed", person, person.name, now, label=one.label)


def listed(session: Session, person_id: int) -> Sequence[Passkey]:
    """Hers, the oldest first."""
    hers = select(Passkey).where(col(Passkey.person_id) == person_id)
    return session.scalars(hers.order_by(col(Passkey.created_at), col(Passkey.id))).all()


def any_here(session: Session) -> bool:
    """Whether anybody could sign in by one."""
    return session.execute(select(col(Passkey.id)).limit(1)).first() is not None


def shown(session: Session, answer: str) -> Passkey:
    """The passkey that a browser's answer names, proved by nothing yet. Raises ``SignInRefused``."""
    named = ceremonies.shown_in(answer).raw_id
    found = session.scalars(
        select(Passkey)
        .join(Person, col(Person.id) == col(Passkey.person_id))
        .where(col(Passkey.credential_id) == named, col(Person.disabled_at).is_(None))
    ).one_or_none()
    if found is None:
        raise SignInRefused(ceremonies.UNKNOWN, "a passkey that nobody has")
    return found


def note_use(session: Session, one: Passkey, count: int, now: datetime) -> None:
    """Write its use down. Raises ``SignInRefused`` where it was used, counted on or removed meanwhile."""
    rising = or_(col(Passkey.sign_count) < count, (col(Passkey.sign_count) == 0) & (count == 0))
    using = update(Passkey).where(col(Passkey.id) == one.id, rising)
    used: int = session.execute(using.values(sign_count=count, last_used_at=now)).rowcount  # type: ignore[attr-defined]
    if used != 1:
        raise SignInRefused(ceremonies.UNKNOWN, "a passkey that was used or removed meanwhile")


def end_all(session: Session, person_id: int) -> int:
    """Remove all of hers; answers how many."""
    ending = delete(Passkey).where(col(Passkey.person_id) == person_id)
    ended: int = session.execute(ending).rowcount  # type: ignore[attr-defined]
    return ended


def numbers(session: Session) -> dict[int, int]:
    """How many each person has, of those who have any."""
    counts = select(col(Passkey.person_id), func.count()).group_by(col(Passkey.person_id))
    return dict(session.execute(counts).tuples().all())


def _label(typed: str) -> str:
    plain = " ".join(typed.split())[:LONGEST_LABEL]
    return plain if plain and plain.isprintable() else "A passkey"
