"""The engine's part in mail: mailboxes that are due are collected, and all that are well are waited at."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import Database
from service.engine.boundary import attempt
from service.engine.local import Clock
from service.errors import described
from service.models import AccountKind, AccountState, SourceAccount
from service.sources import accounts
from service.sources.accounts import Claimed
from service.sources.collect import Collector
from service.sources.mailbox import Mailbox

if TYPE_CHECKING:
    from service.sources.idle import Waiting

WORKERS = 2  # mailboxes read at once: each holds at most a few batches in memory
LISTEN_EVERY = timedelta(seconds=10)
HELD_FOR = timedelta(seconds=60)  # one process waits at a mailbox; another takes over where it died


@dataclass(frozen=True, slots=True)
class _Ear:
    waiting: Waiting
    thread: Thread

    @property
    def died(self) -> bool:
        """Whether an error of ours ended it."""
        return self.waiting.possible and not self.thread.is_alive()


class Collecting:
    """Collects from mailboxes that are due, and waits at those whose server tells of new mail."""

    def __init__(self, database: Database, collector: Collector, clock: Clock, holder: str) -> None:
        self._database = database
        self._collector = collector
        self._clock = clock
        self._holder = holder
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="collect")
        self._lock = Lock()
        self._under_way = 0
        self._ears: dict[int, _Ear] = {}
        self._listened_at: datetime | None = None

    def round(self, now: datetime) -> int:
        """Begin with as many due mailboxes as there are free hands; answers how many."""
        self._listen(now)
        with self._lock:
            free = WORKERS - self._under_way
        claimed = self._claim(free, now) if free else []
        for one in claimed:
            with self._lock:
                self._under_way += 1
            self._pool.submit(self._collect, one).add_done_callback(self._done)
        return len(claimed)

    def close(self) -> None:
        """End every wait and every conversation; what was stored is stored, the rest is fetched next time."""
        self._collector.stop()
        for ear in self._ears.values():
            ear.waiting.stop()
        for ear in self._ears.values():
            ear.thread.join()
        self._ears = {}
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _claim(self, free: int, now: datetime) -> list[Claimed]:
        with self._database.reading() as session:
            if not accounts.anything_due(session, now):
                return []
        with self._database.transaction() as session:
            return accounts.claim(session, now, free)

    def _collect(self, claimed: Claimed) -> None:
        attempt(
            f"collecting mail of account {claimed.id}",
            lambda: self._collector.collect(claimed, self._clock),
            lambda error: self._collector.record_failure(
                claimed, f"An error of ours: {described(error)}", self._clock()
            ),
        )

    def _done(self, _collected: Future[None]) -> None:
        with self._lock:
            self._under_way -= 1
        self._listened_at = None  # it may be well since, or no longer: see in the next round

    def _listen(self, now: datetime) -> None:
        """Wait at the mailboxes that are well and want it, and at no others."""
        if self._listened_at is not None and now - self._listened_at < LISTEN_EVERY:
            return
        self._listened_at = now
        with self._database.reading() as session:
            wanted = {account.id or 0: account for account in _to_wait_at(session)}
        if wanted:
            with self._database.transaction() as session:
                ours = {id for id in wanted if accounts.hold_ear(session, id, self._holder, now, HELD_FOR)}
            wanted = {id: wanted[id] for id in ours}
        for id in self._ears.keys() - wanted.keys():
            self._ears.pop(id).waiting.stop()
        for id in [id for id, ear in self._ears.items() if ear.died]:
            del self._ears[id]
        for id in wanted.keys() - self._ears.keys():
            self._ears[id] = self._begin(wanted[id])

    def _begin(self, account: SourceAccount) -> _Ear:
        from service.sources.idle import Waiting

        id, folder = account.id or 0, Mailbox.from_json(account.settings).folder
        waiting = Waiting(lambda: self._collector.open(id, self._clock()), folder, lambda: self._wake(id))
        name = f"waiting for mail of account {id}"
        thread = Thread(target=attempt, args=(name, waiting.run), name=f"idle-{id}", daemon=True)
        thread.start()
        return _Ear(waiting, thread)

    def _wake(self, account_id: int) -> None:
        with self._database.transaction() as session:
            accounts.wake(session, account_id, self._clock())


def _to_wait_at(session: Session) -> list[SourceAccount]:
    found = session.scalars(
        select(SourceAccount).where(
            col(SourceAccount.kind) == AccountKind.IMAP.value,
            col(SourceAccount.state) == AccountState.OPEN.value,
        )
    )
    return [account for account in found if Mailbox.from_json(account.settings).idle]
