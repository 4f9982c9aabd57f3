"""Who answers for the demo's words: two invented people, whose keys sign once and are thrown away.

Shipped packs are unsigned. In the demo these two sign them; the public halves of their keys lie in the demo's
database and go with the demo, and what they signed is then unsigned again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from service.approval.folder import add_folder
from service.approval.keys import UnlockedKey, fingerprint
from service.approval.versions import approve
from service.installation import DEMO_HOLDER
from service.models import SigningKey
from service.replies.approved import APPROVER, LEGAL

SIGNERS = ((f"Ruth Adeyemi{DEMO_HOLDER}", APPROVER), (f"Ines Falk{DEMO_HOLDER}", LEGAL))


def sign_all(session: Session, home: Path, now: datetime) -> None:
    """Store every pack that reads, and let both sign it."""
    versions, _problems = add_folder(session, home / "templates_local", now)
    keys = [_key(session, name, role, now) for name, role in SIGNERS]
    for version in versions:
        for key in keys:
            approve(session, version.sha256, key, now)


def _key(session: Session, name: str, role: str, now: datetime) -> UnlockedKey:
    """A fresh key; its private half is stored nowhere, so it signs now and never again."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    name_of_key = fingerprint(public)
    session.add(SigningKey(fingerprint=name_of_key, person=name, role=role, public=public, created_at=now))
    session.flush()
    return UnlockedKey(name_of_key, name, role, private)
