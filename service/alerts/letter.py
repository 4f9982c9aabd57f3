"""A mail as it must be: two parts that say the same, a thread for each review, a way to stop it. Pure.

Python's own header folding writes a long unbroken value as an encoded word; a Message-ID, a reference or an
unsubscribe address so written is lost, and folding ``List-Unsubscribe`` breaks DKIM signatures. Those headers
stay on one line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from service.alerts.compose import Message
from service.alerts.neutral import one_line
from service.domain import Urgency

ONE_LINE = frozenset({"message-id", "in-reply-to", "references", "list-unsubscribe", "list-unsubscribe-post"})
LONGEST_LINE = 990  # RFC 5322 allows 998 characters
_NAME = re.compile(r"[<>@,;:\\\"()\[\]]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Whose, and where; ``name`` may be empty."""

    name: str
    address: str

    def __str__(self) -> str:
        return str(self.as_header)

    @property
    def as_header(self) -> Address:
        """With a name that cannot be read as another address."""
        return Address(_NAME.sub("", one_line(self.name, 80)), addr_spec=self.address)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail. ``headers`` are all but From, To, Subject and Date; each value is ASCII on one line."""

    sender: Mailbox
    to: Mailbox
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]


def write(
    message: Message, sender: Mailbox, to: Mailbox, *, key: str, thread: str | None, stop: str | None
) -> Letter:
    """The letter for ``message``; ``stop`` becomes RFC 8058's one click where it is an HTTPS address."""
    headers = [
        ("Message-ID", f"<{key}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if thread:
        headers += [("In-Reply-To", f"<{thread}>"), ("References", f"<{thread}>")]
    if stop and stop.startswith("https://") and len(stop) < LONGEST_LINE:
        headers += [
            ("List-Unsubscribe", f"<{stop}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    if message.priority in (Urgency.HELD, Urgency.HIGH):
        headers += [("X-Priority", "1"), ("Importance", "high")]
    return Letter(
        sender, to, one_line(message.subject, 250), message.text, message.html or "", tuple(headers)
    )


def as_message(letter: Letter, now: datetime) -> EmailMessage:
    """The letter as it goes over the wire: ASCII, ``multipart/alternative``, the richest part last."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = letter.sender.as_header
    mail["To"] = letter.to.as_header
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    for name, value in letter.headers:
        mail[name] = value
    mail.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail


class _OneLinePolicy(EmailPolicy):
    """``email.policy.SMTP``, but what must stay on one line does."""

    def fold(self, name: str, value: Any) -> str:
        """As the base class."""
        if name.lower() in ONE_LINE:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """As the base class."""
        if name.lower() in ONE_LINE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _OneLinePolicy(linesep="\r\n", cte_type="7bit")
