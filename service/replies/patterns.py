"""The little language of ``words/README.md``: a pattern of words, compiled to phrases over tokens.

A pattern comes from our own lists, never from a review; a review is only ever the sequence of tokens it is
held against.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, product
from sys import intern
from typing import NamedTuple

from service.replies.folding import folded
from service.replies.steps import ANY, ANY_NUMBER, GAP, Step

_TOKEN = re.compile(
    r"\b(?:[ldjmtsnc]|qu)['\u2019](?=\w)|\d+(?:[.,]\d+)+\b|[^\W_]+(?:['\u2019][^\W_]+)*|[$€£]", re.IGNORECASE
)
_NAMED = re.compile(r"\{(\w+)\}")
_CONTRACTED = re.compile(r".+(?:n't|'m|'ve|'re|'s)")
_NOT_BARE = frozenset(("it's", "let's", "we're", "i'm", "one's"))  # without its apostrophe another word
_PART = re.compile(r"[()?]|[^\s()?][^()?]*")


Phrase = tuple[Step, ...]


class Token(NamedTuple):
    """One word of a text: its folded form and where it stands; ``after`` is the break before it, if any."""

    word: str
    start: int
    end: int
    after: str  # "." where a sentence ended before it, "," where a clause did, "" otherwise


def tokens_of(text: str) -> list[Token]:
    """The words of ``text`` (in NFC), with elisions apart: "l'accueil" is two."""
    tokens: list[Token] = []
    reached = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        tokens.append(Token(folded(found.group()), start, end, _break(text[reached:start])))
        reached = end
    return tokens


@lru_cache(maxsize=512)
def _break(between: str) -> str:
    if any(char in ".!?;\n\u2026" for char in between):
        return "."
    return "," if any(char in ",:()\u2013\u2014" for char in between) or " - " in between else ""


def spelt(pattern: str, lists: Mapping[str, str]) -> str:
    """``pattern`` with the words of the lists it names, which may name others."""
    while "{" in pattern:
        pattern = _NAMED.sub(lambda named: f"({lists[named[1]]})", pattern)
    return pattern


def compiled(pattern: str) -> list[Phrase]:
    """The phrases ``pattern`` stands for. Raises ``ValueError`` where it is not well formed."""
    return _merged(alternatives(pattern))


def alternatives(pattern: str) -> list[Phrase]:
    """The same, but alternatives that no brackets join to anything else are never made one."""
    parts = _PART.findall(pattern)[::-1]
    phrases = _alternatives(parts)
    if parts or any(not phrase or phrase[0] == GAP or phrase[-1] == GAP for phrase in phrases):
        raise ValueError(f"not a pattern: {pattern!r}")
    return phrases


def _alternatives(parts: list[str]) -> list[Phrase]:
    """Phrases up to an unopened ")" or the end; their parts are taken off the end of ``parts``."""
    phrases: list[Phrase] = []
    choices: list[list[Phrase]] = []  # that follow one another
    while parts and parts[-1] != ")":
        part = parts.pop()
        if part == "(":
            choices.append(_bracket(parts))
        elif part == "?":
            raise ValueError("a stray question mark")
        else:
            first, *others = map(_words, part.split("|"))
            choices += [[first]] if first else []
            if others:
                phrases += [*_sequences(choices), *others[:-1]]
                choices = [others[-1:]] if others[-1] else []
    return phrases + _sequences(choices)


def _bracket(parts: list[str]) -> list[Phrase]:
    """What stands in the bracket that was just opened; nothing as well, where "?" follows it."""
    inside = _alternatives(parts)
    if not parts:
        raise ValueError("an open bracket")
    parts.pop()
    if parts and parts[-1] == "?":
        parts.pop()
        inside.append(())
    return inside


def _sequences(choices: Sequence[list[Phrase]]) -> list[Phrase]:
    """All ways to say one of each of ``choices``."""
    if len(choices) == 1:
        return choices[0]
    return [_joined(chosen) for chosen in product(*map(_merged, choices))]


def _joined(parts: Iterable[Phrase]) -> Phrase:
    """``parts`` as one phrase; a gap beside a gap is one."""
    steps = tuple(chain.from_iterable(parts))
    if steps.count(GAP) < 2:
        return steps
    return tuple(step for step, before in zip(steps, ("", *steps), strict=False) if not step == before == GAP)


def _words(written: str) -> Phrase:
    return tuple(chain.from_iterable(map(_steps, written.split())))


@lru_cache(maxsize=8192)
def _steps(written: str) -> Phrase:
    """The steps of one word as it is written; the same for the same, of which long lists have few."""
    if written.isalpha():
        return (intern(folded(written)),)
    if written in (ANY, GAP):
        return (written,)
    if written.startswith("#"):
        return (f"#<{int(written[2:] or ANY_NUMBER) if written[1:2] == '<' else ANY_NUMBER}",)
    if written.endswith(("'", "\u2019")):  # an elision by itself: "l' hotel" as well as "l'hotel"
        return (folded(written),)
    bare = written.strip("*")
    words = [folded(bare)] if bare.isalpha() else [token.word for token in tokens_of(bare)]
    if not words:
        raise ValueError(f"no word in {written!r}")
    *before, last = words
    tail = "*" if written.startswith("*") and not before else ""
    if tail or written.endswith("*"):
        return (*map(_spelling, before), intern(f"{tail}{last}{'*' if written.endswith('*') else ''}"))
    return tuple(map(_spelling, words))


def _spelling(word: str) -> Step:
    """``word`` or, where it is contracted, also what people in a hurry write: "isn't" or "isnt"."""
    if "'" not in word or word in _NOT_BARE or not _CONTRACTED.fullmatch(word):
        return intern(word)
    return word, word.replace("'", "")


def _merged(phrases: list[Phrase]) -> list[Phrase]:
    """All alternatives of a single listed step as one: "(a|b|c*)" is one choice, not three phrases."""
    if len(phrases) == 1:
        return phrases
    choice: list[str] = []
    others: list[Phrase] = []
    for phrase in phrases:
        step = phrase[0] if len(phrase) == 1 else GAP
        if isinstance(step, tuple):
            choice += step
        elif step in (ANY, GAP) or step[0] == "#":
            others.append(phrase)
        else:
            choice.append(step)
    different = sorted(set(choice))
    if not different:
        return others
    return [(tuple(different) if len(different) > 1 else different[0],), *others]
