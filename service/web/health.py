"""Health: how each listing is heard, by each route, and what to do where it is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, exists, func, select
from sqlmodel import Session, col

from service import doctor
from service.domain import Health, Outcome
from service.models import Branch, Listing, ListingSource, LookRow, Review
from service.people.may import WHOLE, Act, may
from service.sites.base import Politeness
from service.sites.registry import site_named
from service.sources import misfits
from service.watch import claims
from service.watch.feed_rows import titled
from service.web.desk import desk, now, rows
from service.web.me import is_hers, is_of_hers, me
from service.web.phrases import gettext
from service.web.shown import safe_link, site_title
from service.web.strip import Strip, drawn

screen = Blueprint("health", __name__)

LOOKS_DRAWN = 40
PAGE_SIZE = 25
WELL = (Health.OK.value, Health.NEVER.value)


@dataclass(frozen=True, slots=True)
class HeardBy:
    """One route of one listing."""

    row: ListingSource
    looks: tuple[LookRow, ...]
    strip: Strip

    @property
    def well(self) -> bool:
        """Whether nobody need do anything."""
        return self.row.health in WELL


@dataclass(frozen=True, slots=True)
class Watched:
    """One listing with all its routes. ``reviews`` is how many we hold that still stand there."""

    listing: Listing
    branch: str | None
    zone: str
    site: str
    link: str | None
    reviews: int
    routes: tuple[HeardBy, ...]
    is_feed: bool = False
    at: Branch | None = None

    @property
    def hears(self) -> str:
        """What is heard there, in one word."""
        return "mention" if self.is_feed else "review"

    @property
    def about(self) -> str:
        """Whose it is."""
        return self.branch or (gettext("The brand") if self.is_feed else gettext("No branch"))

    @property
    def well(self) -> bool:
        """Whether every route is."""
        return all(route.well for route in self.routes)


@screen.get("/health")
def health() -> str:
    """Every listing, those that need somebody first."""
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    session = rows()
    total, unwell = _counts(session)
    return render_template(
        "health.html",
        watched=watched(session, _listings_on(session, page)),
        total=total,
        unwell=unwell,
        misfits=misfits.lately(session, now()),
        findings=_findings(now()) if may(me(), Act.SETTINGS, WHOLE) else [],
        page=page,
        pages=max(1, -(-total // PAGE_SIZE)),
        address=lambda page: "/health" + (f"?page={page}" if page > 1 else ""),
    )


@screen.post("/health/<int:listing_id>/look")
def look_now(listing_id: int) -> Response:
    """Ask for a look as soon as politeness allows; the engine finds it."""
    with desk().database.transaction() as session:
        listing = session.get(Listing, listing_id)
        if listing is None or claims.hint(session, listing_id, _gap(listing.site), now()) is None:
            abort(404)
    return redirect(url_for(".health", _anchor=f"listing-{listing_id}"), 303)  # type: ignore[return-value]


def _gap(site: str) -> timedelta:
    known = site_named(site)
    return (known.politeness if known else Politeness()).gap


def watched_one(session: Session, listing_id: int) -> Watched | None:
    """One listing; None where it is not watched."""
    return next(iter(watched(session, [listing_id])), None)


def _counts(session: Session) -> tuple[int, int]:
    """How many listings are watched, and how many of them need somebody."""
    active = select(func.count()).select_from(Listing).where(col(Listing.active), is_of_hers(Listing.id))
    total, unwell = session.scalar(active), session.scalar(active.where(is_unwell()))
    return total or 0, unwell or 0


def _listings_on(session: Session, page: int) -> list[int]:
    query = (
        select(col(Listing.id))
        .outerjoin(Branch, col(Listing.branch_id) == col(Branch.id))
        .where(col(Listing.active), is_hers())
        .order_by(is_unwell().desc(), col(Branch.name), col(Listing.site), col(Listing.id))
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [listing for listing in session.scalars(query) if listing is not None]


def is_unwell() -> ColumnElement[bool]:
    return exists().where(
        col(ListingSource.listing_id) == col(Listing.id), col(ListingSource.health).not_in(WELL)
    )


def watched(session: Session, wanted: Sequence[int]) -> list[Watched]:
    """The listings ``wanted`` that are watched, in that order."""
    query = (
        select(Listing, Branch)
        .outerjoin(Branch, col(Listing.branch_id) == col(Branch.id))
        .where(col(Listing.id).in_(wanted), col(Listing.active))
    )
    feeds = titled(session, wanted)
    routes, looks, held = _routes(session, wanted), _recent_looks(session, wanted), _held(session, wanted)
    found = {
        listing.id: Watched(
            listing=listing,
            branch=branch.name if branch else None,
            zone=branch.tz if branch else "UTC",
            site=feeds.get(listing.id) or site_title(listing.site),
            link=safe_link(listing.url),
            reviews=held.get(listing.id, 0),
            routes=tuple(_heard_by(row, looks[listing.id, row.route]) for row in routes[listing.id]),
            is_feed=listing.id in feeds,
            at=branch,
        )
        for listing, branch in session.execute(query)
    }
    return [found[listing] for listing in wanted if listing in found]


def _routes(session: Session, wanted: Sequence[int]) -> defaultdict[int, list[ListingSource]]:
    query = (
        select(ListingSource)
        .where(col(ListingSource.listing_id).in_(wanted))
        .order_by(col(ListingSource.route))
    )
    found = defaultdict(list)
    for row in session.scalars(query):
        found[row.listing_id].append(row)
    return found


def _heard_by(row: ListingSource, looks: list[LookRow]) -> HeardBy:
    return HeardBy(row, tuple(looks), drawn([Outcome(look.outcome) for look in looks]))


def _recent_looks(
    session: Session, wanted: Sequence[int]
) -> defaultdict[tuple[int | None, str], list[LookRow]]:
    """The last looks at each listing by each route, oldest first."""
    newest_first = (col(LookRow.started_at).desc(), col(LookRow.id).desc())
    place = func.row_number().over(
        partition_by=(col(LookRow.listing_id), col(LookRow.route)), order_by=newest_first
    )
    placed = (
        select(col(LookRow.id).label("id"), place.label("place"))
        .where(col(LookRow.listing_id).in_(wanted))
        .subquery()
    )
    query = (
        select(LookRow)
        .join(placed, placed.c.id == col(LookRow.id))
        .where(placed.c.place <= LOOKS_DRAWN)
        .order_by(col(LookRow.started_at), col(LookRow.id))
    )
    found: defaultdict[tuple[int | None, str], list[LookRow]] = defaultdict(list)
    for look in session.scalars(query):
        found[look.listing_id, look.route].append(look)
    return found


def _held(session: Session, wanted: Sequence[int]) -> dict[int | None, int]:
    """How many reviews of each listing we hold that still stand there."""
    query = (
        select(col(Review.listing_id), func.count())
        .where(col(Review.listing_id).in_(wanted), col(Review.removed_at).is_(None))
        .group_by(col(Review.listing_id))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _findings(moment: datetime) -> list[doctor.Finding]:
    """What is not good about this installation."""
    found = doctor.examine(desk().settings, desk().database, moment)
    shown_above = "browser extension"
    return [one for one in found if one.level is not doctor.Level.GOOD and one.about != shown_above]
