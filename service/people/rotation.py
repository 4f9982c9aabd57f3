"""Tokens of a paired browser: one that opens for a quarter of an hour, and one that gets the next of those.

Using a refresh token hands out its successor, and it goes on working until the successor is first used: an
answer that was lost on the way is asked for again. From then on it is spent, and so is any other successor.
Whoever brings a spent one has a copy of what somebody else uses, so the browser is ended: nobody can tell
which of the two is the thief.

Each refresh token begins with the secret name of its family. One that was spent is not stored any more, and
is still known by that name; so a family has no more rows than the token used last, its successors, and what
they opened within the quarter of an hour.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlmodel import Session, col

from service.models import Device, DeviceToken, TokenKind
from service.people import tokens

ACCESS_FOR = timedelta(minutes=15)
REFRESH_FOR = timedelta(days=90)
KEPT = timedelta(days=7)  # after its end
FAMILY_BYTES = 16
MOST_SUCCESSORS = 8  # of one token; the oldest make room
SHORTEST, LONGEST = 20, tokens.LONGEST  # characters of any token


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the browser is handed; here only their hashes stay."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """What came of a refresh token: whose it was, and the next pair; no pair where it was a spent one."""

    device: Device
    tokens: Tokens | None


def begin(session: Session, device_id: int, now: datetime) -> Tokens:
    """The first pair of a browser, in the caller's transaction. What it was handed before opens no more."""
    session.execute(delete(DeviceToken).where(col(DeviceToken.device_id) == device_id))
    session.execute(delete(DeviceToken).where(col(DeviceToken.expires_at) < now - KEPT))
    return _issue(session, device_id, secrets.token_urlsafe(FAMILY_BYTES), now)


def renew(session: Session, refresh: str, now: datetime) -> Renewed | None:
    """Use a refresh token; None where it is nobody's, too old, or its browser was ended."""
    family = refresh.partition(".")[0]
    device = _device_of(session, family)
    if device is None or device.revoked_at is not None:
        return None
    used = session.get(DeviceToken, tokens.kept(refresh))
    if used is None or used.kind != TokenKind.REFRESH:
        return Renewed(device, None)
    if used.expires_at <= now:
        return None
    if used.first_used_at is None:
        _spend_others(session, used, now)
    return Renewed(device, _issue(session, used.device_id, family, now))


def opened_by(session: Session, access: str, now: datetime) -> int | None:
    """The browser that an access token opens for; None where it opens nothing."""
    row = session.get(DeviceToken, tokens.kept(access)) if access else None
    if row is None or row.kind != TokenKind.ACCESS or row.expires_at <= now:
        return None
    return row.device_id


def _device_of(session: Session, family: str) -> Device | None:
    """The browser of a family, held until the transaction ends: of two that come at once, one is second."""
    known = select(col(DeviceToken.device_id)).where(col(DeviceToken.family_sha256) == tokens.kept(family))
    number = session.execute(known.limit(1)).scalar_one_or_none()
    return session.get(Device, number, with_for_update=True, populate_existing=True) if number else None


def _spend_others(session: Session, used: DeviceToken, now: datetime) -> None:
    used.first_used_at = now
    others = (col(DeviceToken.kind) == TokenKind.REFRESH.value) | (col(DeviceToken.expires_at) <= now)
    session.execute(
        delete(DeviceToken).where(
            col(DeviceToken.device_id) == used.device_id,
            others,
            col(DeviceToken.token_sha256) != used.token_sha256,
        )
    )


def _issue(session: Session, device_id: int, family: str, now: datetime) -> Tokens:
    made = Tokens(tokens.new_token(), f"{family}.{tokens.new_token()}")
    _make_room(session, device_id)
    for kind, token, good_for in (
        (TokenKind.ACCESS, made.access, ACCESS_FOR),
        (TokenKind.REFRESH, made.refresh, REFRESH_FOR),
    ):
        row = DeviceToken(
            token_sha256=tokens.kept(token),
            device_id=device_id,
            family_sha256=tokens.kept(family),
            kind=kind.value,
            made_at=now,
            expires_at=now + good_for,
        )
        session.add(row)
    session.flush()
    return made


def _make_room(session: Session, device_id: int) -> None:
    """Asking again and again for what was lost fills no disk."""
    for kind in TokenKind:
        unused = select(col(DeviceToken.token_sha256)).where(
            col(DeviceToken.device_id) == device_id,
            col(DeviceToken.kind) == kind.value,
            col(DeviceToken.first_used_at).is_(None),
        )
        newest_first = unused.order_by(col(DeviceToken.made_at).desc(), col(DeviceToken.expires_at).desc())
        old = session.scalars(newest_first.offset(MOST_SUCCESSORS - 1)).all()
        if old:
            session.execute(delete(DeviceToken).where(col(DeviceToken.token_sha256).in_(old)))
