"""What may follow what in a case, what ends it, and by when it is reported back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain import ReplyRules
from service.models import CaseEntryKind, CaseOutcome, CaseState
from service.outcomes.case_steps import (
    SETTLING,
    WRITTEN,
    Place,
    how_to_report,
    may_follow,
    report_back,
    state_after,
    state_of,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PLACE = Place("Google Maps", ReplyRules())
ONE_SHOT = Place("Tripadvisor", ReplyRules(one_shot=True))


@pytest.mark.parametrize(
    ("kind", "turn"),
    [
        ("called", CaseState.WAITING),
        ("wrote", CaseState.WAITING),
        ("visited", CaseState.WAITING),
        ("answered", CaseState.OPEN),
        ("agreed", CaseState.OPEN),
    ],
)
def test_after_our_attempt_it_is_their_turn_and_after_their_answer_ours(kind: str, turn: CaseState) -> None:
    for before in (CaseState.OPEN, CaseState.WAITING):
        assert state_after(before, CaseEntryKind(kind)) is turn


@pytest.mark.parametrize("state", list(CaseState))
def test_a_note_changes_nobodys_turn(state: CaseState) -> None:
    assert state_after(state, CaseEntryKind.NOTE) is state


def test_what_has_ended_takes_notes_alone_until_it_is_opened_again() -> None:
    assert may_follow(CaseState.OPEN) == may_follow(CaseState.WAITING) == WRITTEN
    for state in (CaseState.RESOLVED, CaseState.CLOSED):
        assert may_follow(state) == (CaseEntryKind.NOTE,)
        assert state_after(state, CaseEntryKind.REOPENED) is CaseState.OPEN


@pytest.mark.parametrize("outcome", list(CaseOutcome))
def test_what_was_settled_is_reported_back_within_three_days_and_nothing_else_is(
    outcome: CaseOutcome,
) -> None:
    found = report_back(outcome, NOW, PLACE)
    settled = state_of(outcome) is CaseState.RESOLVED
    assert settled == (outcome in SETTLING)
    assert found.due == (NOW + timedelta(days=3) if settled else None)
    assert ("nothing was settled" in found.why) is not settled


@pytest.mark.parametrize(
    ("place", "why"),
    [
        (replace(PLACE, is_there=False), "no longer on Google Maps"),
        (replace(PLACE, takes_replies=False), "below an article"),
        (
            replace(ONE_SHOT, is_answered=True),
            "Tripadvisor takes one reply to a review and lets nobody change",
        ),
    ],
)
def test_where_nothing_can_be_reported_back_it_is_said_why(place: Place, why: str) -> None:
    found = report_back(CaseOutcome.PUT_RIGHT, NOW, place)
    assert found.due is None
    assert why in found.why


def test_what_a_report_is_depends_on_what_stands_there() -> None:
    assert how_to_report(PLACE) == ""
    assert "this is it" in how_to_report(ONE_SHOT)
    assert "edit it there" in how_to_report(replace(PLACE, is_answered=True))
    assert report_back(CaseOutcome.PUT_RIGHT, NOW, ONE_SHOT).due is not None
