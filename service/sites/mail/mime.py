"""A mail's bytes to a ``Mail``: any bytes at all give one, bounded in time and size, never an error."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from service.sites.mail import forwarded, headers, links
from service.sites.mail.base import Link, Mail
from service.sites.mail.headers import Headers
from service.sites.mail.parts import Part, leaves
from service.sites.mail.shown import MOST_HTML, shown

LONGEST_TEXT = 100_000
"""Characters of a mail's text that are kept; a mail with more is ``cut``."""

_RECIPIENTS = (
    "to cc bcc delivered-to x-delivered-to x-original-to x-forwarded-to envelope-to x-envelope-to x-rcpt-to"
    " resent-to apparently-to"
)
_MOST_RECIPIENTS = 100
_MOST_RESULTS = 20
_LONGEST_SUBJECT = 1000
_DEEPEST = 3  # mails forwarded inside mails forwarded
_THIN = 200  # characters: "This mail needs a program that shows HTML" is shorter


def parse(raw: bytes, *, cut: bool = False) -> Mail:
    """The mail in ``raw``; ``cut`` says that its end was not fetched. Never raises."""
    return _parsed(raw, cut, _DEEPEST)


def _parsed(raw: bytes, cut: bool, depth: int) -> Mail:
    told, body = headers.split(raw, 0, len(raw))
    parts = tuple(leaves(raw, told, min(body, len(raw)), len(raw)))
    text, found, longer = _words(raw, [part for part in parts if not part.attached])
    name, sender = _sender(told)
    mail = Mail(
        sender=sender,
        subject=headers.words(headers.last(told, "subject"))[:_LONGEST_SUBJECT],
        text=text[:LONGEST_TEXT],
        fingerprint=b"",
        sender_name=name,
        message_id=headers.last(told, "message-id")[:500] or None,
        sent_at=headers.moment(headers.last(told, "date")),
        recipients=_recipients(told),
        links=found,
        results=headers.every(told, "authentication-results")[:_MOST_RESULTS],
        cut=cut or longer or len(text) > LONGEST_TEXT,
    )
    inner = (_attached(raw, parts, depth) or _quoted(mail)) if depth else None
    return replace(mail, fingerprint=_fingerprint(mail), inner=inner)


def _words(raw: bytes, parts: list[Part]) -> tuple[str, tuple[Link, ...], bool]:
    """The text, the links, and whether some of it was too long to read."""
    plain, plain_cut = _texts(raw, parts, "text/plain")
    html, html_cut = _texts(raw, parts, "text/html")
    pages = [shown(text) for text in html]
    seen = "\n\n".join(text for text, _links in pages)
    told = "\n".join(plain).strip("\n")
    thin = _is_thin(told) and len(seen) > 4 * len(told)
    cut = plain_cut or html_cut or any(len(text) > MOST_HTML for text in html)
    found = () if thin else links.of_text(told)
    return seen if thin else told, _joined(found, *(each for _text, each in pages)), cut


def _is_thin(plain: str) -> bool:
    """Whether a plain part says no more than that there is another: a line or two."""
    return len(plain) < _THIN and len([line for line in plain.split("\n") if line.strip()]) <= 2


def _texts(raw: bytes, parts: list[Part], kind: str) -> tuple[list[str], bool]:
    """The texts of one kind, until they are longer than what is kept, and whether one is cut."""
    kept: list[str] = []
    held = [part for part in parts if part.type == kind]
    for part in held:
        kept.append(part.text(raw))
        if sum(map(len, kept)) > LONGEST_TEXT:
            break
    return kept, any(part.cut for part in held)


def _joined(first: tuple[Link, ...], *others: tuple[Link, ...]) -> tuple[Link, ...]:
    """All links, each address once for the words it stands under, in order."""
    told = dict.fromkeys((*first, *(link for each in others for link in each)))
    return tuple(told)[: links.MOST_LINKS]


def _sender(told: Headers) -> tuple[str, str]:
    """The name and address a mail says it is from; of two different From headers neither is believed."""
    senders = {pair for value in headers.every(told, "from") for pair in headers.mailboxes(value)[:1]}
    if len({address for _name, address in senders}) > 1:
        return "", ""
    return next(iter(senders), ("", ""))


def _recipients(told: Headers) -> tuple[str, ...]:
    values = headers.every(told, *_RECIPIENTS.split())
    found = (address for value in values for _name, address in headers.mailboxes(value))
    return tuple(dict.fromkeys(found))[:_MOST_RECIPIENTS]


def _attached(raw: bytes, parts: tuple[Part, ...], depth: int) -> Mail | None:
    """The mail attached to this one; what it says of its own origin is nobody's word."""
    part = next((part for part in parts if part.type in ("message/rfc822", "message/global")), None)
    return _unproven(_parsed(part.body(raw), part.cut, depth - 1)) if part else None


def _quoted(mail: Mail) -> Mail | None:
    told = forwarded.quoted(mail.text)
    if told is None:
        return None
    inner = Mail(
        sender=told.sender,
        subject=told.subject[:_LONGEST_SUBJECT],
        text=told.text,
        fingerprint=b"",
        sender_name=told.sender_name,
        sent_at=told.sent_at,
        links=_joined(links.of_text(told.text), mail.links),
        cut=mail.cut,
    )
    return replace(inner, fingerprint=_fingerprint(inner))


def _unproven(mail: Mail) -> Mail:
    return replace(mail, results=())


def _fingerprint(mail: Mail) -> bytes:
    """Equal for one mail however it came: what a server adds or folds on the way is no part of it."""
    said = (mail.message_id or "", mail.sender, mail.subject, mail.text)
    told = "\0".join(re.sub(r"\s+", " ", part).strip() for part in said)
    return hashlib.sha256(told.encode("utf-8", "replace")).digest()
