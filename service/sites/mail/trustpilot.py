"""Trustpilot: a mail for each new review, and a weekly summary.

Proven (2026, from the code of people who read these mails): the sender, the English subject of both kinds,
and the plain part of the first. Its HTML and other languages are not: those are taught.
"""

from __future__ import annotations

import re
from decimal import Decimal

from service.domain import Item
from service.sentences import say
from service.sites import text
from service.sites.mail.base import Clues, Mail, MailKind, MailReading
from service.sites.mail.links import without_targets
from service.sites.mail.template import MailSite, by_subject, unknown

SITE = "trustpilot"
_SUBJECT = re.compile(r"You've got a new ([1-5])-star review", re.IGNORECASE)
_SAID = "just left a new "
_HEAD = re.compile(
    rf"(?P<name>\S.{{0,120}}?) {_SAID}(?P<stars>[1-5])-star review of"
    r" (?P<domain>(?:[\w-]{1,63}\.)+[\w-]{2,63})\s?:"
)
_REPLY = "see this review and reply"
_otherwise = by_subject(SITE)


def read(mail: Mail) -> MailReading:
    """One review where the mail is exactly of the shape we know; never a guess."""
    subject = _SUBJECT.fullmatch(mail.subject.replace("\u2019", "'"))
    if subject is None:
        return _otherwise(mail)
    told = _told(mail.text, subject[1])
    if told is None:
        return unknown(SITE, say("the subject is of one new review, the rest is in a shape we do not know"))
    item, domain = told
    return MailReading(
        MailKind.REVIEW,
        SITE,
        (item,),
        Clues((domain,)),
        evidence=(say("read as Trustpilot's mail for one new review"),),
    )


def _told(body: str, stars: str) -> tuple[Item, str] | None:
    """The review and the domain it is of; the subject and the body must name the same stars."""
    lines = [without_targets(row) for row in body.split("\n")]
    start = next((n for n, line in enumerate(lines) if _SAID in line), None)
    ends = [n for n, line in enumerate(lines) if line.casefold() == _REPLY]
    if start is None or not ends or lines[start].count(_SAID) > 1:
        return None
    head = _HEAD.fullmatch(lines[start])
    if head is None or head["stars"] != stars or ends[-1] < start:
        return None
    item = Item(
        rating=Decimal(stars),
        best=Decimal(5),
        author=text.line(head["name"]),
        text=text.clean("\n".join(lines[start + 1 : ends[-1]])),
        text_complete=False,
    )
    return item, head["domain"].lower()


MAILS = MailSite(site=SITE, domains=("trustpilot.com",), senders=("trustpilot.com",), read=read)
