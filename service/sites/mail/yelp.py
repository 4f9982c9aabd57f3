"""Yelp: its senders are known from the code of people who read its mails; no mail about a review was seen.

Owners are mailed when a review appears; customers' messages and adverts come from addresses of their own.
"""

from __future__ import annotations

import re

from service.sentences import say
from service.sites.mail.base import Mail, MailReading
from service.sites.mail.template import MailSite, by_subject, put_aside

SITE = "yelp"
_LEAD = re.compile(r"reply\+[0-9a-f]{32}@messaging\.yelp\.com")
_ADVERTS = "yelp-business@yelp.com"
_otherwise = by_subject(SITE)


def read(mail: Mail) -> MailReading:
    """Aside for what its sender is not for; else by its subject."""
    if _LEAD.fullmatch(mail.sender) or mail.domain == "messaging.yelp.com":
        return put_aside(SITE, say("a customer's message to the business, not a review"))
    if mail.sender == _ADVERTS:
        return put_aside(SITE, say("from the address that Yelp sends its adverts from"))
    return _otherwise(mail)


MAILS = MailSite(site=SITE, domains=("yelp.com",), senders=("yelp.com",), read=read)
