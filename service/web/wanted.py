"""What a reader of the inbox asked to see, as an address and as a condition on the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlmodel import Session, col

from service.domain import Flag, Scale
from service.models import Branch, Listing, Review
from service.people.may import Who
from service.web.search import LONGEST, says
from service.web.shelves import SHELVES

STARS = ("1", "2", "3", "4", "5")

_PLAIN: dict[str, object] = {
    **{"state": "open", "branch": "", "site": "", "stars": "", "flag": "", "language": ""},
    **{"mine": 0, "q": "", "page": 1, "live": 0},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked to see; "" is any."""

    shelf: str = "open"
    branch: str = ""
    site: str = ""
    stars: str = ""
    flag: str = ""
    language: str = ""
    mine: bool = False
    q: str = ""
    page: int = 1
    live: bool = False

    @classmethod
    def from_query(cls, query: Any) -> Wanted:
        """Read a query string; what is not understood means the default."""
        shelf, stars, flag = query.get("state", "open"), query.get("stars", ""), query.get("flag", "")
        return cls(
            shelf=shelf if shelf in SHELVES else "open",
            branch=query.get("branch", ""),
            site=query.get("site", ""),
            stars=stars if stars in STARS else "",
            flag=flag if flag in list(Flag) else "",
            language=query.get("language", "")[:20],
            mine=query.get("mine") == "1",
            q=query.get("q", "").strip()[:LONGEST],
            page=max(1, min(query.get("page", 1, type=int), 100_000)),
            live=query.get("live") == "1",
        )

    @property
    def is_narrow(self) -> bool:
        """Whether only some of a shelf is asked for."""
        return any((self.branch, self.site, self.stars, self.flag, self.language, self.mine, self.q))

    @property
    def is_chosen(self) -> bool:
        """Whether anything but words and the first shelf is chosen."""
        return self.shelf != "open" or any(
            (self.branch, self.site, self.stars, self.flag, self.language, self.mine)
        )

    def address(self, **changes: object) -> str:
        """This page of the inbox with ``changes``, as an address."""
        left = self.query(**changes)
        return "/" + ("?" + urlencode(left) if left else "")

    def query(self, **changes: object) -> dict[str, object]:
        """What an address must say of it: all that is not plain."""
        asked: dict[str, object] = {name: getattr(self, name) for name in _PLAIN if name != "state"}
        asked |= {"state": self.shelf, "mine": int(self.mine), "live": int(self.live)} | changes
        return {name: asked[name] for name in _PLAIN if asked[name] != _PLAIN[name]}

    def page_address(self, page: int) -> str:
        """Another page of the same."""
        return self.address(page=page)

    def conditions(self, session: Session, who: Who) -> list[ColumnElement[bool]]:
        """What a review must meet; the shelf is another's."""
        found: list[ColumnElement[bool]] = []
        if self.branch or self.site:
            found.append(col(Review.listing_id).in_(self._listings()))
        if self.stars:
            found.append(_has_stars(int(self.stars)))
        if self.flag:
            found.append(_is_flagged(self.flag))
        if self.language:
            found.append(_is_in(self.language))
        if self.mine:
            found.append(_is_of(who))
        sought = says(session, self.q)
        return found if sought is None else [*found, sought]

    def _listings(self) -> Select[Any]:
        wanted = select(col(Listing.id)).outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        if self.branch:
            wanted = wanted.where(col(Branch.code) == self.branch)
        return wanted.where(col(Listing.site) == self.site) if self.site else wanted


def _is_in(language: str) -> ColumnElement[bool]:
    """Not by the index of languages, which leads to whole rows: the inbox's own holds all that is asked."""
    return func.coalesce(col(Review.language), "") == language


def _is_flagged(flag: str) -> ColumnElement[bool]:
    """A whole name among those with a space between."""
    return (" " + col(Review.flags) + " ").contains(f" {flag} ", autoescape=True)


def _has_stars(stars: int) -> ColumnElement[bool]:
    """The rating on five stars, to the nearest; a verdict without one counts as five or one."""
    outer = func.coalesce(col(Review.best), case((col(Review.scale) == Scale.POINTS10, 10.0), else_=5.0))
    on_five = col(Review.rating) * 5.0 / outer
    rated = and_(on_five >= stars - 0.5, on_five < stars + 0.5)
    if stars not in (1, 5):
        return rated
    return or_(rated, and_(col(Review.rating).is_(None), col(Review.recommends).is_(stars == 5)))


def _is_of(who: Who) -> ColumnElement[bool]:
    if who.id is not None:
        return col(Review.claimed_by) == who.id
    return and_(col(Review.claimed_by).is_(None), col(Review.claimed_as) == who.name)
