"""Whether an item may answer a review, and if not, why not: each rule in turn, the first that fails is told.

Rules run from what is farthest from fitting (dates, place, a flag that the review has not) to what is nearest
(topics, length), so that the nearest loser is the one that got farthest. Each is told no more than it asks: a
pack where the reply is to stand, an item first the outline of the review, and then the review itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from service.domain import HEALTH_VERTICALS, Flag, Kind
from service.replies.called import AND, OR, all_of, any_of, called
from service.replies.case import Case, Outline, Where
from service.replies.language import primary
from service.replies.pack import BANK, CaseStep, Pack, ReplyItem, Risk, Scope
from service.replies.triage import POOR_STARS, Against
from service.sentences import listed, say

Band = tuple[float, float] | None
Reason = Callable[[], str]
_PLACES = (say("brand"), say("region"), say("branch"), say("site"), say("vertical"))

_NO_FLAGS: frozenset[Flag] = frozenset()
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


def pack_misfit(pack: Pack, where: Where) -> Misfit | None:
    """Why no item of ``pack`` may answer there, or None."""
    if not pack.in_force(where.day):
        return Misfit(
            Stage.DATES,
            lambda: say(
                "is in force from %(effective_from)s until %(until)s only",
                effective_from=str(pack.effective_from),
                until=str(pack.until),
            ),
        )
    if elsewhere := _unguarded(pack, where.vertical) or _elsewhere(pack.scope, where.place):
        return Misfit(Stage.PLACE, elsewhere)
    return _language_misfit(pack.scope, where.language)


def _unguarded(pack: Pack, vertical: str) -> Reason | None:
    """Words for any shop may confirm a patient, or adopt what a customer claims of a bank."""
    is_guarded = vertical in HEALTH_VERTICALS or (vertical == BANK and pack.risk is Risk.ROUTINE)
    if is_guarded and vertical not in pack.scope.vertical:
        return lambda: say("is not written for %(vertical)s branches", vertical=vertical)
    return None


def _elsewhere(scope: Scope, place: Sequence[str]) -> Reason | None:
    wanted = (scope.brand, scope.region, scope.branch, scope.site, scope.vertical)
    for name, here, allowed in zip(_PLACES, place, wanted, strict=True):
        if allowed and here not in _casefolded(allowed):
            return _only_for(name, allowed)
    return None


@lru_cache(maxsize=512)
def _casefolded(places: tuple[str, ...]) -> frozenset[str]:
    return frozenset(place.casefold() for place in places)


def _only_for(name: str, allowed: Sequence[str]) -> Reason:
    return lambda: say("is for %(name)s %(allowed)s", name=name, allowed=listed(allowed, OR))


def _language_misfit(scope: Scope, language: str | None) -> Misfit | None:
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
    return outline_misfit(item, case.outline) or close_misfit(item, case)


def outline_misfit(item: ReplyItem, outline: Outline) -> Misfit | None:
    """Why ``item`` may not answer any review of this outline, or None."""
    for stage, rule in _OF_OUTLINES:
        if why := rule(item, outline):
            return Misfit(stage, why)
    return None


def close_misfit(item: ReplyItem, case: Case) -> Misfit | None:
    """Why ``item``, which the outline lets pass, may not answer this very review, or None."""
    for stage, rule in _OF_REVIEWS:
        if why := rule(item, case):
            return Misfit(stage, why)
    return None


def _kind(item: ReplyItem, outline: Outline) -> Reason | None:
    kinds = item.when.kind
    if outline.kind == Kind.MENTION and not kinds:
        return lambda: say(
            "is not written for mentions"
        )  # what names no kind speaks to a customer on a review site
    if kinds and outline.kind not in kinds:
        return lambda: say("answers a %(kinds)s", kinds=listed(map(called, kinds), say(" or a ")))
    return None


def _step(item: ReplyItem, outline: Outline) -> Reason | None:
    if item.when.case is outline.step or (item.when.case is None and outline.step is CaseStep.OFFLINE):
        return None
    if item.when.case:
        wanted = item.when.case
        return lambda: say("is for a case that is %(step)s", step=_STEP[wanted])
    return lambda: say("does not say %(step)s", step=_STEP[outline.step] if outline.step else "None")


def _held(item: ReplyItem, outline: Outline) -> Reason | None:
    """A held flag allows only an item that names it; flags not judged allow only thanks for good stars."""
    if outline.flags is None and not outline.is_good:
        return lambda: say("flags were not judged, so a person must read it first")
    held = outline.held
    if held and held.isdisjoint(item.when.flags):
        return lambda: say("is no holding reply for %(held)s", held=any_of(sorted(held)))
    return None


def _flags(item: ReplyItem, outline: Outline) -> Reason | None:
    flags = outline.flags or _NO_FLAGS
    if item.when.flags and flags.isdisjoint(item.when.flags):
        return lambda: say("is for flag %(flags)s", flags=any_of(item.when.flags))
    if item.when.suspected is None or not outline.held or item.when.suspected is outline.is_guess:
        return None
    if item.when.suspected:
        return lambda: say("is for a mere suspicion of %(flags)s", flags=all_of(sorted(outline.held)))
    return lambda: say("speaks of %(flags)s as told", flags=all_of(sorted(outline.held)))


def _rating(item: ReplyItem, outline: Outline) -> Reason | None:
    when = item.when
    if not when.names_a_scale:
        return None
    if outline.against is Against.PRAISES:
        return lambda: say("goes by the rating, which the text contradicts with praise")
    if outline.against is Against.COMPLAINS:
        fits = _answers_poor_ratings(item)
        return None if fits else lambda: say("is for good ratings, and this text complains")
    if outline.stars is not None:
        fits = _within(when.stars, outline.stars)
    elif outline.points10 is not None:
        fits = _within(when.points10, outline.points10)
    else:
        fits = outline.recommends is not None and when.recommends is outline.recommends
    if fits:
        return None
    return lambda: say(
        "is for %(scales)s, this is %(rated)s",
        scales=_scales(when.stars, when.points10, when.recommends),
        rated=outline.rated,
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


def _words(item: ReplyItem, outline: Outline) -> Reason | None:
    if item.when.text is None or item.when.text is outline.has_words:
        return None
    return lambda: say("is for reviews with words") if item.when.text else say("is for ratings without words")


def _topics(item: ReplyItem, case: Case) -> Reason | None:
    spoken = case.topics
    if item.when.topics and spoken.isdisjoint(item.when.topics):
        return lambda: say("is about %(topics)s", topics=any_of(item.when.topics))
    if item.when.also and spoken.isdisjoint(item.when.also):
        return lambda: say("is about %(also)s as well", also=any_of(item.when.also))
    return None


def _not_for(item: ReplyItem, case: Case) -> Reason | None:
    unwanted = [found.topic for found in case.spoken if found.topic in item.not_for.topics]
    unwanted_flags = [flag for flag in case.triage.flags or () if flag in item.not_for.flags]
    if unwanted or unwanted_flags:
        return lambda: say("is not for %(these)s", these=any_of((*unwanted, *unwanted_flags)))
    return None


_OF_OUTLINES: tuple[tuple[Stage, Callable[[ReplyItem, Outline], Reason | None]], ...] = (
    (Stage.KIND, _kind),
    (Stage.CASE, _step),
    (Stage.HELD, _held),
    (Stage.FLAGS, _flags),
    (Stage.RATING, _rating),
    (Stage.WORDS, _words),
)

_OF_REVIEWS: tuple[tuple[Stage, Callable[[ReplyItem, Case], Reason | None]], ...] = (
    (Stage.TOPICS, _topics),
    (Stage.NOT_FOR, _not_for),
)
