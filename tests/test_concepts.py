"""Groups of words tell a flag only together, near enough, undenied and unexcused."""

from __future__ import annotations

import pytest

from service.domain import Flag
from service.replies import concepts
from service.replies.concepts import OURS, SOLVED, Concepts, Near, groups_of, parsed, rules
from service.replies.lexicon import languages
from service.replies.patterns import tokens_of

GROUPS = {
    "structure": "railing|stair*|deck",
    "unsound": "loose|rotten|gave way",
    "mended": "(got|was|been) fixed",
    "child": "son|#<18 year old",
    "figure": "loose cannon",
}


def told(
    written: str,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    near: Near = Near.SENTENCE,
    denied: str = "never",
) -> str | None:
    """The words by which the rule ``written`` holds of ``text``; a token after ``denied`` is denied."""
    rule = parsed(Flag.SAFETY, written, near, is_suspicion=False)
    monkeypatch.setattr(concepts, "rules", lambda: (rule,))
    tokens = tokens_of(text)
    groups = Concepts(GROUPS)
    found = groups.told(
        groups.spots(tokens),
        lambda place: bool(place) and tokens[place - 1].word == denied,
        is_suspected=True,
    )
    return next((text[tokens[start].start : tokens[end - 1].end] for _, start, end in found), None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The railing on the left is loose.", "railing on the left is loose"),
        ("So loose, that railing", "loose, that railing"),
        ("The railing is red", None),
        ("All was loose", None),
        ("The railing is red. My tooth was loose.", None),
        ("The railing was never loose", None),
        ("The railing was loose and got fixed in an hour", None),
    ],
)
def test_a_rule_holds_where_all_its_groups_stand_in_a_sentence(
    text: str, words: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told("structure + unsound - mended", text, monkeypatch) == words


def test_either_of_two_groups_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("child|structure + unsound", "My 4 year old found it loose", monkeypatch)
    assert told("child|structure + unsound", "My 40 year old found it loose", monkeypatch) is None


def test_a_manner_of_speaking_that_is_as_long_as_the_trouble_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("structure + unsound", "On deck five a loose cannon told jokes", monkeypatch) is None
    assert told("structure + unsound", "On deck five a loose cannon stood on a rotten board", monkeypatch)


def test_no_word_counts_for_two_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("unsound + unsound", "It was loose", monkeypatch) is None
    assert told("unsound + unsound", "It was loose and rotten", monkeypatch)


@pytest.mark.parametrize(
    ("near", "text", "holds"),
    [
        (Near.CLOSE, "Loose since spring was the railing", True),
        (Near.CLOSE, "Loose as a tooth, and we told them all of it last week, was the railing", False),
        (Near.SENTENCE, "Loose as a tooth, and we told them all of it last week, was the railing", True),
        (Near.SENTENCE, "We saw the railing. It was loose.", False),
        (Near.NEIGHBOURS, "We saw the railing. It was loose.", True),
        (Near.NEIGHBOURS, "We saw the railing. Then we ate. It was loose.", False),
        (Near.REVIEW, "We saw the railing. Then we ate. It was loose.", True),
    ],
)
def test_near_enough_is_what_the_rule_says(
    near: Near, text: str, holds: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (told("structure + unsound", text, monkeypatch, near) is not None) is holds


def test_every_rule_names_groups_that_a_language_has() -> None:
    named = {name for rule in rules() for name in (*sum(rule.needs, ()), *rule.unless)}
    assert named <= {name for language in languages() for name in groups_of(language)}


@pytest.mark.parametrize("language", languages())
def test_every_group_is_named_by_a_rule_by_another_group_or_excuses(language: str) -> None:
    groups = groups_of(language)
    named = {name for rule in rules() for name in (*sum(rule.needs, ()), *rule.unless)}
    inside = {name for name in groups if any(f"{{{name}}}" in listed for listed in groups.values())}
    assert groups.keys() - {SOLVED, OURS} <= named | inside
