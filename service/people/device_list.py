"""Lists of paired browsers: those somebody may end, and those whose extension is outdated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from service.models import Branch, Device, Person
from service.people import extension, scope
from service.people.devices import Scope
from service.people.may import WHOLE, Act, Who, may

TOLD_FOR = timedelta(days=30)  # of a browser that ended


@dataclass(frozen=True, slots=True)
class Paired:
    """One browser as a list shows it; ``whose`` is a person's or a branch's name."""

    device: Device
    whose: str
    is_own: bool
    is_station: bool

    @property
    def is_outdated(self) -> bool:
        """Whether its extension is older than this release's."""
        return extension.is_older(self.device.version, extension.LATEST_VERSION)


def listed(session: Session, who: Who, now: datetime) -> list[Paired]:
    """Her own browsers, stations she may answer at, and all there are for who manages people.

    Those that stand come first, the last used before others; what ended is told of for a month.
    """
    stations = col(Device.branch_id).is_not(None) & scope.branches(who, Act.ANSWER)
    hers = true() if may(who, Act.PEOPLE, WHOLE) else (col(Device.person_id) == who.id) | stations
    lately = col(Device.revoked_at).is_(None) | (col(Device.revoked_at) > now - TOLD_FOR)
    return _paired(session, hers & lately, who.id)


def does_any_send(session: Session) -> bool:
    """Whether some browser is paired that may send reviews, and has not ended."""
    standing = session.scalars(select(col(Device.scopes)).where(col(Device.revoked_at).is_(None)))
    return any(Scope.CAPTURE in scopes for scopes in standing)


def outdated(session: Session) -> list[Paired]:
    """Browsers whose extension is older than this release's."""
    return [one for one in _paired(session, col(Device.revoked_at).is_(None)) if one.is_outdated]


def _paired(session: Session, which: ColumnElement[bool], own: int | None = None) -> list[Paired]:
    used = func.coalesce(col(Device.last_used_at), col(Device.created_at))
    found = session.execute(
        select(Device, col(Person.name), col(Branch.name))
        .outerjoin(Person, col(Person.id) == col(Device.person_id))
        .outerjoin(Branch, col(Branch.id) == col(Device.branch_id))
        .where(which)
        .order_by(col(Device.revoked_at).is_not(None), used.desc(), col(Device.id))
    ).all()
    return [
        Paired(
            device,
            whose=station or person,
            is_own=own is not None and device.person_id == own,
            is_station=station is not None,
        )
        for device, person, station in found
    ]
