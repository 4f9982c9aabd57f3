"""Whether an item may answer a review, and if not, why not: each rule in turn, the first that fails is told.

Rules run from what is farthest from fitting (dates, place, a flag that the review has not) to what is nearest
(topics, length), so that the nearest loser is the one that got farthest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property, lru_cache

from service.domain import HEALTH_VERTICALS, Flag, Kind, Scale, Topic
from service.replies.called import AND, OR, all_of, any_of, called
from service.replies.filling import BranchFacts
from service.replies.language import primary
from service.replies.pack import BANK, CaseStep, Pack, ReplyItem, Risk, Scope
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
from service.sentences import listed, say

Band = tuple[float, float] | None
Reason = Callable[[], str]
_PLACES = (say("brand"), say("region"), say("branch"), say("site"), say("vertical"))

_THANKED_WHERE_PRAISED = frozenset(
    (Topic.PRICE, Topic.BILLING, Topic.WAIT, Topic.PUNCTUALITY, Topic.PARKING, Topic.NOISE, Topic.RETURNS)
)

_STEP = {CaseStep.OFFLINE: say("offline"), CaseStep.RESOLVED: say("resolved")}


class Stage(IntEnum):
    """The rules in their order."""

    DATES = 1
    PLACE = 2
    LANGUAGE = 3
    KIND = 4
    CASE = 5
    HELD = 6
    FLAGS = 7
    RATING = 8
    WORDS = 9
    TOPICS = 10
    NOT_FOR = 11
    LENGTH = 12
    POLICY = 13


@dataclass(frozen=True)
class Case:
    """One review at one branch on one site, today in the branch's zone; what every item asks is told once."""

    review: Reviewed
    triage: Triage
    branch: BranchFacts
    site: str
    day: date
    step: CaseStep | None = None  # what is reported back, if anything

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
    def place(self) -> tuple[tuple[str, str], ...]:
        """Where it stands, as a pack's scope may name it."""
        branch = self.branch
        here = (branch.brand, branch.region, branch.code, self.site, branch.vertical)
        return tuple(zip(_PLACES, (one.casefold() for one in here), strict=True))

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

    @cached_property
    def held(self) -> frozenset[Flag]:
        """The flags that allow nothing but a holding reply."""
        return self.triage.held


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first rule that an item does not meet; the words for it are found when somebody reads them.

    Hundreds of items do not fit a review, and one of them is told of.
    """

    stage: Stage
    reason: Reason

    @property
    def why(self) -> str:
        """In words for a person."""
        return self.reason()


def pack_misfit(pack: Pack, case: Case) -> Misfit | None:
    """Why no item of ``pack`` may answer, or None."""
    if not pack.in_force(case.day):
        return Misfit(
            Stage.DATES,
            lambda: say(
                "is in force from %(effective_from)s until %(until)s only",
                effective_from=str(pack.effective_from),
                until=str(pack.until),
            ),
        )
    if elsewhere := _unguarded(pack, case.branch.vertical) or _elsewhere(pack.scope, case):
        return Misfit(Stage.PLACE, elsewhere)
    return _language_misfit(pack.scope, case)


def _unguarded(pack: Pack, vertical: str) -> Reason | None:
    """Words for any shop may confirm a patient, or adopt what a customer claims of a bank."""
    is_guarded = vertical in HEALTH_VERTICALS or (vertical == BANK and pack.risk is Risk.ROUTINE)
    if is_guarded and vertical not in pack.scope.vertical:
        return lambda: say("is not written for %(vertical)s branches", vertical=vertical)
    return None


def _elsewhere(scope: Scope, case: Case) -> Reason | None:
    wanted = (scope.brand, scope.region, scope.branch, scope.site, scope.vertical)
    for (name, here), allowed in zip(case.place, wanted, strict=True):
        if allowed and here not in _casefolded(allowed):
            return _only_for(name, allowed)
    return None


@lru_cache(maxsize=512)
def _casefolded(places: tuple[str, ...]) -> frozenset[str]:
    return frozenset(place.casefold() for place in places)


def _only_for(name: str, allowed: Sequence[str]) -> Reason:
    return lambda: say("is for %(name)s %(allowed)s", name=name, allowed=listed(allowed, OR))


def _language_misfit(scope: Scope, case: Case) -> Misfit | None:
    language = case.triage.language
    if language is None:
        return Misfit(Stage.LANGUAGE, lambda: say("the review's language is not known"))
    if scope.language and language not in {primary(spoken) for spoken in scope.language}:
        return Misfit(
            Stage.LANGUAGE,
            lambda: say(
                "is in %(languages)s, the review in %(language)s",
                languages=listed(scope.language, AND),
                language=language,
            ),
        )
    return None


def item_misfit(item: ReplyItem, case: Case) -> Misfit | None:
    """Why ``item``, whose pack fits, may not answer, or None. Length is for whoever fills it."""
    for stage, rule in _RULES:
        if why := rule(item, case):
            return Misfit(stage, why)
    return None


def _kind(item: ReplyItem, case: Case) -> Reason | None:
    kinds = item.when.kind
    if case.review.kind == Kind.MENTION and not kinds:
        return lambda: say(
            "is not written for mentions"
        )  # what names no kind speaks to a customer on a review site
    if kinds and case.review.kind not in kinds:
        return lambda: say("answers a %(kinds)s", kinds=listed(map(called, kinds), say(" or a ")))
    return None


def _step(item: ReplyItem, case: Case) -> Reason | None:
    if item.when.case is case.step or (item.when.case is None and case.step is CaseStep.OFFLINE):
        return None
    if item.when.case:
        wanted = item.when.case
        return lambda: say("is for a case that is %(step)s", step=_STEP[wanted])
    return lambda: say("does not say %(step)s", step=_STEP[case.step] if case.step else "None")


def _held(item: ReplyItem, case: Case) -> Reason | None:
    """A held flag allows only an item that names it; flags not judged allow only thanks for good stars."""
    if case.triage.flags is None and (case.stars or 0) < GOOD_STARS:
        return lambda: say("flags were not judged, so a person must read it first")
    held = case.held
    if held and held.isdisjoint(item.when.flags):
        return lambda: say("is no holding reply for %(held)s", held=any_of(sorted(held)))
    return None


def _rating(item: ReplyItem, case: Case) -> Reason | None:
    when, review = item.when, case.review
    if not when.names_a_scale:
        return None
    if case.against is Against.PRAISES:
        return lambda: say("goes by the rating, which the text contradicts with praise")
    if case.against is Against.COMPLAINS:
        return (
            None
            if _answers_poor_ratings(item)
            else lambda: say("is for good ratings, and this text complains")
        )
    if review.rating is None:
        fits = review.recommends is not None and when.recommends is review.recommends
    elif review.scale == Scale.POINTS10:
        fits = _within(when.points10, float(review.rating) * 10 / float(review.best or 10))
    else:
        fits = _within(when.stars, max(1, math.floor(case.stars or 0)))
    if fits:
        return None
    return lambda: say(
        "is for %(scales)s, this is %(rated)s",
        scales=_scales(when.stars, when.points10, when.recommends),
        rated=case.rated,
    )


def _answers_poor_ratings(item: ReplyItem) -> bool:
    """Whether ``item`` may follow a complaint, on whichever scale the complaint was rated well."""
    when = item.when
    return _within(when.stars, POOR_STARS) or _within(when.points10, 2 * POOR_STARS)


def _within(band: Band, value: float) -> bool:
    return band is not None and band[0] <= value <= band[1]


@lru_cache(maxsize=512)
def _scales(stars: Band, points10: Band, recommends: bool | None) -> str:
    said = []
    if stars:
        said.append(say("%(low)s to %(high)s stars", low=float(stars[0]), high=float(stars[1])))
    if points10:
        said.append(say("%(low)s to %(high)s points", low=float(points10[0]), high=float(points10[1])))
    if recommends is not None:
        said.append(say("a recommendation") if recommends else say("no recommendation"))
    return listed(said, OR)


def _words(item: ReplyItem, case: Case) -> Reason | None:
    if item.when.text is None or item.when.text is case.triage.has_words:
        return None
    return lambda: say("is for reviews with words") if item.when.text else say("is for ratings without words")


def _topics(item: ReplyItem, case: Case) -> Reason | None:
    spoken = case.topics
    if item.when.topics and spoken.isdisjoint(item.when.topics):
        return lambda: say("is about %(topics)s", topics=any_of(item.when.topics))
    if item.when.also and spoken.isdisjoint(item.when.also):
        return lambda: say("is about %(also)s as well", also=any_of(item.when.also))
    return None


def _flags(item: ReplyItem, case: Case) -> Reason | None:
    flags: frozenset[Flag] = frozenset(case.triage.flags or ())
    if item.when.flags and flags.isdisjoint(item.when.flags):
        return lambda: say("is for flag %(flags)s", flags=any_of(item.when.flags))
    if item.when.suspected is None or not case.held or item.when.suspected is case.triage.is_guess:
        return None
    if item.when.suspected:
        return lambda: say("is for a mere suspicion of %(flags)s", flags=all_of(sorted(case.held)))
    return lambda: say("speaks of %(flags)s as told", flags=all_of(sorted(case.held)))


def _not_for(item: ReplyItem, case: Case) -> Reason | None:
    unwanted = [found.topic for found in case.spoken if found.topic in item.not_for.topics]
    unwanted_flags = [flag for flag in case.triage.flags or () if flag in item.not_for.flags]
    if unwanted or unwanted_flags:
        return lambda: say("is not for %(these)s", these=any_of((*unwanted, *unwanted_flags)))
    return None


_RULES: tuple[tuple[Stage, Callable[[ReplyItem, Case], Reason | None]], ...] = (
    (Stage.KIND, _kind),
    (Stage.CASE, _step),
    (Stage.HELD, _held),
    (Stage.FLAGS, _flags),
    (Stage.RATING, _rating),
    (Stage.WORDS, _words),
    (Stage.TOPICS, _topics),
    (Stage.NOT_FOR, _not_for),
)
