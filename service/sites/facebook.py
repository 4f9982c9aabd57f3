"""Facebook Pages: what people who recommend a business, or not, say there.

The markup names the business, its average and how many rated it; the cards (``facebook_cards``) are the
recommendations. That count is of people counted in, not of cards, so a page never proves that it shows all.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from service.domain import PARTIAL, Business, ReplyRules, Route
from service.errors import NotAListing, SignedOut, Walled
from service.sentences import say
from service.sites import facebook_address, facebook_cards, numbers, text
from service.sites.base import MAILBOX_TO_TEACH, READ_BY_EXTENSION, Politeness, Reading, Site, Way
from service.sites.conclusion import concluded
from service.sites.facebook_cards import Owner
from service.sites.page import Page
from service.sites.schemaorg import Facts

_APP_LINK = re.compile(r"fb://(?:page|profile)/(?:\?id=)?(\d+)")
_COUNTED = re.compile(r"\(\s*(\d[\d.,'\u2019\u00a0\u202f]*)[^()\d]{0,30}\)")
_ROOT = re.compile(r'<html\b[^>]{0,400}\bid="facebook"')
_CHECKPOINTS = ("/checkpoint/", "captcha_persist_data", "/security/captcha")
_LOGIN = "form#login_form, form[action*='/login/'], form[action*='/login?'], input[name=pass]"


def read(page: Page, now: datetime | None) -> Reading:
    """What a Page's reviews say.

    Raises Walled, SignedOut or NotAListing for what such a page may be instead, and PageChanged where a Page
    yields no recommendation although people rated it.
    """
    owner = Owner(_name(page), facebook_address.key(page.address), _number(page))
    items = facebook_cards.read(page.tree, owner, now)
    facts = _facts(page, owner)
    if not items and facts.site_total is None:
        _expect_a_page(page, owner)
    reading = concluded("facebook", owner.key or owner.number, facts, items)
    return replace(reading, coverage=PARTIAL) if items else reading


def owns(page: Page) -> bool:
    """Whether a saved page that tells no address is Facebook's (2018 to 2026)."""
    return _APP_LINK.search(page.text) is not None or _ROOT.search(page.text) is not None


def _expect_a_page(page: Page, owner: Owner) -> None:
    """Raise for every kind of page that is not a business's Page; pass where it is."""
    if any(mark in page.text for mark in _CHECKPOINTS):
        raise Walled(say("Facebook asks whether a person is looking"))
    if page.tree.css_first(_LOGIN):
        raise SignedOut(say("Facebook asks to sign in, and shows no recommendation"))
    if owner.key is None and owner.number is None:
        raise NotAListing(say("no Facebook Page"))


def _facts(page: Page, owner: Owner) -> Facts:
    if page.schema.business is not None or page.schema.site_total is not None:
        return page.schema
    return Facts(business=Business(owner.name) if owner.name else None, site_total=_total(page))


def _name(page: Page) -> str | None:
    if page.schema.business is not None:
        return page.schema.business.name
    shared = page.tree.css_first('meta[property="og:title"]')
    title = text.line(shared.attributes.get("content")) if shared is not None else page.title
    return re.split(r"\s[|\u2013-]\s", title, maxsplit=1)[0] if title and title != "Facebook" else None


def _number(page: Page) -> str | None:
    found = _APP_LINK.search(page.text)
    return found[1] if found else None


def _total(page: Page) -> int | None:
    """ "100% recommend (47 Reviews)", in the link to them (2022 to 2026)."""
    for link in page.tree.css('a[href*="reviews"]'):
        found = _COUNTED.search(link.text())
        if found:
            return numbers.count(found[1])
    return None


SITE = Site(
    name="facebook",
    title="Facebook",
    hosts=("facebook.com", "fb.com", *facebook_address.SHORT),
    listing=facebook_address.listing,
    read=read,
    owns=owns,
    needs_browser=True,
    ways=(
        Way(
            Route.MAIL,
            10,
            MAILBOX_TO_TEACH,
            say(
                "Facebook mails the people who run a Page about new recommendations, if they switched that on"
            ),
        ),
        Way(
            Route.HAND,
            2,
            "",
            say(
                "open the Page's reviews in your own browser, signed in, scroll to the end, and save "
                "the page to bring it in, or paste what you see"
            ),
        ),
        READ_BY_EXTENSION,
        Way(
            Route.PAGE,
            0,
            say("the optional browser; `shopbell doctor` says how to add it"),
            say(
                "a glimpse: signed-out visitors see three to six recommendations of a Page, often "
                "none; the API for them is closed to everybody since version 22"
            ),
        ),
    ),
    reply=ReplyRules(
        source="Meta publishes no length for a comment on a recommendation; it can be edited (read 2026-11)"
    ),
    # at most one page per listing in six hours is what we hold for polite
    politeness=Politeness(gap=timedelta(hours=6), budget=4.0),
)
