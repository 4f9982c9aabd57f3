"""Whether paired browsers may send what they see: switched off for one site or for all by whoever runs this.

It is on from the start, for nothing is ever sent without a press of a person who may reply there.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from service import audit
from service.db import insert_new
from service.models import CaptureOff

EVERYWHERE = "*"


def switched_off(session: Session) -> frozenset[str]:
    """The sites it is off for; ``EVERYWHERE`` among them: for all."""
    return frozenset(session.scalars(select(col(CaptureOff.site))))


def is_on(off: Collection[str], site: str | None = None) -> bool:
    """Whether anything may be sent of ``site``, or of some site at all."""
    return EVERYWHERE not in off and (site is None or site not in off)


def switch(session: Session, off: Collection[str], *, by: str, now: datetime) -> None:
    """Switch it off for these sites alone; entered in the audit where that changes anything."""
    if frozenset(off) == switched_off(session):
        return
    session.execute(delete(CaptureOff).where(col(CaptureOff.site).not_in(off)))
    insert_new(session, CaptureOff, [{"site": site, "by": by, "at": now} for site in sorted(off)])
    audit.record(session, "capture", "installation:1", {"person": by, "off": sorted(off)}, now)
