"""What a review speaks of: topics, flags and people named, each with the reviewer's own words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Flag, Topic
from service.replies.lexicon import Hit
from service.replies.names import name_lists
from service.replies.normal import unseen
from service.replies.patterns import Token

GOOD_STARS = 4
LONGEST_SNIPPET = 60
_TURNS = frozenset(
    (
        *("but", "however", "although", "though", "yet", "except"),
        *("pero", "aunque", "sino", "mais", "cependant", "aber", "sondern", "jedoch"),
    )
)


@dataclass(frozen=True, slots=True)
class TopicScore:
    """A topic and how much of the review it is: above 0, below 1.

    ``praised`` where every mention stands in a clause of praise: an apology for it would be out of place.
    """

    topic: Topic
    score: float
    praised: bool = False


def told_flags(
    text: str, tokens: Sequence[Token], hits: Sequence[Hit], stars: float | None
) -> tuple[list[Flag], list[str]]:
    """The flags, and a reason for each; praise is no flag where the stars say otherwise."""
    found: dict[Flag, str] = {}
    for hit in hits:
        name = hit.label.name
        if isinstance(name, Flag) and name not in found:
            found[name] = _quoted(text, tokens, hit)
    if stars is not None and stars < GOOD_STARS:
        found.pop(Flag.PRAISE, None)
    if person := _staff_named(text, tokens):
        found[Flag.STAFF_NAMED] = snippet(person)
    flags = [flag for flag in Flag if flag in found]
    return flags, [f"flag {flag}: {found[flag]}" for flag in flags]


def topics_of(
    text: str, tokens: Sequence[Token], hits: Sequence[Hit]
) -> tuple[tuple[TopicScore, ...], list[str]]:
    """The topics, the weightiest first, and a reason for each: the longest words that tell it."""
    where: dict[Topic, dict[int, Hit]] = {}
    for hit in hits:
        if isinstance(hit.label.name, Topic):
            first = where.setdefault(hit.label.name, {}).setdefault(hit.start, hit)
            if hit.end > first.end:
                where[hit.label.name][hit.start] = hit
    clauses = _clauses(tokens)
    kind = {clauses[hit.start] for hit in hits if hit.label.name is Flag.PRAISE}
    scored = [
        TopicScore(topic, round(1 - 0.6 ** len(places), 2), all(clauses[start] in kind for start in places))
        for topic, places in where.items()
    ]
    scored.sort(key=lambda found: (-found.score, min(where[found.topic]), found.topic))
    reasons = []
    for found in scored:
        longest = max(where[found.topic].values(), key=lambda hit: hit.end - hit.start)
        reasons.append(f"topic {found.topic}: {_quoted(text, tokens, longest)}")
    return tuple(scored), reasons


def _clauses(tokens: Sequence[Token]) -> list[int]:
    """For each token the number of its clause: a stop, a comma or a "but" begins another."""
    number, numbers = 0, []
    for token in tokens:
        number += bool(token.after) or token.word in _TURNS
        numbers.append(number)
    return numbers


def _staff_named(text: str, tokens: Sequence[Token]) -> str | None:
    """The first word that names one of the staff: a first name, or a capital after "our server"."""
    lists = name_lists()
    for place, token in enumerate(tokens):
        word = text[token.start : token.end]
        if not word[0].isupper() or (word.isupper() and len(word) > 1):
            continue
        before = tokens[place - 1] if place else None
        follows_role = before is not None and not token.after and before.word in lists.role_before
        key = token.word.split("'")[0]
        is_given = key in lists.given and key not in lists.also_words
        is_odd_name = len(key) > 2 and key not in lists.capitals and key not in lists.never
        if is_given or (follows_role and is_odd_name):
            return word
    return None


def _quoted(text: str, tokens: Sequence[Token], hit: Hit) -> str:
    return snippet(text[tokens[hit.start].start : tokens[hit.end - 1].end])


def snippet(words: str) -> str:
    """A few of the reviewer's words, in quotes, on one line, with nothing invisible in them."""
    plain = "".join(" " if char.isspace() else char for char in words if char.isspace() or not unseen(char))
    return f"'{plain if len(plain) <= LONGEST_SNIPPET else plain[: LONGEST_SNIPPET - 1] + '…'}'"
