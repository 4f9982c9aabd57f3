"""Signatures as rows: making one, and believing those that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from service import audit
from service.approval.keys import UnlockedKey, fingerprint, is_signed
from service.approval.rosters import Believed, believed
from service.approval.statements import WHOLE_PACK, Decision, Statement, parse_statement
from service.errors import ApprovalRefused
from service.models import PackVersion, Signature, SigningKey
from service.replies.approved import Approval
from service.replies.pack import Pack
from service.sentences import say


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement whose signature was verified, by a key that counts.

    ``root`` is the root key of the feed it speaks for; None where it speaks for our own words.
    """

    statement: Statement
    person: str
    key: str
    words: str
    root: str | None = None


def sign(session: Session, version: PackVersion, decision: Decision, key: UnlockedKey, now: datetime) -> None:
    """Store the key owner's decision about ``version``, once. Raises ``ApprovalRefused``."""
    kept = session.get(SigningKey, key.fingerprint)
    if kept is None or kept.revoked_at is not None:
        raise ApprovalRefused(
            say(
                "The key of %(person)s is not kept here, or was revoked. Nothing was signed.",
                person=key.person,
            )
        )
    given = select(Signature).where(
        col(Signature.subject_sha256) == version.sha256,
        col(Signature.decision) == decision.value,
        col(Signature.key) == key.fingerprint,
    )
    if session.scalars(given).first():
        return
    words = str(
        Statement(
            decision, version.pack, version.serial, version.sha256, WHOLE_PACK, version.risk, key.role, now
        )
    )
    session.add(
        Signature(
            subject_sha256=version.sha256,
            decision=decision.value,
            key=key.fingerprint,
            statement=words,
            signature=key.sign(words),
            signed_at=now,
        )
    )
    session.flush()
    told = {"person": key.person, "key": key.fingerprint, "statement": words}
    audit.record(session, decision.value, f"pack:{version.pack}", told, now)


def verified(session: Session, now: datetime) -> Mapping[bytes, list[Signed]]:
    """Every signature that holds, by what it is about."""
    about = (Signature.subject_sha256, Signature.decision, Signature.statement, Signature.signature)
    whose = (
        *(SigningKey.fingerprint, SigningKey.person, SigningKey.role, SigningKey.public),
        SigningKey.certified_by,
    )
    counting = believed(session)
    standing = (
        select(*map(col, about), *map(col, whose))
        .join(SigningKey, col(SigningKey.fingerprint) == col(Signature.key))
        .where(col(SigningKey.revoked_at).is_(None))
        .order_by(col(Signature.id))
    )
    found: dict[bytes, list[Signed]] = {}
    for row in session.execute(standing).all():
        if signed := holds(row, counting, now):
            found.setdefault(row.subject_sha256, []).append(signed)
    return found


def holds(row: Row[Any], counting: Believed, now: datetime) -> Signed | None:
    """The statement in ``row`` (a signature's columns and its key's), if it holds and its key counts."""
    try:
        statement = parse_statement(row.statement)
    except ValueError:
        return None
    if (statement.decision, statement.sha256, statement.role) != (row.decision, row.subject_sha256, row.role):
        return None
    if statement.at > now or fingerprint(row.public) != row.fingerprint:
        return None
    if not counting.counts(row.fingerprint, row.certified_by, row.role, statement.at):
        return None
    if not is_signed(row.public, row.statement, row.signature):
        return None
    ours = row.certified_by == counting.own_root
    return Signed(statement, row.person, row.fingerprint, row.statement, None if ours else row.certified_by)


def approvals_of(signed: Iterable[Signed], pack: Pack) -> tuple[Approval, ...]:
    """The signatures that approve exactly this pack, whole."""
    whole = (pack.name, pack.serial, pack.sha256, WHOLE_PACK, pack.risk.value)
    return tuple(
        Approval(one.person, one.statement.role, one.key, one.statement.at, one.words)
        for one in signed
        if one.statement.decision is Decision.APPROVE and one.statement.subject == whole
    )
