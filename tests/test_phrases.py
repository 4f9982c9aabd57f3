"""Phrases: one pass over a text finds all of them, and nothing else."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.replies.patterns import Phrase, Token, compiled, tokens_of
from service.replies.phrases import Phrases
from service.replies.steps import GAP, LONGEST_GAP, Taken


def found(text: str, *patterns: str) -> list[tuple[str, str]]:
    """Which of ``patterns`` stand in ``text``, and in which words."""
    phrases: Phrases[str] = Phrases()
    for pattern in patterns:
        phrases.add(pattern, pattern)
    tokens = tokens_of(text)
    return [
        (meaning, text[tokens[start].start : tokens[end - 1].end])
        for meaning, start, end in phrases.found_in(tokens)
    ]


def test_what_is_found_comes_in_the_order_of_the_text_and_the_longest_first() -> None:
    said = found("A loose railing gave way", "gave way", "railing", "loose", "loose .. way", "loose railing")
    assert [words for _, words in said] == [
        "loose railing gave way",
        "loose railing",
        "loose",
        "railing",
        "gave way",
    ]


def test_no_phrase_goes_over_the_end_of_a_sentence() -> None:
    assert not found("It was loose. Railing and all", "loose railing", "loose .. all")
    assert found("It was loose, railing and all", "loose railing")


def test_a_gap_is_as_short_as_it_can_be() -> None:
    assert found("so loose that the railing, the railing fell", "loose .. railing") == [
        ("loose .. railing", "loose that the railing")
    ]
    assert found("a b c b d", "a .. b d") == [("a .. b d", "a b c b d")]


def test_a_gap_has_an_end() -> None:
    assert found(f"loose {'so ' * LONGEST_GAP}railing", "loose .. railing")
    assert not found(f"loose {'so ' * (LONGEST_GAP + 1)}railing", "loose .. railing")


def test_the_same_words_may_mean_many_things_but_each_once() -> None:
    assert found("loose", "loose", "loo*", "(loose|loo*)", "(loo*|loose)") == [
        ("loose", "loose"),
        ("loo*", "loose"),
        ("(loose|loo*)", "loose"),
        ("(loo*|loose)", "loose"),
    ]
    phrases: Phrases[str] = Phrases()
    for _ in range(2):
        phrases.add("loose|railing", "trouble")
    assert phrases.found_in(tokens_of("loose")) == [("trouble", 0, 1)]


@pytest.mark.parametrize(
    "pattern", ["railing", "rail*", "*ling", "*aili*", "(deck|rail*)", "_", "#<18", "(rot|#)"]
)
@pytest.mark.parametrize("others", [0, 100])
def test_a_step_takes_the_same_words_among_few_and_among_many(pattern: str, others: int) -> None:
    crowd = [f"(other{number}|another{number}*)" for number in range(others)]
    told = "17" if "#" in pattern else "railing"
    for before in ("", "a "):  # as a first step and as a later one
        patterns = [before + one for one in (pattern, *crowd)]
        assert found(f"{before}{told}", *patterns) == [(before + pattern, before + told)]


def test_a_word_without_end_is_not_cut_in_every_way() -> None:
    word = "railing" + "ab" * 10_000
    tracemalloc.start()
    try:
        assert found(word, "rail*") == [("rail*", word)]
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


# A slow search that looks at every phrase at every word.


def ends(phrase: Phrase, tokens: Sequence[Token], at: int) -> int | None:
    """Where what is left of ``phrase`` ends that goes on at token ``at``."""
    if not phrase:
        return at
    reach = LONGEST_GAP if phrase[0] == GAP else 0
    step, *rest = phrase[1:] if phrase[0] == GAP else phrase
    for place in range(at, min(at + reach + 1, len(tokens))):
        if tokens[place].after == ".":
            return None
        if Taken.by(step).has(tokens[place].word):
            end = ends(tuple(rest), tokens, place + 1)
            if end is not None:
                return end
    return None


WORDS = st.sampled_from(["a", "b", "ab", "ba", "3", "30"])
STEPS = st.sampled_from(
    ["a", "b", "a*", "*a", "*b*", "_", "#<18", "(a|b*)", "(a b|b)", "(a )?", "..", "(b ..)?"]
)
PATTERNS = st.lists(st.lists(STEPS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=6)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", " ", ", ", ". "])), max_size=12)


def is_well_formed(pattern: str) -> bool:
    try:
        return bool(compiled(pattern))
    except ValueError:
        return False


@given(PATTERNS, TEXTS)
def test_a_pass_finds_what_a_slow_search_finds(patterns: list[str], said: list[tuple[str, str]]) -> None:
    tokens = tokens_of("".join(word + after for word, after in said))
    phrases: Phrases[str] = Phrases()
    slowly = set()
    for pattern in filter(is_well_formed, patterns):
        phrases.add(pattern, pattern)
        for phrase in compiled(pattern):
            for start, token in enumerate(tokens):
                if not Taken.by(phrase[0]).has(token.word):
                    continue
                if (end := ends(phrase[1:], tokens, start + 1)) is not None:
                    slowly.add((pattern, start, end))
    quickly = phrases.found_in(tokens)
    assert set(quickly) == slowly
    assert quickly == sorted(quickly, key=lambda one: (one[1], -one[2]))
