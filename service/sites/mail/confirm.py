"""The mail by which a mail provider asks the mailbox's owner whether forwarding to it is wanted.

Gmail's is known by its sender and its two hosts; the other providers' are taken for one by their domain and
the words of their subject alone, at domains where nobody has a mailbox. The link is shown to a person, and
never opened by us.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from service.sentences import say
from service.sites.mail.base import Mail, MailKind, MailReading
from service.sites.mail.origin import below


@dataclass(frozen=True, slots=True)
class _Provider:
    """``senders`` as in ``MailSite``; ``hosts`` its confirming links lead to, with all below them."""

    title: str
    senders: tuple[str, ...]
    hosts: tuple[str, ...]
    path: str = ""  # what the path of a confirming link begins with, where that is known


SENDERS = ("forwarding-noreply@google.com",)
"""Whom a mailbox is searched for: the only such sender that is known for certain."""

_PROVIDERS = (
    _Provider("Gmail", SENDERS, ("mail-settings.google.com", "mail.google.com"), "/mail/vf-"),
    _Provider("Microsoft", ("microsoft.com",), ("microsoft.com", "live.com", "office.com", "outlook.com")),
    _Provider("Yahoo", ("yahoo-inc.com", "yahooinc.com"), ("yahoo.com",)),
    _Provider("Proton", ("notify.proton.me",), ("proton.me",)),
)
_FORWARDING = re.compile(
    r"\b(?:forward|reenv[ií]|redirec|transf[eè]r|réachemin|redirig|weiterleit|umleit)", re.IGNORECASE
)
_CONFIRMS = re.compile(r"confirm|verif|vérif|valid|bestätig|approve|accept", re.IGNORECASE)
_CODE = re.compile(
    r"(?:code|código|bestätigungscode)\s?(?:is|est|lautet|es)?\s?:?\s*(\d{4,12})(?!\d)", re.IGNORECASE
)


def asked(mail: Mail) -> MailReading | None:
    """The question in ``mail``, with its link and its code where they are plain; None where it asks none."""
    provider = next((each for each in _PROVIDERS if _sends(each, mail)), None)
    subject = mail.subject
    if provider is None or not (_FORWARDING.search(subject) and _CONFIRMS.search(subject)):
        return None
    code = _CODE.search(mail.text)
    return MailReading(
        MailKind.CONFIRM,
        link=_link(provider, mail),
        code=code[1] if code else None,
        evidence=(say("%(title)s asks whether mail may be forwarded here", title=provider.title),),
    )


def _sends(provider: _Provider, mail: Mail) -> bool:
    return any(mail.sender == each if "@" in each else below(mail.domain, each) for each in provider.senders)


def _link(provider: _Provider, mail: Mail) -> str | None:
    """The one link that confirms, on a host of the provider's own; None where there are several or none."""
    found = {link.href for link in mail.links if _confirms(provider, link.href, link.text)}
    return found.pop() if len(found) == 1 else None


def _confirms(provider: _Provider, href: str, words: str) -> bool:
    parts = _split(href)
    if parts is None or not any(below(parts.hostname or "", host) for host in provider.hosts):
        return False
    if provider.path:
        return parts.path.startswith(provider.path)
    return bool(_CONFIRMS.search(words) or _CONFIRMS.search(parts.path))


def _split(href: str) -> SplitResult | None:
    """An https address without a user or a port in it."""
    try:
        parts = urlsplit(href)
        plain = parts.scheme == "https" and parts.username is None and parts.port is None
    except ValueError:
        return None
    return parts if plain else None
