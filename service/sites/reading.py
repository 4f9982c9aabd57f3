"""A page's text to facts: whose page it is, whether it is one at all, and how much it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.errors import NotAListing, PageChanged
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
        raise PageChanged(f"the site counts {reading.site_total:,} reviews", "0 could be read")
    if reading.business is None or reading.business.name is None:
        raise NotAListing("no business and no review on the page")
    raise PageChanged("a business, but neither a review nor a count of reviews")


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
        f"{shown} reviews read, no total shown" if total is None else f"{shown} of {total:,} reviews read"
    )
    return replace(reading, evidence=reading.evidence or (counted,))
