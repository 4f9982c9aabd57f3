"""Angi: neither its senders nor a mail was seen; the domains are those it is reached at."""

from __future__ import annotations

from service.sites.mail.template import MailSite, by_subject

SITE = "angi"

MAILS = MailSite(
    site=SITE,
    domains=("angi.com", "angieslist.com"),
    senders=("angi.com", "angieslist.com"),
    read=by_subject(SITE),
)
