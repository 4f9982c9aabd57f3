"""What a mail is once it is decoded, and what reading it answers. Pure, and data only.

A mail tells of a moment: what it says of a review is incomplete until a route that sees the present looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.domain import Item


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a mail: where it leads, and the words it stands under."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, decoded and bounded: all that templates and marks read.

    Addresses are in lower case. ``text`` is the plain part, or what the HTML part shows, with line ends
    ``\\n``. ``results`` are its Authentication-Results headers, unfolded, the topmost first. ``recipients``
    is every address it was sent or delivered to. ``inner`` is the mail that was forwarded inside it, whole
    (message/rfc822) or quoted. ``fingerprint`` is equal for one mail however often it is delivered. ``cut``
    says that its end is missing.
    """

    sender: str
    subject: str
    text: str
    fingerprint: bytes
    sender_name: str = ""
    message_id: str | None = None
    sent_at: datetime | None = None
    recipients: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    results: tuple[str, ...] = ()
    inner: Mail | None = None
    cut: bool = False

    @property
    def domain(self) -> str:
        """The part of the sender's address after the @."""
        return self.sender.rpartition("@")[2]


class MailKind(StrEnum):
    """What a mail turned out to be."""

    REVIEW = "review"  # a review, or several, were read in it
    HINT = "hint"  # it speaks of reviews that it does not hold: look now
    CONFIRM = "confirm"  # a mail provider asks whether forwarding is wanted: a person opens its link
    ASIDE = "aside"  # of a known sender, and not about a review
    UNKNOWN = "unknown"  # of a known sender, in no shape we know: a person can teach it
    FOREIGN = "foreign"  # of nobody who tells of reviews


@dataclass(frozen=True, slots=True)
class Clues:
    """What a mail says of the listing it is about: the site's own keys found in its links, and a name."""

    listing_keys: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class MailReading:
    """What one mail says.

    ``site`` is None only for ``CONFIRM`` and ``FOREIGN``. ``shape`` names the mail's shape where one can be
    taught, or was. ``link`` is what a ``CONFIRM`` asks to be opened, ``code`` the figures it offers instead.
    ``evidence`` are short phrases in our own words, never the mail's.
    """

    kind: MailKind
    site: str | None = None
    items: tuple[Item, ...] = ()
    clues: Clues = Clues()
    shape: bytes | None = None
    link: str | None = None
    evidence: tuple[str, ...] = ()
    code: str | None = None
