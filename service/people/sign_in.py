"""Signing in: by a link that works once, or by a password. Unknown addresses get the same answer, as late.

A link acts when its button is pressed, never when it is opened: scanners of mail follow every link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from service.db import Database
from service.errors import SignInRefused
from service.models import LoginLink, Person
from service.people import accounts, codes, passwords, tokens
from service.people.tries import Tries
from service.secrets import Vault
from service.sentences import say

MAILED_FOR = timedelta(minutes=30)
PRINTED_FOR = timedelta(hours=1)
INVITED_FOR = timedelta(days=7)
KEPT = timedelta(days=30)  # after its end

WRONG = say(
    "That address and that password do not belong together here. Look at both again, or "
    "have a link mailed instead."
)
SPENT = say("This link no longer opens: it works once, and not for long. Ask for a new one.")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks: the folded mail address that was typed, and where the request came from."""

    email: str
    came_from: str


class Doorkeeper:
    """Counts tries, by the address they come from and by the account they are for.

    From one place 60 passwords and 20 links a quarter of an hour: a shop's people share one address. For one
    account 10 and 3: whoever spoils those for somebody leaves her the other way in. A code is short, so there
    are 5 tries for one account, and none before its password or link was right.
    """

    def __init__(self, database: Database) -> None:
        quarter = timedelta(minutes=15)
        self._database = database
        self._passwords_from, self._passwords_for = Tries(60, quarter), Tries(10, quarter)
        self._links_from, self._links_for = Tries(20, quarter), Tries(3, quarter)
        self._links_at_all = Tries(200, quarter)  # letters that wait to go out
        self._passkeys_from, self._codes_from, self._codes_for = (
            Tries(most, quarter) for most in (60, 60, 5)
        )

    def by_password(self, asked: Asked, password: str, now: datetime) -> int:
        """The id of the person. Raises ``SignInRefused``. No transaction is open while the hash is made."""
        _wait(self._passwords_from.take(asked.came_from, now))
        _wait(self._passwords_for.take(asked.email, now))
        with self._database.reading() as session:
            person = accounts.with_address(session, asked.email)
        if not passwords.fits(person.password_hash if person else None, password) or person is None:
            raise SignInRefused(WRONG, "a wrong password, or nobody of that address")
        self._passwords_for.forget(asked.email)
        return person.id or 0

    def by_code(self, vault: Vault, came_from: str, person_id: int, typed: str, now: datetime) -> str:
        """Take the code of a person who has proved herself already; answers what it was.

        Raises ``SignInRefused``.
        """
        _wait(self._codes_from.take(came_from, now))
        _wait(self._codes_for.take(str(person_id), now))
        with self._database.transaction() as session:
            taken = codes.take(session, vault, person_id, typed, now)
        self._codes_for.forget(str(person_id))
        return taken

    def note_passkey(self, came_from: str, now: datetime) -> None:
        """Somebody shows a passkey. Raises ``SignInRefused`` for one place that does it too often."""
        _wait(self._passkeys_from.take(came_from, now))

    def note_asking(self, asked: Asked, now: datetime) -> None:
        """Somebody asks for a link. Raises ``SignInRefused`` for one place that asks too often."""
        _wait(self._links_from.take(asked.came_from, now))
        _wait(self._links_at_all.take("", now))

    def may_mail(self, asked: Asked, now: datetime) -> Person | None:
        """To whom a link shall go; None for nobody, of which whoever asked learns nothing."""
        if self._links_for.take(asked.email, now) is not None:
            return None
        with self._database.reading() as session:
            return accounts.with_address(session, asked.email)


def make_link(session: Session, person_id: int, good_for: timedelta, now: datetime) -> str:
    """The token of a fresh link for that person."""
    session.execute(delete(LoginLink).where(col(LoginLink.expires_at) < now - KEPT))
    token = tokens.new_token()
    session.add(
        LoginLink(
            token_sha256=tokens.kept(token), person_id=person_id, made_at=now, expires_at=now + good_for
        )
    )
    session.flush()
    return token


def whose_link(session: Session, token: str, now: datetime) -> Person | None:
    """Whom a link would sign in; None where it no longer would. Changes nothing."""
    person: Person | None = session.execute(
        select(Person)
        .join(LoginLink, col(LoginLink.person_id) == col(Person.id))
        .where(
            col(LoginLink.token_sha256) == tokens.kept(token),
            col(LoginLink.used_at).is_(None),
            col(LoginLink.expires_at) > now,
            col(Person.disabled_at).is_(None),
        )
    ).scalar_one_or_none()
    return person


def spend(session: Session, token: str, now: datetime) -> int:
    """The id of the person it signs in, this once. Raises ``SignInRefused``.

    Of two presses at the same moment one finds the link unspent.
    """
    person = whose_link(session, token, now)
    unspent = col(LoginLink.used_at).is_(None) & (col(LoginLink.token_sha256) == tokens.kept(token))
    spent: int = session.execute(update(LoginLink).where(unspent).values(used_at=now)).rowcount  # type: ignore[attr-defined]
    if person is None or not spent:
        raise SignInRefused(SPENT, "a link that is spent, too old or nobody's")
    return person.id or 0


def _wait(left: timedelta | None) -> None:
    if left is not None:
        minutes = ceil(left / timedelta(minutes=1))
        told = "a minute" if minutes == 1 else f"{minutes} minutes"
        raise SignInRefused(
            say("There were too many tries. Wait %(told)s, then try again.", told=told), "too many tries"
        )
