"""The inbox: what needs a reply, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, col

from service.domain import ReviewState, Urgency
from service.models import Branch, Listing, Review
from service.web.desk import now, rows
from service.web.shown import held_flags, judged, site_title

screen = Blueprint("inbox", __name__)

PAGE_SIZE = 25
OPENING = 280  # characters: what fits on a phone before the eye moves on
REASONS = 3
REFRESH_SECONDS = 10

OPEN_STATES = (
    ReviewState.NEW,
    ReviewState.SEEN,
    ReviewState.CLAIMED,
    ReviewState.INSERTED,
    ReviewState.SUBMITTED,
    ReviewState.REJECTED,
    ReviewState.VANISHED,  # the reply did, so the review waits again
)

SHELVES = {
    "open": "Needs a reply",
    "past": "From before we listened",
    "answered": "Answered",
    "ended": "Closed, or gone from the site",
    "all": "Everything",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked to see; "" is any."""

    shelf: str = "open"
    branch: str = ""
    site: str = ""
    page: int = 1
    live: bool = False

    @classmethod
    def from_query(cls, query: Any) -> Wanted:
        """Read a query string; what is not understood means the default."""
        shelf = query.get("state", "open")
        return cls(
            shelf=shelf if shelf in SHELVES else "open",
            branch=query.get("branch", ""),
            site=query.get("site", ""),
            page=max(1, min(query.get("page", 1, type=int), 100_000)),
            live=query.get("live") == "1",
        )

    def address(self, **changes: object) -> str:
        """This page of the inbox with ``changes``, as an address."""
        asked: dict[str, object] = {"state": self.shelf, "branch": self.branch, "site": self.site}
        asked |= {"page": self.page, "live": int(self.live)} | changes
        plain = {"state": "open", "page": 1, "live": 0, "branch": "", "site": ""}
        left = {key: value for key, value in asked.items() if value != plain[key]}
        return "/" + ("?" + urlencode(left) if left else "")

    def page_address(self, page: int) -> str:
        """Another page of the same."""
        return self.address(page=page)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One review as the inbox shows it."""

    review: Review
    branch: str | None
    zone: str
    site: str
    opening: str
    cut: bool
    due_at: datetime | None

    @property
    def held_for(self) -> tuple[str, ...]:
        """The flags that hold it."""
        return held_flags(judged(self.review.triage))

    @property
    def why(self) -> str:
        """The first reasons of its judgement, in one line."""
        judgement = judged(self.review.triage)
        return "; ".join(judgement.reasons[:REASONS]) if judgement else ""

    @property
    def urgency(self) -> str:
        """The name of its urgency; "unjudged" where nobody judged it yet."""
        return self.review.urgency or "unjudged"


@screen.get("/")
def inbox() -> Response:
    """What needs a reply."""
    wanted = Wanted.from_query(request.args)
    session, moment = rows(), now()
    found = _count(session, wanted, moment)
    pages = max(1, -(-found // PAGE_SIZE))
    answer = make_response(
        render_template(
            "inbox.html",
            wanted=wanted,
            shelves=SHELVES,
            waiting=_waiting(session, wanted, moment),
            found=found,
            pages=pages,
            figures=_figures(session, moment),
            branches=_branches(session),
            sites=_sites(session),
        )
    )
    if wanted.live:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _waiting(session: Session, wanted: Wanted, moment: datetime) -> list[Waiting]:
    query = (
        _matching(select(Review, Listing, Branch), wanted, moment)
        .order_by(*_most_urgent_first())
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    )
    return [_shown(*row) for row in session.execute(query).all()]


def _shown(review: Review, listing: Listing, branch: Branch | None) -> Waiting:
    text = (review.text or "").strip()
    return Waiting(
        review=review,
        branch=branch.name if branch else None,
        zone=branch.tz if branch else "UTC",
        site=site_title(listing.site),
        opening=text[:OPENING],
        cut=len(text) > OPENING or not review.text_complete,
        due_at=due_at(review),
    )


def due_at(review: Review) -> datetime | None:
    """What is due next: somebody to take it, then the reply in public; nothing once it is over."""
    if review.state not in OPEN_STATES or review.baseline or review.removed_at:
        return None
    if review.state in (ReviewState.NEW, ReviewState.SEEN) and review.due_claim_at:
        return review.due_claim_at
    return review.due_public_at


def _count(session: Session, wanted: Wanted, moment: datetime) -> int:
    found: int = session.execute(_matching(select(func.count(col(Review.id))), wanted, moment)).scalar_one()
    return found


def _figures(session: Session, moment: datetime) -> dict[str, int]:
    """How many wait in all, how many of them are held, urgent, not judged, overdue."""
    row = session.execute(
        select(
            func.count(col(Review.id)).label("waiting"),
            _sum_of(col(Review.urgency) == Urgency.HELD).label("held"),
            _sum_of(col(Review.urgency) == Urgency.HIGH).label("urgent"),
            _sum_of(col(Review.urgency).is_(None)).label("unjudged"),
            _sum_of(_due() < moment).label("overdue"),
        ).where(_on_shelf("open", moment))
    ).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}


def _sum_of(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _branches(session: Session) -> list[tuple[str, str]]:
    query = select(col(Branch.code), col(Branch.name)).order_by(col(Branch.name))
    return [(code, name) for code, name in session.execute(query)]


def _sites(session: Session) -> list[tuple[str, str]]:
    names = session.execute(select(col(Listing.site)).distinct().order_by(col(Listing.site))).scalars()
    return [(name, site_title(name)) for name in names]


def _matching(query: Any, wanted: Wanted, moment: datetime) -> Any:
    query = (
        query.select_from(Review)
        .join(Listing, col(Review.listing_id) == col(Listing.id))
        .outerjoin(Branch, col(Listing.branch_id) == col(Branch.id))
        .where(_on_shelf(wanted.shelf, moment))
    )
    if wanted.branch:
        query = query.where(col(Branch.code) == wanted.branch)
    if wanted.site:
        query = query.where(col(Listing.site) == wanted.site)
    return query


def _on_shelf(shelf: str, moment: datetime) -> ColumnElement[bool]:
    here = col(Review.removed_at).is_(None) & col(Review.erased_at).is_(None)
    unanswered = col(Review.state).in_(OPEN_STATES) & here
    awake = or_(col(Review.snoozed_until).is_(None), col(Review.snoozed_until) <= moment)
    return {
        "open": and_(unanswered, awake, col(Review.baseline).is_(False)),
        "past": and_(unanswered, col(Review.baseline).is_(True)),
        "answered": (col(Review.state) == ReviewState.ANSWERED) & here,
        "ended": or_(col(Review.state) == ReviewState.CLOSED, col(Review.removed_at).is_not(None)),
        "all": col(Review.erased_at).is_(None),
    }[shelf]


def _most_urgent_first() -> tuple[ColumnElement[Any], ...]:
    """Held, then what nobody judged (it may be anything), then urgent, normal, calm; then by what is due."""
    rank = case(
        (col(Review.urgency) == Urgency.HELD, 0),
        (col(Review.urgency).is_(None), 1),
        (col(Review.urgency) == Urgency.HIGH, 2),
        (col(Review.urgency) == Urgency.NORMAL, 3),
        else_=4,
    )
    heard = func.coalesce(col(Review.posted_at), col(Review.first_seen_at))
    return (rank, _due().asc().nulls_last(), heard.desc(), col(Review.id).desc())


def _due() -> ColumnElement[Any]:
    """``due_at`` where rows are compared."""
    unclaimed = col(Review.state).in_((ReviewState.NEW, ReviewState.SEEN))
    next_due = func.coalesce(col(Review.due_claim_at), col(Review.due_public_at))
    return case((unclaimed, next_due), else_=col(Review.due_public_at))
