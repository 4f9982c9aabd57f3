"""Who acts through a paired browser, what it may do today, and unlocking a desk station."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, StringConstraints
from sqlalchemy import update
from sqlmodel import Session, col

from service.errors import DeviceRefused
from service.models import Device
from service.people import capturing, extension, stations
from service.people.devices import Caller, Scope
from service.people.passwords import LONGEST_PIN
from service.web.api import knowing
from service.web.api.endpoint import TOO_OLD, Call, Endpoint, Refusal
from service.web.api.knowing import BranchTold, PersonTold, SiteTold, StationTold, UnlockedTold
from service.web.api.serving import require_version
from service.web.api.shapes import Asked, Id, Nothing, Told, Version


class MeAsked(Asked):
    """The extension says which version it is now."""

    version: Version


class MeTold(Told):
    """Who acts, where, and what is switched on. ``person`` is null at a desk station that is locked."""

    person: PersonTold | None
    branches: list[BranchTold]
    sites: list[SiteTold]
    capture: bool
    auto_capture: list[str]
    min_version: str
    latest_version: str
    station: StationTold | None


class UnlockAsked(Asked):
    """Somebody stands at the station and types her PIN."""

    person: Id
    pin: Annotated[str, StringConstraints(pattern=rf"^[0-9]{{1,{LONGEST_PIN}}}$")]


class TriesLeft(BaseModel):
    """What goes with ``wrong_pin``."""

    tries_left: int


def me(call: Call, asked: MeAsked) -> MeTold:
    """Who acts through this browser, where, and what it may do today."""
    _remember_version(call, asked.version)
    require_version(asked.version)
    with call.database.reading() as session:
        return _told(session, call.who)


def unlock(call: Call, asked: UnlockAsked) -> UnlockedTold:
    """Unlock a desk station for five minutes, in one person's name."""
    found = stations.unlock(call.database, call.who, asked.person, asked.pin, call.now)
    return UnlockedTold(person=found.person, name=found.name, until=found.until)


def lock(call: Call, _asked: Nothing) -> None:
    """Lock a desk station."""
    if call.who.station is None:
        raise DeviceRefused("scope", stations.NO_STATION)
    with call.database.transaction() as session:
        stations.lock(session, call.who.device)


def _told(session: Session, caller: Caller) -> MeTold:
    off = capturing.switched_off(session)
    captures = Scope.CAPTURE in caller.scopes
    return MeTold(
        person=knowing.person(caller),
        branches=knowing.branches(session, caller),
        sites=knowing.sites(session, caller),
        capture=captures and capturing.is_on(off),
        auto_capture=[site for site in caller.device.auto_capture if captures and capturing.is_on(off, site)],
        min_version=extension.MIN_VERSION,
        latest_version=extension.LATEST_VERSION,
        station=knowing.station(session, caller),
    )


def _remember_version(call: Call, version: str) -> None:
    device = call.who.device
    if device.version == version:
        return
    with call.database.transaction() as session:
        session.execute(update(Device).where(col(Device.id) == device.id).values(version=version))


NO_STATION = Refusal(403, "scope", "This browser is no desk station, or may not do this.")
WRONG_PIN = Refusal(403, "wrong_pin", "Not the PIN of that person.", TriesLeft)

ENDPOINTS = (
    Endpoint("/me", me, MeAsked, MeTold, scope=Scope.SUGGEST, any_version=True, refusals=(TOO_OLD,)),
    Endpoint("/unlock", unlock, UnlockAsked, UnlockedTold, refusals=(NO_STATION, WRONG_PIN)),
    Endpoint("/lock", lock, Nothing, None, any_version=True, refusals=(NO_STATION,)),
)
