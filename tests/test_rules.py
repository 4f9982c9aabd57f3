"""Who must know: the first rule that matches, the people named for what is held, and never nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from service.alerts.rules import ASKED_BY_PEOPLE, Match, Occasion, Rule, matches, read_match, rings, route
from service.domain import HELD_FLAGS, EventKind, Flag, Scale

OWNER, MANAGER, LAWYER = 1, 2, 3
EVERYBODY = (OWNER, MANAGER, LAWYER)

REVIEW = Occasion(
    kind=EventKind.NEW,
    site="yelp",
    branch="north",
    scale=Scale.STARS5,
    rating=2.0,
    flags=frozenset({"staff_named"}),
    words="I want a Refund. Mr. O'Neil was rude, the Straße loud.",
)


def rule(position: int, *to: int, **match: object) -> Rule:
    return Rule(position, f"rule of {position}", read_match(match), to)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({}, True),
        ({"kinds": ["new"]}, True),
        ({"kinds": ["health"]}, False),
        ({"sites": ["yelp", "bbb"]}, True),
        ({"sites": ["bbb"]}, False),
        ({"branches": ["north"]}, True),
        ({"branches": ["south"]}, False),
        ({"flags": ["staff_named", "press"]}, True),
        ({"flags": ["press"]}, False),
        ({"stars": [1, 2]}, True),
        ({"stars": [2, 2]}, True),
        ({"stars": [3, 5]}, False),
        ({"points10": [0, 10]}, False),
        ({"recommends": False}, False),
        ({"stars": [1, 2], "recommends": False}, True),
        ({"words": ["refund"]}, True),
        ({"words": ["REFUND"]}, True),
        ({"words": ["fund"]}, False),
        ({"words": ["strasse"]}, True),
        ({"words": ["was  rude"]}, True),
        ({"words": ["o'neil"]}, True),
        ({"words": [".*"]}, False),
        ({"words": ["lawyer", "refund"], "stars": [1, 1]}, False),
    ],
)
def test_every_part_of_a_rule_must_match(match: dict[str, object], expected: bool) -> None:
    assert matches(read_match(match), REVIEW) is expected


def test_a_rule_for_stars_does_not_speak_for_a_yes_or_no() -> None:
    no = Occasion(kind=EventKind.NEW, scale=Scale.RECOMMEND, recommends=False)
    assert not matches(read_match({"stars": [1, 2]}), no)
    assert matches(read_match({"stars": [1, 2], "recommends": False}), no)


def test_a_review_without_a_rating_falls_through_a_rule_for_stars() -> None:
    assert not matches(read_match({"stars": [1, 5]}), Occasion(kind=EventKind.NEW, scale=Scale.STARS5))


@pytest.mark.parametrize(
    "written", [{"star": [1, 2]}, {"stars": [1]}, {"stars": "low"}, {"flags": ["angry"]}, {"kinds": ["gone"]}]
)
def test_a_malformed_rule_is_refused_when_read(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read_match(written)


def test_the_first_rule_by_position_decides_however_they_come() -> None:
    rules = [rule(9, OWNER), rule(1, MANAGER, stars=[1, 2]), rule(5, LAWYER)]
    assert route(REVIEW, rules, EVERYBODY).channels == (MANAGER,)


def test_what_no_rule_names_reaches_everybody() -> None:
    routing = route(REVIEW, [rule(1, MANAGER, sites=["bbb"])], EVERYBODY)
    assert routing.channels == EVERYBODY
    assert "no rule matches" in routing.why


def test_a_rule_whose_channels_are_all_closed_reaches_everybody_else() -> None:
    routing = route(REVIEW, [rule(1, MANAGER), rule(2, LAWYER)], (OWNER, LAWYER))
    assert routing.channels == (OWNER, LAWYER)
    assert "reaches nobody" in routing.why


def test_closed_channels_of_a_rule_are_left_out_and_repeats_are_one() -> None:
    assert route(REVIEW, [rule(1, LAWYER, MANAGER, LAWYER)], (OWNER, LAWYER)).channels == (LAWYER,)


@pytest.mark.parametrize("flag", sorted(HELD_FLAGS))
def test_a_held_review_goes_to_the_people_named_for_it(flag: Flag) -> None:
    held = Occasion(kind=EventKind.NEW, scale=Scale.STARS5, rating=1, flags=frozenset({flag.value}))
    rules = [rule(1, MANAGER, stars=[1, 2]), rule(2, OWNER), rule(3, LAWYER, flags=[flag.value])]
    assert route(held, rules, EVERYBODY).channels == (LAWYER,)


def test_a_held_review_nobody_is_named_for_reaches_everybody_past_the_catch_all() -> None:
    held = Occasion(kind=EventKind.NEW, flags=frozenset({"safety"}))
    routing = route(held, [rule(1, MANAGER), rule(2, LAWYER, flags=["legal"])], EVERYBODY)
    assert routing.channels == EVERYBODY
    assert "names anybody for its flags" in routing.why


def test_where_nobody_can_be_reached_it_says_so() -> None:
    routing = route(REVIEW, [rule(1, MANAGER)], ())
    assert routing.channels == ()
    assert "nobody was told" in routing.why


rules_strategy = st.lists(
    st.builds(
        Rule,
        st.integers(0, 9),
        st.just("rule"),
        st.builds(
            Match,
            sites=st.sampled_from([(), ("yelp",), ("bbb",)]),
            flags=st.sampled_from([(), (Flag.SAFETY,), (Flag.PRAISE,)]),
            stars=st.sampled_from([None, (1.0, 2.0), (4.0, 5.0)]),
        ),
        st.lists(st.sampled_from(EVERYBODY), max_size=3).map(tuple),
    ),
    max_size=5,
)


@given(rules_strategy, st.sets(st.sampled_from(EVERYBODY)), st.sets(st.sampled_from(list(Flag))))
def test_no_rules_can_ever_lose_an_alert(rules: list[Rule], usable: set[int], flags: set[Flag]) -> None:
    occasion = Occasion(EventKind.NEW, "yelp", "north", Scale.STARS5, 2.0, None, frozenset(flags), "x")
    routing = route(occasion, rules, sorted(usable))
    assert bool(routing.channels) == bool(usable)
    assert set(routing.channels) <= usable
    assert routing.why


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (EventKind.NEW, True),
        (EventKind.REPLY_VANISHED, True),
        (EventKind.HEALTH, True),
        (EventKind.SILENCE, True),
        (EventKind.ALARM, True),
        (EventKind.BASELINE, True),
        (EventKind.TWINS, True),
        (EventKind.REMOVED, False),
        (EventKind.RESTORED, False),
        (EventKind.REPLIED, False),
        (EventKind.REPLY_EDITED, False),
        (EventKind.FACTS_DRIFTED, False),
    ],
)
def test_what_a_person_can_act_on_rings_and_the_rest_waits_at_the_desk(
    kind: EventKind, expected: bool
) -> None:
    assert rings(kind) is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [((), False), (("author",), False), (("text",), True), (("rating", "posted"), True)],
)
def test_an_edit_rings_where_the_words_or_the_stars_changed(changed: tuple[str, ...], expected: bool) -> None:
    assert rings(EventKind.EDITED, changed=changed) is expected


@pytest.mark.parametrize("kind", sorted(set(EventKind) - ASKED_BY_PEOPLE))
def test_the_past_never_rings(kind: EventKind) -> None:
    assert not rings(kind, past=True, changed=("text",))


@pytest.mark.parametrize("kind", sorted(ASKED_BY_PEOPLE))
def test_what_somebody_asks_now_is_news_about_the_past_as_well(kind: EventKind) -> None:
    assert rings(kind, past=True)
