"""Which sites write mails, and whose a mail is."""

from __future__ import annotations

from importlib import import_module

from service.sites.mail import confirm
from service.sites.mail.base import Mail
from service.sites.mail.template import MailSite

_MODULES: tuple[str, ...] = (  # one line for each site, in the order of the alphabet
    "angi",
    "bbb",
    "facebook",
    "google",
    "opentable",
    "tripadvisor",
    "trustpilot",
    "yelp",
)

MAIL_SITES: tuple[MailSite, ...] = tuple(
    import_module(f"service.sites.mail.{name}").MAILS for name in _MODULES
)


def sender_domains() -> tuple[str, ...]:
    """What to search a mailbox's From headers for: the addresses and domains of all sites and of the
    mails that ask whether forwarding is wanted. A server finds them anywhere in the header: look again."""
    return (*(each for site in MAIL_SITES for each in site.senders), *confirm.SENDERS)


def known_sender(mail: Mail) -> MailSite | None:
    """The site that writes from the mail's own sender (never an inner mail's); None for everybody else."""
    return next((site for site in MAIL_SITES if site.sends(mail.sender)), None)


def mail_site_named(site: str) -> MailSite | None:
    """The mails of the site of that name; None where it writes none that we know."""
    return next((each for each in MAIL_SITES if each.site == site), None)
