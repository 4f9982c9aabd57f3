"""A mail to what it says: whose it is, whether it is about a review, and which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from service.domain import Item
from service.sentences import say
from service.sites.mail import confirm, registry
from service.sites.mail.base import Clues, Mail, MailKind, MailReading
from service.sites.mail.marks import Marks, place_marked, read_marked
from service.sites.mail.skeleton import shape_of
from service.sites.mail.template import MailSite

_DEEPEST = 5


def read_mail(mail: Mail, taught: Mapping[tuple[str, bytes], Marks]) -> MailReading:
    """What ``mail`` says; ``taught`` are the marks by sender's domain and shape. Pure, and never raises.

    A mail forwarded inside another is read in its stead, unless the outer one is itself of a known sender:
    then what looks like a forwarded mail in it is a customer's words.
    """
    question = confirm.asked(mail)
    if question:
        return question
    told = speaking(mail)
    site = registry.known_sender(told)
    if site is None:
        return MailReading(MailKind.FOREIGN, evidence=(say("from nobody who tells of reviews"),))
    reading = site.read(told)
    if reading.kind is MailKind.REVIEW:
        return replace(reading, evidence=_noted(mail, told, reading.evidence))
    read = _by_marks(told, site, taught) or reading
    if read.kind is MailKind.UNKNOWN:
        read = replace(read, shape=shape_of(told))
    return replace(read, evidence=_noted(mail, told, read.evidence))


def speaking(mail: Mail) -> Mail:
    """The mail that is read: the outermost of a known sender; ``mail`` itself where there is none."""
    told: Mail | None = mail
    for _ in range(_DEEPEST):
        if told is None:
            break
        if registry.known_sender(told):
            return told
        told = told.inner
    return mail


def _by_marks(mail: Mail, site: MailSite, taught: Mapping[tuple[str, bytes], Marks]) -> MailReading | None:
    """What a taught shape reads in ``mail``; UNKNOWN where one was taught and no longer fits."""
    shape = shape_of(mail)
    marks = taught.get((mail.domain, shape))
    if marks is None:
        return None
    item = read_marked(mail, marks)
    if item is None:
        evidence = (say("a shape was taught for such mails, but its marks do not fit this one"),)
        return MailReading(MailKind.UNKNOWN, site.site, shape=shape, evidence=evidence)
    return MailReading(
        MailKind.REVIEW,
        site.site,
        (_as_the_site_has_it(item, site, mail),),
        Clues(name=place_marked(mail, marks)),
        shape,
        evidence=(say("read by a shape that a person taught"),),
    )


def _as_the_site_has_it(item: Item, site: MailSite, mail: Mail) -> Item:
    """``item`` as the site's own sort of review; what was taught never turns a verdict into stars."""
    kind, scale = site.measure(mail)
    return replace(item, kind=kind, scale=item.scale if item.rating or item.recommends is not None else scale)


def _noted(mail: Mail, told: Mail, evidence: tuple[str, ...]) -> tuple[str, ...]:
    return evidence if told is mail else (*evidence, say("forwarded inside another mail"))
