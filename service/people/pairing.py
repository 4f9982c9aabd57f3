"""Pairing a browser, in the manner of RFC 8628: it shows a code, and a person types that code at the desk.

No link carries the code, so nobody is led to approve somebody else's browser by following one. The browser
proves with its verifier that it is the one that asked (RFC 7636, S256). Every step may run twice: whoever
asks again gets a fresh code, whoever approves again has approved, and whose tokens were lost on the way gets
others as long as none was used.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from service import audit
from service.db import one_at_a_time
from service.errors import DeviceRefused
from service.models import Branch, Device, PairRequest, PairState
from service.people import devices, rotation
from service.people.devices import Scope
from service.people.may import Who
from service.people.pair_codes import Code, new_code
from service.people.rotation import Tokens

GOOD_FOR = timedelta(minutes=10)
INTERVAL = timedelta(seconds=5)
TOO_SOON = timedelta(seconds=4)  # a browser that keeps the interval may arrive a moment early
MOST_WRONG = 5
MOST_OPEN = 500  # requests at one time: far beyond any shop's, and too few to guess a first half by
ID_BYTES = 16
LOCK = "pairing"

PENDING = "Type the code at the desk and approve this browser there."
TOO_FAST = "Ask again in a few seconds."
DENIED = "It was denied at the desk. Nothing was paired."
EXPIRED = "This code is over. Begin again in the extension's options."


@dataclass(frozen=True, slots=True)
class Asking:
    """What a browser says of itself when it asks to be paired; ``challenge`` is of its verifier."""

    challenge: str
    origin: str
    browser: str
    version: str
    label: str


@dataclass(frozen=True, slots=True)
class Polled:
    """What a browser that waits is told: its tokens, or the code and the sentence of why not yet."""

    device: Device | None = None
    tokens: Tokens | None = None
    code: str = ""
    why: str = ""


def start(session: Session, asked: Asking, now: datetime) -> tuple[str, Code]:
    """A request's id and its code. Raises ``DeviceRefused`` where too many wait."""
    one_at_a_time(session, LOCK)
    code = _free_code(session, asked.challenge, now)
    pair_id = secrets.token_urlsafe(ID_BYTES)
    session.add(
        PairRequest(
            id=pair_id,
            code_name=code.name,
            code_sha256=code.kept(pair_id),
            challenge=asked.challenge,
            origin=asked.origin,
            browser=asked.browser,
            version=asked.version,
            label=asked.label,
            made_at=now,
            expires_at=now + GOOD_FOR,
        )
    )
    session.flush()
    return pair_id, code


def find(session: Session, code: Code, now: datetime) -> PairRequest | None:
    """The request that shows this code, not decided yet; a wrong second half is counted against it."""
    for request in _of_name(session, code, now):
        if hmac.compare_digest(request.code_sha256, code.kept(request.id)):
            return request
        if request.state == PairState.OPEN:
            request.tries += 1
            if request.tries >= MOST_WRONG:
                request.state = PairState.BURNED.value
    return None


def approve(
    session: Session, request: PairRequest, who: Who, station: Branch | None, now: datetime
) -> Device:
    """Pair it: as her own browser, or as the desk station of a branch. Approving twice is approving once."""
    if request.device_id:
        return session.get_one(Device, request.device_id)
    device = Device(
        person_id=None if station else who.id,
        branch_id=station.id if station else None,
        paired_by=who.name,
        label=request.label,
        browser=request.browser,
        version=request.version,
        origin=request.origin,
        scopes=sorted(scope.value for scope in (Scope if station else devices.scopes_of(who))),
        created_at=now,
    )
    session.add(device)
    session.flush()
    request.state, request.device_id = PairState.APPROVED.value, device.id
    request.person_id, request.branch_id = who.id, device.branch_id
    _note(session, "browser_paired", f"device:{device.id}", request, who, now, devices.told(session, device))
    return device


def deny(session: Session, request: PairRequest, who: Who, now: datetime) -> None:
    """Refuse it: the browser is told so."""
    if request.state != PairState.OPEN:
        return
    request.state, request.person_id = PairState.DENIED.value, who.id
    _note(session, "browser_denied", f"person:{who.id}", request, who, now, request.label)


def deny_all_by(session: Session, person_id: int) -> None:
    """What somebody approved who has left pairs nothing any more."""
    hers = update(PairRequest).where(col(PairRequest.person_id) == person_id)
    session.execute(hers.values(state=PairState.DENIED.value))


def poll(session: Session, pair_id: str, verifier: str, origin: str, now: datetime) -> Polled:
    """What the browser that asked is answered. Who does not hold its verifier learns nothing of it.

    Raises ``DeviceRefused`` for another origin than the one that asked.
    """
    request = session.get(PairRequest, pair_id, with_for_update=True)
    if request is None or request.expires_at <= now or not _proves(verifier, request.challenge):
        return Polled(code="expired", why=EXPIRED)
    if request.origin != origin:
        raise DeviceRefused("other_origin", "Another extension began this pairing. Nothing was changed.")
    if request.polled_at and now - request.polled_at < TOO_SOON:
        return Polled(code="slow_down", why=TOO_FAST)
    request.polled_at = now
    if request.state == PairState.OPEN:
        return Polled(code="pending", why=PENDING)
    if request.state != PairState.APPROVED:
        return Polled(code="denied", why=DENIED)
    return _handed_over(session, request, now)


def _free_code(session: Session, challenge: str, now: datetime) -> Code:
    """A code that no open request shows; what is over is swept, and what this browser asked before."""
    session.execute(delete(PairRequest).where(col(PairRequest.expires_at) <= now))
    is_open = col(PairRequest.state) == PairState.OPEN.value
    session.execute(delete(PairRequest).where(is_open, col(PairRequest.challenge) == challenge))
    taken = set(session.scalars(select(col(PairRequest.code_name)).where(is_open)))
    if len(taken) >= MOST_OPEN:
        wait = int(GOOD_FOR.total_seconds())
        raise DeviceRefused("slow_down", "Too many browsers wait to be paired. Try later.", retry_after=wait)
    return next(code for code in iter(new_code, None) if code.name not in taken)


def _handed_over(session: Session, request: PairRequest, now: datetime) -> Polled:
    device = session.get_one(Device, request.device_id, with_for_update=True)
    if device.revoked_at is not None:
        return Polled(code="denied", why=DENIED)
    if device.last_used_at is not None:
        return Polled(code="expired", why=EXPIRED)
    return Polled(device, rotation.begin(session, device.id or 0, now))


def _of_name(session: Session, code: Code, now: datetime) -> list[PairRequest]:
    named = select(PairRequest).where(
        col(PairRequest.code_name) == code.name,
        col(PairRequest.expires_at) > now,
        col(PairRequest.state).in_([PairState.OPEN.value, PairState.APPROVED.value]),
    )
    return list(session.scalars(named.order_by(col(PairRequest.id)).with_for_update()))


def _proves(verifier: str, challenge: str) -> bool:
    made = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def _note(
    session: Session, kind: str, subject: str, request: PairRequest, who: Who, now: datetime, about: str
) -> None:
    body = {"person": who.name, "about": about, "browser": request.browser, "origin": request.origin}
    audit.record(session, kind, subject, body, now)
