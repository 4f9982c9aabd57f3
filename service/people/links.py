"""Signed links that end: from an alert to one review or listing, and to stop a channel.

A link is bound to its purpose, so that one made to read a review can stop no alerts. What it does not carry
it cannot leak: a purpose, a row's number, an end, and for a review the number of the channel it went to.

Acting has a purpose of its own. An alert is read for two weeks, lies in mailboxes and is passed on, so the
link in it only opens the review. The page it opens makes a link to ``ANSWER`` for half a day, and only while
the alert is young and the person it was sent to is still here; no message ever carries that one. Whoever has
it may take the review, take the approved words along and say what became of them, in the name of the person
the alert went to, and nothing else: no note, no closing, no handing over, no other review. Somebody to whom
an alert is forwarded on its first days can do that much too. It is why nothing more is allowed: none of it
publishes a word, all of it is written down with that name and "link", and all of it can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from service.errors import LinkRefused
from service.secrets import derive


class Purpose(StrEnum):
    """What a link is for; the value is its place in the address."""

    REVIEW = "r"
    LISTING = "l"
    ANSWER = "a"
    UNSUBSCRIBE = "u"

    @property
    def lifetime(self) -> timedelta:
        """How long a link opens; an unsubscribe must for 30 days (15 U.S.C. 7704(a)(3)(A)(ii)): 60 here."""
        if self is Purpose.ANSWER:
            return timedelta(hours=12)  # as long as a form; past that, the page it stands on is read again
        return timedelta(days=60 if self is Purpose.UNSUBSCRIBE else 14)


YOUNG = timedelta(days=3)  # until then an alert's link leads on to acting: what is due is due by then


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link says: about which row, until when it opens, and which channel it was sent to, if any."""

    subject: int
    ends: datetime
    channel: int | None = None

    def is_young(self, purpose: Purpose, now: datetime) -> bool:
        """Whether it was made for ``purpose`` not long ago."""
        return now < self.ends - purpose.lifetime + YOUNG


class Links:
    """Makes and reads the links of one installation, whose desk is at ``public_url``."""

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._key = derive(secret, "links")
        self.public_url = public_url.rstrip("/")

    def address(self, purpose: Purpose, subject: int, now: datetime, channel: int | None = None) -> str:
        """The whole address: ``https://bell.example.com/r/<token>``."""
        return f"{self.public_url}/{purpose.value}/{self.token(purpose, subject, now, channel)}"

    def token(self, purpose: Purpose, subject: int, now: datetime, channel: int | None = None) -> str:
        """A token for ``subject`` (a review's, a listing's or a channel's id), sent to ``channel``."""
        ends = int((now + purpose.lifetime).timestamp())
        return self._signer(purpose).dumps([subject, ends] if channel is None else [subject, ends, channel])

    def read(self, purpose: Purpose, token: str, now: datetime) -> int:
        """The subject. Raises ``LinkRefused``: one sentence to the person, the reason to us alone."""
        return self.opened(purpose, token, now).subject

    def opened(self, purpose: Purpose, token: str, now: datetime) -> Opened:
        """All that it says. Raises ``LinkRefused``."""
        try:
            subject, ends, *channel = self._signer(purpose).loads(token)
            found = Opened(int(subject), datetime.fromtimestamp(ends, UTC), *map(int, channel[:1]))
        except (BadData, ValueError, TypeError):
            raise LinkRefused("altered, or for another purpose") from None
        if now >= found.ends:
            raise LinkRefused("expired")
        return found

    def _signer(self, purpose: Purpose) -> URLSafeSerializer:
        salt = f"shopbell link {purpose.value}"
        return URLSafeSerializer(self._key, salt=salt, signer_kwargs={"digest_method": sha256})
