"""What a look says of reviews we know: read anew, seen again, edited, answered. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from service.domain import ChangeKind, Observation, Route
from service.watch.answer import Answer
from service.watch.changes import Alarm, AlarmKind, Change, Sighting, Update
from service.watch.folding import folded, score
from service.watch.hearing import Heard, collapsed
from service.watch.identity import KnownReview
from service.watch.merge import Merged, merged
from service.watch.reach import tolerated

_JUDGED = ("kind", "text", "title", "rating", "recommends", "language")

Card = tuple[Heard, ...]
"""All that one observation says of one review."""


@dataclass(frozen=True, slots=True)
class Retold:
    """What became of the known reviews that were recognised; fields as in ``Changes``."""

    updates: tuple[Update, ...]
    sightings: tuple[Sighting, ...]
    cleared: tuple[int, ...]
    changes: tuple[Change, ...]
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True, slots=True)
class _One:
    review: KnownReview
    sightings: tuple[Sighting, ...] = ()
    update: Update | None = None
    changes: tuple[Change, ...] = ()

    def tells(self, kind: ChangeKind) -> bool:
        return any(change.kind is kind for change in self.changes)


def retell(
    recognised: Sequence[tuple[KnownReview, Card]], observation: Observation, *, quiet: bool
) -> Retold:
    """What ``observation`` says of known reviews.

    ``quiet`` is a route's first hearing, or the past: where it differs from others, eyes differ and not the
    review, so only a reply, which ends somebody's work, is an event.
    """
    told = [_retell(review, card, observation, quiet=quiet) for review, card in recognised]
    told, lost = _without_lost_replies(told, observation)
    edits = sum(one.tells(ChangeKind.EDITED) for one in told)
    unread = edits > tolerated(len(recognised))
    alarms = [*lost, *([_alarm(AlarmKind.MASS_EDIT, edits, len(told), observation)] if unread else [])]
    return Retold(
        updates=tuple(one.update for one in told if one.update),
        sightings=tuple(seen for one in told for seen in one.sightings),
        cleared=tuple(review.id for review, _ in recognised if _clears(review, observation)),
        changes=tuple(
            change
            for one in told
            for change in one.changes
            if not (unread and change.kind is ChangeKind.EDITED)
        ),
        alarms=tuple(alarms),
    )


def _retell(review: KnownReview, card: Card, observation: Observation, *, quiet: bool) -> _One:
    restored = tuple(_restored(review, observation)) if not quiet else ()
    sightings = tuple(Sighting(review.id, heard.content_sha256) for heard in card)
    stored = {(one.route, one.content_sha256) for one in review.heard}
    if not _is_new(review, card) and len(stored) == 1:
        return _One(review, sightings, changes=restored)
    before = merged(review.heard) if review.heard else None
    after = merged((*review.heard, *card))
    if not _is_new(review, card) and before and before.item == after.item:
        return _One(review, sightings, changes=restored)
    touched = {(one.route, one.content_sha256) for one in card}
    rows = [one for one in collapsed((*review.heard, *card)) if (one.route, one.content_sha256) in touched]
    update = Update(review.id, tuple(rows), after, judge_again=_reads_anew(before, after))
    changes = _changes(review, before, after, observation, quiet=quiet) if before else ()
    return _One(review, update=update, changes=(*restored, *changes))


def _reads_anew(before: Merged | None, after: Merged) -> bool:
    return before is None or any(
        getattr(before.item, field) != getattr(after.item, field) for field in _JUDGED
    )


def _is_new(review: KnownReview, card: Card) -> bool:
    """Whether the card brings more than a later date for readings that are stored."""
    stored = {(one.route, one.content_sha256): one for one in review.heard}
    for heard in card:
        old = stored.get((heard.route, heard.content_sha256))
        if old is None or heard.first_seen_at < old.first_seen_at or heard.item.keep_until:
            return True
        if heard.proven and not old.proven:
            return True
    return any(not review.ids.issuperset(heard.item.ids) for heard in card)


def _changes(
    review: KnownReview, before: Merged, after: Merged, observation: Observation, *, quiet: bool
) -> Iterator[Change]:
    at = observation.observed_at

    def change(kind: ChangeKind, key: str, fields: tuple[str, ...]) -> Change:
        return Change(kind, at, f"{kind}:{key}", review.id, None, before.item, after.item, fields)

    if not quiet and _edited(before, after, observation):
        standing = after.current.firm[0].heard.content_sha256.hex()
        since = before.current.last_seen_at.isoformat()
        yield change(ChangeKind.EDITED, f"{standing}:{since}", tuple(_differing(before, after)))
    old, new = before.answer, after.answer
    if new.is_seen and not old.is_seen:
        yield change(ChangeKind.REPLIED, f"{_words(new)}:{old.vanished_after or ''}", ("reply",))
    elif quiet:
        return
    elif old.is_seen and new.vanished_after:
        yield change(ChangeKind.REPLY_VANISHED, new.vanished_after.isoformat(), ("reply",))
    elif old.is_seen and new.is_seen and (fields := tuple(_reply_differs(old, new))):
        yield change(ChangeKind.REPLY_EDITED, f"{_words(new)}:{_last_seen(old)}", fields)


def _edited(before: Merged, after: Merged, observation: Observation) -> bool:
    """Whether the customer says something else now.

    A mail or a file proves that only where no look ever saw the review, and only against its own kind. A feed
    never does: two feeds cut one article otherwise, and each is asked again and again. A look that comes
    late, from before a mail or a file told otherwise, shows what was said before.
    """
    told = before.current.firm[0].heard
    late = not told.route.sees_the_present and observation.observed_at < told.first_seen_at
    if late or observation.route is Route.FEED or after.current.has(told):
        return False
    seen = any(one.route.sees_the_present for version in after.versions for one in version.readings)
    return observation.route.sees_the_present or (not seen and told.route is observation.route)


def _differing(before: Merged, after: Merged) -> Iterator[str]:
    old, new = before.item, after.item
    if folded(old.text) != folded(new.text):
        yield "text"
    if folded(old.title) != folded(new.title):
        yield "title"
    (stars, verdict), (stars_now, verdict_now) = score(old), score(new)
    if stars != stars_now:  # 8 of 10 is 4 of 5
        yield "rating"
    if verdict != verdict_now:
        yield "recommends"


def _reply_differs(old: Answer, new: Answer) -> Iterator[str]:
    if old.version and new.version and not new.version.has(old.version.firm[0].heard):
        yield "reply"
    elif old.reply and new.reply and new.reply.state and old.reply.state != new.reply.state:
        yield "reply.state"


def _words(answer: Answer) -> str:
    reply = answer.reply
    return sha256(f"{folded(reply.text)}\n{reply.state}".encode()).hexdigest() if reply else ""


def _last_seen(answer: Answer) -> str:
    return answer.version.last_seen_at.isoformat() if answer.version else ""


def _restored(review: KnownReview, observation: Observation) -> Iterator[Change]:
    """A review is back when the route that proved it gone shows it again."""
    gone = review.removed_at
    if gone and _after(gone, observation) and review.removed_by in (None, observation.route):
        key = f"restored:{gone.isoformat()}"
        yield Change(ChangeKind.RESTORED, observation.observed_at, key, review.id, after=review.item)


def _clears(review: KnownReview, observation: Observation) -> bool:
    return review.missed_at is not None and not review.removed_at and _after(review.missed_at, observation)


def _after(moment: datetime, observation: Observation) -> bool:
    return observation.route.sees_the_present and observation.observed_at > moment


def _without_lost_replies(told: list[_One], observation: Observation) -> tuple[list[_One], list[Alarm]]:
    """Replies that vanish all at once are a page that prints none today: those readings are not believed."""
    losing = [one for one in told if one.tells(ChangeKind.REPLY_VANISHED)]
    replied = sum(one.review.item.reply is not None for one in told)
    if len(losing) <= tolerated(replied):
        return told, []
    kept = [one for one in told if not one.tells(ChangeKind.REPLY_VANISHED)]
    return kept, [_alarm(AlarmKind.MASS_REPLY_LOSS, len(losing), replied, observation)]


def _alarm(kind: AlarmKind, some: int, among: int, observation: Observation) -> Alarm:
    evidence = f"{some} of {among} reviews at once"
    return Alarm(kind, (evidence,), f"{kind}:{observation.route}:{observation.observed_at:%Y-%m-%d}")
