"""Better Business Bureau: its two domains are known; no mail was seen. A complaint is no review."""

from __future__ import annotations

from service.domain import Kind, Scale
from service.sites.mail import words
from service.sites.mail.base import Mail
from service.sites.mail.template import MailSite, by_subject

SITE = "bbb"
_ABOUT = words.pattern(words.REVIEW, words.COMPLAINT)
_COMPLAINT = words.pattern(words.COMPLAINT)


def measure(mail: Mail) -> tuple[Kind, Scale]:
    """A complaint where the subject calls it one; it has no stars."""
    return (Kind.COMPLAINT, Scale.NONE) if _COMPLAINT.search(mail.subject) else (Kind.REVIEW, Scale.STARS5)


MAILS = MailSite(
    site=SITE,
    domains=("bbb.org", "bbbmail.org"),
    senders=("bbb.org", "bbbmail.org"),
    read=by_subject(SITE, _ABOUT),
    measure=measure,
)
