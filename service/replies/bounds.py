"""Whether what a manager typed into a blank stays within its bounds (CONTRACTS §8.6).

Strict on purpose: what only might be a link, a number to ring or an offer of money is outside, and the
sentence says how to mend it. Checks look at a folded copy (compatibility forms, accents and joiners taken
off), so that dressing a thing up does not bring it in.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from service.replies.alphabets import alphabets, mixed_word
from service.replies.folding import folded
from service.replies.names import person_named
from service.replies.normal import MOST_IN_A_CLUSTER, ZWJ, ZWNJ, clusters, idle_selector, is_mark, unseen
from service.replies.pack import Blank, Forbid
from service.replies.undress import undressed
from service.sentences import say

DIGITS_OF_A_PHONE = 6
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_HEAP = re.compile("m{4}")
_IDLE_JOINER = re.compile("[\\x00-\\x7f][\u200c\u200d]|[\u200c\u200d](?:[\\x00-\\x7f]|$)")
_DOTTED = re.compile(r"[^\W_]\.[^\W\d_]")
_BETWEEN_DIGITS = re.compile(r"[\s().,/+\-\u2010-\u2015_*:;|'\"]*")


@cache
def _lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("bounds.toml").read_text("utf-8"))


@cache
def _phrases(kind: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in _lists()[kind]["words"])


@cache
def spoken_digits() -> frozenset[str]:
    """The words by which a telephone number is spelled out, folded."""
    return frozenset(_lists()["phone"]["digits"].split())


def breaches(value: str, blank: Blank, *, before: str = "", after: str = "") -> tuple[str, ...]:
    """Why ``value`` (in normal form) may not stand in ``blank``; empty where it may.

    ``before`` and ``after`` are the approved words on either side of it.
    """
    return tuple(_breaches(value, blank, before, after))


def _breaches(value: str, blank: Blank, before: str, after: str) -> Iterator[str]:
    if not value.strip():
        if value or not blank.empty:
            yield say("is empty")
        return
    if blank.choices:
        if value not in blank.choices:
            yield say("is none of the approved choices")
        return
    if len(value) > blank.longest * MOST_IN_A_CLUSTER or clusters(value) > blank.longest:
        yield say("is longer than %(longest)s characters", longest=blank.longest)
        return
    yield from _disguises(value, before + after)
    checks = {
        Forbid.LINK: _link,
        Forbid.PHONE: _phone,
        Forbid.EMAIL: _email,
        Forbid.MONEY: _money,
    }
    plain = undressed(value)
    for forbidden in blank.forbid:
        if forbidden in checks and (said := checks[forbidden](plain)):
            yield said
    if Forbid.NEWLINE in blank.forbid and "\n" in value:
        yield say("holds a line break")
    if Forbid.NAME in blank.forbid and (name := person_named(plain_letters(value), after=before)):
        yield say("may name a person: '%(name)s'", name=name)


def _disguises(value: str, around: str) -> Iterator[str]:
    """What would change how the approved words beside it look, or hide what it says itself."""
    if is_mark(value[0]) or value[0] in " \n" or value[-1] in " \n":
        yield say("begins with a mark, or begins or ends with white space")
    if _IDLE_JOINER.search(value) or idle_selector(value) or any(unseen(char) for char in value):
        yield say("holds an invisible character")
    if any(char in "[]{}" for char in value):
        yield say("holds a bracket, like something left to fill in")
    if any(char.isspace() and char not in " \n" for char in value):
        yield say("holds an unusual space")
    if _HEAP.search("".join("m" if unicodedata.category(char) in ("Mn", "Me") else "-" for char in value)):
        yield say("heaps marks on a letter")
    if strange := alphabets(value) - (alphabets(around) - {"ODD"}) - {"LATIN"}:
        yield say(
            "is written in another alphabet than the reply (%(alphabets)s)",
            alphabets=", ".join(sorted(strange)).lower(),
        )
    if mixed := mixed_word(value):
        yield say("mixes alphabets within the word '%(mixed)s'", mixed=mixed)


def plain_letters(value: str) -> str:
    """``value`` without compatibility dress and joiners; case and accents are kept."""
    return "".join(char for char in unicodedata.normalize("NFKC", value) if char not in (ZWJ, ZWNJ))


def _words(plain: str) -> list[str]:
    return [folded(word) for word in _WORD.findall(plain)]


def _holds(plain: str, kind: str, not_after: frozenset[str] = frozenset()) -> str | None:
    if hidden := next((part for part in _lists()[kind].get("anywhere", ()) if part in plain), None):
        return str(hidden)
    words = _words(plain)
    phrases = _phrases(kind)
    longest = max(map(len, phrases))
    for start in range(len(words)):
        for size in range(1, longest + 1):
            phrase = tuple(words[start : start + size])
            if phrase in phrases and not (start and words[start - 1] in not_after):
                return " ".join(phrase)
    return None


def _link(plain: str) -> str | None:
    if "://" in plain or "@" in plain or "//" in plain or _DOTTED.search(plain) or _holds(plain, "link"):
        return say("holds what may be a link; put a space after each full stop")
    return None


def _email(plain: str) -> str | None:
    return say("holds what may be an e-mail address") if "@" in plain or _holds(plain, "email") else None


def _money(plain: str) -> str | None:
    if any(unicodedata.category(char) == "Sc" or char in "%٪‰" for char in plain):
        return say("speaks of money")
    if word := _holds(plain, "money", frozenset(_lists()["money"]["not_after"])):
        return say("speaks of money or a gift: '%(word)s'", word=word)
    return None


def _phone(plain: str) -> str | None:
    spoken = spoken_digits()
    row = 0
    reached = 0
    for found in re.finditer(r"\d|[^\W\d_]+", plain):
        gap = plain[reached : found.start()]
        is_digit = found.group().isdigit() or found.group() in spoken
        row = (row + 1 if _BETWEEN_DIGITS.fullmatch(gap) else 1) if is_digit else 0
        if row >= DIGITS_OF_A_PHONE:
            return say("holds what may be a telephone number")
        reached = found.end()
    return None
