"""Files on their way in, as rows: begun, started, stopped, claimed, ended.

What reads them is ``importing``. A run keeps its bytes until it is done, and no longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from service.domain import Route
from service.models import ImportRun, ImportState
from service.sentences import say
from service.sources import files
from service.sources.files import Extent, File, Format
from service.watch.summary import sum_up

LEASE = timedelta(minutes=2)  # longer than any step takes
PREVIEWS_ARE_KEPT = timedelta(days=2)
CELLS_ARE_KEPT = timedelta(days=30)  # rows given back hold customers' words


@dataclass(frozen=True, slots=True)
class Begun:
    """What a run is begun with. ``places`` is which listing each name of a place in the file means; ``old``
    is a person's word that all of it is the past."""

    title: str
    file: File
    extent: Extent
    listing_id: int | None = None
    places: Mapping[str, int] | None = None
    old: bool = False


def begin(session: Session, begun: Begun, now: datetime, *, state: ImportState = ImportState.PREVIEW) -> int:
    """Store what is brought, once; answers the run's number."""
    run = ImportRun(
        listing_id=begun.listing_id,
        title=begun.title[:200],
        format=begun.file.format.value,
        body=begun.file.body,
        body_sha256=begun.file.sha256,
        mapping=begun.file.plan() | {"places": dict(begun.places or {}), "old": begun.old},
        past=begun.old,
        state=state.value,
        total=begun.extent.total,
        made_at=now,
        started_at=now if state is ImportState.RUNNING else None,
    )
    session.add(run)
    session.flush()
    if run.id is None:
        raise ValueError("a stored run has a number")
    return run.id


def the_run(session: Session, run_id: int, *, lock: bool = False) -> ImportRun | None:
    """One run without its bytes, which are read only to be worked on."""
    query = select(ImportRun).options(defer(ImportRun.body)).where(col(ImportRun.id) == run_id)  # type: ignore[arg-type]
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def the_file(session: Session, run_id: int) -> File | None:
    """What a run brings; None once it is done."""
    row = session.execute(
        select(col(ImportRun.format), col(ImportRun.body), col(ImportRun.mapping)).where(
            col(ImportRun.id) == run_id
        )
    ).first()
    return files.file_of(row.format, row.body, row.mapping) if row and row.body is not None else None


def start(session: Session, run_id: int, now: datetime) -> bool:
    """Go on from the preview, from where it was stopped, or from where it failed; answers whether it does."""
    run = the_run(session, run_id, lock=True)
    if run is None or run.state not in (ImportState.PREVIEW, ImportState.STOPPED, ImportState.FAILED):
        return False
    run.state, run.why = ImportState.RUNNING.value, None
    run.started_at = run.started_at or now
    return True


def stop(session: Session, run_id: int) -> bool:
    """Pause a run; the step under way, if any, is not kept."""
    run = the_run(session, run_id, lock=True)
    if run is None or run.state != ImportState.RUNNING:
        return False
    run.state, run.lease_until = ImportState.STOPPED.value, None
    return True


def end(session: Session, run_id: int, now: datetime) -> bool:
    """End a run for good where it stands: what was kept stays, the rest goes. A preview leaves nothing."""
    run = the_run(session, run_id, lock=True)
    if run is None or run.state in (ImportState.RUNNING, ImportState.DONE):
        return False
    if run.state == ImportState.PREVIEW:
        session.delete(run)
        return True
    run.why = say("ended by hand: %(total)s rows were not read", total=f"{run.total - run.next_row:,}")
    finish(session, run, now)
    return True


def fail(session: Session, run_id: int, why: str) -> None:
    """Record that a run cannot go on, as it is or for now."""
    run = the_run(session, run_id, lock=True)
    if run is not None and run.state == ImportState.RUNNING:
        run.state, run.why, run.lease_until = ImportState.FAILED.value, why, None


def claim(session: Session, now: datetime) -> int | None:
    """Claim the run that has waited longest, by a lease that lapses when its worker dies."""
    free = or_(col(ImportRun.lease_until).is_(None), col(ImportRun.lease_until) < now)
    waiting = (
        select(col(ImportRun.id))
        .where(col(ImportRun.state) == ImportState.RUNNING, free)
        .order_by(col(ImportRun.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    run_id = session.execute(waiting).scalar_one_or_none()
    if run_id is not None:
        lease(session, run_id, now + LEASE)
    return run_id


def lease(session: Session, run_id: int, until: datetime | None) -> None:
    """Hold a run until then; None lets it go."""
    session.execute(update(ImportRun).where(col(ImportRun.id) == run_id).values(lease_until=until))


def anything_waits(session: Session) -> bool:
    """Whether any run is to be worked on; asked first, because claiming waits for other writers."""
    query = select(col(ImportRun.id)).where(col(ImportRun.state) == ImportState.RUNNING).limit(1)
    return session.execute(query).first() is not None


def finish(session: Session, run: ImportRun, now: datetime) -> None:
    """The end: the bytes go, and each listing's past is summed up in one message."""
    if run.format != Format.PASTE:
        for listing_id, new in run.counts.get("listings", {}).items():
            if new:
                sum_up(session, int(listing_id), Route.HAND, f"import:{run.id}", now, since=run.started_at)
    run.state, run.body, run.ended_at, run.lease_until = ImportState.DONE.value, None, now, None


def forget(session: Session, now: datetime) -> None:
    """Let go of what was never started, and of the words in rows that were given back long ago."""
    session.execute(
        delete(ImportRun).where(
            col(ImportRun.state) == ImportState.PREVIEW, col(ImportRun.made_at) < now - PREVIEWS_ARE_KEPT
        )
    )
    old = select(ImportRun).where(
        col(ImportRun.ended_at) < now - CELLS_ARE_KEPT, col(ImportRun.ended_at) >= now - 2 * CELLS_ARE_KEPT
    )
    for run in session.scalars(old):
        run.rejected = [{"row": one["row"], "why": one["why"]} for one in run.rejected]
