"""Signing at the desk: whose name, as what, and the passphrase that is typed each time and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from flask import Flask, current_app, request

from service.approval.signers import Signer, own_key, signer
from service.domain import Role
from service.errors import ApprovalRefused
from service.people.tries import Tries
from service.replies.approved import APPROVER, LEGAL
from service.web import words
from service.web.desk import now, rows
from service.web.me import is_open_house, me, signed_in
from service.web.phrases import gettext

EXTENSION = "shopbell.passphrases"
MOST_TRIES, WITHIN = 5, timedelta(minutes=15)
LONGEST_PASSPHRASE = 1000  # characters
ONE_AT_A_TIME = Lock()  # opening a key takes 16 MiB, on purpose


class NotOpened(ApprovalRefused):
    """The key was not opened, so nothing was signed; says why.

    ``status`` is that of the answer. ``is_first`` asks to type a new key's passphrase twice.
    """

    def __init__(self, why: str, status: int, *, is_first: bool = False) -> None:
        super().__init__(why)
        self.status, self.is_first = status, is_first


def install(app: Flask) -> None:
    """Count the tries of ``app``, and let templates ask as whom one may sign."""
    app.extensions[EXTENSION] = Tries(MOST_TRIES, WITHIN)
    app.jinja_env.globals.update(signing_roles=roles)


def roles() -> tuple[str, ...]:
    """As what whoever looks may sign."""
    if is_open_house():
        return (APPROVER, LEGAL)
    held = {grant.role for grant in me().grants}
    return tuple(role for role, its in ((APPROVER, Role.APPROVER), (LEGAL, Role.LEGAL)) if its in held)


def person() -> str:
    """Who signs: whoever is signed in; where there are no accounts, the name that was typed."""
    return me().name if signed_in() else " ".join(request.form.get("person", "").split())


def opened_signer(*, of_any_role: bool = False) -> Signer:
    """The key of whoever signs, opened by the passphrase in the form. Raises ``NotOpened``.

    Slow, on purpose: no transaction may be open. The first time, the key is made. ``of_any_role`` takes
    whichever key she has: withholding words needs no role.
    """
    who, typed = person(), request.form.get("passphrase", "")
    kept = own_key(rows(), who) if of_any_role else None
    role = kept.role if kept else _role()
    if not who or not typed:
        raise NotOpened(gettext("Give your name and your passphrase. Nothing was signed."), 400)
    if len(typed) > LONGEST_PASSPHRASE:
        raise NotOpened(gettext("That is longer than any passphrase. Nothing was signed."), 400)
    if own_key(rows(), who, role) is None:
        _require_twice(who, typed)
    tries: Tries = current_app.extensions[EXTENSION]
    if wait := tries.take(who.casefold(), now()):
        raise NotOpened(
            gettext(
                "Too many wrong passphrases for %(person)s: try again in %(span)s. Nothing was signed.",
                person=who,
                span=words.span(wait),
            ),
            429,
        )
    try:
        with ONE_AT_A_TIME:
            found = signer(rows(), who, role, typed, now())
    except ApprovalRefused as refused:
        raise NotOpened(gettext("%(why)s Nothing was signed.", why=refused), 403) from None
    tries.forget(who.casefold())
    return found


def _role() -> str:
    """The role in the form where she has it, else the first she has."""
    asked, own = request.form.get("role", ""), roles()
    if not own:
        raise NotOpened(gettext("Your account signs nothing. Nothing was signed."), 403)
    return asked if asked in own else own[0]


def _require_twice(who: str, typed: str) -> None:
    again = request.form.get("passphrase_again", "")
    if not again:
        raise NotOpened(
            gettext(
                "%(person)s has no key for that here yet. To make one, type the passphrase twice: it seals "
                "your key, it is kept nowhere, and nobody can replace it. Nothing was signed.",
                person=who,
            ),
            409,
            is_first=True,
        )
    if again != typed:
        raise NotOpened(
            gettext("The two passphrases are not the same. Nothing was signed."), 400, is_first=True
        )
