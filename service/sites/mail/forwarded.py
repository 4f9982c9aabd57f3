"""A mail quoted inside another, as people's programs forward it: the few header lines, then its text.

Seen in the wild and known from their programs, in English, Spanish, French and German: Gmail ("Forwarded
message"), Outlook (a block of From, Sent, To, Subject), Apple Mail ("Begin forwarded message").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from service.sites.mail import headers

_FROM = r"from|de|von|expéditeur|remitente|absender"
_SUBJECT = r"subject|asunto|objet|sujet|betreff"
_OTHER = (
    r"date|sent|to|cc|bcc|reply-to|fecha|enviado(?: el)?|para|envoyé(?: le)?|à|a|répondre à|datum|gesendet|an"
    r"|kopie|antwort an|responder a|copie à|importance|wichtigkeit"
)
_LABEL = re.compile(
    rf"[*_]*(?:(?P<sender>{_FROM})|(?P<subject>{_SUBJECT})|(?P<other>{_OTHER}))\s?[*_]*\s?:[*_]*\s*(?P<told>.*)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^(?:>\s?)+")
_ZONED = re.compile(r"[+-]\d{4}\b|\bGMT\b|\bUTC\b")
_KINDS = ("sender", "subject", "other")
_LONGEST_BLOCK = 12
_MOST_LINES = 400  # a forward begins near the top


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted mail: what its header lines say, and its text."""

    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    text: str


def quoted(text: str) -> Quoted | None:
    """The first mail quoted in ``text``; None where there is none.

    Taken for one are header lines that follow one another: a sender with an address, a subject, and one more.
    """
    lines = text.split("\n")
    for place, line in enumerate(lines[:_MOST_LINES]):
        found = _LABEL.fullmatch(_unquoted(line))
        if found and found["sender"] and (told := _block(lines, place)):
            return told
    return None


def _block(lines: list[str], place: int) -> Quoted | None:
    """The mail whose header lines begin at ``place``; None where they are not complete."""
    told: dict[str, list[str]] = {}
    row, spaced = place, False
    while row < min(len(lines), place + _LONGEST_BLOCK):
        line = _unquoted(lines[row])
        found = _LABEL.fullmatch(line)
        kind = next((name for name in _KINDS if found and found[name]), None)
        if _ends(told, kind, line, spaced):
            break
        spaced = spaced or not line
        if found and kind:
            told.setdefault(kind, []).append(found["told"])
        row += 1
    if not told.keys() >= set(_KINDS):
        return None
    name, sender = next(iter(headers.mailboxes(_plain(told["sender"][0]))), ("", ""))
    dates = (each for each in told["other"] if _ZONED.search(each))  # "9:14 AM" may be anybody's
    sent_at = next(filter(None, map(headers.moment, dates)), None)
    subject = told["subject"][0].strip(" *_")
    return Quoted(sender, name, subject, sent_at, _body(lines, row)) if sender else None


def _ends(told: dict[str, list[str]], kind: str | None, line: str, spaced: bool) -> bool:
    """Whether the quoted mail's text begins here: what a customer writes may look like a header line, too.

    Some programs put an empty line between all header lines; where none did, the first one ends them.
    """
    if kind in ("sender", "subject"):
        return kind in told
    return kind is None and told.keys() >= set(_KINDS) and (bool(line) or not spaced)


def _body(lines: list[str], row: int) -> str:
    rest = lines[row:]
    marked = [line for line in rest if line.strip()]
    if marked and all(line.lstrip().startswith(">") for line in marked):
        rest = [_unquoted(line) for line in rest]
    return "\n".join(rest).strip("\n")


def _unquoted(line: str) -> str:
    return _QUOTED.sub("", line.strip(), count=1).strip()


def _plain(told: str) -> str:
    """``Name [mailto:a@b]``, ``*Name* <a@b>`` and ``Name <mailto:a@b>`` as ``Name <a@b>``."""
    told = re.sub(r"\[mailto:([^\]\s]+)\]", r"<\1>", told, flags=re.IGNORECASE)
    told = re.sub(r"<mailto:", "<", told, flags=re.IGNORECASE).replace("*", "")
    return re.sub(r"<([^<>\s]+)>\s*<\1>", r"<\1>", told)
