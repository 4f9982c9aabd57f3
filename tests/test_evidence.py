"""Where a review complains or turns and no rule understands it, what is said is weighed together."""

from __future__ import annotations

import pytest

from service.domain import HELD_FLAGS, Flag, Topic
from service.replies import evidence
from service.replies.concepts import FIGURE, Spot, groups_of
from service.replies.evidence import Weights, weighed, weights
from service.replies.lexicon import languages
from tests.test_triage import judged

SPOTS = {"body": [Spot(1, 2, 0)], "struck": [Spot(4, 5, 0)], "kin": [Spot(0, 1, 0)]}
INJURY = (Flag.INJURY, 1, 5)


@pytest.fixture
def few_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = {"body": 6, "struck": 3, "kin": 2, "child": 4, FIGURE: -5}
    speaks_for = {"body": Flag.INJURY, "struck": Flag.INJURY, "child": Flag.MINOR}
    few = Weights(enough={"en": 10}, groups=groups, topics={Topic.WAIT: -3}, speaks_for=speaks_for)
    monkeypatch.setattr(evidence, "weights", lambda: few)


@pytest.mark.usefixtures("few_weights")
def test_what_weighs_enough_together_hints_at_the_weightiest_flag() -> None:
    assert weighed(SPOTS, (), lambda _: False, "en") == INJURY
    assert weighed(SPOTS | {"child": [Spot(7, 8, 1)]}, (), lambda _: False, "en") == INJURY


@pytest.mark.usefixtures("few_weights")
def test_a_group_counts_once_however_often_it_is_spoken_of() -> None:
    assert (
        weighed({"body": [Spot(place, place + 1, 0) for place in range(5)]}, (), lambda _: False, "en")
        is None
    )


@pytest.mark.usefixtures("few_weights")
def test_what_is_denied_weighs_nothing() -> None:
    assert weighed(SPOTS, (), lambda place: place == 4, "en") is None


@pytest.mark.usefixtures("few_weights")
def test_the_topic_of_an_everyday_complaint_weighs_against_it() -> None:
    assert weighed(SPOTS, {Topic.WAIT}, lambda _: False, "en") is None
    assert weighed(SPOTS, {Topic.PARKING}, lambda _: False, "en") == INJURY


@pytest.mark.usefixtures("few_weights")
def test_what_is_part_of_a_manner_of_speaking_weighs_nothing() -> None:
    child = {"child": [Spot(9, 10, 1)], "struck": [Spot(8, 9, 1)]}
    assert weighed(SPOTS | child, (), lambda _: False, "en") == (Flag.INJURY, 1, 9)
    assert weighed(SPOTS | child | {FIGURE: [Spot(0, 3, 0)]}, (), lambda _: False, "en") is None


def test_what_speaks_for_no_flag_tells_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "weights", lambda: Weights({"en": 1}, {"kin": 2}, {}, {}))
    assert weighed({"kin": [Spot(0, 1, 0)]}, (), lambda _: False, "en") is None


def test_every_group_that_weighs_is_one_that_a_language_has() -> None:
    known = {name for language in languages() for name in groups_of(language)}
    assert weights().groups.keys() <= known
    assert set(weights().speaks_for.values()) == set(HELD_FLAGS)


HINTED = "The trainer let a dumbbell go and my wrist has not been the same"


@pytest.fixture
def one_word_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Weights(enough={"en": 6}, groups={"body": 6}, topics={}, speaks_for={"body": Flag.INJURY})
    monkeypatch.setattr(evidence, "weights", lambda: few)


@pytest.mark.usefixtures("one_word_is_enough")
def test_a_complaint_is_weighed_and_then_it_is_a_suspicion() -> None:
    assert judged(HINTED, 1).suspected == {Flag.INJURY}
    assert not judged(HINTED, 5).held


@pytest.mark.usefixtures("one_word_is_enough")
def test_praise_is_weighed_from_where_it_turns() -> None:
    assert judged(f"A pretty place. Heads up: {HINTED}", 5).suspected == {Flag.INJURY}
    assert not judged("My wrist is fine. Heads up: a pretty place", 5).held


def test_extortion_is_not_weighed_in_praise(monkeypatch: pytest.MonkeyPatch) -> None:
    few = Weights(enough={"en": 6}, groups={"body": 6}, topics={}, speaks_for={"body": Flag.EXTORTION})
    monkeypatch.setattr(evidence, "weights", lambda: few)
    assert judged(HINTED, 1).held
    assert not judged(f"A pretty place. Heads up: {HINTED}", 5).held


@pytest.mark.usefixtures("one_word_is_enough")
def test_the_reason_quotes_the_weightiest_words() -> None:
    assert "flag injury: suspected from 'wrist'" in judged(HINTED, 1).reasons


@pytest.mark.usefixtures("one_word_is_enough")
def test_nothing_is_weighed_where_something_was_told() -> None:
    assert judged(f"I got food poisoning. {HINTED}", 1).held == {Flag.ILLNESS}


def test_an_everyday_complaint_does_not_weigh_enough() -> None:
    assert not judged("My daughter waited forty minutes for cold fries and the waiter was rude to us", 1).held
