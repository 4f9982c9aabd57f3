"""Where a review turns on what it said before: "lovely, but …", "heads up"; from ``words/turns.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from service.replies.patterns import Token

_FILE = Path(__file__).with_name("words") / "turns.toml"


@dataclass(frozen=True, slots=True)
class Turns:
    """The words of all languages together: none of them is said in praise in another."""

    anywhere: frozenset[str]
    pairs: frozenset[tuple[str, ...]]
    at_the_start: frozenset[str]
    regrets: frozenset[str]


@cache
def turns() -> Turns:
    """The words as the file has them."""
    by_language = tomllib.loads(_FILE.read_text("utf-8")).values()

    def listed(name: str) -> frozenset[str]:
        return frozenset(word.strip() for told in by_language for word in told[name].split("|"))

    return Turns(
        anywhere=listed("turns"),
        pairs=frozenset(tuple(pair.split()) for pair in listed("pairs")),
        at_the_start=listed("starts"),
        regrets=listed("regrets"),
    )


def turn(tokens: Sequence[Token]) -> int | None:
    """The first token of what turns on what a review said: "lovely, but …"; None where nothing does.

    A "though" stands anywhere in the sentence that turns: it counts from its beginning.
    """
    known, begun = turns(), 0
    for place, token in enumerate(tokens):
        begun = place if token.after == "." else begun
        if _turns(known, tokens, place):
            return place
        if token.word in known.regrets:
            return begun
    return None


def _turns(known: Turns, tokens: Sequence[Token], place: int) -> bool:
    """Whether what begins with token ``place`` turns on what was said before it."""
    token = tokens[place]
    if token.word in known.anywhere or (token.after and token.word in known.at_the_start):
        return True
    return place + 1 < len(tokens) and (token.word, tokens[place + 1].word) in known.pairs


def second_sentence(tokens: Sequence[Token]) -> int | None:
    """The token that begins the second sentence; None where there is none."""
    return next((place for place, token in enumerate(tokens) if place and token.after == "."), None)
