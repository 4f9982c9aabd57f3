"""The inbox: what needs a reply, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import ColumnElement, case, exists, func, select
from sqlmodel import Session, col

from service.domain import Flag, Kind, Urgency
from service.models import Branch, CaseFile, CaseState, Listing, Question, Review
from service.people.may import Act
from service.watch.questions import open_count
from service.web import fresh
from service.web.acting import new_key
from service.web.desk import now, rows
from service.web.mailboxes import asked_count
from service.web.me import is_hers, is_of_hers, may_go, me
from service.web.phrases import counted, said
from service.web.shelves import (
    OPEN_STATES,
    SHELVES,
    due_at,
    most_urgent_first,
    next_due,
    on_shelf,
    runs_or_is_owed,
)
from service.web.shown import held_flags, judged, site_title
from service.web.wanted import STARS, Wanted

screen = Blueprint("inbox", __name__)

PAGE_SIZE = 25
OPENING = 280  # characters: what fits on a phone before the eye moves on
REASONS = 3
REFRESH_SECONDS = 10  # without scripts, and where it was asked for


@dataclass(frozen=True, slots=True)
class Waiting:
    """One review as the inbox shows it."""

    review: Review
    branch: Branch | None
    zone: str
    site: str
    opening: str
    cut: bool
    due_at: datetime | None
    case: CaseFile | None = None

    @property
    def is_free(self) -> bool:
        """Whether it waits for somebody to take it."""
        waits = self.review.state in OPEN_STATES and self.review.removed_at is None
        return waits and self.review.claimed_as is None

    @property
    def held_for(self) -> tuple[str, ...]:
        """The flags that hold it."""
        return held_flags(judged(self.review.triage))

    @property
    def why(self) -> str:
        """The first reasons of its judgement, in one line."""
        judgement = judged(self.review.triage)
        return "; ".join(map(said, judgement.reasons[:REASONS])) if judgement else ""

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
    in_part = fresh.is_asked_for()
    return make_response(
        render_template(
            "inbox_list.html" if in_part else "inbox.html",
            alone=in_part,
            known=session.scalar(select(func.max(col(Review.id)))) or 0,
            refresh_seconds=REFRESH_SECONDS,
            wanted=wanted,
            shelves=SHELVES,
            waiting=_waiting(session, wanted, moment),
            found=found,
            pages=pages,
            figures=_figures(session, moment),
            branches=_branches(session),
            sites=_sites(session),
            languages=_languages(session),
            flags=tuple(Flag),
            stars=STARS,
            offline=_offline(session, moment),
            key=new_key(),
            questions=open_count(session, is_of_hers(Question.listing_id, Act.DECIDE)),
            mails=asked_count(session) if may_go("mailboxes.mailboxes") else 0,
        )
    )


@screen.get("/inbox/fresh")
def arrived() -> Response:
    """How many came, of those that are asked for, since the page was shown."""
    wanted = Wanted.from_query(request.args)
    since = _matching(select(func.count(col(Review.id))), wanted, now())
    new: int = rows().execute(since.where(col(Review.id) > fresh.known())).scalar_one()
    if wanted.shelf == "mentions":
        told = counted("%(n)s new mention", "%(n)s new mentions", new)
    else:
        told = counted("%(n)s new review", "%(n)s new reviews", new)
    return fresh.told(new, told, wanted.address(page=1), in_place=wanted.page == 1)


def _waiting(session: Session, wanted: Wanted, moment: datetime) -> list[Waiting]:
    """One page: sorted by ids alone, since sorting whole rows with their texts costs ten times as much."""
    sorted_ids = (
        _matching(select(col(Review.id)), wanted, moment)
        .order_by(*most_urgent_first())
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    )
    ids = session.scalars(sorted_ids).all()
    whole = (
        select(Review, Listing, Branch, CaseFile)
        .join(Listing, col(Review.listing_id) == col(Listing.id))
        .outerjoin(Branch, col(Listing.branch_id) == col(Branch.id))
        .outerjoin(CaseFile, col(CaseFile.review_id) == col(Review.id))
        .where(col(Review.id).in_(ids))
    )
    found = {review.id: (review, *others) for review, *others in session.execute(whole)}
    return [_shown(*found[review_id]) for review_id in ids]


def _shown(review: Review, listing: Listing, branch: Branch | None, case: CaseFile | None) -> Waiting:
    text = (review.text or "").strip()
    return Waiting(
        review=review,
        branch=branch,
        zone=branch.tz if branch else "UTC",
        site=site_title(listing.site),
        opening=text[:OPENING],
        cut=len(text) > OPENING or not review.text_complete,
        due_at=case.report_back_due if case and case.is_owed else due_at(review),
        case=case if case and (case.is_running or case.is_owed) else None,
    )


def _count(session: Session, wanted: Wanted, moment: datetime) -> int:
    found: int = session.execute(_matching(select(func.count(col(Review.id))), wanted, moment)).scalar_one()
    return found


def _figures(session: Session, moment: datetime) -> dict[str, int]:
    """How many reviews wait, how many mentions want somebody; how many of both are held, urgent, overdue."""
    row = session.execute(
        select(
            _sum_of(col(Review.kind) != Kind.MENTION).label("waiting"),
            _sum_of(col(Review.kind) == Kind.MENTION).label("mentions"),
            _sum_of(col(Review.urgency) == Urgency.HELD).label("held"),
            _sum_of(col(Review.urgency) == Urgency.HIGH).label("urgent"),
            _sum_of(col(Review.urgency).is_(None)).label("unjudged"),
            _sum_of(next_due() < moment).label("overdue"),
        ).where(on_shelf("open", moment), is_of_hers(Review.listing_id))
    ).one()
    return {name: int(value or 0) for name, value in row._mapping.items()}


def _offline(session: Session, moment: datetime) -> tuple[int, int]:
    """How many cases run or are to be reported back, and how many of these reports are overdue."""
    there = exists().where(
        col(Review.id) == col(CaseFile.review_id),
        col(Review.erased_at).is_(None),
        col(Review.removed_at).is_(None),
        is_of_hers(Review.listing_id),
    )
    late = case(((col(CaseFile.state) == CaseState.RESOLVED) & (col(CaseFile.report_back_due) < moment), 1))
    running, overdue = session.execute(
        select(func.count(), func.count(late)).where(runs_or_is_owed(), there)
    ).one()
    return running, overdue


def _sum_of(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _branches(session: Session) -> list[tuple[str, str]]:
    query = select(col(Branch.code), col(Branch.name)).where(is_hers()).order_by(col(Branch.name))
    return [(code, name) for code, name in session.execute(query)]


def _sites(session: Session) -> list[tuple[str, str]]:
    sites = select(col(Listing.site)).where(is_of_hers(Listing.id)).distinct().order_by(col(Listing.site))
    return [(name, site_title(name)) for name in session.scalars(sites)]


def _languages(session: Session) -> list[str]:
    """Those that reviews are written in: read from their index."""
    found = select(col(Review.language)).where(col(Review.language).is_not(None)).distinct()
    return [language for language in session.scalars(found.order_by(col(Review.language))) if language]


def _matching(query: Any, wanted: Wanted, moment: datetime) -> Any:
    """Without a join: what is asked for of the listing is a condition on its number."""
    hers = is_of_hers(Review.listing_id)
    return query.where(on_shelf(wanted.shelf, moment), hers, *wanted.conditions(rows(), me()))
