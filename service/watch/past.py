"""Is a review we never heard of news, or was it there before we listened? Pure (promise 12).

A route's first hearing of a listing is its past. Later, an unheard review is news when it was posted after
that hearing, or where an earlier look would have shown it had it been there; what a deeper look finds is not.
What a person brings is news where it is young, or bears no date: she has just seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from service.domain import Item, Kind, Moment, Observation, Precision, Route
from service.watch.changes import EVER, ListingState, RouteState
from service.watch.moments import span
from service.watch.reach import tolerated

RECENT = timedelta(days=30)
"""How old an unanswered review may be to be offered in the summary, or to be news when it surfaces late."""

_SHARP = (Precision.SECOND, Precision.DAY)


def first_hearing(observation: Observation, state: ListingState) -> bool:
    """Whether this is the first that this route shows of the listing; mails and files begin with it."""
    return observation.route not in (Route.MAIL, Route.HAND, *state.routes)


def which_are_past(
    unheard: Sequence[Item], observation: Observation, state: ListingState, known: int
) -> list[bool]:
    """For each unheard item, whether it is the listing's past; ``known`` is how many reviews we have.

    A review without a date could be either. A bell too many harms less than a customer nobody hears, so a
    few of them are news; many at once are a deeper look.
    """
    if observation.past or first_hearing(observation, state):
        return [True] * len(unheard)
    if observation.route is Route.HAND:
        since = max(state.watched_since, observation.observed_at - RECENT)
        return _doubtful([_posted_before(item, observation.observed_at, since) for item in unheard], known)
    if not observation.route.sees_the_present:
        began = state.routes.get(observation.route, RouteState(state.watched_since)).began_at
        return [_told_before(item, observation.observed_at, began) for item in unheard]
    route = state.routes[observation.route]
    past = [_is_past(item.posted or item.edited, observation.observed_at, route) for item in unheard]
    return _doubtful(past, known)


def unanswered_of_late(items: Mapping[int, Item], seen_at: datetime, now: datetime) -> tuple[int, ...]:
    """Which of these reviews, by number, were posted in the last 30 days and wait for an owner's reply."""
    return tuple(
        number
        for number, item in items.items()
        if item.reply is None
        and item.kind is not Kind.MENTION
        and (posted := span(item.posted or item.edited, seen_at))
        and posted.latest >= now - RECENT
    )


def _doubtful(past: Sequence[bool | None], known: int) -> list[bool]:
    """The same, with those that no date decides (None) decided by how many they are."""
    many = past.count(None) > tolerated(known)
    return [many if one is None else one for one in past]


def _posted_before(item: Item, told_at: datetime, since: datetime) -> bool | None:
    posted = span(item.posted or item.edited, told_at)
    return posted.latest < since if posted else None


def _told_before(item: Item, told_at: datetime, began: datetime) -> bool:
    """A mail or a feed tells of a review when it is posted, so its own time stands in for a missing date."""
    posted = span(item.posted, told_at)
    return (posted.latest if posted else told_at) < began


def _is_past(posted: Moment | None, seen_at: datetime, route: RouteState) -> bool | None:
    """None where no date tells.

    A site that shows when a review was last edited shows nothing else, and then the edit stands in: older
    than our listening, so is the review; younger, and somebody has said something we have not heard.
    """
    when = span(posted, seen_at)
    if posted is None or when is None:
        return False if route.back_to == EVER else None
    if route.back_to is not None and when.earliest > route.back_to:
        return when.latest < route.began_at - RECENT
    if when.latest <= route.began_at:
        return True
    return posted.precision not in _SHARP and posted.at is not None and posted.at <= route.began_at
