"""Whose a row is: what a file calls a branch and a site, and the listing that means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from service.models import Branch, Listing
from service.sentences import say
from service.sites.generic import UNKNOWN
from service.sites.registry import site_named
from service.sources.columns import PLACE
from service.watch.folding import bare


@dataclass(frozen=True, slots=True)
class Place:
    """One listing as a person calls it."""

    listing_id: int
    branch: str
    site: str
    site_title: str
    names: frozenset[str]  # of its branch, folded
    key: str = ""

    @property
    def title(self) -> str:
        """How a list of choices names it."""
        return f"{self.branch}{PLACE}{self.site_title}"

    def is_called(self, part: str) -> bool:
        """Whether ``part`` of a place's name means this branch or this site."""
        return bare(part) in self.names or self.is_on(part)

    def is_on(self, part: str) -> bool:
        """Whether ``part`` names this site: "Google" is Google Maps too."""
        told, ours = bare(part), {bare(self.site), bare(self.site_title)}
        return told in ours or (len(told) > 3 and any(name.startswith(told) for name in ours))


def all_places(session: Session) -> list[Place]:
    """Every listing that is watched, by branch and site; a feed of mentions is none that has reviews."""
    query = (
        select(col(Listing.id), col(Listing.site), col(Listing.key), col(Branch.name), col(Branch.code))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Listing.active), col(Listing.alias_of).is_(None), col(Listing.site) != UNKNOWN.name)
        .order_by(col(Branch.name), col(Listing.site), col(Listing.id))
    )
    return [_place(*row) for row in session.execute(query)]


def fitting(places: Sequence[Place], site: str | None) -> list[Place]:
    """Those on ``site``; all where the file is of no site in particular."""
    return [place for place in places if site is None or place.site == site]


def meant(name: str, places: Sequence[Place]) -> int | None:
    """The one listing a file's name of a place means; None where there is none, or more than one."""
    parts = name.split(PLACE)
    found = [place for place in places if all(place.is_called(part) for part in parts)]
    if len(found) != 1:
        found = [place for place in places if bare(name) in place.names]
    return found[0].listing_id if len(found) == 1 else None


def all_meant(names: Iterable[str], places: Sequence[Place]) -> dict[str, int]:
    """What each name means, where that is clear."""
    told = {name: meant(name, places) for name in names}
    return {name: listing for name, listing in told.items() if listing is not None}


def _place(listing_id: int, site: str, key: str, branch: str | None, code: str | None) -> Place:
    known = site_named(site)
    names = frozenset(bare(name) for name in (branch, code) if name)
    return Place(listing_id, branch or say("(the brand)"), site, known.title if known else site, names, key)
