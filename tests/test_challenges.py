"""Challenges: of one browser and one purpose, soon over, and good once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from service.db import Database
from service.errors import SignInRefused
from service.people.challenges import GOOD_FOR, Challenges, spend

CHALLENGES = Challenges(bytes(32))


def test_a_challenge_is_read_back_by_the_browser_it_was_made_for(now: datetime) -> None:
    made = CHALLENGES.new("sign in, browser 1", now)
    assert (
        CHALLENGES.read(made.sealed, "sign in, browser 1", now + GOOD_FOR - timedelta(seconds=1)) == made.raw
    )
    assert CHALLENGES.new("sign in, browser 1", now).raw != made.raw


@pytest.mark.parametrize(
    ("bound_to", "later"),
    [("sign in, browser 2", timedelta()), ("add, browser 1", timedelta()), ("sign in, browser 1", GOOD_FOR)],
)
def test_it_opens_for_no_other_browser_or_purpose_and_not_for_long(
    now: datetime, bound_to: str, later: timedelta
) -> None:
    made = CHALLENGES.new("sign in, browser 1", now)
    with pytest.raises(SignInRefused, match="try again"):
        CHALLENGES.read(made.sealed, bound_to, now + later)


@pytest.mark.parametrize("sealed", ["", "x", "WzEsMl0.x", "\ud800"])
def test_what_is_none_of_ours_is_refused(now: datetime, sealed: str) -> None:
    with pytest.raises(SignInRefused):
        CHALLENGES.read(sealed, "sign in", now)


def test_another_installation_s_is_refused(now: datetime) -> None:
    with pytest.raises(SignInRefused):
        CHALLENGES.read(Challenges(bytes(range(32))).new("sign in", now).sealed, "sign in", now)


def test_it_is_spent_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        spend(session, b"one", now)
        spend(session, b"another", now)
    with pytest.raises(SignInRefused), database.transaction() as session:
        spend(session, b"one", now + timedelta(minutes=1))
