"""Pairing: a code to type at the desk, the tokens for the browser that showed it, and the end of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Session

from service.errors import DeviceRefused
from service.models import Device, Ended
from service.people import devices, pairing, rotation
from service.people.devices import Scope
from service.people.pairing import Asking
from service.people.rotation import ACCESS_FOR
from service.web.api import knowing
from service.web.api.endpoint import REVOKED, Call, Endpoint, Refusal
from service.web.api.knowing import BranchTold, PersonTold, StationTold
from service.web.api.serving import require_version
from service.web.api.shapes import Asked, Label, Nothing, Told, Version, line

B64 = r"^[A-Za-z0-9_-]+$"


class StartAsked(Asked):
    """A browser that wants to be paired, and the S256 challenge of its verifier."""

    challenge: Annotated[str, StringConstraints(min_length=43, max_length=43, pattern=B64)]
    browser: Label
    version: Version
    label: Label


class StartTold(Told):
    """What to show, and where it is to be typed. ``interval`` and ``expires_in`` are seconds."""

    pair_id: str
    user_code: str
    verify_url: str
    interval: int
    expires_in: int


class TokenAsked(Asked):
    """Whether it was approved meanwhile; the verifier proves who asks."""

    pair_id: Annotated[str, line(60, 1)]
    verifier: Annotated[str, StringConstraints(min_length=43, max_length=128, pattern=r"^[A-Za-z0-9._~-]+$")]


class RefreshAsked(Asked):
    """The next pair of tokens is wanted."""

    refresh: Annotated[str, line(rotation.LONGEST, 1)]


class TokensTold(Told):
    """Tokens, and what they are good for. The refresh token before goes on working until this one is used."""

    access: str
    access_expires_in: int
    refresh: str
    device: int
    person: PersonTold | None
    branches: list[BranchTold]
    scopes: list[Scope]
    station: StationTold | None


def start(call: Call, asked: StartAsked) -> StartTold:
    """Begin a pairing: a code that a person types at the desk."""
    require_version(asked.version)
    asking = Asking(asked.challenge, call.origin, asked.browser, asked.version, asked.label)
    with call.database.transaction() as session:
        pair_id, code = pairing.start(session, asking, call.now)
    return StartTold(
        pair_id=pair_id,
        user_code=str(code),
        verify_url=f"{_desk(call)}/pair",
        interval=int(pairing.INTERVAL.total_seconds()),
        expires_in=int(pairing.GOOD_FOR.total_seconds()),
    )


def _desk(call: Call) -> str:
    """Where the code is typed: at the published address, else under the name by which the browser found us.

    The extension opens no other place than the one its person gave it, and "localhost" is not "127.0.0.1".
    """
    return call.settings.url or f"http://{call.host}"


def token(call: Call, asked: TokenAsked) -> TokensTold:
    """Ask whether the code was approved; if so, take the tokens."""
    with call.database.transaction() as session:
        polled = pairing.poll(session, asked.pair_id, asked.verifier, call.origin, call.now)
        if polled.device and polled.tokens:
            return _tokens(session, polled.device, polled.tokens, call.now)
    raise DeviceRefused(polled.code, polled.why)


def renew(call: Call, asked: RefreshAsked) -> TokensTold:
    """Take the next pair of tokens for a refresh token."""
    with call.database.transaction() as session:
        renewed = rotation.renew(session, asked.refresh, call.now)
        if renewed and renewed.device.origin != call.origin:
            raise DeviceRefused("other_origin", "Another extension was paired. Nothing was changed.")
        if renewed and renewed.tokens:
            devices.note_use(session, renewed.device, call.now)
            return _tokens(session, renewed.device, renewed.tokens, call.now)
        if renewed:
            devices.end(session, renewed.device.id or 0, Ended.REUSED, by="Shopbell", now=call.now)
    raise DeviceRefused("revoked", devices.ENDED)


def end(call: Call, _asked: Nothing) -> None:
    """End this pairing: somebody disconnects the browser."""
    with call.database.transaction() as session:
        by = call.who.who.name
        devices.end(session, call.who.device.id or 0, Ended.BY_BROWSER, by=by, now=call.now)


def _tokens(session: Session, device: Device, made: rotation.Tokens, now: datetime) -> TokensTold:
    caller = devices.caller(session, made.access, now)
    return TokensTold(
        access=made.access,
        access_expires_in=int(ACCESS_FOR.total_seconds()),
        refresh=made.refresh,
        device=device.id or 0,
        person=knowing.person(caller),
        branches=knowing.branches(session, caller),
        scopes=sorted(caller.scopes),
        station=knowing.station(session, caller),
    )


WAITING = (
    Refusal(400, "pending", "Nobody has typed the code yet."),
    Refusal(400, "slow_down", "It was asked again before `interval` was over."),
    Refusal(400, "denied", "Somebody denied it at the desk."),
    Refusal(400, "expired", "The code is over, was used, or was never this browser's."),
)

ENDPOINTS = (
    Endpoint("/pair/start", start, StartAsked, StartTold, open=True, per_place=60),
    Endpoint(
        "/pair/token",
        token,
        TokenAsked,
        TokensTold,
        open=True,
        per_place=2400,
        any_version=True,
        refusals=WAITING,
    ),
    Endpoint(
        "/token",
        renew,
        RefreshAsked,
        TokensTold,
        open=True,
        per_place=2400,
        any_version=True,
        refusals=(REVOKED,),
    ),
    Endpoint("/pair/end", end, Nothing, None, any_version=True),
)
