"""Desk stations: a shared browser of one branch, unlocked for five minutes by a name and a short PIN.

A PIN is short, so its tries are counted with the person, at all stations together: five wrong ones in a row,
and she waits a quarter of an hour. The count is taken before the PIN is looked at, so that tries sent at once
gain nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from service import audit
from service.db import Database
from service.errors import DeviceRefused
from service.models import Branch, Device, Person
from service.people import accounts, devices, passwords
from service.people.devices import UNLOCKED_FOR, Caller
from service.people.may import Act, may

MOST_WRONG = 5
WAIT = timedelta(minutes=15)
NO_STATION = "This is no desk station: it acts for its own person already."


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Who stands at a station, and until when."""

    person: int
    name: str
    until: datetime


def set_pin(session: Session, person_id: int, pin_hash: str | None, now: datetime) -> None:
    """Keep another PIN, or none: then she unlocks no station. Raises ``AccountRefused`` for who has left."""
    person = accounts.here(session, person_id)
    person.pin_hash, person.pin_tries, person.pin_tried_at = pin_hash, 0, None
    accounts.noted(session, "pin" if pin_hash else "no_pin", person, person.name, now)


def people_at(session: Session, branch: Branch) -> list[tuple[int, str]]:
    """Who could unlock that branch's station, by name: she may answer there, and has a PIN."""
    here = select(Person).where(col(Person.pin_hash).is_not(None), col(Person.disabled_at).is_(None))
    found = session.scalars(here.order_by(col(Person.name), col(Person.id)))
    return [(one.id or 0, one.name) for one in found if _may_stand(session, one.id or 0, branch)]


def standing(caller: Caller) -> Unlocked | None:
    """Who has unlocked it, if anybody has."""
    until = caller.device.unlocked_until
    if caller.station is None or caller.who.id is None or until is None:
        return None
    return Unlocked(caller.who.id, caller.who.name, until)


def unlock(database: Database, station: Caller, person_id: int, pin: str, now: datetime) -> Unlocked:
    """Unlock a station. No transaction is open while the PIN is hashed.

    Raises ``DeviceRefused``: "wrong_pin" with how many tries are left, "slow_down" where none is.
    """
    branch = _branch_of(station)
    with database.transaction() as session:
        stored, left = _take_try(session, branch, person_id, now)
    if not passwords.fits(stored, pin):
        raise DeviceRefused(
            "wrong_pin", "That is not the PIN of that person. Nothing was unlocked.", tries_left=left
        )
    with database.transaction() as session:
        return _let_stand(session, station.device, branch, person_id, now)


def lock(session: Session, device: Device) -> None:
    """Lock it; locking twice is locking once."""
    locking = update(Device).where(col(Device.id) == device.id)
    session.execute(locking.values(unlocked_by=None, unlocked_until=None))


def stay(session: Session, device: Device, now: datetime) -> None:
    """Whoever stands there has acted: five minutes more."""
    staying = update(Device).where(col(Device.id) == device.id, col(Device.unlocked_by).is_not(None))
    session.execute(staying.values(unlocked_until=now + UNLOCKED_FOR))


def _take_try(session: Session, branch: Branch, person_id: int, now: datetime) -> tuple[str | None, int]:
    """Count a try; the hash to hold it against (None: nobody who may), and how many are left after it."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or person.pin_hash is None or not _may_stand(session, person_id, branch):
        return None, 0
    since = now - person.pin_tried_at if person.pin_tried_at else WAIT
    if person.pin_tries >= MOST_WRONG and since < WAIT:
        wait = int((WAIT - since).total_seconds()) + 1
        raise DeviceRefused(
            "slow_down", "There were too many wrong PINs. Wait a quarter of an hour.", retry_after=wait
        )
    person.pin_tries = 1 if since >= WAIT else person.pin_tries + 1
    person.pin_tried_at = now
    return person.pin_hash, MOST_WRONG - person.pin_tries


def _let_stand(session: Session, device: Device, branch: Branch, person_id: int, now: datetime) -> Unlocked:
    person = accounts.here(session, person_id)
    person.pin_tries, person.pin_tried_at = 0, None
    unlocked = Unlocked(person_id, person.name, now + UNLOCKED_FOR)
    opening = update(Device).where(col(Device.id) == device.id)
    session.execute(opening.values(unlocked_by=person_id, unlocked_until=unlocked.until))
    body = {"person": person.name, "about": f"the desk station {device.label} of {branch.name}"}
    audit.record(session, "station_unlocked", f"device:{device.id}", body, now)
    return unlocked


def _branch_of(caller: Caller) -> Branch:
    if caller.station is None:
        raise DeviceRefused("scope", NO_STATION)
    return caller.station


def _may_stand(session: Session, person_id: int, branch: Branch) -> bool:
    who = accounts.who(session, person_id)
    return who is not None and may(who, Act.ANSWER, devices.place_of(branch))
