"""Whether a review names one of the staff: by the branch's own list, a common first name, or a role."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from service.replies.names import name_lists
from service.replies.patterns import Token, tokens_of


def staff_named(text: str, tokens: Sequence[Token], staff: Collection[str] = ()) -> str | None:
    """The first words of ``text`` that name one of the staff, as written; None where nobody is named.

    ``staff`` are the branch's own people ("Xiomara", "Anna Lee"): a first name of theirs is told where it is
    written like a name, a whole name in any case. Where there is such a list, a common first name alone is
    somebody's husband; "our server …" is told still.
    """
    own = frozenset(_names(tuple(sorted(staff))))
    firsts = frozenset(name[0] for name in own)
    for place, token in enumerate(tokens):
        for name in own:
            if len(name) > 1 and _words(tokens, place, len(name)) == name:
                return text[token.start : tokens[place + len(name) - 1].end]
        word = text[token.start : token.end]
        if _is_written_as_name(word) and (
            token.word.split("'")[0] in firsts or _is_told(tokens, place, not own)
        ):
            return word
    return None


@lru_cache(maxsize=256)
def _names(staff: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The folded words of each name on a branch's list."""
    split = (tuple(token.word for token in tokens_of(name)) for name in staff)
    return tuple(words for words in split if words)


def _words(tokens: Sequence[Token], start: int, count: int) -> tuple[str, ...]:
    return tuple(token.word.split("'")[0] for token in tokens[start : start + count])


def _is_written_as_name(word: str) -> bool:
    return word[0].isupper() and not (word.isupper() and len(word) > 1)


def _is_told(tokens: Sequence[Token], place: int, by_given_name: bool) -> bool:
    """Whether a capital names a person by being a common first name, or by following "our server"."""
    lists = name_lists()
    key = tokens[place].word.split("'")[0]
    if any(token.word in lists.place_after for token in tokens[place + 1 : place + 3]):
        return False
    if by_given_name and key in lists.given and key not in lists.also_words:
        return True
    follows_role = place > 0 and not tokens[place].after and tokens[place - 1].word in lists.role_before
    return follows_role and len(key) > 2 and key not in lists.capitals and key not in lists.never
