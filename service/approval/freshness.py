"""Which brands' feeds bring nothing fresh, and which of their words stop when: said before they stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.versions import stops_at
from service.db import insert_new
from service.domain import EventKind
from service.models import Event, PackFeed, PackState, PackVersion
from service.replies.pack import Risk
from service.sentences import say

WARN_AFTER = timedelta(minutes=25)
"""No statement is older where all is well: one is issued every quarter of an hour, and asked for each minute.

It leaves 35 minutes until the first words stop.
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Words of one risk class that stop together."""

    risk: Risk
    at: datetime
    packs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """A feed without a fresh statement. ``since`` is when its last was issued, None where none ever came."""

    feed: int
    brand: str
    since: datetime | None
    stops: tuple[Stop, ...]

    def has_stopped(self, now: datetime) -> bool:
        """Whether some of its words are no longer used by now."""
        return any(stop.at < now for stop in self.stops)

    def told(self, now: datetime) -> tuple[str, ...]:
        """Sentences without a full stop: since when, and which words stop when."""
        heard = (
            say("was last fresh at %(since)s", since=_moment(self.since))
            if self.since
            else say("was never heard")
        )
        said: list[str] = [say("the feed of %(brand)s %(heard)s", brand=self.brand, heard=heard)]
        for stop in self.stops:
            verb = "stopped" if stop.at < now else "stop"
            said.append(f"its {stop.risk} words {verb} at {_moment(stop.at)}: {', '.join(stop.packs)}")
        return tuple(said)


def stale_feeds(session: Session, now: datetime) -> list[Stale]:
    """Every followed feed whose last statement is too old to be well, with the words that hang on it."""
    feeds = session.scalars(select(PackFeed).order_by(col(PackFeed.id))).all()
    return [
        Stale(feed.id or 0, feed.brand, feed.issued_at, _stops(session, feed))
        for feed in feeds
        if now - (feed.issued_at or feed.added_at) > WARN_AFTER
    ]


def warn(session: Session, stale: Sequence[Stale], now: datetime) -> None:
    """Write one alarm for each spell: the moment its last statement was issued names it."""
    insert_new(session, Event, [_alarm(one, now) for one in stale])


def not_warned_of(session: Session, now: datetime) -> list[Stale]:
    """The stale feeds whose spell nobody was told of yet."""
    stale = stale_feeds(session, now)
    alarms = select(col(Event.subject), col(Event.dedupe_key)).where(
        col(Event.kind) == EventKind.ALARM.value, col(Event.subject).in_([_subject(one) for one in stale])
    )
    told = {(subject, spell) for subject, spell in session.execute(alarms)} if stale else set()
    return [one for one in stale if (_subject(one), _spell(one)) not in told]


def _stops(session: Session, feed: PackFeed) -> tuple[Stop, ...]:
    if feed.issued_at is None or feed.valid_until is None:
        return ()
    used = select(col(PackVersion.risk), col(PackVersion.pack)).where(
        col(PackVersion.feed_id) == feed.id,
        col(PackVersion.left_feed_at).is_(None),
        col(PackVersion.state) != PackState.RECALLED.value,
    )
    by_risk: dict[Risk, set[str]] = {}
    for risk, pack in session.execute(used):
        by_risk.setdefault(Risk(risk), set()).add(pack)
    stops = (
        Stop(risk, stops_at(risk, feed.issued_at, feed.valid_until), tuple(sorted(packs)))
        for risk, packs in by_risk.items()
    )
    return tuple(sorted(stops, key=lambda stop: (stop.at, stop.risk)))


def _alarm(stale: Stale, now: datetime) -> dict[str, object]:
    told = {
        "what": "stale_pack_feed",
        "feed_of": stale.brand,
        "evidence": list(stale.told(now)),
    }
    return {
        "kind": EventKind.ALARM.value,
        "subject": _subject(stale),
        "dedupe_key": _spell(stale),
        "at": now,
        "payload": told,
    }


def _subject(stale: Stale) -> str:
    return f"pack_feed:{stale.feed}"


def _spell(stale: Stale) -> str:
    return f"stale:{stale.since.isoformat() if stale.since else 'never'}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
