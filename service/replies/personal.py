"""Where a reply names a person by more than a first name: the writer's surname, "Mr Smith", "Maria Gonzalez".

Capitals are the only sign there is, so German nouns and names of places are held back by short lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.replies.folding import folded
from service.replies.grounds import word_list
from service.replies.names import name_lists
from service.replies.normal import normal_form

Range = tuple[int, int]

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_SENTENCE_ENDS = (".", "!", "?", ":", "\n", "…")
_SHORTEST_SURNAME = 3


def people_named(text: str, author: str | None) -> list[Range]:
    """Where ``text`` names somebody by more than a first name; ``author`` is the reviewer's display name."""
    words = list(_WORD.finditer(text))
    writer = _parts(author)
    found = (_named_at(text, words, place, writer) for place in range(len(words)))
    return [one for one in found if one]


def _named_at(
    text: str, words: Sequence[re.Match[str]], place: int, writer: tuple[str | None, frozenset[str]]
) -> Range | None:
    """Where a name ends with this word, from its title or first name on; None where none does."""
    word, key = words[place], folded(words[place].group())
    if not _may_be_surname(word.group(), key):
        return None
    before = _joined(text, words, place)
    said = words[before].group() if before is not None else ""
    start = words[before].start() if before is not None else word.start()
    if folded(said) in word_list("titles"):
        return start, word.end()
    if key in name_lists().given:  # "Ana Maria", whose surname stands elsewhere
        return None
    first, surnames = writer
    if _is_given(said) or (key in surnames and folded(said) == first):
        return start, word.end()
    return word.span() if key in surnames and _stands_out(text, word) else None


def _parts(author: str | None) -> tuple[str | None, frozenset[str]]:
    """The first word of a display name, and those after it that may be a surname."""
    words = [folded(found) for found in _WORD.findall(normal_form(author or ""))]
    rest = (word for word in words[1:] if len(word) >= _SHORTEST_SURNAME)
    return (words[0] if words else None), frozenset(rest) - name_lists().never


def _joined(text: str, words: Sequence[re.Match[str]], place: int) -> int | None:
    """The word just before, where nothing but a space (or the full stop of "Mr.") stands between."""
    if place == 0:
        return None
    between = text[words[place - 1].end() : words[place].start()]
    is_joined = between == " " or (
        between in (". ", ".") and folded(words[place - 1].group()) in word_list("titles")
    )
    return place - 1 if is_joined else None


def _is_given(word: str) -> bool:
    lists, key = name_lists(), folded(word)
    return word[:1].isupper() and key in lists.given and key not in lists.also_words


def _may_be_surname(word: str, key: str) -> bool:
    lists = name_lists()
    if len(word) < 2 or not word[0].isupper():
        return False
    return (
        key.split("'", maxsplit=1)[0] not in lists.capitals
        and key not in word_list("no_surname")
        and key not in lists.never
    )


def _stands_out(text: str, word: re.Match[str]) -> bool:
    """Whether the capital is no sentence's own."""
    before = text[: word.start()].rstrip(" \"'“”«»¿¡(")
    return bool(before) and not before.endswith(_SENTENCE_ENDS)


def ranges_of(values: Sequence[str], text: str) -> Iterator[Range]:
    """Where the branch's own facts stand in ``text``."""
    for value in values:
        start = text.find(value) if value else -1
        while start >= 0:
            yield start, start + len(value)
            start = text.find(value, start + len(value))
