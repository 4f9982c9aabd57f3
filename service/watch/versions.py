"""Which readings say the same thing: the versions of a text, whatever order they were heard in. Pure.

"Says the same" is not transitive (a cut text may begin two others), so readings are placed one by one, the
most telling first, each with the version nearest to it in time. That order is a property of the set. A mail
or a file is placed after all looks, so that it cannot change what these saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.watch.folding import Score, Words, folded, same_score, same_words, score
from service.watch.hearing import Heard

_UNSAID: Score = (None, None)


@dataclass(frozen=True, slots=True)
class Said:
    """One reading's words and score: the review's, or the owner's reply's."""

    heard: Heard
    words: Words
    score: Score = _UNSAID


@dataclass(slots=True)
class Version:
    """What was said for a while. ``firm`` readings can mean no other version, ``loose`` ones could."""

    firm: list[Said]
    loose: list[Said] = field(default_factory=list)

    @property
    def readings(self) -> list[Heard]:
        """Every reading of it, the most telling first."""
        return [one.heard for one in (*self.firm, *self.loose)]

    @property
    def first_seen_at(self) -> datetime:
        """When it was first told."""
        return min(heard.first_seen_at for heard in self.readings)

    @property
    def last_seen_at(self) -> datetime:
        """When it was last told."""
        return max(heard.last_seen_at for heard in self.readings)

    def has(self, heard: Heard) -> bool:
        """Whether this reading told it."""
        return any(_same_reading(one, heard) for one in self.readings)


def said(heard: Heard) -> Said:
    """What the customer says in this reading."""
    item = heard.item
    return Said(heard, Words(heard.route, item.text, item.text_complete, item.translated), score(item))


def replied(heard: Heard) -> Said | None:
    """What the owner says in this reading; None where it shows no reply."""
    reply = heard.item.reply
    if reply is None:
        return None
    return Said(heard, Words(heard.route, reply.text, reply.text_complete, heard.item.translated))


def versions(readings: Iterable[Said]) -> list[Version]:
    """The readings grouped into versions, in the order these were first told."""
    placed: list[Version] = []
    for one in _in_order(readings):
        fitting = [version for version in placed if _fits(one, version)]
        if not fitting:
            placed.append(Version([one]))
        elif len(fitting) == 1:
            fitting[0].firm.append(one)
        else:
            min(fitting, key=lambda version: _apart(one.heard, version.firm[0].heard)).loose.append(one)
    if len(placed) == 1:
        return placed
    return sorted(placed, key=lambda version: (version.first_seen_at, _least_telling(version.firm[0])))


def standing(found: Sequence[Version]) -> Version:
    """The version that stands now: the one last seen where the present is seen, else the last one told of."""
    return max(found, key=lambda version: max(map(_presence, version.firm)))


def _presence(one: Said) -> tuple[bool, bool, datetime, int, bytes]:
    """Whoever sees the present comes first; of moments, those that are surely the site's."""
    heard = one.heard
    present = heard.route.sees_the_present
    when = heard.last_seen_at if present else heard.first_seen_at
    return present, heard.proven, when, -heard.route.rank, heard.content_sha256


def _same_reading(one: Heard, other: Heard) -> bool:
    return one.route is other.route and one.content_sha256 == other.content_sha256


def _fits(one: Said, version: Version) -> bool:
    return all(
        same_score(one.score, other.score) and same_words(one.words, other.words)
        for other in (*version.firm, *version.loose)
    )


def _in_order(readings: Iterable[Said]) -> list[Said]:
    given = list(readings)
    return sorted(given, key=_least_telling) if len(given) > 1 else given


def _least_telling(one: Said) -> tuple[object, ...]:
    words, heard = one.words, one.heard
    return (
        not heard.route.sees_the_present,
        words.translated,
        words.text is None,
        not words.complete,
        -len(folded(words.text)),
        one.score == _UNSAID,
        heard.first_seen_at,
        heard.route.rank,
        heard.content_sha256,
    )


def _apart(one: Heard, other: Heard) -> tuple[timedelta, timedelta]:
    gap = max(one.first_seen_at - other.last_seen_at, other.first_seen_at - one.last_seen_at, timedelta(0))
    return gap, one.last_seen_at - other.last_seen_at
