"""Which of our reviews is this card on a page? Pure; the rules are ``identity``'s, taken card by card.

A page may be hostile, or simply wrong, so a card is never taken for a review by its writer's name alone, and
where two reviews are possible a person chooses. Stars without words are known by name, stars and date, and
only to be checked by a person. Two cards that look like one review are a question as well: the same customer
may have written the same words twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain import Item, Route
from service.watch.faces import Face, face
from service.watch.folding import Score
from service.watch.identity import Index, KnownReview, Likeness, same_review


class Sureness(StrEnum):
    """How surely a card is a review of ours."""

    EXACT = "exact"  # the site's own id
    LIKELY = "likely"  # writer, rating and opening words, and only one has them
    ASK = "ask"  # a person must look
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Card:
    """What a page shows of one review. ``chosen`` is the review a person says it is, where she was asked."""

    item: Item
    chosen: int | None = None


@dataclass(frozen=True, slots=True)
class CardMatch:
    """The answer for one card: the ids of the one review, or of those a person chooses from."""

    sureness: Sureness
    candidates: tuple[int, ...] = ()


_NOBODY = CardMatch(Sureness.NONE)

Starred = defaultdict[tuple[str, Score], list[tuple[KnownReview, Face]]]


def recognise(cards: Sequence[Card], known: Sequence[KnownReview], seen_at: datetime) -> list[CardMatch]:
    """Which of ``known`` each card is, seen at ``seen_at``; in order."""
    index, starred = Index(known), _starred(known)
    alone = [_alone(card, index, starred, seen_at) for card in cards]
    return [_settled(card, match) for card, match in zip(cards, _unshared(alone), strict=True)]


def _alone(card: Card, index: Index, starred: Starred, seen_at: datetime) -> CardMatch:
    found = same_review(card.item, index, Route.CAPTURE, seen_at)
    ids = tuple(review.id for review in found.candidates)
    match found.likeness:
        case Likeness.NEW:
            asked = tuple(_by_stars(card.item, starred, seen_at))
            return CardMatch(Sureness.ASK, asked) if asked else _NOBODY
        case Likeness.EXACT | Likeness.LIKELY if len(ids) == 1:
            return CardMatch(Sureness(found.likeness.value), ids)
    return CardMatch(Sureness.ASK, ids)


def _unshared(matches: Sequence[CardMatch]) -> list[CardMatch]:
    """The same, where no two cards are the one review by likeness."""
    sure = Counter(
        match.candidates[0] for match in matches if match.sureness in (Sureness.EXACT, Sureness.LIKELY)
    )
    return [
        replace(match, sureness=Sureness.ASK)
        if match.sureness is Sureness.LIKELY and sure[match.candidates[0]] > 1
        else match
        for match in matches
    ]


def _settled(card: Card, match: CardMatch) -> CardMatch:
    """A person's word counts among those she was asked about, and nowhere else."""
    if match.sureness is Sureness.ASK and card.chosen in match.candidates:
        return CardMatch(Sureness.LIKELY, (card.chosen,))
    return match


def _starred(known: Sequence[KnownReview]) -> Starred:
    """Those that are stars without words, by who gave them and how many."""
    found: Starred = defaultdict(list)
    for review in known:
        for heard in review.heard:
            looks = face(heard.route, heard.item, heard.first_seen_at)
            if not looks.letters:
                found[looks.author, looks.score].append((review, looks))
    return found


def _by_stars(item: Item, starred: Starred, seen_at: datetime) -> Iterator[int]:
    """Who gave the same stars under the same name, at what may be the same time."""
    looks = face(Route.CAPTURE, item, seen_at)
    if looks.letters or not looks.author or looks.score == (None, None):
        return
    for review, other in starred.get((looks.author, looks.score), ()):
        when, also = looks.dated, other.dated
        same_time = when is not None and also is not None and when.apart(also) == timedelta(0)
        if same_time and not review.is_another_than(item):
            yield review.id
