"""TripAdvisor: its domain is known, and that members@e.tripadvisor.com writes to travellers; no more."""

from __future__ import annotations

from service.sentences import say
from service.sites.mail.base import Mail, MailReading
from service.sites.mail.template import MailSite, by_subject, put_aside

SITE = "tripadvisor"
_TRAVELLERS = "members@e.tripadvisor.com"
_otherwise = by_subject(SITE)


def read(mail: Mail) -> MailReading:
    """Aside for what is written to travellers; else by its subject."""
    if mail.sender == _TRAVELLERS:
        return put_aside(SITE, say("from the address that TripAdvisor writes to travellers from"))
    return _otherwise(mail)


MAILS = MailSite(site=SITE, domains=("tripadvisor.com",), senders=("tripadvisor.com",), read=read)
