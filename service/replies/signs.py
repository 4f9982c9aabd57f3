"""Signs that tell little apart and much together: a child, and a slap, in one sentence, in any order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from service.replies.patterns import Token

REACH = 16  # tokens from the first sign to the last, in one sentence
WIDE_REACH = 24  # of a suspicion, which people spread over two sentences


@dataclass(frozen=True, slots=True)
class Sign:
    """One part of a rule, of ``of`` parts that must stand together; ``is_wide`` over sentences too."""

    rule: int
    part: int
    of: int
    is_wide: bool = False


class Seen(NamedTuple):
    """A sign, and the tokens it stands on, ``end`` exclusive."""

    sign: Sign
    start: int
    end: int


def together(seen: Iterable[Seen], tokens: Sequence[Token]) -> Iterator[tuple[int, int, int]]:
    """The rules all whose signs stand within reach in one sentence: (rule, start, end), the first of each."""
    by_rule: dict[int, list[Seen]] = defaultdict(list)
    for one in seen:
        by_rule[one.sign.rule].append(one)
    for rule, found in by_rule.items():
        if len({one.sign.part for one in found}) == found[0].sign.of and (span := _span(found, tokens)):
            yield rule, *span


def _span(found: Sequence[Seen], tokens: Sequence[Token]) -> tuple[int, int] | None:
    for first in found:
        near = [first, *(one for one in found if _stand_together(first, one, tokens))]
        if len({one.sign.part for one in near}) == first.sign.of:
            chosen = {one.sign.part: one for one in reversed(near)}.values()
            return first.start, max(one.end for one in chosen)
    return None


def _stand_together(first: Seen, other: Seen, tokens: Sequence[Token]) -> bool:
    if first.sign.is_wide:
        return first.end <= other.start and other.end - first.start <= WIDE_REACH
    if other.start < first.end or other.end - first.start > REACH:
        return False
    return all(tokens[place].after != "." for place in range(first.start + 1, other.start + 1))
