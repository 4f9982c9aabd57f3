"""Tripadvisor: hotels, restaurants and attractions; a listing is its location's number, on every host.

The markup names the business, its average and its total. The cards decide which reviews are on the page; the
data the page was sent with knows their exact days and whole texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import SplitResult, urlsplit

from service.domain import Business, Item, Moment, Reply, ReplyRules, Route
from service.errors import NotAListing
from service.sentences import say
from service.sites import addressed, numbers, text, tripadvisor_cards, tripadvisor_state, walls
from service.sites.base import (
    MAILBOX_TO_TEACH,
    WRITTEN_BY_EXTENSION,
    ListingAddress,
    Politeness,
    Reading,
    Site,
    Way,
    plain_day,
)
from service.sites.conclusion import concluded
from service.sites.page import Page
from service.sites.schemaorg import Facts

NAME = "tripadvisor"
_COUNTRIES = (
    "com", "ca", "co.uk", "ie", "com.au", "co.nz", "in", "com.sg", "com.my", "com.ph", "co.za", "de", "at",
    "ch", "fr", "be", "nl", "it", "es", "pt", "se", "dk", "no", "fi", "pl", "cz", "sk", "co.hu", "rs",
    "com.gr", "com.tr", "ru", "co.il", "com.eg", "com.mx", "com.ar", "cl", "co", "com.pe", "com.ve", "com.br",
    "jp", "co.kr", "cn", "com.tw", "com.hk", "co.id", "com.vn", "co.th",
)  # fmt: skip
_ADDRESS = re.compile(
    r"/(?:[A-Z][A-Za-z]{2,20}_Review|ShowUserReviews|UserReviewEdit)-g\d{1,12}-d(\d{1,12})[^/?#]{0,400}"
)
_HOST = re.compile(r"(?:[\w-]+\.)*tripadvisor\.[a-z]{2,3}(?:\.[a-z]{2})?")
_APP_LINK = re.compile(r'"tripadvisor://([^"]{10,400})"')
_OFFSET = re.compile(r"-or\d+(?=-|\.|$)")
_PIECES = (
    "data-reviewid",
    "expanded_review_",
    "HR_CC_CARD",
    "reviewCard",
)  # of a list, saved without its page


def listing(parts: SplitResult) -> ListingAddress | None:
    """The location an address means, whichever page of its reviews it opens; the key is "d" and its number.

    A single review's own page means its location too; lists of a town, maps, people and forums mean none.
    """
    host, found = (parts.hostname or "").removesuffix("."), _ADDRESS.match(parts.path)
    if not found or not _HOST.fullmatch(host):
        return None
    return ListingAddress(NAME, f"d{int(found[1])}", f"https://{host}{_OFFSET.sub('', found[0])}")


def key(address: str | None) -> str | None:
    """The key of the location an address means, or None where it means none."""
    try:
        found = listing(urlsplit(address)) if address else None
    except ValueError:
        return None
    return found.key if found else None


def read(page: Page, now: datetime | None) -> Reading:
    """What one location's page says.

    Raises Walled or NotAListing for what such a page may be instead, and PageChanged where a location's page
    yields no review.
    """
    address, facts = _address(page), _facts(page)
    home = f"https://{addressed.host(page) or 'www.tripadvisor.com'}/"
    items = _joined(tripadvisor_cards.read(page.tree, home, now), tripadvisor_state.read(page.text))
    if not items:
        _expect_a_location(page, address, facts)
    return concluded(NAME, key(address) or _key_of(items), facts, items)


def owns(page: Page) -> bool:
    """Whether a saved page that tells no address is Tripadvisor's, or a piece of its list (2015 to 2026)."""
    if "tacdn.com/" in page.text and (
        "tripadvisor" in (page.title or "").lower() or _APP_LINK.search(page.text)
    ):
        return True
    return "ShowUserReviews-g" in page.text and any(piece in page.text for piece in _PIECES)


def _key_of(items: Sequence[Item]) -> str | None:
    """The key of the one location all reviews are of. Raises NotAListing for a person's reviews of many."""
    keys = {found for item in items if (found := key(item.permalink))}
    if len(keys) > 1:
        raise NotAListing(say("reviews of %(n)s places", n=len(keys)))
    return next(iter(keys), None)


def _expect_a_location(page: Page, address: str | None, facts: Facts) -> None:
    """Raise for every kind of page that is not one location's; pass where it is."""
    walls.suspect(page)
    if address and key(address) is None:
        raise NotAListing(say("a list of places, or another page of Tripadvisor's that is nobody's own"))
    if address is None and facts.business is None:
        raise NotAListing(say("no hotel, restaurant or attraction named on the page"))


def _address(page: Page) -> str | None:
    """Where the page was found, else what it calls itself, for browsers or for the app (2015 to 2026)."""
    linked = _APP_LINK.search(page.text)
    return page.address or (f"https://{linked[1]}" if linked else None)


def _facts(page: Page) -> Facts:
    """The markup's facts; pages before 2016 have RDFa instead (v:name, v:average, v:count)."""
    if page.schema.business is not None:
        return page.schema
    name = text.line_of(page.tree.css_first('[rel="v:name"], [property="v:name"]'))
    average = page.tree.css_first('[property="v:average"]')
    count = page.tree.css_first('[property="v:count"]')
    rating = numbers.decimal(average.attributes.get("content")) if average is not None else None
    return Facts(
        business=Business(name) if name else None,
        rating=rating,
        best=None if rating is None else Decimal(5),
        site_total=numbers.count(count.text()) if count is not None else None,
    )


def _joined(cards: Sequence[Item], told: Sequence[Item]) -> tuple[Item, ...]:
    """The cards, each with what the data knows better of the same review; the data's own without cards."""
    known = {item.ids: item for item in told if item.ids}
    return tuple(_with(known.get(card.ids), card) for card in cards) or tuple(told)


def _with(told: Item | None, card: Item) -> Item:
    if told is None:
        return card
    whole = told if told.text and not card.text_complete else card
    return replace(
        card,
        rating=told.rating if card.rating is None else card.rating,
        best=told.best if card.best is None else card.best,
        author=card.author or told.author,
        title=card.title or told.title,
        text=whole.text,
        text_complete=whole.text_complete,
        translated=told.translated,
        language=told.language,
        posted=_exact(told.posted, card.posted),
        reply=_reply_with(told.reply, card.reply),
    )


def _exact(told: Moment | None, shown: Moment | None) -> Moment | None:
    if told is None or shown is None:
        return told or shown
    return replace(told, shown=shown.shown)


def _reply_with(told: Reply | None, shown: Reply | None) -> Reply | None:
    if told is None or shown is None:
        return shown or told
    return replace(shown if shown.text_complete else told, at=_exact(told.at, shown.at))


def _shown_day(shown: str, host: str, now: datetime | None) -> Moment | None:
    return tripadvisor_cards.dated(shown, now) or plain_day(shown, host, now)


SITE = Site(
    name=NAME,
    title="Tripadvisor",
    hosts=tuple(f"tripadvisor.{country}" for country in _COUNTRIES),
    listing=listing,
    read=read,
    owns=owns,
    day=_shown_day,
    ways=(
        Way(
            Route.MAIL,
            10,
            MAILBOX_TO_TEACH,
            say(
                "Tripadvisor mails the people who manage a listing about new reviews, if they "
                "switched that on in the Management Center"
            ),
        ),
        Way(
            Route.HAND,
            2,
            "",
            say("save the listing's page in your own browser and bring it in, or paste what you see"),
        ),
        WRITTEN_BY_EXTENSION,
        Way(
            Route.PAGE,
            0,
            "",
            say(
                "Tripadvisor turns servers away from hotels, and at times from the rest; each look "
                "says so when it does: no steady source"
            ),
        ),
        Way(
            Route.API,
            30,
            say(
                "a key of your own, bound to your server's address, and support for it, which comes "
                "with a later release"
            ),
            say("tells only that something changed: Tripadvisor forbids keeping what its API returns"),
        ),
    ),
    reply=ReplyRules(
        one_shot=True,
        source="Tripadvisor support, articles 200614337 and 115016125728: one response for each review; no"
        " length is published (read 2026-11)",
    ),
    # at most one page per listing in six hours is what we hold for polite
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
