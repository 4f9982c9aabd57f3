"""What the engine does, again and again. Each job is safe to run twice, and to die at any line."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import delete, update
from sqlmodel import Session, col

from service.alerts.digests import send_digests
from service.alerts.failures import untold
from service.alerts.heartbeat import beat
from service.alerts.outbox import deliver
from service.alerts.ring import ring
from service.alerts.unclaimed import tell_again
from service.backups import daily
from service.db import insert_new
from service.doctor import is_far_away
from service.engine import packfeeds
from service.engine.boundary import attempt
from service.engine.bringing import Bringing
from service.engine.local import Clock, Job
from service.engine.parts import Parts
from service.engine.reading import Reading
from service.hooks import outbox as hooks_outbox
from service.hooks import queue as hooks_queue
from service.models import Delivery, HookDelivery, ImportRun, Installation, Listing, LookRow
from service.outcomes import cases
from service.outcomes.reporting_back import remind
from service.outcomes.seen import follow
from service.settings import the_secret
from service.sources import accounts, inbound
from service.watch import imports, waiting
from service.watch.claims import anything_due, claim

LOOKS_ARE_KEPT = timedelta(days=90)
COLLECT_EVERY = timedelta(seconds=2)  # asks who is due; each mailbox has a rhythm of its own
READ_EVERY = timedelta(seconds=2)
RING_EVERY = timedelta(seconds=2)
DELIVER_EVERY = timedelta(seconds=2)
GATHER_EVERY = timedelta(seconds=30)  # whether a digest, a review that nobody took or a report back is due
SEE_EVERY = timedelta(seconds=5)  # whether a reply that was posted is seen in public
BRING_EVERY = timedelta(seconds=2)
KEEP_EVERY = timedelta(minutes=5)
BACK_UP_EVERY = timedelta(minutes=5)  # asks whether the day's backup is due
UNTOLD_COUNTS = timedelta(days=1)  # how long an alert that reached nobody keeps the heartbeat silent
TICK_EVERY = timedelta(seconds=15)  # each is a write; "is the engine alive?" needs no more


class Looking:
    """Claims who is due and looks at them, a few at a time; a slow site holds up nobody else."""

    def __init__(self, parts: Parts, clock: Clock, workers: int) -> None:
        self._parts = parts
        self._clock = clock
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="look")
        self._under_way = 0
        self._ticked_at: datetime | None = None
        self._lock = Lock()

    def round(self, now: datetime) -> int:
        """Begin as many looks as there are free hands; answers how many."""
        with self._lock:
            free = self._workers - self._under_way
        self._tick(now)
        due = self._claim(free, now) if free else []
        for listing_id in due:
            with self._lock:
                self._under_way += 1
            self._pool.submit(self._look, listing_id).add_done_callback(self._done)
        return len(due)

    def close(self) -> None:
        """Wait for what is under way, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tick(self, now: datetime) -> None:
        if self._ticked_at is None or now - self._ticked_at >= TICK_EVERY:
            with self._parts.database.transaction() as session:
                tick(session, now)
            self._ticked_at = now

    def _claim(self, free: int, now: datetime) -> list[int]:
        with self._parts.database.reading() as session:
            if not anything_due(session, now):
                return []
        with self._parts.database.transaction() as session:
            return claim(session, now, free, lambda url: self._parts.host_is_free(url, now))

    def _look(self, listing_id: int) -> None:
        attempt(
            f"looking at listing {listing_id}",
            lambda: self._parts.watch.check(listing_id, self._clock(), self._clock),
            lambda _error: self._parts.watch.failed(listing_id, self._clock()),
        )

    def _done(self, _look: Future[None]) -> None:
        with self._lock:
            self._under_way -= 1


def all_jobs(parts: Parts, looking: Looking, clock: Clock) -> list[Job]:
    """Everything one process does."""
    settings = parts.settings
    packing = parts.post.packing
    courier = hooks_outbox.Courier(parts.client, packing.vault, parts.links.public_url)
    return [
        Job("look", timedelta(seconds=settings.tick_seconds), looking.round),
        Job("collect", COLLECT_EVERY, parts.mail.round),
        Job("read", READ_EVERY, Reading(parts.mailroom, clock).round),
        Job("ring", RING_EVERY, lambda now: ring(parts.database, packing, now, attempt=attempt)),
        Job("digest", GATHER_EVERY, lambda now: send_digests(parts.database, packing, now, attempt=attempt)),
        Job("remind", GATHER_EVERY, lambda now: tell_again(parts.database, packing, now, attempt=attempt)),
        Job("report back", GATHER_EVERY, lambda now: remind(parts.database, now, attempt=attempt)),
        Job("deliver", DELIVER_EVERY, lambda _now: deliver(parts.database, parts.post, clock)),
        Job("queue hooks", RING_EVERY, lambda now: hooks_queue.queue(parts.database, now, attempt=attempt)),
        Job("send hooks", DELIVER_EVERY, lambda _now: hooks_outbox.deliver(parts.database, courier, clock)),
        Job("follow replies", SEE_EVERY, lambda now: follow(parts.database, now, attempt=attempt)),
        Job("bring", BRING_EVERY, Bringing(parts, clock).round),
        Job("publish", packfeeds.PUBLISH_EVERY, lambda now: packfeeds.publish_ours(parts, now)),
        Job("follow", packfeeds.FOLLOW_EVERY, lambda now: packfeeds.follow_theirs(parts, now)),
        Job("back up", BACK_UP_EVERY, lambda _now: back_up(parts, clock)),
        Job("keep", KEEP_EVERY, lambda now: keep(parts, now)),
    ]


def back_up(parts: Parts, clock: Clock) -> None:
    """Keep everything elsewhere, once a day, where the environment says to which place."""
    daily.run(parts.database, parts.settings, the_secret(parts.settings), is_far_away, clock)


def keep(parts: Parts, now: datetime) -> None:
    """What keeps an installation well: forget what is old; tell the outside that we live."""
    with parts.database.transaction() as session:
        session.execute(delete(LookRow).where(col(LookRow.started_at) < now - LOOKS_ARE_KEPT))
        inbound.forget(session, now)
        imports.forget(session, now)
        hooks_queue.forget(session, now)
        cases.forget(session, now)
    tell_outside(parts, now)


def tell_outside(parts: Parts, now: datetime) -> None:
    """Ping the heartbeat address while everything that is ours is well."""
    if parts.settings.heartbeat_url is None:
        return
    with parts.database.reading() as session:
        well = not any(now - alert.created_at < UNTOLD_COUNTS for alert in untold(session))
    beat(parts.database, parts.client, parts.settings.heartbeat_url.get_secret_value(), now, well=well)


def let_go(session: Session) -> None:
    """Free what an earlier process had claimed when it died, rather than wait for its leases to lapse."""
    session.execute(update(Listing).values(look_lease_until=None))
    session.execute(update(Delivery).values(lease_until=None))
    session.execute(update(HookDelivery).values(lease_until=None))
    accounts.let_go(session)
    session.execute(update(ImportRun).values(lease_until=None))
    waiting.let_go(session)


def tick(session: Session, now: datetime) -> None:
    """Leave the sign that the engine is alive."""
    insert_new(session, Installation, [{"id": 1, "created_at": now}])
    session.execute(update(Installation).where(col(Installation.id) == 1).values(tick_at=now))
