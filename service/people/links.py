"""Signed links that end: from an alert to one review or listing, and to stop a channel.

A link is bound to its purpose, so that one made to read a review can stop no alerts. What it does not carry
it cannot leak: a purpose, a row's number and an end.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from service.errors import LinkRefused
from service.secrets import derive


class Purpose(StrEnum):
    """What a link is for; the value is its place in the address."""

    REVIEW = "r"
    LISTING = "l"
    UNSUBSCRIBE = "u"

    @property
    def lifetime(self) -> timedelta:
        """How long a link opens; an unsubscribe must for 30 days (15 U.S.C. 7704(a)(3)(A)(ii)): 60 here."""
        return timedelta(days=60 if self is Purpose.UNSUBSCRIBE else 14)


class Links:
    """Makes and reads the links of one installation, whose desk is at ``public_url``."""

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._key = derive(secret, "links")
        self.public_url = public_url.rstrip("/")

    def address(self, purpose: Purpose, subject: int, now: datetime) -> str:
        """The whole address: ``https://bell.example.com/r/<token>``."""
        return f"{self.public_url}/{purpose.value}/{self.token(purpose, subject, now)}"

    def token(self, purpose: Purpose, subject: int, now: datetime) -> str:
        """A token for ``subject`` (a review's, a listing's or a channel's id)."""
        ends = int((now + purpose.lifetime).timestamp())
        return self._signer(purpose).dumps([subject, ends])

    def read(self, purpose: Purpose, token: str, now: datetime) -> int:
        """The subject. Raises ``LinkRefused``: one sentence to the person, the reason to us alone."""
        try:
            subject, ends = self._signer(purpose).loads(token)
        except (BadData, ValueError, TypeError):
            raise LinkRefused("altered, or for another purpose") from None
        if now.timestamp() >= ends:
            raise LinkRefused("expired")
        return int(subject)

    def _signer(self, purpose: Purpose) -> URLSafeSerializer:
        salt = f"shopbell link {purpose.value}"
        return URLSafeSerializer(self._key, salt=salt, signer_kwargs={"digest_method": sha256})
