"""What came of reviews: each kind of proof by itself, nothing added up into more than is known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import true

from service.db import Database
from service.domain import ReviewState
from service.models import AskedWords
from service.outcomes.report import Proof, Report, Why
from service.outcomes.report_owed import BY, Period
from service.outcomes.report_rows import reported
from tests import report_by_hand as by_hand
from tests.conftest import NOW
from tests.desk_rows import Rows
from tests.report_by_hand import Said, Told

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SINCE = NOW - 30 * DAY
SITES = {"Yelp": "yelp", "BBB": "bbb"}
NEVER = {"due_public_at": None, "triage": None, "urgency": None}


def told(**facts: Any) -> Told:
    heard = facts.pop("heard_at", NOW - 5 * DAY)
    given = {"branch": "Harbour", "region": "North", "site": "Yelp", "heard_at": heard}
    return Told(**(given | facts))


def said(*topics: str, at: datetime = NOW - 5 * DAY, **facts: Any) -> Said:
    return Said(at.date(), topics=topics, **facts)


class Books:
    """Writes what was told and said as rows, and has the database sum them."""

    def __init__(self, database: Database) -> None:
        self.rows = Rows(database, NOW)
        self.listings: dict[tuple[str, str, str], int] = {}

    def listing(self, branch: str, region: str, site: str) -> int:
        if (branch, region, site) not in self.listings:
            at = self.rows.branch(branch, region="" if region == by_hand.NO_REGION else region)
            self.listings[branch, region, site] = self.rows.listing(at, SITES[site])
        return self.listings[branch, region, site]

    def owe(self, one: Told) -> None:
        reply = {"reply": [one.route, NOW.isoformat(), "day"]} if one.route else {}
        review = self.rows.review(
            self.listing(one.branch, one.region, one.site),
            **(NEVER | {"due_public_at": one.due_at, "first_seen_at": one.heard_at}),
            posted_at=None,
            rating=None,
            state=one.state,
            reply_text="Thank you." if one.route else None,
            reply_seen_at=one.answered_at,
            provenance=reply,
            claimed_as="Kim" if one.claimed else None,
            snoozed_until=one.snoozed_until,
            closed_why=one.closed_why,
        )
        if one.asked:
            self.rows.add(AskedWords(review_id=review, number=1, asked_by="Kim", asked_at=NOW))

    def say(self, one: Said) -> None:
        at = datetime(one.day.year, one.day.month, one.day.day, 9, tzinfo=NOW.tzinfo)
        judged = {"topics": [{"topic": topic, "score": 0.5} for topic in one.topics]}
        facts = {"rating": one.rating, "recommends": one.recommends, "scale": one.scale}
        where = self.listing("Harbour", "North", "Yelp")
        self.rows.review(where, **(NEVER | {"triage": judged}), posted_at=at, baseline=True, **facts)

    def report(self, by: str, days: int) -> Report:
        with self.rows.database.reading() as session:
            return reported(session, Period(NOW - days * DAY, NOW, true()), by)


@pytest.fixture
def made(sqlite_database: Database) -> Any:
    """The report on these rows."""

    def of(
        owed: Sequence[Told] = (), said: Sequence[Said] = (), by: str = "branch", days: int = 30
    ) -> Report:
        books = Books(sqlite_database)
        for one in owed:
            books.owe(one)
        for one in said:
            books.say(one)
        return books.report(by, days)

    return of


def answered(route: str, hours: float = 2, **facts: Any) -> Told:
    heard = NOW - 5 * DAY
    given = {"route": route, "answered_at": heard + hours * HOUR, "due_at": heard + 24 * HOUR}
    return told(**(given | {"state": "answered"} | facts))


def test_the_kinds_of_proof_are_kept_apart(made: Any) -> None:
    all_kinds = [*(answered(route) for route in ("api", "page", "capture", "mail", "hand"))]
    line = made([*all_kinds, told(state="submitted"), told()]).whole
    assert line.answered == {
        Proof.API: 1,
        Proof.LOOK: 1,
        Proof.BROWSER: 1,
        Proof.TOLD: 2,
        Proof.PERSON: 1,
    }
    assert (line.owed, line.seen, line.told, line.waiting) == (7, 3, 3, 1)


def test_time_to_reply_is_held_against_the_due_time(made: Any) -> None:
    rows = [answered("page", 1), answered("page", 3), answered("page", 30), answered("page", -9)]
    line = made(rows).whole
    assert (line.in_time, line.late, line.hours) == (3, 1, 2.0)


def test_what_waits_past_its_due_time_is_overdue(made: Any) -> None:
    rows = [told(due_at=NOW - HOUR), told(due_at=NOW + HOUR), told(state="closed", due_at=NOW - HOUR)]
    line = made(rows).whole
    assert (line.waiting, line.overdue) == (2, 1)


@pytest.mark.parametrize(
    ("by", "names"), [("branch", ["Mill", "Harbour"]), ("region", ["North"]), ("site", ["Yelp", "BBB"])]
)
def test_lines_come_by_branch_region_or_site_the_least_answered_first(
    made: Any, by: str, names: list[str]
) -> None:
    rows = [answered("page", site="BBB"), answered("page", site="BBB"), told(branch="Mill")]
    assert [line.name for line in made(rows, by=by).lines] == names


def test_each_scale_has_a_mean_of_its_own(made: Any) -> None:
    rows = [
        said(rating=4.0),
        said(rating=5.0),
        said(scale="points10", rating=7.0),
        said(scale="recommend", recommends=True),
        said(scale="recommend", recommends=False),
    ]
    (span,) = [span for span in made(said=rows).spans if span.reviews]
    assert (span.stars, span.points, span.recommended) == (4.5, 7.0, 0.5)


def test_a_time_without_reviews_is_a_gap_and_no_zero(made: Any) -> None:
    spans = made(said=[said(rating=1.0)]).spans
    assert len(spans) == 5
    assert [span.stars for span in spans].count(None) == 4


def test_a_year_is_told_by_months(made: Any) -> None:
    assert [span.begins.day for span in made(days=365).spans] == [1] * 13


def test_topics_rise_and_fall_by_their_share(made: Any) -> None:
    before = [said("wait", at=SINCE - DAY), said("food", at=SINCE - DAY)]
    trends = {
        one.topic: one for one in made(said=[*before, said("wait"), said("wait", "food"), said()]).trends
    }
    assert (trends["wait"].now, trends["wait"].of_now, trends["wait"].before) == (2, 3, 1)
    assert round(trends["wait"].change) == 17
    assert round(trends["food"].change) == -17


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"state": "closed", "closed_why": "Spam"}, Why.CLOSED),
        ({"state": "rejected"}, Why.REJECTED),
        ({"state": "vanished"}, Why.VANISHED),
        ({"state": "submitted"}, Why.SUBMITTED),
        ({"asked": True, "claimed": True}, Why.ASKED),
        ({"snoozed_until": NOW + HOUR, "claimed": True}, Why.SNOOZED),
        ({"snoozed_until": NOW - HOUR}, Why.UNTOUCHED),
        ({"claimed": True}, Why.CLAIMED),
        ({}, Why.UNTOUCHED),
    ],
)
def test_what_is_unanswered_has_a_reason(made: Any, facts: dict[str, Any], why: Why) -> None:
    found = made([told(**facts)])
    assert found.unanswered == ((why, 1),)
    assert found.closed_because == ((("Spam", 1),) if why is Why.CLOSED else ())


def dice(throw: random.Random) -> Told:
    """One review as it may stand, anything about it left to chance."""
    heard = NOW - throw.randrange(1, 40 * 86_400) * timedelta(seconds=1)
    route = throw.choice([None, None, "api", "page", "capture", "mail", "hand", "feed"])
    state = throw.choice(list(ReviewState)).value
    wait = throw.choice([None, throw.randrange(-(10**9), 4 * 10**11) * timedelta(microseconds=1)])
    return told(
        branch=throw.choice(["Harbour", "Mill", "Lantern"]),
        region=throw.choice(["North", by_hand.NO_REGION]),
        site=throw.choice(["Yelp", "BBB"]),
        heard_at=heard,
        state=state,
        route=route,
        answered_at=heard + wait if route and wait is not None else None,
        due_at=throw.choice([None, heard + 24 * HOUR]),
        claimed=throw.random() < 0.5,
        snoozed_until=throw.choice([None, NOW + HOUR, NOW - HOUR]),
        asked=throw.random() < 0.2,
        closed_why=throw.choice(["Spam", "Phoned"]) if state == "closed" else None,
    )


def words_of(throw: random.Random) -> Said:
    scale = throw.choice(["stars5", "points10", "recommend"])
    topics = throw.sample(["wait", "food", "staff"], throw.randrange(4))
    at = NOW - throw.randrange(75) * DAY
    rating = None if scale == "recommend" else throw.choice([None, 1.0, 3.5, 5.0])
    return said(*topics, at=at, scale=scale, rating=rating, recommends=throw.choice([None, True, False]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_database_sums_as_one_does_by_hand(database: Database, seed: int) -> None:
    throw, books = random.Random(seed), Books(database)
    owed = [dice(throw) for _ in range(60)]
    words = [words_of(throw) for _ in range(40)]
    for one in owed:
        books.owe(one)
    for one in words:
        books.say(one)
    owed_now = [one for one in owed if one.heard_at >= SINCE]
    as_said = [*words, *(said(at=one.heard_at) for one in owed)]
    as_said = [one for one in as_said if one.day >= (NOW - 60 * DAY).date()]
    for by in BY:
        found, counted = books.report(by, 30), by_hand.report(owed_now, as_said, by, SINCE, NOW)
        assert found.whole == counted.whole
        assert found.lines == counted.lines
        assert found.spans == counted.spans
        assert found.trends == counted.trends
        assert dict(found.unanswered) == dict(counted.unanswered)
        assert dict(found.closed_because) == dict(counted.closed_because)


@pytest.mark.parametrize("by", sorted(BY))
def test_the_lines_add_up_to_the_whole(made: Any, by: str) -> None:
    throw = random.Random(by)
    found = made([dice(throw) for _ in range(30)], by=by)
    for figure in ("owed", "seen", "told", "in_time", "late", "waiting", "overdue"):
        assert sum(getattr(line, figure) for line in found.lines) == getattr(found.whole, figure)
    assert found.whole.seen + found.whole.told <= found.whole.owed
