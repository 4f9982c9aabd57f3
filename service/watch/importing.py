"""Reading a file that was brought, in small steps that each keep what they read.

A step reads outside any transaction and keeps its rows, its numbers and how far it came in one; so a process
that dies at any line goes on exactly where it was, and two workers never keep one row twice. The first file
of a listing is its past (promise 12): no alarm, nothing due, one summary at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlmodel import Session, col

from service.db import Database
from service.domain import PARTIAL, Item, Look, Observation, Outcome, Route
from service.errors import FileUnreadable
from service.models import ImportRun, ImportState, Listing
from service.sentences import say
from service.sources import files
from service.sources.columns import Rejected
from service.sources.files import Format, Reading
from service.watch.check import Watch
from service.watch.imports import LEASE, fail, finish, lease, the_file, the_run
from service.watch.tally import Tally

CHUNK = 250
TURN = timedelta(seconds=10)  # how long one worker stays with one file before it asks what else there is


def work(database: Database, watch: Watch, run_id: int, clock: Callable[[], datetime]) -> None:
    """One turn at a claimed run: step after step, then let it go."""
    until = clock() + TURN
    while step(database, watch, run_id, clock()) and clock() < until:
        pass
    with database.transaction() as session:
        lease(session, run_id, None)


def step(database: Database, watch: Watch, run_id: int, now: datetime) -> bool:
    """Read and keep the next rows of a run; answers whether there is more to do.

    Whoever finds that the run was stopped, or that another worker came further, keeps nothing.
    """
    with database.reading() as session:
        run, file = the_run(session, run_id), the_file(session, run_id)
    if run is None or file is None or run.state != ImportState.RUNNING:
        return False
    try:
        chunk = list(islice(files.readings(file, run.started_at or now), run.next_row, run.next_row + CHUNK))
    except FileUnreadable as unreadable:
        with database.transaction() as session:
            fail(session, run_id, str(unreadable))
        return False
    with database.transaction() as session:
        locked = the_run(session, run_id, lock=True)
        if locked is None or locked.state != ImportState.RUNNING:
            return False
        if locked.next_row != run.next_row:
            return True
        _keep(session, watch, locked, chunk, now)
        return locked.state == ImportState.RUNNING


def _keep(session: Session, watch: Watch, run: ImportRun, chunk: Sequence[Reading], now: datetime) -> None:
    before, tally = Tally.of(run), Tally.of(run)
    listings, told = _sorted_out(session, run, chunk, tally)
    for listing in sorted(listings, key=lambda one: (one.site, one.id)):  # one order for all: no deadlock
        items = told[listing.id]
        past = _is_past(session, run, listing)
        kept = watch.keep(
            session, listing.id or 0, Route.HAND, _look(run, listing, items, past, now), now, now
        )
        tally.add(listing, len(items), kept)
    tally.write(run)
    run.next_row += len(chunk)
    run.lease_until = now + LEASE
    if len(chunk) < CHUNK or run.next_row >= run.total:
        finish(session, run, now)
    elif tally.is_doubtful(before):
        run.state, run.lease_until = ImportState.STOPPED.value, None
        run.why = say("most rows were rejected: look whether each column is what you said it is")


def _sorted_out(
    session: Session, run: ImportRun, chunk: Sequence[Reading], tally: Tally
) -> tuple[list[Listing], dict[int | None, list[Item]]]:
    """The reviews of a chunk under their listings; what has none, or is no review, goes into the tally."""
    listings: dict[int | None, Listing] = {}
    told: defaultdict[int | None, list[Item]] = defaultdict(list)
    places = run.mapping.get("places", {})
    for reading in chunk:
        found = reading.found
        if isinstance(found, Rejected):
            tally.reject(reading, found.why)
            continue
        listing_id = run.listing_id or places.get(found.place)
        if listing_id and listing_id not in listings and (listing := session.get(Listing, listing_id)):
            listings[listing_id] = listing
        if listing_id in listings:
            told[listing_id].append(_own(found.item, listings[listing_id]))
        else:
            tally.reject(reading, say("no listing of ours is called “%(place)s”", place=found.place or ""))
    return list(listings.values()), told


def _look(run: ImportRun, listing: Listing, items: Sequence[Item], past: bool, now: datetime) -> Look:
    """The rows as heard when the file was brought; a row that stands there twice is one."""
    observation = Observation(
        site=listing.site,
        route=Route.HAND,
        observed_at=run.started_at or now,
        coverage=PARTIAL,
        items=tuple(dict.fromkeys(items)),
        past=past,
    )
    return Look(Outcome.OK, (say("%(n)s reviews brought by hand", n=len(items)),), observation)


def _own(item: Item, listing: Listing) -> Item:
    """A program's own numbers name a review within one listing only."""
    ids = tuple(
        (kind, f"{listing.id}#{value}" if kind.startswith("file.") else value) for kind, value in item.ids
    )
    return replace(item, ids=ids)


def _is_past(session: Session, run: ImportRun, listing: Listing) -> bool:
    """Whether all that a run tells of a listing is its past: somebody says so, or it is its first file.

    A paste is what somebody reads at this moment: it is the past only where she says so.
    """
    if run.past or run.format == Format.PASTE:
        return run.past
    earlier = select(col(ImportRun.counts)).where(
        col(ImportRun.id) != run.id, col(ImportRun.format) != Format.PASTE, col(ImportRun.next_row) > 0
    )
    return not any(str(listing.id) in counts.get("listings", {}) for counts in session.scalars(earlier))
