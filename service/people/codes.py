"""One-time codes (RFC 6238) where no passkey is possible, and recovery codes for who has lost her phone.

The secret is shown once and kept encrypted, bound to its person. A code is good for its half minute and the
ones beside it, since clocks differ, and is taken once: none of the same half minute or before is taken again.
Recovery codes are long and random, kept as their hashes, and each is taken once.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session, col

from service.errors import AccountRefused, SignInRefused, WrongSecret
from service.models import Person, RecoveryCode
from service.people import accounts
from service.secrets import Vault
from service.sentences import say

ISSUER = "Shopbell"
EARLIER_OR_LATER = 1  # half minutes
RECOVERY_CODES, RECOVERY_BYTES = 10, 10  # 80 bits each: nobody guesses one
LONGEST = 40  # characters of anything that could be a code
WRONG = say("That code does not fit. Wait for the next one in your app, or use a recovery code.")
SEALED_ELSEWHERE = say(
    "Your codes cannot be checked: this installation's secret is another one now. Use a "
    "recovery code, or have whoever runs Shopbell take your second factor away: shopbell "
    "people reset"
)


def new_secret() -> str:
    """A fresh secret, as apps take it."""
    from pyotp import random_base32

    return random_base32()


def address(secret: str, email: str) -> str:
    """What the picture says: ``otpauth://…``."""
    from pyotp import TOTP

    return TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(told: str) -> str:
    """A QR code as an ``<svg>`` of its own colours, fit to stand in a page."""
    import segno

    return segno.make(told, error="m").svg_inline(scale=4, light="#fff", dark="#000")


def spaced(secret: str) -> str:
    """The secret as a person types it over, in fours."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def turn_on(
    session: Session, vault: Vault, person_id: int, secret: str, typed: str, now: datetime
) -> list[str]:
    """Codes from now on, once the first fits; answers her recovery codes, to be shown this once.

    Raises ``AccountRefused``: it does not fit, or she has codes already.
    """
    person = accounts.here(session, person_id)
    if person.totp_enc is not None:
        raise AccountRefused(say("You have codes already. Nothing was changed."))
    step = _step_of(secret, typed, now)
    if step is None:
        raise AccountRefused(
            say("That code does not fit. Look at your phone's clock, then type the next one.")
        )
    person.totp_enc, person.totp_step = vault.encrypt(secret, place=_place(person_id)), step
    accounts.noted(session, "codes_on", person, person.name, now)
    return _fresh_recovery(session, person_id, now)


def turn_off(session: Session, person_id: int, now: datetime) -> None:
    """No codes any more, and no recovery codes; twice is once."""
    person = accounts.here(session, person_id)
    if end_all(session, person):
        accounts.noted(session, "codes_off", person, person.name, now)


def renew_recovery(session: Session, person_id: int, now: datetime) -> list[str]:
    """Other recovery codes, to be shown this once; those before open no longer."""
    person = accounts.here(session, person_id)
    if person.totp_enc is None:
        raise AccountRefused(
            say("Recovery codes stand in for codes, and you have none. Nothing was changed.")
        )
    accounts.noted(session, "recovery_codes", person, person.name, now)
    return _fresh_recovery(session, person_id, now)


def take(session: Session, vault: Vault, person_id: int, typed: str, now: datetime) -> str:
    """Take what she typed, once; answers what it was. Raises ``SignInRefused``."""
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None or person.totp_enc is None:
        raise SignInRefused(WRONG, "codes of somebody who has none")
    if _spent_recovery(session, person_id, typed, now):
        return "a recovery code"
    step = _step_of(_opened(vault, person), typed, now)
    if step is None or not _is_later(session, person_id, step):
        raise SignInRefused(WRONG, "a wrong code, or one that was taken before")
    return "a code"


def left(session: Session, person_id: int) -> int:
    """How many recovery codes she could still use."""
    hers = select(func.count()).select_from(RecoveryCode).where(_unused(person_id))
    number: int = session.execute(hers).scalar_one()
    return number


def end_all(session: Session, person: Person) -> bool:
    """Take her codes away; answers whether she had them."""
    had = person.totp_enc is not None
    person.totp_enc = person.totp_step = None
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person.id))
    session.flush()
    return had


def _step_of(secret: str, typed: str, now: datetime) -> int | None:
    """Which half minute a code belongs to; None where it fits none that is near."""
    from pyotp import TOTP
    from pyotp.exceptions import OTPVerificationError

    plain = "".join(typed[:LONGEST].split())
    if not (plain.isascii() and plain.isdigit()):
        return None
    try:
        return TOTP(secret).verify_and_get_timecode(plain, for_time=now, valid_window=EARLIER_OR_LATER)
    except OTPVerificationError:
        return None


def _is_later(session: Session, person_id: int, step: int) -> bool:
    """Whether no code of that half minute or after was taken; of two at the same moment one is later."""
    later = or_(col(Person.totp_step).is_(None), col(Person.totp_step) < step)
    taking = update(Person).where(col(Person.id) == person_id, later).values(totp_step=step)
    taken: int = session.execute(taking).rowcount  # type: ignore[attr-defined]
    return taken == 1


def _opened(vault: Vault, person: Person) -> str:
    try:
        return vault.decrypt(person.totp_enc or b"", place=_place(person.id or 0))
    except WrongSecret:
        raise SignInRefused(SEALED_ELSEWHERE, "codes that were sealed under another secret") from None


def _fresh_recovery(session: Session, person_id: int, now: datetime) -> list[str]:
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    made = [_written(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(code_sha256=_kept(person_id, one), person_id=person_id, made_at=now) for one in made
    )
    session.flush()
    return made


def _spent_recovery(session: Session, person_id: int, typed: str, now: datetime) -> bool:
    hers = _unused(person_id) & (col(RecoveryCode.code_sha256) == _kept(person_id, typed))
    spent: int = session.execute(update(RecoveryCode).where(hers).values(used_at=now)).rowcount  # type: ignore[attr-defined]
    return spent == 1


def _unused(person_id: int) -> ColumnElement[bool]:
    return (col(RecoveryCode.person_id) == person_id) & col(RecoveryCode.used_at).is_(None)


def _written(raw: bytes) -> str:
    text = b32encode(raw).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _kept(person_id: int, typed: str) -> bytes:
    """What is stored of a recovery code: however it is typed, it is the same."""
    plain = "".join(one for one in typed[:LONGEST].casefold() if one.isalnum())
    return sha256(f"{person_id} {plain}".encode("utf-8", "surrogatepass")).digest()


def _place(person_id: int) -> str:
    return f"person:{person_id} codes"
