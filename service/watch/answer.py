"""The owner's reply to a review, from everything that was ever heard of the review. Pure.

Only a route that has shown the reply, and now shows the whole review without it, can say that it is gone: a
cut text, a mail, or a page that never prints replies says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain import Item, Moment, Reply, Route
from service.watch.hearing import Heard, vagueness
from service.watch.ranking import best
from service.watch.versions import Version, replied, standing, versions


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply that stands, its version, and the reading that told its words.

    ``vanished_after`` is when a reply that has since vanished was last shown; then there is no reply.
    """

    reply: Reply | None = None
    version: Version | None = None
    told: Heard | None = None
    vanished_after: datetime | None = None

    @property
    def is_seen(self) -> bool:
        """Whether a route that sees the present has shown the reply that stands."""
        return self.version is not None and any(one.route.sees_the_present for one in self.version.readings)


def answered(heard: Sequence[Heard]) -> Answer:
    """The reply as these readings (already collapsed) prove it."""
    shown = [one for one in map(replied, heard) if one is not None]
    if not shown:
        return Answer()
    vanished_after = _vanished_after(heard)
    if vanished_after:
        return Answer(vanished_after=vanished_after)
    version = standing(versions(shown))
    words = best(version.readings, _reply, lambda item: (_is_cut(item), item.translated))
    at = best(version.readings, _at, lambda item: (vagueness(_at(item)),))
    state = best(version.readings, _state)
    reply = words.value and Reply(words.value.text, words.value.text_complete, at.value, state.value)
    return Answer(reply, version, words.told)


def _vanished_after(heard: Sequence[Heard]) -> datetime | None:
    shown: defaultdict[Route, list[datetime]] = defaultdict(list)
    absent: defaultdict[Route, list[datetime]] = defaultdict(list)
    for one in heard:
        if one.item.reply is not None:
            shown[one.route].append(one.last_seen_at)
        elif one.item.text_complete:
            absent[one.route].append(one.last_seen_at)
    witnesses = [route for route in shown if route.sees_the_present]
    last_shown = max((max(shown[route]) for route in witnesses), default=None)
    last_absent = max((at for route in witnesses for at in absent[route]), default=None)
    return last_shown if last_shown and last_absent and last_absent > last_shown else None


def _reply(item: Item) -> Reply | None:
    return item.reply


def _is_cut(item: Item) -> bool:
    return item.reply is not None and not item.reply.text_complete


def _at(item: Item) -> Moment | None:
    return item.reply.at if item.reply else None


def _state(item: Item) -> str | None:
    return item.reply.state if item.reply else None
