"""One review that asks for a reply, as the rules on fitting look at it; what every item asks is told once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from service.domain import HELD_FLAGS, Flag, Scale, Topic
from service.replies.filling import BranchFacts
from service.replies.pack import CaseStep
from service.replies.spoken import GOOD_STARS, TopicScore
from service.replies.triage import (
    POOR_STARS,
    Against,
    Reviewed,
    Triage,
    against_stars,
    rating_words,
    stars_of,
)

_THANKED_WHERE_PRAISED = frozenset(
    (Topic.PRICE, Topic.BILLING, Topic.WAIT, Topic.PUNCTUALITY, Topic.PARKING, Topic.NOISE, Topic.RETURNS)
)


@dataclass(frozen=True, slots=True)
class Where:
    """All that decides whether a whole pack may speak.

    ``place`` is what a scope may name, folded: brand, region, branch, site and vertical.
    """

    day: date
    vertical: str
    place: tuple[str, ...]
    language: str | None


@dataclass(frozen=True, slots=True)
class Outline:
    """All that decides which items of a pack may answer, but for topics: a few hundred reviews share one.

    ``flags`` is None where they were not judged. A rating is ``stars`` (whole, of five), ``points10`` or,
    where it is neither, ``recommends``; ``rated`` is that in words.
    """

    kind: str
    step: CaseStep | None
    flags: frozenset[Flag] | None
    is_guess: bool
    is_good: bool
    has_words: bool
    against: Against | None
    rated: str
    stars: int | None
    points10: float | None
    recommends: bool | None

    @property
    def held(self) -> frozenset[Flag]:
        """The flags that allow nothing but a holding reply."""
        return HELD_FLAGS.intersection(self.flags or ())


@dataclass(frozen=True)
class Case:
    """One review at one branch on one site, today in the branch's zone."""

    review: Reviewed
    triage: Triage
    branch: BranchFacts
    site: str
    day: date
    step: CaseStep | None = None  # what is reported back, if anything

    @cached_property
    def where(self) -> Where:
        """Where it stands, and on which day and in which language the reply would."""
        branch, vertical = self.branch, self.branch.vertical
        place = (branch.brand, branch.region, branch.code, self.site, vertical)
        return Where(self.day, vertical, tuple(map(str.casefold, place)), self.triage.language)

    @cached_property
    def outline(self) -> Outline:
        """What the rules ask that ask for no topic."""
        review, judged, stars = self.review, self.triage, self.stars
        is_rated, is_in_points = review.rating is not None, review.scale == Scale.POINTS10
        return Outline(
            kind=review.kind,
            step=self.step,
            flags=None if judged.flags is None else frozenset(judged.flags),
            is_guess=judged.is_guess,
            is_good=(stars or 0) >= GOOD_STARS,
            has_words=judged.has_words,
            against=self.against,
            rated=self.rated,
            stars=max(1, math.floor(stars or 0)) if is_rated and not is_in_points else None,
            points10=_points10(review) if is_rated and is_in_points else None,
            recommends=None if is_rated else review.recommends,
        )

    @cached_property
    def stars(self) -> float | None:
        """The rating on five stars."""
        return stars_of(self.review)

    @cached_property
    def rated(self) -> str:
        """The rating in words."""
        return rating_words(self.review)

    @cached_property
    def against(self) -> Against | None:
        """How the text speaks against its own rating, if it does."""
        return against_stars(self.stars, self.triage.sentiment)

    @cached_property
    def spoken(self) -> tuple[TopicScore, ...]:
        """What the reply should speak of: not thanks for what is blamed, nor an apology for what is praised.

        Of a poor review that is what it blames, or, where no word tells, what it does not praise. A middling
        one has to blame what it gets an apology for: half of what it names, it likes. A good one has to
        praise what people name more often than they praise it: "$18" under five stars is no praise of prices.
        """
        stars, topics = self.stars, self.triage.topics
        blamed = tuple(found for found in topics if found.blamed)
        if self.against is Against.COMPLAINS or (stars is not None and stars <= POOR_STARS):
            return blamed or tuple(found for found in topics if not found.praised)
        if stars is not None and stars < GOOD_STARS:
            return blamed
        return tuple(
            found
            for found in topics
            if not found.blamed and (found.praised or found.topic not in _THANKED_WHERE_PRAISED)
        )

    @cached_property
    def topics(self) -> frozenset[Topic]:
        """The topics of which the reply should speak."""
        return frozenset(found.topic for found in self.spoken)


def _points10(review: Reviewed) -> float:
    return float(review.rating or 0) * 10 / float(review.best or 10)
