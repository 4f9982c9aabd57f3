"""Patterns: the little language of the lists, compiled to phrases or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.replies.patterns import alternatives, compiled, tokens_of
from service.replies.phrases import Phrases


def fits(pattern: str, text: str) -> bool:
    phrases: Phrases[None] = Phrases()
    phrases.add(pattern, None)
    return bool(phrases.found_in(tokens_of(text)))


@given(st.text(alphabet="(|)*?#_.. ab'", max_size=30))
def test_a_pattern_is_compiled_or_refused(pattern: str) -> None:
    try:
        phrases = compiled(pattern)
    except ValueError:
        return
    assert phrases and all(phrases)
    fits(pattern, "a b ab a'b 3")


@pytest.mark.parametrize(
    "pattern",
    ["", "(", "a)", "(a|b", "a?", "?", "(a)?", "a||b", "|a", ".. a", "a ..", "(a|..) b", "*", "**"],
)
def test_what_is_not_well_formed_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):
        compiled(pattern)


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        ("a b", [("a", "b")]),
        ("b|a|c*|a", [(("a", "b", "c*"),)]),
        ("a|b c|#", [("a",), ("b", "c"), ("#<1000000000",)]),
        ("(a|b)? (c|d e)", [("c",), (("a", "b"), "c"), (("a", "b"), "d", "e"), ("d", "e")]),
        ("a .. (b ..)? c", [("a", "..", "b", "..", "c"), ("a", "..", "c")]),
        ("Ärger isn't", [("arger", ("isn't", "isnt"))]),
        ("(a|a) it's", [("a", "it's")]),
    ],
)
def test_a_pattern_stands_for_phrases(pattern: str, phrases: list[object]) -> None:
    assert compiled(pattern) == phrases


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("a|b c", [("a",), ("b", "c")]),
        ("(a|(b c|d))|e", [("a",), ("b", "c"), ("d",), ("e",)]),
        ("(a|b) c|d", [(("a", "b"), "c"), ("d",)]),
        ("(a|b)? (c|d)", [(("a", "b"), ("c", "d")), (("c", "d"),)]),
    ],
)
def test_alternatives_that_stand_alone_are_never_made_one(pattern: str, told: list[object]) -> None:
    assert alternatives(pattern) == told


def test_a_word_that_is_said_often_is_kept_once() -> None:
    (one,), (other,) = compiled("loose railing"), compiled("Railing is loose")
    assert one[0] is other[2] and one[1] is other[0]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*gelander*", "Balkongeländer", True),
        ("*gelander*", "Gelände", False),
        ("*gelander", "Balkongeländer", True),
        ("*gelander", "Geländerpfosten", False),
        ("(lose|*kabel) steckdose", "Stromkabel Steckdose", True),
        ("(lose|*kabel) *steckdose*", "Stromkabel Wandsteckdosen", True),
        ("# pour", "29.84 pour", True),
        ("#<18 jahre", "17,5 Jahre", True),
        ("#<18 jahre", "18,5 Jahre", False),
        ("isn't fixed", "isnt fixed", True),
        ("i've seen", "ive seen", True),
        ("we're here", "were here", False),
        ("l' hotel", "l'hôtel", True),
        ("_ plumbing", "those plumbing", True),
        ("_ plumbing", "plumbing", False),
    ],
)
def test_a_pattern_fits_long_words_and_numbers_with_a_part(pattern: str, text: str, expected: bool) -> None:
    assert fits(pattern, text) is expected
