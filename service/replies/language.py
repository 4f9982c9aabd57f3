"""Which language a review is written in: the text's own evidence, with the branch's language as the prior."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.replies.lexicon import common_words
from service.replies.patterns import Token
from service.sentences import say

SURE = 80  # letters from which it is believed even where the words are common in the branch's language
COMMON_ENOUGH = 0.4  # of the words: a sentence of Spanish is easily taken for Portuguese
CLEARLY = 2  # words more than of any other language
LONG_ENOUGH = 40  # letters by which a reliable detection is believed against the branch's language


@dataclass(frozen=True, slots=True)
class Told:
    """A language ("en"), or None where it cannot be told, and why."""

    code: str | None
    why: str


@lru_cache(maxsize=512)
def primary(language: str | None) -> str | None:
    """The language of a tag: "en" of "en-GB"; None of an empty one."""
    return (language or "").replace("_", "-").split("-")[0].strip().lower() or None


def language_of(text: str, tokens: Sequence[Token], prior: str | None) -> Told:
    """The language of ``text``; ``prior`` is the branch's (or what the site says of the review)."""
    usual = primary(prior)
    letters = list(filter(str.isalpha, text))
    if not letters:
        return Told(usual, say("no words to tell a language by"))
    detected = _detected(text)
    evidence = {code: sum(token.word in words for token in tokens) for code, words in common_words().items()}
    is_usual = _speaks(usual or "", evidence, len(tokens))
    if detected and len(letters) >= LONG_ENOUGH and not (is_usual and len(letters) < SURE):
        return Told(detected, say("told by the text"))
    if detected and not evidence.get(usual or "", 0):
        return Told(detected, say("told by the text"))
    return _by_words(evidence, detected, usual, letters)


def _speaks(usual: str, evidence: dict[str, int], words: int) -> bool:
    """Whether the commonest words are those of ``usual``: many of them, or clearly more than of any other."""
    said = evidence.get(usual, 0)
    others = max((count for code, count in evidence.items() if code != usual), default=0)
    return said >= COMMON_ENOUGH * words or said >= others + CLEARLY


def _by_words(evidence: dict[str, int], detected: str | None, usual: str | None, letters: list[str]) -> Told:
    best = max(evidence.values())
    candidates = [code for code, count in evidence.items() if count == best and best]
    if usual in candidates or (detected == usual and usual):
        return Told(usual, say("told by the text"))
    if len(candidates) == 1:
        return Told(candidates[0], say("told by its commonest words"))
    if not _is_latin(letters) or not usual:
        return Told(None, say("the text does not say which language it is in"))
    return Told(usual, say("too short to tell; the branch's own language"))


def _is_latin(letters: Sequence[str]) -> bool:
    latin = sum(char.isascii() or unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return latin * 2 > len(letters)


def _detected(text: str) -> str | None:
    """What the detector is sure of; it answers nothing for most texts under four words."""
    import pycld2

    plain = text.replace("\n", " ")
    if not plain.isprintable():  # the detector refuses control characters
        plain = "".join(char if char.isprintable() else " " for char in plain)
    is_sure, _, guesses = pycld2.detect(plain, returnVectors=False)
    code = str(guesses[0][1])
    return code.split("-", maxsplit=1)[0] if is_sure and code != "un" else None
