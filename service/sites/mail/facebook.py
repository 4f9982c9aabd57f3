"""Facebook: its sending domain is known; no mail about a recommendation was seen. Yes and no, never stars."""

from __future__ import annotations

from service.domain import Kind, Scale
from service.sites.mail import words
from service.sites.mail.template import MailSite, by_subject

SITE = "facebook"
_ABOUT = words.pattern(words.REVIEW, words.RECOMMENDATION)

MAILS = MailSite(
    site=SITE,
    domains=("facebookmail.com",),
    senders=("facebookmail.com",),
    read=by_subject(SITE, _ABOUT),
    measure=lambda _mail: (Kind.RECOMMENDATION, Scale.RECOMMEND),
)
