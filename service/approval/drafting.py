"""Storing what an editor wrote as the next version of its pack: a draft, until people sign it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from service import audit
from service.approval.signers import name_to_keep
from service.approval.stored import remembered
from service.approval.versions import add_version
from service.db import one_at_a_time
from service.errors import ApprovalRefused, Overtaken
from service.models import AuditBody, PackVersion
from service.replies.pack import Pack
from service.replies.write import written
from service.sentences import say

DRAFT = "draft"  # how the audit calls it


def newest_stored(session: Session, name: str) -> PackVersion | None:
    """The highest version of a pack that is stored; None where there is none."""
    stored = select(PackVersion).where(col(PackVersion.pack) == name).order_by(col(PackVersion.serial).desc())
    return session.scalars(stored.limit(1)).first()


def save_draft(session: Session, pack: Pack, since: bytes, person: str, now: datetime) -> PackVersion:
    """Store ``pack`` under the next serial, whatever serial it says.

    ``since`` is the hash of the newest version when the edit began, empty where none was stored. What says
    the same as the newest is that one. Raises ``Overtaken`` where another was stored since, and
    ``ApprovalRefused`` for words of a feed.
    """
    who = name_to_keep(person)
    one_at_a_time(session, f"pack:{pack.name}")
    newest = newest_stored(session, pack.name)
    if newest and newest.feed_id is not None:
        raise ApprovalRefused(
            say("Those words come from a brand's feed: they are changed there. Nothing was saved.")
        )
    if newest and _says_the_same(newest, pack):
        return newest
    if (newest.sha256 if newest else b"") != since:
        raise Overtaken(
            say(
                "Version %(serial)s of %(name)s was stored meanwhile.",
                serial=newest.serial if newest else 0,
                name=pack.name,
            )
        )
    serial = max(newest.serial if newest else 0, pack.serial) + 1
    version = add_version(session, written(pack.model_copy(update={"serial": serial})), now)
    told = {"person": who, "serial": serial, "sha256": version.sha256.hex()}
    audit.record(session, DRAFT, f"pack:{pack.name}", told, now)
    return version


def drafted_by(session: Session, name: str) -> dict[int, str]:
    """Who wrote which serial of a pack at the desk, as the audit has it."""
    entries = select(col(AuditBody.body)).where(
        col(AuditBody.kind) == DRAFT, col(AuditBody.subject) == f"pack:{name}"
    )
    return {told["serial"]: told["person"] for told in session.scalars(entries) if told}


def _says_the_same(version: PackVersion, pack: Pack) -> bool:
    stored = remembered(version.body)
    return stored is not None and dict(stored.model_copy(update={"serial": pack.serial})) == dict(pack)
