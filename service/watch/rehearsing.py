"""Words held against the reviews of late: what they would have said, approved or not. It stores nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, true
from sqlmodel import Session, col

from service.domain import Kind
from service.models import Branch, Listing, Review
from service.replies.pack import Pack
from service.replies.suggest import rehearse
from service.replies.suggestion import Suggestions
from service.replies.triage import Triage
from service.sites.registry import rules_of

LATELY = timedelta(days=90)
MOST = 200  # reviews: a page must not become slower as a chain grows


@dataclass(frozen=True, slots=True)
class Heard:
    """One review as it was judged, with its branch and its site."""

    review: Review
    judged: Triage
    branch: Branch
    site: str


def heard_lately(session: Session, now: datetime, where: ColumnElement[bool] | None = None) -> list[Heard]:
    """The newest reviews of the last 90 days that were judged and still stand, at most ``MOST``.

    ``where`` is a condition on the review's branch.
    """
    since = now - LATELY
    posted, seen = col(Review.posted_at), col(Review.first_seen_at)
    rows = session.execute(
        select(Review, Branch, col(Listing.site))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(
            or_(posted >= since, posted.is_(None) & (seen >= since)),
            col(Review.kind) != Kind.MENTION,
            col(Review.removed_at).is_(None),
            col(Review.erased_at).is_(None),
            col(Review.triage).is_not(None),
            true() if where is None else where,
        )
        .order_by(col(Review.id).desc())
        .limit(MOST)
    )
    nobody = Branch(code="", name="")
    return [
        Heard(review, Triage.from_json(review.triage), branch or nobody, site)
        for review, branch, site in rows
        if review.triage
    ]


def rehearsed(
    heard: Sequence[Heard], packs: Sequence[Pack], now: datetime, approved: Collection[bytes] = ()
) -> Iterator[tuple[Heard, Suggestions]]:
    """What ``packs`` would say to each of ``heard`` today, had nothing been said before."""
    for one in heard:
        rules = rules_of(one.site)
        yield (
            one,
            rehearse(
                one.review, one.judged, one.branch, one.site, packs, approved=approved, rules=rules, now=now
            ),
        )
