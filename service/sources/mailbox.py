"""A mailbox as it is configured, how far it was read, and which of its mails to ask for. Pure.

Only mails of known senders are fetched, and the server does the looking: FROM the sites' domains, FROM the
operator's own addresses that forward to it, or TO an ``in+<token>`` address. At first contact, or where the
mailbox was made anew (another UIDVALIDITY), or where other senders are asked for, reading begins ``BACK``
before now: older mails speak of the past, and a mail that was read before is recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import reduce
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from service.errors import SettingsError
from service.net.host import read_host
from service.sites.mail.origin import below

BACK = timedelta(days=14)
POLL = timedelta(minutes=2)
LARGEST = 1_000_000  # bytes of a mail that are kept; the sites' own have at most 200 kB
BATCH_BYTES = 2_000_000
BATCH_MAILS = 50
SENDERS_A_SEARCH = 25  # RFC 7162, section 4: a command line may have 8,192 bytes
PORTS = {"imaps": 993, "imap": 143}
HOSTS = {"google": "imap.gmail.com", "microsoft": "outlook.office365.com"}
AUTHSERV_IDS = {"imap.gmail.com": "mx.google.com"}
"""Receivers known to head their Authentication-Results with a name of their own (RFC 8601, section 2.5).

Microsoft 365 writes it without one (github.com/jstedfast/MimeKit/issues/490): nothing is proven there.
"""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What may be shown of it; the password or the sign-in lies elsewhere, encrypted."""

    host: str
    port: int
    user: str
    folder: str = "INBOX"
    implicit: bool = True
    oauth: str | None = None
    also_from: tuple[str, ...] = ()
    poll_seconds: int = int(POLL.total_seconds())
    idle: bool = True

    @property
    def external_id(self) -> str:
        """What makes it the same one."""
        return f"{self.user}@{self.host}/{self.folder}"

    def as_json(self) -> dict[str, Any]:
        """For the account's row."""
        return asdict(self) | {"also_from": list(self.also_from)}

    @classmethod
    def from_json(cls, shape: Mapping[str, Any]) -> Mailbox:
        """What ``as_json`` wrote."""
        return cls(**{**shape, "also_from": tuple(shape.get("also_from", ()))})


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who opens a mailbox: by a ``password``, or by the access ``token`` of a provider's sign-in."""

    user: str
    password: str = ""
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder was read: every mail up to ``uid``; ``asked`` names the senders searched for."""

    uidvalidity: int = 0
    uid: int = 0
    asked: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the account's row."""
        return asdict(self)

    @classmethod
    def from_json(cls, shape: Mapping[str, Any]) -> Cursor:
        """What ``as_json`` wrote; an empty one stands before the first mail."""
        return cls(**shape)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose mails are asked for: senders (domains or addresses), and the address that ``in+`` ones extend."""

    senders: tuple[str, ...]
    mail_in: str | None = None

    @classmethod
    def of(cls, domains: Iterable[str], also_from: Iterable[str], mail_in: str | None) -> Wanted:
        """In one order, so that the same wishes are the same."""
        return cls(tuple(sorted({sender.lower() for sender in (*domains, *also_from)})), mail_in)

    @property
    def mark(self) -> str:
        """Equal for equal wishes."""
        return sha256("\n".join((*self.senders, self.mail_in or "")).encode()).hexdigest()[:16]

    def has(self, sender: str, recipients: Iterable[str]) -> bool:
        """Whether a mail that was found is really wanted: a server finds names anywhere in a header.

        A mail whose sender cannot be read is, so that none is lost.
        """
        domain = sender.rpartition("@")[2]
        known = any(sender == each if "@" in each else below(domain, each) for each in self.senders)
        return known or not sender or any(map(self._extends_ours, recipients))

    def _extends_ours(self, address: str) -> bool:
        local, _, domain = (self.mail_in or "").partition("@")
        return bool(domain) and address.startswith(f"{local}+") and address.endswith(f"@{domain}")

    def clauses(self) -> list[tuple[str, ...]]:
        """One search clause for each kind of mail (RFC 3501, 6.4.4)."""
        found: list[tuple[str, ...]] = [("FROM", sender) for sender in self.senders]
        if self.mail_in:
            local, _, domain = self.mail_in.partition("@")
            found.append(("TO", f"{local}+", "TO", f"@{domain}"))
            for header in ("DELIVERED-TO", "X-ORIGINAL-TO", "X-FORWARDED-TO"):
                found.append(("HEADER", header, f"{local}+", "HEADER", header, f"@{domain}"))
        return found


def begin(cursor: Cursor, uidvalidity: int, wanted: Wanted) -> Cursor:
    """Where to go on: at ``cursor``, or anew where its numbers or its wishes mean something else today."""
    if (cursor.uidvalidity, cursor.asked) == (uidvalidity, wanted.mark):
        return cursor
    return Cursor(uidvalidity, 0, wanted.mark)


def searches(cursor: Cursor, wanted: Wanted, now: datetime) -> Iterator[list[object]]:
    """Criteria whose results together are all that is new and wanted."""
    window: list[object] = ["UID", f"{cursor.uid + 1}:*"]
    if cursor.uid == 0:
        window += ["SINCE", (now - BACK).date()]
    clauses = wanted.clauses()
    for first in range(0, len(clauses), SENDERS_A_SEARCH):
        yield [*window, *_any_of(clauses[first : first + SENDERS_A_SEARCH])]


def batches(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """UIDs in rising order, few enough at once that memory stays flat, whatever is in the mailbox."""
    batch: list[int] = []
    weight = 0
    for uid in sorted(sizes):
        size = min(sizes[uid], LARGEST)
        if batch and (weight + size > BATCH_BYTES or len(batch) == BATCH_MAILS):
            yield batch
            batch, weight = [], 0
        batch.append(uid)
        weight += size
    if batch:
        yield batch


def read_address(text: str) -> Mailbox:
    """``imaps://you@example.com@imap.example.com:993/Folder``; the user's own @ stands as it is.

    Raises ``SettingsError``: one sentence, and none for a password, which has no place in an address.
    """
    scheme, there, rest = text.strip().partition("://")
    user, at, place = rest.rpartition("@")
    if not there or scheme not in PORTS or not at or not user:
        raise SettingsError(
            "A mailbox is written as imaps://you@example.com@imap.example.com/Folder. Nothing was stored."
        )
    if ":" in user:
        raise SettingsError(
            "Leave the password out of the address: you are asked for it, or give it with "
            "--password-from-stdin. Nothing was stored."
        )
    try:
        parts = urlsplit(f"//{place}")
        host, port = str(read_host(parts.hostname or "")), parts.port or PORTS[scheme]
    except ValueError:
        raise SettingsError("The mail server's name or port is malformed. Nothing was stored.") from None
    user, folder = unquote(user), unquote(parts.path.removeprefix("/")) or "INBOX"
    if not f"{user}{folder}".isprintable():
        raise SettingsError("The mailbox's address holds control characters. Nothing was stored.")
    return Mailbox(host, port, user, folder, implicit=scheme == "imaps")


def _any_of(clauses: Sequence[tuple[str, ...]]) -> list[object]:
    def either(rest: list[object], clause: tuple[str, ...]) -> list[object]:
        return ["OR", list(clause), *rest]

    first: list[object] = [list(clauses[-1])]
    return reduce(either, reversed(clauses[:-1]), first)
