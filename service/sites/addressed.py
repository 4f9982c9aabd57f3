"""Which listing a page is of, and what its address asked for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, urlsplit

from service.errors import NotAListing
from service.sites.base import ListingAddress
from service.sites.page import Page


def listing_of(
    page: Page, listing: Callable[[SplitResult], ListingAddress | None], otherwise: str
) -> ListingAddress | None:
    """The listing a page's address names, or the one it gives itself; None where the page tells neither.

    Raises NotAListing, with ``otherwise`` as evidence, where the addresses it tells are no listing's.
    """
    told = [parts for address in (page.url, page.canonical) if (parts := _split(address))]
    found = next((one for parts in told if (one := listing(parts))), None)
    if told and found is None:
        raise NotAListing(otherwise)
    return found


def path(page: Page) -> str:
    """The path of the page's address; "" where there is none."""
    parts = _split(page.address)
    return parts.path if parts else ""


def host(page: Page) -> str:
    """The host of the page's address; "" where there is none."""
    parts = _split(page.address)
    return parts.hostname or "" if parts else ""


def asked(page: Page) -> dict[str, str]:
    """What the page's address asks for by name, the last of each."""
    parts = _split(page.address)
    return {name: values[-1] for name, values in parse_qs(parts.query).items()} if parts else {}


def _split(address: str | None) -> SplitResult | None:
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.netloc else None
