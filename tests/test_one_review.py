"""One review from many routes: fifty stay fifty, each with the best of every field, whatever the order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlmodel import Session, col

from service.alerts.ring import ring
from service.db import Database
from service.domain import ALL, ChangeKind, EventKind, Item, Look, Observation, Outcome, Route
from service.models import Alert, Event, Listing, Question, Review
from service.watch import changes
from service.watch.identity import KnownReview
from service.watch.judge import judge_for
from service.watch.known import known_reviews
from service.watch.questions import ANOTHER, Choice, answer, open_questions
from service.watch.reconcile import reconcile
from tests.builders import Town, a_look
from tests.fifty import HOW_MANY, Told, best_of, in_batches, tellings, truths
from tests.ledger import DAY, START, Ledger
from tests.ringing import packing

pytestmark = pytest.mark.large

ROUTES = (Route.API, Route.CAPTURE, Route.PAGE)
numbers = st.integers(0, 2**32)


def listened() -> Ledger:
    """A listing whose routes had all looked before the first of the fifty was posted, and found nothing."""
    ledger = Ledger(watched_since=START)
    for route in ROUTES:
        ledger.look(at=START, route=route, coverage=ALL, site_total=0)
    return ledger


class Desk:
    """A ledger, and a person who answers what it asks, by what she knows of the truth."""

    def __init__(self) -> None:
        self.ledger = listened()
        self.asked: dict[str, changes.Question] = {}
        self.at: dict[str, Observation] = {}

    def keep(self, observation: Observation) -> None:
        came = reconcile(self.ledger.known(), observation, self.ledger.state(), observation.observed_at)
        for question in came.questions:
            self.asked.setdefault(question.dedupe_key, question)
            self.at.setdefault(question.dedupe_key, observation)
        self.ledger.keep(came)

    def answer(self) -> int:
        """Answer all that is open, in the order it was asked; answers how many questions there were."""
        while open_ones := [key for key in self.asked if key not in self.ledger.answers]:
            self._answer(self.asked[open_ones[0]])
        return len(self.asked)

    def _answer(self, question: changes.Question) -> None:
        assert question.kind is changes.QuestionKind.TWINS
        item = question.heard.item
        among = {number: self.ledger.reviews[number].item() for number in question.candidates}
        left = {number: one for number, one in among.items() if not is_another(one, item)}
        self.ledger.answers[question.dedupe_key] = choose(item, left) if left else None
        before = set(self.ledger.reviews)
        self.keep(replace(self.at[question.dedupe_key], items=(item,)))
        for new in set(self.ledger.reviews) - before:
            self.ledger.answers[question.dedupe_key] = new


def is_another(known: Item, item: Item) -> bool:
    """Whether an id rules out that they are one; then it is not offered any more."""
    return KnownReview(0, frozenset(known.ids), known, ()).is_another_than(item)


def choose(item: Item, candidates: dict[int, Item]) -> int:
    """What a person says who sees names, dates and words: the one whose day it is, else any of them."""
    posted = item.posted and item.posted.at

    def apart(number: int) -> float:
        when = candidates[number].posted
        return abs((when.at - posted).total_seconds()) if when and when.at and posted else 0.0

    return min(candidates, key=lambda number: (apart(number), number))


def all_told(told: list[Told], chance: Random) -> tuple[Desk, int]:
    desk = Desk()
    for observation in in_batches(told, chance):
        desk.keep(observation)
    return desk, desk.answer()


def said(item: Item) -> tuple[Any, ...]:
    """All that a reader sees of one review."""
    posted = item.posted and (item.posted.at, item.posted.precision)
    rating = item.rating and item.best and item.rating / item.best
    return (
        item.author,
        item.text,
        item.text_complete,
        rating,
        posted,
        item.title,
        item.permalink,
        item.reply,
    )


def seen_of(item: Item) -> tuple[Any, ...]:
    """What two near-twins differ by: nothing but when they were posted."""
    return item.author, item.rating and item.best and item.rating / item.best, item.posted and item.posted.at


TWINS = {truth.author for truth in truths() if truth.twin}
EDITED = {truth.author for truth in truths() if truth.edited_to}


def nobody_was_mistaken(reviews: list[Item], told: list[Told]) -> None:
    """Each has the best of every field, as if every reading had named the review it is of."""
    best = best_of(told)
    by_name = {dict(item.ids)["town.api"]: item for item in reviews}
    for number, item in best.items():
        if item.author not in TWINS:
            assert said(by_name[f"town.api-{number}"]) == said(item)
    assert Counter(seen_of(item) for item in reviews if item.author in TWINS) == Counter(
        seen_of(item) for item in best.values() if item.author in TWINS
    )


# A failure is told by its two numbers; smaller ones are not simpler.
@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(numbers, numbers)
def test_fifty_stay_fifty_each_with_the_best_of_every_field(what: int, order: int) -> None:
    told = tellings(Random(what))
    desk, questions = all_told(told, Random(order))
    stored = desk.ledger.reviews
    assert len(stored) == HOW_MANY
    nobody_was_mistaken([row.item() for row in stored.values()], told)
    kinds = Counter(change.kind for change in desk.ledger.events.values())
    edits = [change for change in desk.ledger.events.values() if change.kind is ChangeKind.EDITED]
    assert kinds[ChangeKind.NEW] == HOW_MANY
    assert {change.before.author for change in edits if change.before} <= EDITED
    assert len(edits) <= len(EDITED)
    assert {question.heard.item.author for question in desk.asked.values()} <= TWINS
    assert questions <= 12

    before = ({number: row.item() for number, row in stored.items()}, dict(desk.ledger.events))
    for observation in in_batches(told, Random(order + 1)):
        desk.keep(observation)
    assert desk.answer() == questions
    assert ({number: row.item() for number, row in stored.items()}, dict(desk.ledger.events)) == before


def test_fifty_rows_and_one_bell_for_each(database: Database) -> None:
    what = 4
    told = tellings(Random(what))
    town = Town(database, judge_for, added_at=START)
    for route in ROUTES:
        town.told(a_look(at=START, route=route, total=0), START)
    for observation in in_batches(told, Random(what + 1)):
        town.told(Look(Outcome.OK, (), observation), START + 20 * DAY)
        ring(database, packing(), START + 20 * DAY)
    asked = answer_all(town)
    ring(database, packing(), START + 20 * DAY)
    with database.reading() as session:
        nobody_was_mistaken([review.item for review in all_known(session, town)], told)
        rung = session.execute(select(col(Alert.kind), col(Alert.review_id))).all()
        proven = session.execute(select(func.count()).where(col(Review.proven))).scalar_one()
        twins = session.execute(select(func.count()).where(col(Event.kind) == EventKind.TWINS)).scalar_one()
    assert proven == HOW_MANY
    assert asked == twins
    bells = Counter(map(tuple, rung))
    assert sum(count for (kind, _), count in bells.items() if kind == EventKind.NEW) == HOW_MANY
    assert all(count == 1 for (_kind, review), count in bells.items() if review is not None)
    assert sum(kind == EventKind.EDITED for kind, _ in rung) <= len(EDITED)


def answer_all(town: Town) -> int:
    """A person answers whatever is open, and answers how many questions there were."""
    while True:
        with town.database.transaction() as session:
            waiting = open_questions(session)
            if not waiting:
                return session.execute(select(func.count()).select_from(Question)).scalar_one()
            known = {review.id: review for review in all_known(session, town)}
            among = {review.id or 0: known[review.id or 0].item for review in waiting[0].candidates}
            choice: Choice = choose(waiting[0].item, among) if among else ANOTHER
            answer(session, town.watch, waiting[0].id, choice, "Kim", START + 20 * DAY)


def all_known(session: Session, town: Town) -> tuple[KnownReview, ...]:
    return known_reviews(session, session.get_one(Listing, town.listing_id))
