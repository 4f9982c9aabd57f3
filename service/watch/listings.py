"""Adding a listing: which site and which page an address means, and whose branch it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import insert_new
from service.errors import UnwatchableAddress
from service.models import Branch, Listing
from service.sites.base import ListingAddress, Site
from service.sites.registry import site_for, site_named
from service.watch.whose import ask_again


@dataclass(frozen=True, slots=True)
class Added:
    """What adding came to: ``known`` where the listing was already watched."""

    listing_id: int
    branch_id: int
    site: Site
    address: ListingAddress
    known: bool


@dataclass(frozen=True, slots=True)
class BranchFacts:
    """What the owner says of a branch; what he leaves out keeps its default."""

    name: str
    brand: str = ""
    city: str | None = None
    tz: str = "UTC"
    language: str = "en"
    vertical: str = "general"
    phone: str | None = None
    contact: str | None = None
    sign_off: str | None = None


def recognised(url: str) -> tuple[Site, ListingAddress]:
    """The site an address belongs to, and the listing it means.

    Raises ``UnwatchableAddress`` with what to give instead: no web address, no listing, or a page whose
    reviews belong to another site.
    """
    site = site_for(url)
    if site is None:
        raise UnwatchableAddress(
            f"{url!r} is no web address. Copy it from the browser: it begins with https://"
        )
    if site.alias_of:
        owner = site_named(site.alias_of)
        raise UnwatchableAddress(
            f"{site.title} shows reviews that belong to {owner.title if owner else site.alias_of}. "
            f"Add the listing there, or each review would be counted twice."
        )
    address = site.listing(urlsplit(url.strip()))
    if address is None:
        raise UnwatchableAddress(
            f"That is a page of {site.title}, but not one business's own page (a search, a list or a start "
            "page, perhaps). Open the branch's page there and copy its address."
        )
    return site, address


def add(session: Session, site: Site, address: ListingAddress, facts: BranchFacts, now: datetime) -> Added:
    """Watch ``address`` for a branch, made where it is new. Adding twice is adding once."""
    branch_id = branch_of(session, facts)
    there = select(col(Listing.id)).where(col(Listing.site) == address.site, col(Listing.key) == address.key)
    known = session.execute(there).scalar_one_or_none()
    row = {
        "branch_id": branch_id,
        "site": address.site,
        "key": address.key,
        "url": address.url,
        "added_at": now,
        "next_look_at": now,
    }
    insert_new(session, Listing, [row])
    if known is None:
        ask_again(session, address.site)
    listing_id = known or session.execute(there).scalar_one()
    return Added(listing_id, branch_id, site, address, known is not None)


def is_finer(key: str, other: str) -> bool:
    """Whether ``key`` names a part of what ``other`` names: one of a domain's locations (CONTRACTS §8.3)."""
    return key.startswith(f"{other}#")


def branch_of(session: Session, facts: BranchFacts) -> int:
    """The branch of that name, made where it is new; what is told of one we know changes nothing."""
    code = code_of(facts.name)
    row = {
        "code": code,
        "name": facts.name,
        "brand": facts.brand,
        "city": facts.city,
        "tz": facts.tz,
        "language": facts.language,
        "vertical": facts.vertical,
        "phone": facts.phone,
        "contact": facts.contact,
        "sign_off": facts.sign_off,
    }
    insert_new(session, Branch, [row])
    branch_id: int = session.execute(select(col(Branch.id)).where(col(Branch.code) == code)).scalar_one()
    return branch_id


def code_of(name: str) -> str:
    """A branch's short name in addresses and files: "Café Nørd 2" is "cafe-nord-2"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ø", "o").replace("ß", "ss"))
    return re.sub(r"[^\w]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-_")
