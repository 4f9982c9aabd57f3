"""What likeness is judged by where no id tells: author, score, opening and date. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from service.domain import Item, Route
from service.watch.folding import OPENING, Score, bare, folded, opening, same_score, score
from service.watch.moments import Span, span

NEAR = timedelta(days=3)
"""How far apart two shown dates of one review may lie (CONTRACTS §8.4.1)."""

ENOUGH = 20
"""Letters and digits that must agree where one route shows less of the text, or no score."""


@dataclass(frozen=True, slots=True)
class Face:
    """How one reading of a review looks. ``letters`` are the opening's; ``whole`` says there are no more."""

    route: Route
    author: str
    score: Score
    opening: str
    letters: str
    whole: bool
    translated: bool
    posted: Span | None
    told_at: datetime

    @property
    def card(self) -> tuple[Route, str, Score, str]:
        """What a route shows again when it shows the same card again."""
        return self.route, self.author, self.score, self.opening

    @property
    def stem(self) -> tuple[str, str]:
        """Equal for all faces whose words can be like: what an index of them is kept by."""
        return self.author, self.letters[:ENOUGH]

    @property
    def dated(self) -> Span | None:
        """When it was posted; a mail or a feed that shows no date tells of it when it happens."""
        moment = Span(self.told_at, self.told_at) if not self.route.sees_the_present else None
        return self.posted or moment

    def apart(self, other: Face) -> timedelta:
        """How far apart the two were surely posted; zero where either date is unknown."""
        return self.posted.apart(other.posted) if self.posted and other.posted else timedelta(0)

    def like(self, other: Face) -> bool:
        """Whether both can be one review. Stars without words never are."""
        if not self.author or self.author != other.author or self.apart(other) > NEAR:
            return False
        if self._scores_like(other) and self._begins_like(other):
            return True
        if not (self.translated or other.translated) or self.score != other.score:
            return False
        return self.dated is not None and other.dated is not None and self.dated.apart(other.dated) <= NEAR

    def _scores_like(self, other: Face) -> bool:
        enough = min(len(self.letters), len(other.letters)) >= ENOUGH
        return self.score == other.score or (enough and same_score(self.score, other.score))

    def _begins_like(self, other: Face) -> bool:
        if self.opening and self.opening == other.opening:
            return True
        short, long = sorted((self, other), key=lambda face: len(face.letters))
        if short.letters == long.letters:
            return short.letters != ""
        return not short.whole and len(short.letters) >= ENOUGH and long.letters.startswith(short.letters)


def face(route: Route, item: Item, seen_at: datetime) -> Face:
    """How ``item`` looks, seen by ``route`` at ``seen_at``."""
    begins = opening(item.text)
    return Face(
        route,
        folded(item.author),
        score(item),
        begins,
        bare(begins),
        item.text_complete and len(begins) < OPENING,
        item.translated,
        span(item.posted, seen_at),
        seen_at,
    )


def mark(item: Item) -> bytes | None:
    """A hash by which erased words are recognised, by author and first letters; None where there are none."""
    letters = bare(opening(item.text))[:ENOUGH]
    return sha256(f"{folded(item.author)}\n{letters}".encode()).digest() if item.author and letters else None
