"""What came of reviews: each kind of proof by itself, nothing added up into more than is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outcomes.report import BY, Proof, Report, Said, Told, Why, report
from tests.conftest import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SINCE = NOW - 30 * DAY


def told(**facts: Any) -> Told:
    heard = facts.pop("heard_at", NOW - 5 * DAY)
    given = {"branch": "Harbour", "region": "North", "site": "Yelp", "heard_at": heard}
    return Told(**(given | facts))


def said(*topics: str, at: datetime = NOW - 5 * DAY, **facts: Any) -> Said:
    return Said(at.date(), topics=topics, **facts)


def made(owed: Sequence[Told] = (), said: Sequence[Said] = (), by: str = "branch", days: int = 30) -> Report:
    return report(owed, said, by, NOW - days * DAY, NOW)


def answered(route: str, hours: float = 2, **facts: Any) -> Told:
    heard = NOW - 5 * DAY
    given = {"route": route, "answered_at": heard + hours * HOUR, "due_at": heard + 24 * HOUR}
    return told(**(given | {"state": "answered"} | facts))


def test_the_kinds_of_proof_are_kept_apart() -> None:
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


def test_time_to_reply_is_held_against_the_due_time() -> None:
    rows = [answered("page", 1), answered("page", 3), answered("page", 30), answered("page", -9)]
    line = made(rows).whole
    assert (line.in_time, line.late, line.hours) == (3, 1, 2.0)


def test_what_waits_past_its_due_time_is_overdue() -> None:
    rows = [told(due_at=NOW - HOUR), told(due_at=NOW + HOUR), told(state="closed", due_at=NOW - HOUR)]
    line = made(rows).whole
    assert (line.waiting, line.overdue) == (2, 1)


@pytest.mark.parametrize(
    ("by", "names"), [("branch", ["Mill", "Harbour"]), ("region", ["North"]), ("site", ["Yelp", "BBB"])]
)
def test_lines_come_by_branch_region_or_site_the_least_answered_first(by: str, names: list[str]) -> None:
    rows = [answered("page", site="BBB"), answered("page", site="BBB"), told(branch="Mill")]
    assert [line.name for line in made(rows, by=by).lines] == names


def test_each_scale_has_a_mean_of_its_own() -> None:
    rows = [
        said(rating=4.0),
        said(rating=5.0),
        said(scale="points10", rating=7.0),
        said(scale="recommend", recommends=True),
        said(scale="recommend", recommends=False),
    ]
    (span,) = [span for span in made(said=rows).spans if span.reviews]
    assert (span.stars, span.points, span.recommended) == (4.5, 7.0, 0.5)


def test_a_time_without_reviews_is_a_gap_and_no_zero() -> None:
    spans = made(said=[said(rating=1.0)]).spans
    assert len(spans) == 5
    assert [span.stars for span in spans].count(None) == 4


def test_a_year_is_told_by_months() -> None:
    assert [span.begins.day for span in made(days=365).spans] == [1] * 13


def test_topics_rise_and_fall_by_their_share() -> None:
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
def test_what_is_unanswered_has_a_reason(facts: dict[str, Any], why: Why) -> None:
    found = made([told(**facts)])
    assert found.unanswered == ((why, 1),)
    assert found.closed_because == ((("Spam", 1),) if why is Why.CLOSED else ())


rows = st.lists(
    st.builds(
        lambda route, branch, hours: answered(route, hours, branch=branch) if route else told(branch=branch),
        st.sampled_from([None, "api", "page", "capture", "mail"]),
        st.sampled_from(["Harbour", "Mill"]),
        st.integers(0, 60),
    ),
    max_size=30,
)


@given(rows, st.sampled_from(sorted(BY)))
def test_the_lines_add_up_to_the_whole(told: list[Told], by: str) -> None:
    found = made(told, by=by)
    for figure in ("owed", "seen", "told", "in_time", "late", "waiting", "overdue"):
        assert sum(getattr(line, figure) for line in found.lines) == getattr(found.whole, figure)
    assert found.whole.seen + found.whole.told <= found.whole.owed
