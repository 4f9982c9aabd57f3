"""The owner's reply to a review, from everything that was ever heard of the review. Pure.

Only a route that has shown the reply, and now shows the whole review without it, can say that it is gone: a
cut text, a mail, or a page that never prints replies says nothing. What only the owner's own pages show was
posted, and is not seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain import OWN_VIEW, Item, Moment, Reply, Route
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
        """Whether a route that sees the present has shown the reply that stands, where the public sees it."""
        return self.version is not None and any(map(_is_public, self.version.readings))


def answered(heard: Sequence[Heard]) -> Answer:
    """The reply as these readings (already collapsed) prove it."""
    shown = [one for one in map(replied, heard) if one is not None]
    if not shown:
        return Answer()
    vanished_after = _vanished_after(heard)
    if vanished_after:
        return Answer(vanished_after=vanished_after)
    version = standing(versions(shown))
    public = [one for one in version.readings if _is_public(one)]
    aside = bool(public)  # what the public sees is told by whoever saw it there
    words = best(
        version.readings, _reply, lambda item: (_is_cut(item), item.translated, aside and _is_own(item))
    )
    at = best(version.readings, _at, lambda item: (vagueness(_at(item)),))
    state = best(public or version.readings, _state)
    reply = words.value and Reply(words.value.text, words.value.text_complete, at.value, state.value)
    return Answer(reply, version, words.told)


def _vanished_after(heard: Sequence[Heard]) -> datetime | None:
    """A card that a person's browser sent may leave a reply folded away: it proves one, and never none."""
    shown: defaultdict[Route, list[datetime]] = defaultdict(list)
    absent: defaultdict[Route, list[datetime]] = defaultdict(list)
    for one in heard:
        if _is_public(one):
            shown[one.route].append(one.last_seen_at)
        elif one.item.reply is None and one.item.text_complete:
            absent[one.route].append(one.last_seen_at)
    witnesses = [route for route in shown if route.is_our_look]
    last_shown = max((at for times in shown.values() for at in times), default=None)
    last_absent = max((at for route in witnesses for at in absent[route]), default=None)
    return last_shown if last_shown and last_absent and last_absent > last_shown else None


def _is_public(one: Heard) -> bool:
    """Whether it shows a reply as everybody sees it now."""
    return one.route.sees_the_present and one.item.reply is not None and not _is_own(one.item)


def _is_own(item: Item) -> bool:
    return item.reply is not None and item.reply.state == OWN_VIEW


def _reply(item: Item) -> Reply | None:
    return item.reply


def _is_cut(item: Item) -> bool:
    return item.reply is not None and not item.reply.text_complete


def _at(item: Item) -> Moment | None:
    return item.reply.at if item.reply else None


def _state(item: Item) -> str | None:
    return item.reply.state if item.reply else None
