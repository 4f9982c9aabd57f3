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
    keys = [folded(word.group()) for word in words]
    first, surnames = _parts(author)
    found: list[Range] = []
    for place, word in enumerate(words):
        before = _joined(text, words, place)
        if before is None:
            titled = given = is_first = False
        else:
            titled = keys[before] in word_list("titles")
            given = _is_given(words[before].group(), keys[before])
            is_first = keys[before] == first
        if not _may_be_surname(word.group(), keys[place]):
            continue
        is_writer = keys[place] in surnames and (is_first or _stands_out(text, word))
        if before is not None and (titled or given or (is_writer and is_first)):
            found.append((words[before].start(), word.end()))
        elif is_writer:
            found.append(word.span())
    return found


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


def _is_given(word: str, key: str) -> bool:
    lists = name_lists()
    return word[0].isupper() and key in lists.given and key not in lists.also_words


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
