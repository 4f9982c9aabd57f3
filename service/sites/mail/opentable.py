"""OpenTable: its domain is known from public mail filters; no mail was seen. Its name here is its host's."""

from __future__ import annotations

from service.sites.mail.template import MailSite, by_subject

SITE = "opentable.com"

MAILS = MailSite(site=SITE, domains=("opentable.com",), senders=("opentable.com",), read=by_subject(SITE))
