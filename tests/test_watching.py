"""A town where anything happens: nothing heard is lost, nothing doubled, nothing made up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from service.domain import (
    ALL,
    PARTIAL,
    ChangeKind,
    Coverage,
    CoverageKind,
    Item,
    Moment,
    Observation,
    Precision,
    Reply,
    Route,
)
from service.watch.changes import Changes
from tests.ledger import START, Ledger, Stored, seen

pytestmark = pytest.mark.large

MINUTE = timedelta(minutes=1)
NAMES = (
    "anna",
    "ben",
    "cleo",
    "dora",
    "emil",
    "fay",
    "gus",
    "hope",
    "ivo",
    "jane",
    "kim",
    "lou",
    "mia",
    "ned",
)


@dataclass(slots=True)
class Posted:
    """One review as it truly is; ``gone`` and ``texts`` keep what was true when."""

    name: str
    at: datetime
    rating: int
    tail: int = 0
    reply: str | None = None
    alive: bool = True
    rerated: bool = False
    presence: list[tuple[datetime, bool]] = field(default_factory=list)
    edits: int = 0
    answers: int = 0

    def text(self) -> str:
        opening = (
            f"{self.name} says: the room was warm and the soup was not, which nobody there could explain."
        )
        return f"{opening} Visit {self.tail}."

    def was_there(self, at: datetime) -> bool:
        return [alive for when, alive in self.presence if when <= at][-1]


class Town(RuleBasedStateMachine):
    """Reviews come, change, are answered, go and return, while looks of every coverage happen or die."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.reviews: list[Posted] = []
        self.ledger = Ledger(watched_since=START)
        self.late: list[Observation] = []
        self.mails: list[Observation] = []
        self.heard: set[str] = set()
        self.ids = True

    @initialize(ids=st.booleans(), before=st.integers(0, 6))
    def settle(self, ids: bool, before: int) -> None:
        self.ids = ids
        for _ in range(before):
            self.post(4)

    @rule(rating=st.integers(1, 5))
    @precondition(lambda self: len(self.reviews) < len(NAMES))
    def post(self, rating: int) -> None:
        self.now += MINUTE
        review = Posted(NAMES[len(self.reviews)], self.now, rating, presence=[(self.now, True)])
        self.reviews.append(review)

    @rule(data=st.data(), rating=st.booleans())
    @precondition(lambda self: self.reviews)
    def edit(self, data: st.DataObject, rating: bool) -> None:
        """Without ids another rating is another review by contract, so only ids may tell of one."""
        self.now += MINUTE
        review = data.draw(st.sampled_from(self.reviews))
        if rating and self.ids and self._looked_at(review):
            review.rating = review.rating % 5 + 1
            review.rerated = True
        else:
            review.tail += 1
        review.edits += 1

    @rule(data=st.data(), answer=st.sampled_from(["Thank you.", "Sorry.", None]))
    @precondition(lambda self: self.reviews)
    def answer(self, data: st.DataObject, answer: str | None) -> None:
        self.now += MINUTE
        review = data.draw(st.sampled_from(self.reviews))
        review.answers += review.reply != answer
        review.reply = answer

    @rule(data=st.data())
    @precondition(lambda self: self.reviews)
    def vanish_or_return(self, data: st.DataObject) -> None:
        self.now += MINUTE
        review = data.draw(st.sampled_from(self.reviews))
        review.alive = not review.alive
        review.presence.append((self.now, review.alive))

    @rule(data=st.data())
    @precondition(lambda self: not all(one.rerated for one in self.reviews))
    def mail(self, data: st.DataObject) -> None:
        """The site writes to the owner: no id, no date, half the text; it arrives some time."""
        self.now += MINUTE
        review = data.draw(st.sampled_from([one for one in self.reviews if not one.rerated]))
        cut = replace(self._item(review), ids=(), text=review.text()[:60], text_complete=False, posted=None)
        self.mails.append(seen(replace(cut, reply=None), at=self.now, route=Route.MAIL, coverage=PARTIAL))

    @rule(data=st.data())
    @precondition(lambda self: self.mails)
    def a_mail_arrives(self, data: st.DataObject) -> None:
        self._keep(self.mails.pop(data.draw(st.integers(0, len(self.mails) - 1))))

    @rule(
        route=st.sampled_from([Route.PAGE, Route.API]),
        fate=st.sampled_from(["kept", "twice", "died", "late"]),
    )
    def look_at_all(self, route: Route, fate: str) -> None:
        self._look([self._item(one) for one in self._alive()], route, ALL, fate)

    @rule(depth=st.integers(1, 6), fate=st.sampled_from(["kept", "twice", "died", "late"]))
    def look_at_the_newest(self, depth: int, fate: str) -> None:
        newest = self._alive()[:depth]
        if newest:
            reach = Coverage(CoverageKind.SINCE, newest[-1].at)
            self._look([self._item(one) for one in newest], Route.PAGE, reach, fate)

    @rule(
        data=st.data(),
        route=st.sampled_from([Route.PAGE, Route.CAPTURE]),
        way=st.sampled_from(["cut", "translated"]),
    )
    def look_at_some(self, data: st.DataObject, route: Route, way: str) -> None:
        """A relevance-sorted handful, some of it cut or, where ids tell whose it is, translated."""
        way = way if self.ids else "cut"
        some = [one for one in self._alive() if data.draw(st.booleans())]
        items = [self._shown(one, way if data.draw(st.booleans()) else "") for one in some]
        self._look(items, route, PARTIAL, "kept")

    @rule()
    @precondition(lambda self: self.late)
    def a_late_look_arrives(self) -> None:
        self._keep(self.late.pop(0))

    @invariant()
    def nothing_is_doubled_and_nothing_lost(self) -> None:
        names = [row.author() for row in self.ledger.reviews.values()]
        assert sorted(names) == sorted(self.heard)

    @invariant()
    def nothing_rings_twice_and_no_edit_is_made_up(self) -> None:
        for number, row in self.ledger.reviews.items():
            truth = self._truth(row.author())
            kinds = [change.kind for (subject, _), change in self.ledger.events.items() if subject == number]
            assert kinds.count(ChangeKind.NEW) <= (not row.past)
            assert kinds.count(ChangeKind.EDITED) <= truth.edits
            assert kinds.count(ChangeKind.REPLIED) <= truth.answers

    def teardown(self) -> None:
        """Looks that cover everything end in the truth, unless they are an alarm about us."""
        for route in (Route.API, Route.PAGE):
            for _ in range(3):
                items = [self._item(one) for one in self._alive()]
                self._look(items, route, ALL, "kept")
        last = self.ledger.changes_of(
            self._observed([self._item(one) for one in self._alive()], Route.PAGE, ALL)
        )
        self.nothing_is_doubled_and_nothing_lost()
        if last.alarms:
            return
        for row in self.ledger.reviews.values():
            truth, item = self._truth(row.author()), row.item()
            page = any(one.route is Route.PAGE for one in row.heard.values())
            if truth.alive:
                assert (item.text, item.rating) == (truth.text(), Decimal(truth.rating))
                if not self._replied_in_capture_alone(row):
                    assert (item.reply and item.reply.text) == truth.reply
                assert row.removed_at is None or row.removed_by is not Route.PAGE
            elif page:
                assert row.removed_at is not None

    def _alive(self) -> list[Posted]:
        return sorted((one for one in self.reviews if one.alive), key=lambda one: one.at, reverse=True)

    def _truth(self, author: str | None) -> Posted:
        return next(one for one in self.reviews if one.name == author)

    @staticmethod
    def _replied_in_capture_alone(row: Stored) -> bool:
        """A look by a route that never showed the reply cannot tell that it has gone."""
        return {one.route for one in row.heard.values() if one.item.reply} == {Route.CAPTURE}

    def _looked_at(self, review: Posted) -> bool:
        rows = [row for row in self.ledger.reviews.values() if row.author() == review.name]
        return any(one.route.sees_the_present for row in rows for one in row.heard.values())

    def _item(self, review: Posted) -> Item:
        return Item(
            ids=(("town", review.name),) if self.ids else (),
            rating=Decimal(review.rating),
            best=Decimal(5),
            author=review.name,
            text=review.text(),
            posted=Moment("", review.at, Precision.SECOND),
            reply=Reply(review.reply) if review.reply else None,
        )

    def _shown(self, review: Posted, way: str) -> Item:
        item = self._item(review)
        if way == "cut":
            return replace(item, text=review.text()[:50] + "… More", text_complete=False)
        return replace(item, text="La habitación, la sopa.", translated=True) if way else item

    def _observed(self, items: list[Item], route: Route, coverage: Coverage) -> Observation:
        self.now += MINUTE
        return seen(*items, at=self.now, route=route, coverage=coverage, site_total=len(self._alive()))

    def _look(self, items: list[Item], route: Route, coverage: Coverage, fate: str) -> None:
        observation = self._observed(items, route, coverage)
        if fate == "late":
            self.late.append(observation)
        elif fate == "died":
            self.ledger.changes_of(observation)
        else:
            self._keep(observation, twice=fate == "twice")

    def _keep(self, observation: Observation, *, twice: bool = False) -> None:
        changes = self.ledger.changes_of(observation)
        self._check(observation, changes)
        self.ledger.keep(changes)
        if twice and self.ids:
            self.ledger.keep(changes)
        again = self.ledger.changes_of(observation)
        assert (again.arrivals, again.changes, again.missed) == ((), (), ())
        if not changes.alarms or changes.arrivals or changes.updates or changes.sightings:
            self.heard |= {item.author for item in observation.items if item.author}

    def _check(self, observation: Observation, changes: Changes) -> None:
        began = self.ledger.routes.get(observation.route)
        for arrival in changes.arrivals:
            posted = arrival.merged.item.posted
            if began and posted and posted.at and posted.at > began.began_at:
                assert not arrival.past
        for change in changes.changes:
            if change.kind is ChangeKind.REMOVED and change.before:
                truth = self._truth(change.before.author)
                assert not truth.was_there(observation.observed_at)
                assert observation.coverage.kind is not CoverageKind.PARTIAL
            if change.kind is ChangeKind.RESTORED and change.after:
                assert self._truth(change.after.author).was_there(observation.observed_at)


TestTown = Town.TestCase
TestTown.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
