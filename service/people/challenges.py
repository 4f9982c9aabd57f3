"""Challenges for passkeys: of one browser and one purpose, over within minutes, and good once.

A challenge is signed and lies in the page, so that whoever loads that page costs no write. It is stored when
it is spent, which nobody can do without a passkey.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import delete
from sqlmodel import Session, col

from service.db import insert
from service.errors import SignInRefused
from service.models import SpentChallenge
from service.secrets import derive
from service.sentences import say

BYTES = 32
GOOD_FOR = timedelta(minutes=10)
OVER = say("That page had stood open for too long, or was used already. Here is a fresh one: try again.")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a passkey signs, and the sealed form of it that comes back beside the answer."""

    raw: bytes
    sealed: str


class Challenges:
    """Makes and reads the challenges of one installation."""

    def __init__(self, secret: bytes) -> None:
        self._key = derive(secret, "challenges")

    def new(self, bound_to: str, now: datetime) -> Challenge:
        """A fresh one; ``bound_to`` names the purpose and the browser, and the session where there is one."""
        raw = secrets.token_bytes(BYTES)
        ends = int((now + GOOD_FOR).timestamp())
        return Challenge(raw, self._signer(bound_to).dumps([urlsafe_b64encode(raw).decode(), ends]))

    def read(self, sealed: str, bound_to: str, now: datetime) -> bytes:
        """What was to be signed. Raises ``SignInRefused``."""
        try:
            written, ends = self._signer(bound_to).loads(sealed)
            raw, over = urlsafe_b64decode(written), datetime.fromtimestamp(ends, UTC)
        except (BadData, ValueError, TypeError):
            raise SignInRefused(OVER, "a challenge of another browser or purpose") from None
        if now >= over:
            raise SignInRefused(OVER, "a challenge that is over")
        return raw

    def _signer(self, bound_to: str) -> URLSafeSerializer:
        salt = f"shopbell challenge {bound_to}"
        return URLSafeSerializer(self._key, salt=salt, signer_kwargs={"digest_method": sha256})


def spend(session: Session, raw: bytes, now: datetime) -> None:
    """Count it as used, in the transaction of what it allows. Raises ``SignInRefused`` the second time."""
    session.execute(delete(SpentChallenge).where(col(SpentChallenge.spent_at) < now - 2 * GOOD_FOR))
    row = {"challenge_sha256": sha256(raw).digest(), "spent_at": now}
    once = insert(session, SpentChallenge).values(row).on_conflict_do_nothing()
    if session.execute(once.returning(col(SpentChallenge.challenge_sha256))).first() is None:
        raise SignInRefused(OVER, "a challenge that was spent")
