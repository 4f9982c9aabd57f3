"""Adding a listing: which site and which page an address means, and whose branch it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlmodel import Session, col

from service.db import insert_new
from service.errors import UnwatchableAddress
from service.models import Branch, Listing, ListingSource, MailPlace
from service.sentences import say
from service.sites.base import ListingAddress, Site
from service.sites.registry import site_for, site_named
from service.watch.holding import hold
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
    region: str = ""
    hours: tuple[Mapping[str, Any], ...] = ()
    holidays: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


def recognised(url: str) -> tuple[Site, ListingAddress]:
    """The site an address belongs to, and the listing it means.

    Raises ``UnwatchableAddress`` with what to give instead: no web address, no listing, or a page whose
    reviews belong to another site.
    """
    site = site_for(url)
    if site is None:
        raise UnwatchableAddress(
            say(
                "%(url)s is no web address. Copy it from the browser: it begins with https://", url=f"{url!r}"
            )
        )
    if site.alias_of:
        owner = site_named(site.alias_of)
        raise UnwatchableAddress(
            say(
                "%(title)s shows reviews that belong to %(owner)s. Add the listing there, or each "
                "review would be counted twice.",
                title=site.title,
                owner=owner.title if owner else site.alias_of,
            )
        )
    address = site.listing(urlsplit(url.strip()))
    if address is None:
        raise UnwatchableAddress(
            say(
                "That is a page of %(title)s, but not one business's own page (a search, a list or a "
                "start page, perhaps). Open the branch's page there and copy its address.",
                title=site.title,
            )
        )
    return site, address


def add(session: Session, site: Site, address: ListingAddress, facts: BranchFacts, now: datetime) -> Added:
    """Watch ``address`` for a branch, made where it is new. Adding twice is adding once."""
    return watch(session, site, address, branch_of(session, facts), now)


def watch(session: Session, site: Site, address: ListingAddress, branch_id: int, now: datetime) -> Added:
    """Watch ``address`` for a branch. One that is watched already stays whose it is.

    One that was removed is begun anew: what was written while nobody listened is its past.
    """
    there = select(Listing).where(col(Listing.site) == address.site, col(Listing.key) == address.key)
    listing = session.scalars(there).one_or_none()
    if listing is not None and listing.removed_at is None:
        return Added(listing.id or 0, listing.branch_id or branch_id, site, address, known=True)
    if listing is None:
        row = {"site": address.site, "key": address.key, "url": address.url, "added_at": now}
        insert_new(session, Listing, [row | {"branch_id": branch_id, "next_look_at": now}])
        listing = session.scalars(there).one()
    else:
        _begin_anew(session, listing, branch_id, now)
    ask_again(session, address.site)
    return Added(listing.id or 0, listing.branch_id or branch_id, site, address, known=False)


def pause(session: Session, listing_id: int) -> bool:
    """Look at it no longer; what comes of itself (a mail) is kept. Answers whether there is such a one."""
    listing = hold(session, listing_id)
    if not _is_ours(listing):
        return False
    listing.active, listing.next_look_at, listing.look_lease_until = False, None, None
    return True


def resume(session: Session, listing_id: int, now: datetime) -> bool:
    """Look at it again, now. Answers whether there is such a listing."""
    listing = hold(session, listing_id)
    if not _is_ours(listing):
        return False
    if not listing.active:
        listing.active, listing.next_look_at = True, now
    return True


def remove(session: Session, listing_id: int, now: datetime) -> bool:
    """Watch it no longer; its reviews stay, and a mail about it is asked about. Answers as ``pause``."""
    if not pause(session, listing_id):
        return False
    listing = session.get_one(Listing, listing_id)
    listing.removed_at = now
    session.execute(delete(MailPlace).where(col(MailPlace.listing_id) == listing_id))
    return True


def is_finer(key: str, other: str) -> bool:
    """Whether ``key`` names a part of what ``other`` names: one of a domain's locations (CONTRACTS §8.3)."""
    return key.startswith(f"{other}#")


def branch_of(session: Session, facts: BranchFacts) -> int:
    """The branch of that name, made where it is new; what is told of one we know changes nothing."""
    code = code_of(facts.name)
    row = columns_of(facts) | {"code": code}
    insert_new(session, Branch, [row])
    branch_id: int = session.execute(select(col(Branch.id)).where(col(Branch.code) == code)).scalar_one()
    return branch_id


def columns_of(facts: BranchFacts) -> dict[str, Any]:
    """What a branch's row says, but for its short name."""
    lists = {"hours": list(facts.hours), "holidays": list(facts.holidays)}
    return {each.name: getattr(facts, each.name) for each in fields(facts)} | lists


def code_of(name: str) -> str:
    """A branch's short name in addresses and files: "Café Nørd 2" is "cafe-nord-2"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ø", "o").replace("ß", "ss"))
    return re.sub(r"[^\w]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-_")


def _is_ours(listing: Listing | None) -> TypeGuard[Listing]:
    """Whether it is a page that is, or was, looked at for a branch; a feed has a screen of its own."""
    return listing is not None and listing.account_id is None and listing.removed_at is None


def _begin_anew(session: Session, listing: Listing, branch_id: int, now: datetime) -> None:
    listing.branch_id, listing.removed_at, listing.active = branch_id, None, True
    listing.added_at = listing.next_look_at = now
    listing.etag = listing.last_modified = listing.body_sha256 = listing.records_sha256 = None
    for source in session.scalars(select(ListingSource).where(col(ListingSource.listing_id) == listing.id)):
        source.began_at = None
