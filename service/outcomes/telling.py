"""What a paired browser tells of a reply: kept once, under the key it gave, and never more than "submitted".

A browser keeps what it tells until we have it, so it may tell it late, twice, or after another person stands
at the desk. What cannot be kept is refused with the reason, and the browser forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from service.errors import Overtaken
from service.models import Branch, Listing, Posting, PostingEvent, PostingState, Review
from service.outcomes.handling import Actor, Step, in_hand
from service.outcomes.inserting import Browser
from service.outcomes.postings import Told
from service.outcomes.seen import see
from service.outcomes.using import tell
from service.replies.classify import LONGEST_TEXT

AHEAD = timedelta(minutes=5)  # how far another clock may run ahead of ours
LATE = timedelta(days=30)  # what lay in a browser for longer is no news
TELLABLE = frozenset(PostingState) - {PostingState.SEEN_IN_PUBLIC}

TO_COME = "It lies in the future: set this computer's clock. Nothing was kept."
TOO_OLD = "It is older than a month. Nothing was kept."
TOO_EARLY = "It lies before the words were taken along: set this computer's clock. Nothing was kept."
TOO_LONG = "The text is longer than any site takes. Nothing was kept."
NOT_HERE = "No such review is yours to answer. Nothing was kept."
NOT_TAKEN = "No words were taken along for this review from here. Nothing was kept."
NOT_HERS = "Those words were taken along by somebody else. Nothing was kept."
NOT_TELLABLE = "A browser cannot prove that. Nothing was kept."


class Result(StrEnum):
    """What became of one thing that was told."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that happened, as a browser tells it; ``posting`` is None where it does not know."""

    key: UUID
    review: int
    posting: int | None
    kind: PostingState
    at: datetime
    text: str | None = None
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells, through which browser, and the reviews she may answer (on review, listing and branch).

    At a desk station several people take turns, so what was taken along there may be told by the next.
    """

    name: str
    browser: Browser
    within: ColumnElement[bool]
    is_station: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it, and why it was refused."""

    result: Result
    why: str | None = None


def keep(session: Session, report: Report, teller: Teller, now: datetime) -> Kept:
    """Keep one report, in a transaction of its own."""
    if _is_known(session, report, teller):
        return Kept(Result.DUPLICATE)
    if why := _unfit(report, now) or _not_hers(session, report.review, teller):
        return Kept(Result.REFUSED, why)
    try:
        review = in_hand(session, report.review)
    except Overtaken as gone:
        return Kept(Result.REFUSED, str(gone))
    posting = _posting(session, report, teller)
    if isinstance(posting, str):
        return Kept(Result.REFUSED, posting)
    return _keep(session, review, posting, report, teller, now)


def _keep(
    session: Session, review: Review, posting: Posting, report: Report, teller: Teller, now: datetime
) -> Kept:
    device = teller.browser.device
    told = Told(
        device, str(report.key), report.kind, report.at, report.text, report.signs, teller.browser.told
    )
    step = Step(Actor(teller.name), str(report.key), now)
    if not tell(session, review, posting, told, step):
        return Kept(Result.DUPLICATE)
    if report.kind is PostingState.SUBMITTED:
        see(session, review, f"told:{device}:{report.key}", now, now)  # a look may have been quicker
    return Kept(Result.STORED)


def _unfit(report: Report, now: datetime) -> str | None:
    if report.kind not in TELLABLE:
        return NOT_TELLABLE
    if report.at > now + AHEAD:
        return TO_COME
    if report.at < now - LATE:
        return TOO_OLD
    return TOO_LONG if report.text is not None and len(report.text) > LONGEST_TEXT else None


def _is_known(session: Session, report: Report, teller: Teller) -> bool:
    same = select(col(PostingEvent.id)).where(
        col(PostingEvent.device) == teller.browser.device, col(PostingEvent.key) == str(report.key)
    )
    return session.execute(same).first() is not None


def _not_hers(session: Session, review_id: int, teller: Teller) -> str | None:
    hers = (
        select(col(Review.id))
        .join(Listing, col(Listing.id) == col(Review.listing_id))
        .outerjoin(Branch, col(Branch.id) == col(Listing.branch_id))
        .where(col(Review.id) == review_id, teller.within)
    )
    return None if session.execute(hers).first() else NOT_HERE


def _posting(session: Session, report: Report, teller: Teller) -> Posting | str:
    """The posting it is about, or why there is none that she may speak of."""
    if report.posting is None:
        return _newest(session, report, teller) or NOT_TAKEN
    posting = session.get(Posting, report.posting)
    if posting is None or posting.review_id != report.review:
        return NOT_TAKEN
    if posting.person != teller.name and not (teller.is_station and _was_here(session, posting, teller)):
        return NOT_HERS
    return TOO_EARLY if report.at < posting.made_at - AHEAD else posting


def _newest(session: Session, report: Report, teller: Teller) -> Posting | None:
    """What she took along last."""
    hers = select(Posting).where(col(Posting.review_id) == report.review, col(Posting.person) == teller.name)
    return session.scalars(hers.order_by(col(Posting.id).desc()).limit(1)).first()


def _was_here(session: Session, posting: Posting, teller: Teller) -> bool:
    here = select(col(PostingEvent.id)).where(
        col(PostingEvent.posting_id) == posting.id, col(PostingEvent.device) == teller.browser.device
    )
    return session.execute(here).first() is not None
