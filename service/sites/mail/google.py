"""Google Business Profile: a mail for one new review, a mail that counts several.

Proven (2024 to 2026, from the code of people who read these mails): the two senders, the English subject of
both kinds, and the plain part of the first. Its HTML, other languages, edited reviews, and what stands inside
the second kind are not: those are taught, or make us look.
"""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import urlsplit

from service.domain import Item
from service.sentences import say
from service.sites import google_ids, google_maps_address, text
from service.sites.mail.base import Clues, Mail, MailKind, MailReading
from service.sites.mail.links import without_targets
from service.sites.mail.origin import below
from service.sites.mail.template import MailSite, by_subject, first, last, unknown

SITE = "google_maps"
_ONE = " left a review for "
_SEVERAL = re.compile(r"(?P<place>.{1,200}), you got (?P<count>\d{1,4}) new reviews?", re.IGNORECASE)
_STARS = re.compile(r"You got a new ([1-5])-star review(?![\w-])", re.IGNORECASE)
_READ, _REPLY = "read review", "reply to review"
_TRANSLATED = re.compile(r"\(Translated by Google\)\s*", re.IGNORECASE)
_ORIGINAL = re.compile(r"\s*\(Original\)\s*", re.IGNORECASE)
_otherwise = by_subject(SITE)


def read(mail: Mail) -> MailReading:
    """One review where the mail is exactly of the shape we know; a HINT for several; never a guess."""
    several = _SEVERAL.fullmatch(mail.subject)
    if several:
        return MailReading(
            MailKind.HINT,
            SITE,
            clues=Clues(name=several["place"].strip()),
            evidence=(
                say("Google counts %(n)s new reviews without showing them whole", n=int(several["count"])),
            ),
        )
    if _ONE not in mail.subject:
        return _otherwise(mail)
    item = _one(mail)
    if item is None:
        return unknown(SITE, say("the subject is of one new review, the rest is in a shape we do not know"))
    return MailReading(
        MailKind.REVIEW,
        SITE,
        (item,),
        Clues(_keys(mail), _place(mail.subject)),
        evidence=(say("read as Google's mail for one new review"),),
    )


def _one(mail: Mail) -> Item | None:
    """The review: its stars above the first label, its author below it, its words up to the last label.

    A customer's name and words stand below the first and above the last, whatever labels she writes herself.
    """
    told = [line for row in mail.text.split("\n") if (line := without_targets(row))]
    labels = [line.casefold() for line in told]
    if _READ not in labels or _REPLY not in labels:
        return None
    author, end = labels.index(_READ) + 1, len(labels) - 1 - labels[::-1].index(_REPLY)
    stars = [found[1] for line in told[: author - 1] if (found := _STARS.match(line))]
    if len(stars) != 1 or author >= end:
        return None
    original, translated = _own_words("\n".join(told[author + 1 : end]))
    return Item(
        ids=_ids(mail),
        rating=Decimal(stars[0]),
        best=Decimal(5),
        author=text.line(told[author]),
        text=text.clean(original),
        text_complete=False,
        translated=translated,
    )


def _own_words(told: str) -> tuple[str, bool]:
    """The customer's own words where Google shows its translation as well; else what it shows, marked."""
    before, mark, after_it = _parted(_TRANSLATED, told)
    if not mark:
        return told, False
    translation, original, words = _parted(_ORIGINAL, after_it)
    if original and words.strip():
        return words, False
    return (before, False) if before.strip() else (translation, True)


def _parted(mark: re.Pattern[str], told: str) -> tuple[str, bool, str]:
    found = mark.search(told)
    return (told[: found.start()], True, told[found.end() :]) if found else (told, False, "")


def _place(subject: str) -> str | None:
    """The location in the subject; None where a name in it holds the very words it is found by."""
    before, *rest = subject.split(_ONE)
    return text.line(rest[0]) if before.strip() and len(rest) == 1 else None


def _ids(mail: Mail) -> tuple[tuple[str, str], ...]:
    link = last(mail, _REPLY)
    found = google_ids.review_in_reply_link(link) if link and _own(link) else None
    return (("google.maps", found),) if found else ()


def _keys(mail: Mail) -> tuple[str, ...]:
    """The listing that Google's own two links name: the first of the one, the last of the other."""
    links = [link for link in (first(mail, _READ), last(mail, _REPLY)) if link and _own(link)]
    return tuple(dict.fromkeys(key for link in links if (key := google_maps_address.key(link))))


def _own(link: str) -> bool:
    try:
        return below((urlsplit(link).hostname or "").lower(), "google.com")
    except ValueError:
        return False


MAILS = MailSite(
    site=SITE,
    domains=("google.com",),
    senders=("businessprofile-noreply@google.com", "googlemybusiness-noreply@google.com"),
    read=read,
)
