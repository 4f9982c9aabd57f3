"""The key a person signs with: hers that is kept here, or, the first time, a fresh one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from service.approval.keys import LONGEST_NAME, UnlockedKey, new_key, unlock
from service.db import one_at_a_time
from service.errors import ApprovalRefused
from service.models import SigningKey
from service.replies.approved import APPROVING_ROLES
from service.sentences import say


@dataclass(frozen=True, slots=True)
class Signer:
    """An open key. ``made`` is the row of a fresh one, to be kept where its first signature is."""

    key: UnlockedKey
    made: SigningKey | None = None


def key_of(session: Session, person: str) -> SigningKey:
    """The newest key of that name that can sign here. Raises ``ApprovalRefused``."""
    found = own_key(session, person)
    if found is None:
        raise ApprovalRefused(
            say(
                "%(person)s has no key that signs here: `shopbell keys list`. Nothing was signed.",
                person=person,
            )
        )
    return found


def name_to_keep(person: str) -> str:
    """A person's name, as it is kept with what she did. Raises ``ApprovalRefused``."""
    name = " ".join(person.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise ApprovalRefused(say("Say who you are: it is kept with what you do. Nothing was changed."))
    return name


def own_key(session: Session, person: str, role: str | None = None) -> SigningKey | None:
    """The newest key of that name that can sign here as ``role``, or as either; None where there is none."""
    keys = select(SigningKey).where(
        col(SigningKey.person) == " ".join(person.split()),
        col(SigningKey.role).in_([role] if role else sorted(APPROVING_ROLES)),
        col(SigningKey.revoked_at).is_(None),
        col(SigningKey.private_enc).is_not(None),
    )
    return session.exec(keys.order_by(col(SigningKey.created_at).desc())).first()


def signer(session: Session, person: str, role: str, passphrase: str, now: datetime) -> Signer:
    """The open key of ``person`` for ``role``, a fresh one where she has none yet.

    Slow, on purpose, and writes nothing: do it before a transaction. Raises ``ApprovalRefused``.
    """
    kept = own_key(session, person, role)
    made = None if kept else new_key(person, role, passphrase, now)
    return Signer(unlock(kept or made, passphrase), made)  # type: ignore[arg-type]


def keep(session: Session, who: Signer) -> None:
    """Store a fresh key. Raises ``ApprovalRefused`` where she made another meanwhile."""
    if who.made is None:
        return
    one_at_a_time(session, f"key:{who.made.person}")
    if own_key(session, who.made.person, who.made.role):
        raise ApprovalRefused(
            say("A key of %(person)s was made meanwhile: sign again with that one.", person=who.made.person)
        )
    session.add(SigningKey(**who.made.model_dump()))
    session.flush()
