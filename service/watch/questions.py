"""What only a person can tell: asked once, answered once, and never asked again of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from service.domain import Item, Observation, Proof, Route
from service.errors import AnswerRefused
from service.models import Listing, Question, Review, ReviewKey
from service.sentences import say
from service.watch.changes import QuestionKind
from service.watch.check import Kept, Watch
from service.watch.holding import hold_reviews
from service.watch.identity import KnownReview
from service.watch.rows import item_of

ANOTHER: Literal["new"] = "new"
"""The choice that says: none of these, it is a review of its own (or: these are not one)."""

Choice = int | Literal["new"]


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question as a screen shows it: what was read, by whom, and what it may be."""

    id: int
    kind: QuestionKind
    listing: Listing
    asked_at: datetime
    item: Item
    route: Route
    candidates: tuple[Review, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """How a question stands now; ``already`` where somebody else was quicker, and then her answer counts.

    ``review`` is where the words are stored, None where two reviews were left apart.
    """

    review: int | None
    by: str
    at: datetime
    already: bool = False


def open_count(session: Session, within: ColumnElement[bool] | None = None) -> int:
    """How many questions wait for a person; ``within`` are conditions on them, none unless given."""
    waiting = select(func.count()).select_from(Question).where(col(Question.answered_at).is_(None))
    if within is not None:
        waiting = waiting.where(within)
    count: int = session.execute(waiting).scalar_one()
    return count


def open_questions(
    session: Session, within: ColumnElement[bool] | None = None, *, limit: int = 50
) -> tuple[OpenQuestion, ...]:
    """Those that wait, the oldest first; who was erased, or is surely another since, is not offered."""
    waiting = (
        select(Question, Listing)
        .join(Listing, col(Listing.id) == col(Question.listing_id))
        .where(col(Question.answered_at).is_(None))
    )
    if within is not None:
        waiting = waiting.where(within)
    rows = session.execute(waiting.order_by(col(Question.id)).limit(limit)).all()
    return tuple(_opened(session, question, listing) for question, listing in rows)


def answer(
    session: Session, watch: Watch, question_id: int, choice: Choice, by: str, now: datetime
) -> Answered:
    """Store what was read as the review that a person names, or as its own; in the caller's transaction.

    Answering twice is answering once. Raises ``AnswerRefused`` for a question that is not there, or a choice
    that it does not offer.
    """
    asked = session.get(Question, question_id)
    if asked is not None:
        hold_reviews(session, asked.listing_id)
    question = session.get(Question, question_id, with_for_update=True, populate_existing=True)
    if question is None:
        raise AnswerRefused(
            say("This question is no longer there. Nothing was changed; look at the list again.")
        )
    if question.answered_at is not None:
        return _told(question, already=True)
    candidates = [review.id or 0 for review in _offered(session, question)]
    if choice != ANOTHER and choice not in candidates:
        raise AnswerRefused(
            say("That review is not one of those asked about. Nothing was changed; choose again.")
        )
    question.answer = {"review": None if choice == ANOTHER else choice}
    question.answered_by, question.answered_at = by, now
    session.flush()
    _carry_out(session, watch, question, choice, candidates, now)
    return _told(question)


def _carry_out(
    session: Session, watch: Watch, question: Question, choice: Choice, among: Sequence[int], now: datetime
) -> None:
    if question.kind == QuestionKind.DOUBLED.value:
        if choice != ANOTHER:
            watch.join(session, question.listing_id, choice, [one for one in among if one != choice], now)
        return
    listing = session.get_one(Listing, question.listing_id)
    kept = watch.settle(session, question.listing_id, _observation(listing.site, question), now)
    if choice == ANOTHER:
        question.answer = {"review": _where(kept)}
        session.flush()


def _observation(site: str, question: Question) -> Observation:
    told = question.payload
    return Observation(
        site=site,
        route=Route(told["route"]),
        observed_at=datetime.fromisoformat(told["at"]),
        items=(item_of(told["item"]),),
        proof=Proof.NONE if told["proven"] else Proof.UNPROVEN,
        past=told["past"],
    )


def _where(kept: Kept) -> int | None:
    """The review that has the words now; by an id it may have turned out to be a known one."""
    updated = [one.review for one in kept.changes.updates] if kept.changes else []
    seen = [one.review for one in kept.changes.sightings] if kept.changes else []
    return next(iter((*kept.arrived, *updated, *seen)), None)


def _told(question: Question, *, already: bool = False) -> Answered:
    assert question.answered_at is not None
    review = (question.answer or {}).get("review")
    return Answered(review, question.answered_by or "", question.answered_at, already)


def _opened(session: Session, question: Question, listing: Listing) -> OpenQuestion:
    told = question.payload
    return OpenQuestion(
        id=question.id or 0,
        kind=QuestionKind(question.kind),
        listing=listing,
        asked_at=question.asked_at,
        item=item_of(told.get("item") or {}),
        route=Route(told["route"]),
        candidates=tuple(_offered(session, question)),
    )


def _offered(session: Session, question: Question) -> list[Review]:
    """The candidates that still are: not erased, and not known by an id that is another's since."""
    among = question.payload.get("candidates") or ()
    there = select(Review).where(col(Review.id).in_(among), col(Review.erased_at).is_(None))
    reviews = session.execute(there.order_by(col(Review.id))).scalars().all()
    if question.kind != QuestionKind.TWINS.value:
        return list(reviews)
    named = _ids(session, among)
    item = item_of(question.payload.get("item") or {})
    return [
        review
        for review in reviews
        if not KnownReview(review.id or 0, named[review.id or 0], item, ()).is_another_than(item)
    ]


def _ids(session: Session, reviews: Sequence[int]) -> dict[int, frozenset[tuple[str, str]]]:
    rows = session.execute(
        select(col(ReviewKey.review_id), col(ReviewKey.id_kind), col(ReviewKey.value)).where(
            col(ReviewKey.review_id).in_(reviews)
        )
    ).all()
    return {
        number: frozenset((kind, value) for owner, kind, value in rows if owner == number)
        for number in reviews
    }
