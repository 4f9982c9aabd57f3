"""One review with all that its page shows, read from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from service.domain import Item
from service.models import Branch, Listing, Review, ReviewVersion
from service.replies.triage import Triage
from service.watch.rows import item_of
from service.web.phrases import gettext
from service.web.shelves import due_at
from service.web.shown import held_flags, judged, safe_link, site_title


@dataclass(frozen=True, slots=True)
class Version:
    """One distinct thing one route said. ``differs`` says what is not as in the version before."""

    row: ReviewVersion
    item: Item
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One review with all that its page shows."""

    review: Review
    listing: Listing
    branch: Branch | None
    zone: str
    site: str
    link: str | None
    due_at: datetime | None
    judgement: Triage | None
    held_for: tuple[str, ...]
    versions: tuple[Version, ...]
    provenance: tuple[tuple[str, str, datetime | None, str], ...]


def opened(session: Session, review_id: int) -> Opened | None:
    """The review as its page shows it; None where there is none, or its words were erased."""
    row = session.execute(
        select(Review, Listing, Branch)
        .join(Listing, col(Review.listing_id) == col(Listing.id))
        .outerjoin(Branch, col(Listing.branch_id) == col(Branch.id))
        .where(col(Review.id) == review_id, col(Review.erased_at).is_(None))
    ).one_or_none()
    if row is None:
        return None
    review, listing, branch = row
    judgement = judged(review.triage)
    return Opened(
        review=review,
        listing=listing,
        branch=branch,
        zone=branch.tz if branch else "UTC",
        site=site_title(listing.site),
        link=safe_link(review.permalink) or safe_link(listing.url),
        due_at=due_at(review),
        judgement=judgement,
        held_for=held_flags(judgement),
        versions=_versions(session, review_id),
        provenance=_provenance(review.provenance),
    )


def _versions(session: Session, review_id: int) -> tuple[Version, ...]:
    query = (
        select(ReviewVersion)
        .where(col(ReviewVersion.review_id) == review_id)
        .order_by(col(ReviewVersion.seen_at), col(ReviewVersion.n))
    )
    found: list[Version] = []
    for row in session.execute(query).scalars():
        item = item_of(row.item)
        found.append(Version(row, item, _differs(found[-1].item, item) if found else ()))
    return tuple(reversed(found))


def _differs(before: Item, after: Item) -> tuple[str, ...]:
    """What a reader sees that is not as it was."""
    seen = {
        gettext("new words"): (before.title, before.text) != (after.title, after.text),
        gettext("new rating"): (before.rating, before.recommends) != (after.rating, after.recommends),
        gettext("new name"): before.author != after.author,
        gettext("new date"): before.posted != after.posted,
        gettext("owner replied"): before.reply is None and after.reply is not None,
        gettext("owner's reply changed"): None not in (before.reply, after.reply)
        and before.reply != after.reply,
        gettext("owner's reply gone"): before.reply is not None and after.reply is None,
    }
    return tuple(name for name, differs in seen.items() if differs)


def _provenance(told: dict[str, Any]) -> tuple[tuple[str, str, datetime | None, str], ...]:
    """``review.provenance`` as rows: field, route, when, how exactly (CONTRACTS §8.4)."""
    return tuple(
        (name.replace("_", " "), route, datetime.fromisoformat(at) if at else None, precision or "")
        for name, (route, at, precision) in sorted(told.items())
    )
