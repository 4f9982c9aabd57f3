"""What is said of a branch: read whole or told what is wrong, and nothing said is lost on the way back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.replies.answering import policy_of
from service.replies.pack import VERTICALS
from service.watch.branch_facts import HOURS, TITLES, language_of, read, shown, vertical_of, zone_named, zones

FULL = {
    "name": "Harbour Street",
    "brand": "Northside",
    "region": "South",
    "city": "Hull",
    "tz": "europe/london",
    "language": "English",
    "vertical": "restaurant",
    "phone": "+44 20 7946 0000",
    "contact": "hello@shop.example",
    "sign_off": "Dana and the team",
    "hours-0": "9-12, 14-18",
    "hours-4": "18-2",
    "holidays": "2026-12-25",
    "staff": "Dana\nOmar, Li",
    "attributes": "parking: yes",
    "praise_a_day": "3",
    "good_ratings": "1",
}


def test_all_that_is_said_is_read() -> None:
    found = read(FULL)
    assert found.problems == {}
    facts = found.facts
    assert facts is not None
    assert (facts.tz, facts.language, facts.vertical) == ("Europe/London", "en", "restaurant")
    assert [one["day"] for one in facts.hours] == [0, 0, 4, 5]
    assert facts.holidays == ("2026-12-25",)
    assert facts.attributes["staff"] == ["Dana", "Omar", "Li"]
    assert facts.attributes["parking"] == "yes"
    policy = policy_of(facts.attributes)
    assert (policy.praise_a_day, policy.good_ratings) == (3, True)


def test_what_is_shown_is_read_back_as_it_was() -> None:
    facts = read(FULL).facts
    assert facts is not None
    assert read(shown(facts), facts.attributes).facts == facts


def test_a_name_alone_is_enough() -> None:
    facts = read({"name": "North"}).facts
    assert facts is not None
    assert (facts.tz, facts.language, facts.vertical, facts.hours) == ("UTC", "en", "general", ())
    assert facts.attributes == {}


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("name", "", "Say what the branch is called"),
        ("name", "!!!", "Say what the branch is called"),
        ("name", "x" * 121, "Longer than 120"),
        ("tz", "Berlin time", "no time zone"),
        ("language", "Klingonese", "no language we know"),
        ("vertical", "bakery", "no trade we know"),
        ("phone", "call us", "no telephone number"),
        ("hours-3", "soon", "no time such as"),
        ("holidays", "Christmas", "no date such as"),
        ("attributes", "parking", "name: value"),
        ("attributes", "staff: Dana", "name: value"),
        ("praise_a_day", "-1", "A whole number"),
        ("praise_a_day", "many", "A whole number"),
        ("staff", "x" * 5000, "Longer than 4,000"),
    ],
)
def test_each_problem_stands_under_its_field(field: str, text: str, says: str) -> None:
    found = read(FULL | {field: text})
    assert found.facts is None
    assert list(found.problems) == [field]
    assert says in found.problems[field]


def test_every_problem_is_told_at_once() -> None:
    wrong = {"name": "", "tz": "x", "phone": "x", "hours-0": "x", "holidays": "x"}
    assert set(read(wrong).problems) == set(wrong)


def test_what_the_form_has_no_field_for_stays() -> None:
    kept: dict[str, Any] = {"seats": 40, "answers": {"praise_a_day": 2, "later": True}, "staff": ["Old"]}
    facts = read({"name": "North", "praise_a_day": ""}, kept).facts
    assert facts is not None
    assert facts.attributes == {"seats": 40, "answers": {"later": True}}


def test_what_cannot_be_seen_is_taken_out() -> None:
    facts = read({"name": "No\u202erth\x00 Shop\t 2"}).facts
    assert facts is not None
    assert facts.name == "No rth Shop 2"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("de", "de"),
        ("Deutsch", "de"),
        ("français", "fr"),
        ("SPANISH", "es"),
        ("pt-br", "pt-BR"),
        ("ITALIEN", "it"),
    ],
)
def test_a_language_is_known_by_its_names(text: str, code: str) -> None:
    assert language_of(text) == code


def test_every_trade_has_a_title_and_is_known_by_it() -> None:
    assert set(TITLES) == VERTICALS
    for name, title in TITLES.items():
        assert vertical_of(title) == name
    assert vertical_of("Car Service") == "car_service"


def test_zones_are_known_whatever_their_capitals() -> None:
    assert zone_named("america/new york") == "America/New_York"
    assert zones()[0].startswith("Africa/")


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from([*FULL, *HOURS]), st.text(max_size=40)))
def test_whatever_is_typed_is_read_or_told(said: dict[str, str]) -> None:
    found = read(said)
    assert (found.facts is None) == bool(found.problems)
    if found.facts is not None:
        assert read(shown(found.facts), found.facts.attributes).facts == found.facts
