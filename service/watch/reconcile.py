"""What changed? Known reviews and one look's observation in, typed changes out. Pure.

A look never removes what it could not have shown, a first hearing is the past, and what happens to many
reviews at once is an alarm about us.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from service.domain import ChangeKind, Item, Observation, Proof, Route
from service.sentences import say
from service.watch.changes import (
    Arrival,
    BaselineSummary,
    Change,
    Changes,
    ListingState,
    Question,
    QuestionKind,
    RouteState,
)
from service.watch.drift import drift
from service.watch.faces import mark
from service.watch.hearing import hear
from service.watch.identity import Index, KnownReview, Likeness, Match, matched
from service.watch.merge import merged
from service.watch.past import first_hearing, unanswered_of_late, which_are_past
from service.watch.reach import Absences, absences, nothing_shown, reach
from service.watch.retold import Card, Retold, retell


def reconcile(
    known: Sequence[KnownReview], observation: Observation, state: ListingState, now: datetime
) -> Changes:
    """All that ``observation`` changes for a listing whose reviews are ``known``.

    A look that shows nothing, or strangers alone where many are known, is an alarm and changes nothing else:
    it may be another business's page.
    """
    route, at = observation.route, observation.observed_at
    alarm = nothing_shown(known, observation)
    if alarm:
        return Changes(route, at, alarms=(alarm,), state=state.routes.get(route))
    cards = _cards(observation)
    matches = matched([_told_by(card) for card in cards], Index(known), route, at)
    matches = _as_answered(cards, matches, known, state)
    gone = absences(known, _seen(matches), observation, state)
    if gone.alarm and not _seen(matches):
        return Changes(route, at, alarms=(gone.alarm,), state=state.routes.get(route))
    arrivals = _arrivals(cards, matches, observation, state, _own(known))
    retold = retell(_recognised(cards, matches), observation, quiet=_is_quiet(observation, state))
    facts, drifted = drift(observation, state)
    return Changes(
        route,
        at,
        arrivals=arrivals,
        updates=retold.updates,
        sightings=retold.sightings,
        cleared=retold.cleared,
        missed=tuple(review.id for review in gone.missed),
        changes=(*_news(arrivals, at), *retold.changes, *_removals(gone.removed, at), *drifted),
        questions=tuple(_questions(cards, matches, past=_is_quiet(observation, state))),
        alarms=tuple(alarm for alarm in (gone.alarm, *retold.alarms) if alarm),
        facts=tuple(facts),
        state=_state_after(observation, state, gone),
        summary=_summary(arrivals, observation, state, now),
        erased=tuple(sorted({one.id for match in matches for one in match.candidates if one.erased})),
        asks_for_a_look=not (route.sees_the_present or observation.past)
        and _told_something(arrivals, retold),
    )


def reconfirmed(known: Sequence[KnownReview], route: Route, repeats: datetime, now: datetime) -> Changes:
    """The changes of an ``unchanged`` look: what was missing when that page was read is missing still.

    ``repeats`` is ``observed_at`` of the look by ``route`` whose reading this one repeats.
    """
    missing = [review for review in known if review.missed_at == repeats and not review.removed_at]
    return Changes(route, now, changes=tuple(_removals(missing, now) if now > repeats else ()))


def _cards(observation: Observation) -> list[Card]:
    """The observation review by review: items that share an id are one, another site's words are left out."""
    cards: dict[int, Card] = {}
    owner: dict[tuple[str, str], int] = {}
    proven = observation.proof is not Proof.UNPROVEN
    for number, item in enumerate(observation.items):
        if item.syndicated_from not in (None, observation.site):
            continue
        card: Card = (hear(observation.route, observation.observed_at, item, proven=proven),)
        for other in sorted({owner[pair] for pair in item.ids if pair in owner}):
            card = cards.pop(other) + card
        cards[number] = card
        owner |= {pair: number for heard in card for pair in heard.item.ids}
    return list(cards.values())


def _told_by(card: Card) -> Item:
    return card[0].item if len(card) == 1 else merged(card).item


def _arrivals(
    cards: Sequence[Card], matches: Sequence[Match], observation: Observation, state: ListingState, known: int
) -> tuple[Arrival, ...]:
    unheard = [card for card, match in zip(cards, matches, strict=True) if match.likeness is Likeness.NEW]
    told = [merged(card) for card in unheard]
    past = which_are_past([one.item for one in told], observation, state, known)
    return tuple(
        Arrival(card, one, mark(one.item), was_there)
        for card, one, was_there in zip(unheard, told, past, strict=True)
    )


def _recognised(cards: Sequence[Card], matches: Sequence[Match]) -> list[tuple[KnownReview, Card]]:
    """Each known review with all that was said of it; erased ones hear nothing any more."""
    told: dict[int, tuple[KnownReview, Card]] = {}
    for card, match in zip(cards, matches, strict=True):
        if match.likeness not in (Likeness.EXACT, Likeness.LIKELY) or match.candidates[0].erased:
            continue
        review = match.candidates[0]
        told[review.id] = (review, told.get(review.id, (review, ()))[1] + card)
    return list(told.values())


def _is_quiet(observation: Observation, state: ListingState) -> bool:
    """Whether what differs from what others told is no event: at a first hearing, or of the past."""
    return observation.past or first_hearing(observation, state)


def _own(known: Sequence[KnownReview]) -> int:
    return sum(not review.elsewhere for review in known)


def _seen(matches: Iterable[Match]) -> frozenset[int]:
    """Every known review that is, or may be, in the observation."""
    return frozenset(review.id for match in matches for review in match.candidates)


def _news(arrivals: Sequence[Arrival], at: datetime) -> Iterator[Change]:
    for number, arrival in enumerate(arrivals):
        if not arrival.past:
            yield Change(ChangeKind.NEW, at, "new", arrival=number, after=arrival.merged.item)


def _removals(reviews: Iterable[KnownReview], at: datetime) -> Iterator[Change]:
    for review in reviews:
        last_seen = max(heard.last_seen_at for heard in review.heard)
        key = f"removed:{last_seen.isoformat()}"
        yield Change(ChangeKind.REMOVED, at, key, review=review.id, before=review.item)


def _questions(cards: Sequence[Card], matches: Sequence[Match], *, past: bool) -> Iterator[Question]:
    for card, match in zip(cards, matches, strict=True):
        choice = tuple(review.id for review in match.candidates)
        if match.likeness is Likeness.ASK:
            why = say("it looks like each of these reviews")
            yield Question(QuestionKind.TWINS, _key(card), card[0], choice, why, past)
        elif len(choice) > 1 and match.likeness is Likeness.EXACT:
            key = f"one_review:{':'.join(map(str, choice))}"
            why = say("it bears the id of each of these reviews")
            yield Question(QuestionKind.DOUBLED, key, card[0], choice, why, past)


def _key(card: Card) -> str:
    """Equal for the same words under the same ids, however often and by whomever they are told."""
    named = "".join(f":{kind}={value}" for kind, value in sorted(card[0].item.ids))
    return f"same_review:{sha256(card[0].content_sha256 + named.encode()).hexdigest()}"


def _as_answered(
    cards: Sequence[Card], matches: Sequence[Match], known: Sequence[KnownReview], state: ListingState
) -> tuple[Match, ...]:
    """What a person has said of the same words counts for good, unless an id or an erasure says better."""
    if not state.answers:
        return tuple(matches)
    by_id = {review.id: review for review in known}

    def settled(card: Card, match: Match) -> Match:
        key = _key(card)
        erased = any(review.erased for review in match.candidates)
        if erased or match.likeness is Likeness.EXACT or key not in state.answers:
            return match
        review = state.answers[key]
        if review is None:
            return Match(Likeness.NEW)
        if review not in by_id:
            return Match(Likeness.ASK)
        another = by_id[review].is_another_than(card[0].item)
        return match if another else Match(Likeness.LIKELY, (by_id[review],))

    return tuple(settled(card, match) for card, match in zip(cards, matches, strict=True))


def _state_after(observation: Observation, state: ListingState, gone: Absences) -> RouteState | None:
    """What the route has proved now; a look that is not believed proves nothing about how far back it saw."""
    route = observation.route
    before = state.routes.get(route)
    if route in (Route.MAIL, Route.HAND):
        return before
    reached = None if gone.alarm else reach(observation)
    known_back_to = (moment for moment in (before and before.back_to, reached) if moment)
    total = observation.site_total
    return RouteState(
        before.began_at if before else observation.observed_at,
        min(known_back_to, default=None),
        total if total is not None or before is None else before.site_total,
    )


def _summary(
    arrivals: Sequence[Arrival], observation: Observation, state: ListingState, now: datetime
) -> BaselineSummary | None:
    """Of a first hearing; a file, which comes in many parts, is summed up at its end (``summary.sum_up``)."""
    past = {number: arrival.merged.item for number, arrival in enumerate(arrivals) if arrival.past}
    if not past or not first_hearing(observation, state):
        return None
    return BaselineSummary(len(past), unanswered_of_late(past, observation.observed_at, now))


def _told_something(arrivals: Sequence[Arrival], retold: Retold) -> bool:
    fresh = any(not arrival.past for arrival in arrivals)
    return fresh or any(update.merged.asks_for_a_look for update in retold.updates)
