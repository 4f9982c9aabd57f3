"""Paired browsers: who acts through one, what it may ask for, and how its pairing ends.

What a browser may is what its person may at this moment, and never more than when it was paired. A desk
station belongs to a branch: it shows that branch's reviews to whoever stands there, and acts for nobody until
a person of that branch has unlocked it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlmodel import Session, col

from service import audit
from service.domain import Role, ScopeKind
from service.errors import DeviceRefused
from service.models import Branch, Device, Ended, Person
from service.people import accounts, rotation, scope
from service.people.may import SOMEWHERE, Act, Grant, Place, Who, may

NOTED_EVERY = timedelta(minutes=1)  # a request writes no more often than this
UNLOCKED_FOR = timedelta(minutes=5)  # after the last act
UNKNOWN = "This browser is not signed in to Shopbell, or not any more. It signs in anew by itself."
ENDED = "This browser is not paired with Shopbell any more. Pair it anew in the extension's options."


class Scope(StrEnum):
    """What a paired browser may ask for."""

    SUGGEST = "suggest.read"
    POSTED = "posted.write"
    CAPTURE = "capture.write"


_NEEDED = {Scope.SUGGEST: Act.READ, Scope.POSTED: Act.ANSWER, Scope.CAPTURE: Act.ANSWER}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks through a paired browser. ``who`` holds only what she may do through it.

    ``station`` is the branch whose desk it is, None for a person's own browser; ``is_locked`` where nobody
    has unlocked that desk, and then ``who`` is nobody who could act.
    """

    device: Device
    who: Who
    scopes: frozenset[Scope]
    station: Branch | None = None

    @property
    def is_locked(self) -> bool:
        """Whether nobody stands here whose name an act could bear."""
        return self.who.id is None

    @property
    def key(self) -> str:
        """What names the browser in a posting's history."""
        return str(self.device.id)


def scopes_of(who: Who) -> frozenset[Scope]:
    """What a browser may ask for in that person's name."""
    return frozenset(one for one, act in _NEEDED.items() if may(who, act, SOMEWHERE))


def caller(session: Session, access: str, now: datetime) -> Caller:
    """Whoever an access token speaks for.

    Raises ``DeviceRefused``: "unauthorized" for what opens nothing, "revoked" where the pairing has ended.
    """
    number = rotation.opened_by(session, access, now)
    device = session.get(Device, number) if number else None
    if device is None:
        raise DeviceRefused("unauthorized", UNKNOWN)
    found = _station(session, device, now) if device.branch_id else _own(session, device)
    if found is None or device.revoked_at is not None:
        raise DeviceRefused("revoked", ENDED)
    granted = frozenset(map(Scope, device.scopes))
    return replace(found, scopes=granted & found.scopes)


def own_branches(session: Session, who: Who) -> list[Branch]:
    """The branches she may read, by name."""
    return list(
        session.scalars(
            select(Branch).where(scope.branches(who)).order_by(col(Branch.name), col(Branch.code))
        )
    )


def note_use(session: Session, device: Device, now: datetime) -> None:
    """Write down that it was used."""
    session.execute(update(Device).where(col(Device.id) == device.id).values(last_used_at=now))


def wants_noting(device: Device, now: datetime) -> bool:
    """Whether its last use should be written down: the first one always, since it spends its pairing."""
    return device.last_used_at is None or now - device.last_used_at >= NOTED_EVERY


def end(session: Session, device_id: int, because: Ended, *, by: str, now: datetime) -> bool:
    """End a pairing, and enter it in the audit; ending twice is ending once. Answers whether it stood."""
    ending = update(Device).where(col(Device.id) == device_id, col(Device.revoked_at).is_(None))
    done = session.execute(ending.values(revoked_at=now, ended_because=because.value))
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    session.expire_all()
    device = session.get_one(Device, device_id)
    body = {"person": by, "about": told(session, device), "why": because.value}
    audit.record(session, "browser_ended", f"device:{device_id}", body, now)
    return True


def end_all_of(session: Session, person_id: int, because: Ended, *, by: str, now: datetime) -> int:
    """End every pairing of hers, and leave the stations she had unlocked; answers how many ended."""
    standing = update(Device).where(col(Device.unlocked_by) == person_id)
    session.execute(standing.values(unlocked_by=None, unlocked_until=None))
    hers = select(col(Device.id)).where(col(Device.person_id) == person_id, col(Device.revoked_at).is_(None))
    return sum(
        end(session, number, because, by=by, now=now) for number in session.scalars(hers).all() if number
    )


def told(session: Session, device: Device) -> str:
    """A browser as the audit names it: whose, and what."""
    if device.branch_id:
        return f"the desk station {device.label} of {session.get_one(Branch, device.branch_id).name}"
    return f"{device.label} of {session.get_one(Person, device.person_id).name}"


def place_of(branch: Branch) -> Place:
    """Where a station stands."""
    return Place(branch.code, branch.brand, branch.region)


def _own(session: Session, device: Device) -> Caller | None:
    who = accounts.who(session, device.person_id or 0)
    return Caller(device, who, scopes_of(who)) if who and not who.left else None


def _station(session: Session, device: Device, now: datetime) -> Caller:
    branch = session.get_one(Branch, device.branch_id)
    reader = Who(None, device.label, (Grant(Role.VIEWER, ScopeKind.BRANCH, branch.code),))
    return Caller(device, _standing(session, device, branch, now) or reader, frozenset(Scope), branch)


def _standing(session: Session, device: Device, branch: Branch, now: datetime) -> Who | None:
    """Whoever unlocked the station and still may; here she is of this branch alone, whatever else she is."""
    if device.unlocked_by is None or device.unlocked_until is None or device.unlocked_until <= now:
        return None
    who = accounts.who(session, device.unlocked_by)
    if who is None or not may(who, Act.ANSWER, place_of(branch)):
        return None
    return Who(who.id, who.name, (Grant(Role.BRANCH, ScopeKind.BRANCH, branch.code),))
