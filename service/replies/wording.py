"""Where a reply says what a rule of words forbids: one pass over its tokens, in every language at once.

A manager may write in any language, whatever the review's; so all lists are held against every text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from service.replies.grounds import Rule, rules, word_list
from service.replies.patterns import Token
from service.replies.phrases import Phrases

_NEGATION_REACH = 3  # tokens


@dataclass(frozen=True, slots=True)
class Said:
    """A breach of a rule: tokens ``start`` to ``end``, exclusive."""

    rule: Rule
    start: int
    end: int


_Meaning = tuple[Rule, str]


@cache
def _phrases() -> Phrases[_Meaning]:
    phrases: Phrases[_Meaning] = Phrases()
    for rule in rules():
        for kind, lists in (("words", rule.words), ("near", rule.near), ("spared", rule.spared)):
            for pattern in dict.fromkeys(chain.from_iterable(lists.values())):
                phrases.add(pattern, (rule, kind))
    return phrases


def said(tokens: Sequence[Token]) -> list[Said]:
    """Every breach of a rule of words, in order; of those that overlap, the first and longest."""
    found: dict[str, list[Said]] = {"words": [], "near": [], "spared": []}
    for (rule, kind), start, end in _phrases().found_in(tokens):
        found[kind].append(Said(rule, start, end))
    breaches = (
        one
        for one in found["words"]
        if not _overlaps(one, found["spared"])
        and not (one.rule.negatable and _is_negated(tokens, one.start))
        and (not one.rule.near or _shares_a_sentence(one, found["near"], tokens))
    )
    return _longest(breaches)


def _overlaps(one: Said, others: Sequence[Said]) -> bool:
    return any(other.rule is one.rule and other.start < one.end and one.start < other.end for other in others)


def _is_negated(tokens: Sequence[Token], start: int) -> bool:
    for place in range(start, max(start - _NEGATION_REACH, 0), -1):
        if tokens[place].after:
            return False
        before = tokens[place - 1].word
        if before in word_list("hollow"):
            return False
        if before in word_list("negators"):
            return True
    return False


def _shares_a_sentence(one: Said, others: Sequence[Said], tokens: Sequence[Token]) -> bool:
    mine = [other for other in others if other.rule is one.rule]
    return any(_is_one_sentence(tokens, min(one.start, o.start), max(one.start, o.start)) for o in mine)


def _is_one_sentence(tokens: Sequence[Token], first: int, last: int) -> bool:
    return all(tokens[place].after != "." for place in range(first + 1, last + 1))


def _longest(found: Iterator[Said]) -> list[Said]:
    kept: list[Said] = []
    for one in sorted(found, key=lambda said: (said.start, -said.end)):
        if not _overlaps(one, kept):
            kept.append(one)
    return kept
