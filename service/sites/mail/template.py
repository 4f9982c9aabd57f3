"""What a site's mails are: who sends them, whose signature proves them, and how they read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from service.domain import Kind, Scale
from service.sentences import say
from service.sites.mail import words
from service.sites.mail.base import Mail, MailKind, MailReading
from service.sites.mail.origin import below

_NEWS = words.pattern(words.NEWS)
_ASIDE = words.pattern(words.ASIDE)
_REVIEW = words.pattern(words.REVIEW)


@dataclass(frozen=True, slots=True)
class MailSite:
    """A site that writes to owners.

    ``domains`` are those whose DKIM signature proves a mail. ``senders`` are what its mails are from: an
    address, or a domain with all below it; a mailbox is searched for them. ``read`` answers for a mail of the
    site's; ``measure`` says what sort of review a mail of it tells of, and on which scale.
    """

    site: str
    domains: tuple[str, ...]
    senders: tuple[str, ...]
    read: Callable[[Mail], MailReading]
    measure: Callable[[Mail], tuple[Kind, Scale]] = lambda _mail: (Kind.REVIEW, Scale.STARS5)

    def sends(self, address: str) -> bool:
        """Whether ``address`` (in lower case) is one the site writes from."""
        domain = address.rpartition("@")[2]
        return any(address == each if "@" in each else below(domain, each) for each in self.senders)


def by_subject(
    site: str, about: re.Pattern[str] = _REVIEW, aside: re.Pattern[str] = _ASIDE
) -> Callable[[Mail], MailReading]:
    """How mails of a site read whose templates nobody has shown us: sorted by their subject, never guessed.

    What speaks of a review is UNKNOWN, for a person to teach; everything else is put ASIDE.
    """

    def read(mail: Mail) -> MailReading:
        if _NEWS.search(mail.subject):
            return unknown(site, say("the subject tells of a new review, in a shape nobody has taught"))
        if aside.search(mail.subject):
            return put_aside(site, say("the subject is of a summary, an account, an advert or the like"))
        if about.search(mail.subject):
            return unknown(site, say("the subject speaks of a review, in a shape nobody has taught"))
        if words.is_of_another_script(mail.subject):
            return unknown(site, say("the subject is in a language whose words we do not know"))
        return put_aside(site, say("the subject does not speak of a review"))

    return read


def unknown(site: str, evidence: str) -> MailReading:
    """A mail that a person can teach."""
    return MailReading(MailKind.UNKNOWN, site, evidence=(evidence,))


def put_aside(site: str, evidence: str) -> MailReading:
    """A mail that is not about a review."""
    return MailReading(MailKind.ASIDE, site, evidence=(evidence,))


def first(mail: Mail, label: str) -> str | None:
    """Where the first link under exactly these words leads: what a customer writes stands below it."""
    return next((link.href for link in mail.links if link.text.casefold() == label), None)


def last(mail: Mail, label: str) -> str | None:
    """Where the last link under exactly these words leads: what a customer writes stands above it."""
    return next((link.href for link in reversed(mail.links) if link.text.casefold() == label), None)
