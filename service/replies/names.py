"""Whose first name, if anybody's, a text holds: lists of words in ``names.toml``, and the shape of a word.

A display name is untrusted: only what is clearly a first name is ever put into a reply.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from service.replies.alphabets import alphabet
from service.replies.folding import folded
from service.replies.normal import normal_form

LONGEST_NAME = 20
MOST_WORDS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_INITIALS = re.compile(r"[^\W\d_]\.?|[^\W\d_]{2}\.")


@dataclass(frozen=True, slots=True)
class NameLists:
    """The lists of ``names.toml``."""

    given: frozenset[str]
    also_words: frozenset[str]
    never: frozenset[str]
    role_before: frozenset[str]
    capitals: frozenset[str]
    place_after: frozenset[str]


@cache
def name_lists() -> NameLists:
    """The lists, read once."""
    raw = tomllib.loads(Path(__file__).with_name("names.toml").read_text("utf-8"))
    return NameLists(**{key: frozenset(words.split()) for key, words in raw.items()})


@lru_cache(maxsize=64)
def first_name(author: str | None) -> str | None:
    """The first name that ``author``, a display name, clearly begins with; None where it is not clear.

    "Maria G." and "jean-paul" are names; "Great Food!!", "J. Smith", "Pizza Lover" and "Smith John" are not
    clear, and neither is anything that is not written in Latin letters.
    """
    words = normal_form(author or "").split(" ")
    if not words[0] or len(words) > MOST_WORDS or not _is_name_shaped(words[0]):
        return None
    if not all(_is_name_shaped(word) or _INITIALS.fullmatch(word) for word in words[1:]):
        return None
    lists = name_lists()
    first, *others = (folded(word) for word in words)
    if lists.never.intersection((first, *others)):
        return None
    if _is_given(first, lists):
        return _cased(words[0])
    if not others or not words[0].istitle() or any(_is_given(word, lists) for word in others):
        return None
    return words[0] if all(word[0].isupper() for word in words[1:]) else None


def _is_given(word: str, lists: NameLists) -> bool:
    return any(
        part in lists.given or part in lists.also_words for part in (word, word.split("-", maxsplit=1)[0])
    )


def _is_name_shaped(word: str) -> bool:
    if not 2 <= len(word) <= LONGEST_NAME or not _WORD.fullmatch(word):
        return False
    return all(char in "'\u2019-" or alphabet(char) == "LATIN" for char in word)


def _cased(word: str) -> str:
    if word.islower() or word.isupper():
        return "-".join(part.capitalize() for part in word.split("-"))
    return word


def person_named(text: str, *, after: str = "") -> str | None:
    """The first word of ``text`` that may name a person, or None. Strict: doubt counts as a name.

    ``after`` is what stands before ``text``: a capital that begins a sentence is no sign of a name.
    """
    lists = name_lists()
    reached, before = 0, after
    for found in _WORD.finditer(text):
        word = found.group()
        before += text[reached : found.start()]
        begins = not before.strip() or before.rstrip(" \"'“”«»¿¡(").endswith((".", "!", "?", ":", "\n", "…"))
        key = folded(word).split("'")[0]
        if key in lists.given and key not in lists.also_words:
            return word
        if word[0].isupper() and key not in lists.capitals and (not begins or key in lists.also_words):
            return word
        before, reached = word, found.end()
    return None
