"""Who may approve for a brand: a dated list, signed by the brand's root key, and nobody else.

Where no root key is kept, whoever has a key here answers for the words of this installation alone. Once there
is one, a key counts only while the newest list of its root names it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlmodel import Session, col, select

from service import audit
from service.approval.keys import ROOT, UnlockedKey, fingerprint, is_signed
from service.errors import ApprovalRefused
from service.models import Roster, SigningKey
from service.replies.approved import APPROVING_ROLES

FEED = "feed"  # signs what a feed says at the moment; the machine holds it, so it approves nothing
LISTED_ROLES = APPROVING_ROLES | {FEED}
LARGEST = 256 * 1024  # bytes: some thousand people


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Listed(_Frozen):
    """One key on the list: its public half (base64), whose it is, as what, and from when until when."""

    public: str
    person: str
    role: str
    since: datetime
    until: datetime | None = None

    @property
    def raw(self) -> bytes:
        """The 32 bytes of the public half. Raises ``ValueError``."""
        key = base64.b64decode(self.public, validate=True)
        if len(key) != 32:
            raise ValueError("a public key has 32 bytes")
        return key

    def counts_at(self, at: datetime) -> bool:
        """Whether it was on the list at that moment."""
        return self.since <= at and (self.until is None or at <= self.until)


class People(_Frozen):
    """The list itself, as it is written and signed."""

    format: int
    brand: str
    root: str
    serial: int
    issued_at: datetime
    keys: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Believed:
    """Which keys count here: by the newest list of their root, or by themselves where there is no root."""

    own_root: str | None
    lists: Mapping[str, Mapping[str, Listed]]  # root -> fingerprint -> entry

    def counts(self, key: str, certified_by: str | None, role: str, at: datetime) -> bool:
        """Whether what ``key`` signed at that moment counts."""
        if certified_by is None:
            return self.own_root is None
        entry = self.lists.get(certified_by, {}).get(key)
        return entry is not None and entry.role == role and entry.counts_at(at)


def issue(session: Session, root: UnlockedKey, brand: str, now: datetime) -> Roster:
    """Sign a new list of everybody whose key is kept here. Raises ``ApprovalRefused``."""
    if root.role != ROOT:
        raise ApprovalRefused("Only a brand's root key signs the list of approvers. Nothing was signed.")
    newest = _newest(session, root.fingerprint)
    before = _entries(newest.body) if newest else {}
    own = _own_keys(session, root.fingerprint)
    keys = [_entry(key, before.get(key.fingerprint), now) for key in own]
    people = People(
        format=1,
        brand=brand,
        root=root.fingerprint,
        serial=newest.serial + 1 if newest else 1,
        issued_at=now,
        keys=tuple(keys),
    )
    body = people.model_dump_json().encode()
    kept = Roster(
        root=root.fingerprint,
        serial=people.serial,
        body=body,
        signature=root.sign(signed_words(body)),
        issued_at=now,
    )
    session.add(kept)
    for key in own:
        key.certified_by = root.fingerprint
    session.flush()
    audit.record(
        session, "roster", f"key:{root.fingerprint}", {"serial": kept.serial, "people": len(keys)}, now
    )
    return kept


def signed_words(body: bytes) -> str:
    """The words that a root key signs for a list."""
    return f"shopbell/1 roster {hashlib.sha256(body).hexdigest()}"


@lru_cache(maxsize=64)
def read_people(body: bytes, signature: bytes, root_public: bytes) -> People:
    """The list in ``body``, signed by the root. Raises ``ApprovalRefused``."""
    if len(body) > LARGEST or not is_signed(root_public, signed_words(body), signature):
        raise ApprovalRefused("The list of approvers is not signed by the brand's root key.")
    try:
        people = People.model_validate_json(body)
        named = [key.raw for key in people.keys]
    except (ValidationError, ValueError):
        raise ApprovalRefused("The list of approvers cannot be read.") from None
    if people.format != 1 or people.root != fingerprint(root_public) or len(set(named)) < len(named):
        raise ApprovalRefused("The list of approvers is of another root, or of a form we do not know.")
    if any(key.role not in LISTED_ROLES for key in people.keys):
        raise ApprovalRefused("The list of approvers names a role that nobody can have.")
    return people


def brand_of(session: Session, root: str) -> str:
    """The brand that the newest list of a root speaks for."""
    newest = _newest(session, root)
    return (
        People.model_validate_json(newest.body).brand if newest else session.get_one(SigningKey, root).person
    )


def believed(session: Session) -> Believed:
    """Which keys count here, now."""
    roots = session.exec(select(SigningKey).where(col(SigningKey.role) == ROOT)).all()
    own = [key.fingerprint for key in roots if key.private_enc is not None and key.revoked_at is None]
    lists = {root.fingerprint: _listed(session, root) for root in roots if root.revoked_at is None}
    return Believed(own[0] if own else None, lists)


def _listed(session: Session, root: SigningKey) -> Mapping[str, Listed]:
    newest = _newest(session, root.fingerprint)
    if newest is None:
        return {}
    try:
        people = read_people(newest.body, newest.signature, root.public)
    except ApprovalRefused:
        return {}
    return {fingerprint(key.raw): key for key in people.keys}


def _newest(session: Session, root: str) -> Roster | None:
    lists = select(Roster).where(col(Roster.root) == root).order_by(col(Roster.serial).desc()).limit(1)
    return session.exec(lists).first()


def _entries(body: bytes) -> dict[str, Listed]:
    return {fingerprint(key.raw): key for key in People.model_validate_json(body).keys}


def _own_keys(session: Session, root: str) -> list[SigningKey]:
    """Everybody who signs here: not the root itself, nobody a feed brought along, nobody revoked.

    A key that was rotated has no private half any more; what it signed before goes on counting.
    """
    kept = select(SigningKey).where(
        col(SigningKey.role).in_(sorted(LISTED_ROLES)),
        col(SigningKey.revoked_at).is_(None),
        col(SigningKey.private_enc).is_not(None) | (col(SigningKey.certified_by) == root),
    )
    return list(session.exec(kept.order_by(col(SigningKey.created_at), col(SigningKey.fingerprint))).all())


def _entry(key: SigningKey, before: Listed | None, now: datetime) -> Listed:
    signs_no_more = key.private_enc is None
    return Listed(
        public=base64.b64encode(key.public).decode(),
        person=key.person,
        role=key.role,
        since=before.since if before else min(key.created_at, now),
        until=(before and before.until) or (now if signs_no_more else None),
    )
