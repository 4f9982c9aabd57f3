"""Why words that were offered may not be used any more: withdrawn by a person, or run out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import Session, col

from service.approval.given import State, given
from service.approval.recalls import recalled_given, recalled_items, withdrawn
from service.approval.versions import NamedReply, still_approved
from service.models import AskedWords, PackState, PackVersion, Review


class Ended(StrEnum):
    """How words end. ``expired`` is everything but a recall: a date, a feed that fell silent, an edit."""

    RECALLED = "recalled"
    EXPIRED = "expired"


def ended(session: Session, reply: NamedReply, now: datetime) -> Ended | None:
    """How exactly these words have ended; None while they may be used."""
    if still_approved(session, reply, now):
        return None
    return how_ended(session, bytes.fromhex(reply.sha256), reply.item, now)


def how_ended(session: Session, sha256: bytes, item: str, now: datetime) -> Ended:
    """How words that may not be used any more have ended; whether they may is not asked again."""
    was_recalled = _recalled(session, sha256, item) or _own_recalled(session, sha256, now)
    return Ended.RECALLED if was_recalled else Ended.EXPIRED


def why_recalled(session: Session, sha256: bytes, item: str) -> str | None:
    """The reason that was given when these words were recalled."""
    pack = session.scalar(select(col(PackVersion.pack)).where(col(PackVersion.sha256) == sha256))
    if pack is None:
        return next((why for one, why in recalled_given(session) if one.text_sha256 == sha256), None)
    recalled = recalled_items(session, pack)
    return next((why for one, name, why in recalled if (one.sha256, name) == (sha256, item)), None)


def _recalled(session: Session, sha256: bytes, item: str) -> bool:
    version = session.scalars(select(PackVersion).where(col(PackVersion.sha256) == sha256)).one_or_none()
    if version is None:
        return False
    held_back = withdrawn(session).get(version.pack, ())
    return version.state == PackState.RECALLED or any(one.takes(item, version.serial) for one in held_back)


def _own_recalled(session: Session, sha256: bytes, now: datetime) -> bool:
    """Whether they were words for one review, and are withheld."""
    asked = select(AskedWords).where(col(AskedWords.text_sha256) == sha256)
    return any(
        given(session, one, session.get_one(Review, one.review_id), now).state is State.RECALLED
        for one in session.scalars(asked)
    )
