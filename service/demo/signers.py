"""Who answers for the demo's words: two invented people with keys of their own, kept in the demo's database.

Shipped packs are unsigned. In the demo these two sign them; their keys go with the demo, and what they signed
is then unsigned again.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from service.approval.folder import add_folder
from service.approval.keys import UnlockedKey, new_key, unlock
from service.approval.versions import approve
from service.installation import DEMO_HOLDER
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
    """A key whose passphrase nobody knows once this has ended: it signs today, and never again."""
    passphrase = secrets.token_urlsafe(24)
    row = new_key(name, role, passphrase, now)
    session.add(row)
    session.flush()
    return unlock(row, passphrase)
