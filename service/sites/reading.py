"""A page's text to facts: whose page it is, whether it is one at all, and how much it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.errors import NotAListing, PageChanged
from service.sentences import say
from service.sites import generic, registry, walls
from service.sites.base import Reading, Site
from service.sites.page import Page


def read(text: str, url: str | None, now: datetime | None) -> Reading:
    """The facts in a page fetched from ``url`` (None: the page's own address counts) at ``now`` (aware UTC).

    Raises a LookFailed for everything that is not one business's page: Walled, SignedOut, NotAListing, Gone,
    and PageChanged where the site counts reviews and none could be read. A listing that says it has no
    reviews is an empty reading. Nothing else is ever raised, whatever the text.
    """
    page = Page(text, url)
    site = site_of(page)
    walls.check(page)
    reading = site.read(page, now)
    if not reading.items:
        _refuse_silence(page, reading)
    return _counted(_syndicated(reading, site))


def site_of(page: Page) -> Site:
    """The site a page belongs to: by its address, else by its own canonical one, else by its looks."""
    for address in (page.url, page.canonical):
        site = registry.site_for(address) if address else None
        if site is not None:
            return site
    return next((site for site in registry.SITES if site.owns(page)), generic.UNKNOWN)


def _refuse_silence(page: Page, reading: Reading) -> None:
    """Silence is peace only where the site itself says so."""
    if reading.site_total == 0 and reading.business is not None:
        return
    walls.suspect(page)
    if reading.site_total:
        raise PageChanged(
            say("the site counts %(site_total)s reviews", site_total=f"{reading.site_total:,}"),
            say("0 could be read"),
        )
    if reading.business is None or reading.business.name is None:
        raise NotAListing(say("no business and no review on the page"))
    raise PageChanged(say("a business, but neither a review nor a count of reviews"))


def _syndicated(reading: Reading, site: Site) -> Reading:
    """An alias shows another site's reviews: each item says whose."""
    if site.alias_of is None:
        return reading
    items = (replace(item, syndicated_from=item.syndicated_from or site.alias_of) for item in reading.items)
    return replace(reading, items=tuple(items))


def _counted(reading: Reading) -> Reading:
    """With its numbers as evidence."""
    shown, total = len(reading.items), reading.site_total
    counted = (
        say("%(shown)s reviews read, no total shown", shown=shown)
        if total is None
        else say("%(shown)s of %(total)s reviews read", shown=shown, total=f"{total:,}")
    )
    return replace(reading, evidence=reading.evidence or (counted,))
