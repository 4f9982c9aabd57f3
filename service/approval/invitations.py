"""Who may follow our feed: one line to paste, with a token of the follower's own that can be taken back."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from service.errors import ApprovalRefused
from service.models import Subscriber

FORM = "shopbell-feed/1"
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a follower pastes once: where the feed is, whose it is, by which root key, and its own token."""

    url: str
    brand: str
    root_public: bytes
    token: str = field(repr=False)


def invite(session: Session, title: str, branches: Sequence[str], now: datetime) -> str:
    """Admit a follower; answers its token, which is kept here as a hash alone."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        Subscriber(title=title, token_sha256=_hashed(token), branches=sorted(set(branches)), made_at=now)
    )
    session.flush()
    return token


def admitted(session: Session, token: str) -> Subscriber | None:
    """The follower that this token is of; None for a stranger's, or one that was cut off."""
    there = select(Subscriber).where(col(Subscriber.token_sha256) == _hashed(token))
    subscriber = session.exec(there).one_or_none()
    return subscriber if subscriber and subscriber.revoked_at is None else None


def written_invitation(invitation: Invitation) -> str:
    """The invitation in one line to paste; it holds a secret."""
    root = base64.urlsafe_b64encode(invitation.root_public).decode()
    return f"{FORM} {invitation.url} {root} {invitation.token} {invitation.brand}"


def read_invitation(pasted: str) -> Invitation:
    """What was pasted. Raises ``ApprovalRefused``."""
    parts = pasted.strip().split(" ", 4)
    try:
        form, url, root, token, brand = parts
        public = base64.urlsafe_b64decode(root)
    except ValueError:
        form, public = "", b""
    if form != FORM or len(public) != 32:
        raise ApprovalRefused("That is no invitation to a feed: it is one line that begins shopbell-feed/1.")
    return Invitation(url, brand, public, token)


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
