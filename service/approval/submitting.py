"""A pack on its way to those who sign: submitted, and sent back with a reason.

Neither step decides anything: only signatures make words usable. What is submitted is stored as its exact
bytes, so that what is signed later is what was asked about, whatever becomes of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlmodel import Session, col

from service import audit
from service.approval.signers import name_to_keep
from service.approval.stored import remembered
from service.approval.versions import add_version, missing_for, newest_version
from service.db import insert_new
from service.domain import EventKind
from service.errors import ApprovalRefused
from service.models import Event, PackState, PackVersion
from service.replies.lint import Fault, lint
from service.replies.pack import Pack
from service.replies.packs import read_pack
from service.replies.policy import blocks
from service.sentences import say
from service.sites.registry import SITES

LONGEST_WHY = 300  # characters: it is read on a phone


@lru_cache(maxsize=64)
def faults_in(body: bytes) -> tuple[Fault, ...]:
    """Every fault of the pack in ``body``, which reads; remembered by its exact bytes, for screens."""
    return faults_of(read_pack(body), body.decode())


def faults_of(pack: Pack, source: str) -> tuple[Fault, ...]:
    """Every fault of ``pack``, whose file holds ``source``, at all sites we know."""
    return lint(pack, source, {site.name: site.reply for site in SITES if not site.alias_of})


def submit(session: Session, body: bytes, file: str, person: str, now: datetime) -> PackVersion:
    """Store the pack in ``body`` as a draft and tell those who sign; doing it twice tells them once.

    Raises ``PackError`` where it does not read, ``ApprovalRefused`` where a rule forbids one of its wordings
    or where nothing is left to sign.
    """
    pack, who = read_pack(body, file), name_to_keep(person)
    _require_clean(file, faults_of(pack, body.decode()))
    version = add_version(session, body, now, file)
    missing = missing_for(session, version.sha256, now)
    if version.state == PackState.RECALLED or missing is None:
        state = (
            say("is approved already") if missing is None else say("was recalled; submit it as a new version")
        )
        raise ApprovalRefused(
            say(
                "%(name)s %(serial)s %(state)s. Nothing was changed.",
                name=pack.name,
                serial=pack.serial,
                state=state,
            )
        )
    if waits(version):
        return version
    version.submitted_at, version.submitted_by = now, who
    session.flush()
    _tell(session, EventKind.SUBMITTED, version, who, now, needs=missing)
    return version


def send_back(session: Session, name: str, person: str, why: str, now: datetime) -> PackVersion:
    """Return the newest version of a pack to whoever submitted it. Raises ``ApprovalRefused``."""
    version, who = newest_version(session, name), name_to_keep(person)
    said = " ".join(why.split())[:LONGEST_WHY]
    if not said:
        raise ApprovalRefused(say("Say why: whoever wrote the pack reads it. Nothing was changed."))
    if version.state == PackState.APPROVED:
        raise ApprovalRefused(
            say(
                "%(name)s %(serial)s is approved; to take it back, recall it. Nothing was changed.",
                name=name,
                serial=version.serial,
            )
        )
    if not waits(version):
        raise ApprovalRefused(
            say(
                "%(name)s %(serial)s does not wait for anybody. Nothing was changed.",
                name=name,
                serial=version.serial,
            )
        )
    version.sent_back_at, version.sent_back_by, version.sent_back_why = now, who, said
    session.flush()
    _tell(session, EventKind.SENT_BACK, version, who, now, why=said)
    return version


def waits(version: PackVersion) -> bool:
    """Whether it was submitted, and neither approved, recalled nor sent back since."""
    if version.submitted_at is None or version.state != PackState.DRAFT:
        return False
    return version.sent_back_at is None or version.sent_back_at < version.submitted_at


def waiting(session: Session) -> Sequence[PackVersion]:
    """Every version that waits for signatures, the longest first."""
    drafts = select(PackVersion).where(
        col(PackVersion.submitted_at).is_not(None), col(PackVersion.state) == PackState.DRAFT.value
    )
    found = session.scalars(drafts.order_by(col(PackVersion.submitted_at), col(PackVersion.id))).all()
    return [version for version in found if waits(version)]


def approved_before(session: Session, name: str, serial: int) -> Pack | None:
    """The newest approved version of a pack below ``serial``; None where there is none."""
    last = approved_version_before(session, name, serial)
    return remembered(last.body) if last else None


def approved_version_before(session: Session, name: str, serial: int) -> PackVersion | None:
    """The same, as it is stored."""
    earlier = select(PackVersion).where(
        col(PackVersion.pack) == name,
        col(PackVersion.serial) < serial,
        col(PackVersion.state) == PackState.APPROVED.value,
    )
    return session.scalars(earlier.order_by(col(PackVersion.serial).desc()).limit(1)).first()


def _require_clean(file: str, faults: Sequence[Fault]) -> None:
    if blocks(fault.finding for fault in faults):
        told = [f"{file}:{fault.line}: {fault}" for fault in faults if blocks([fault.finding])]
        raise ApprovalRefused("\n".join([*told, say("Nothing was submitted: those wordings may not stand.")]))


def _tell(
    session: Session,
    kind: EventKind,
    version: PackVersion,
    person: str,
    now: datetime,
    *,
    needs: str | None = None,
    why: str | None = None,
) -> None:
    """Write the event that alerts people, and enter the step in the audit."""
    told = {
        "pack": version.pack,
        "serial": version.serial,
        "sha256": version.sha256.hex(),
        "person": person,
        "needs": needs,
        "why": why,
    }
    event = {"kind": kind.value, "subject": f"pack:{version.pack}", "at": now, "payload": told}
    insert_new(session, Event, [event | {"dedupe_key": f"{version.serial}:{now.isoformat()}"}])
    audit.record(session, kind.value, f"pack:{version.pack}", told, now)
