"""Mailboxes and hooks as their owner has them: tried, added, listed, removed; and each branch's address."""

from __future__ import annotations

import secrets
import ssl
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from service.errors import SettingsError
from service.models import AccountKind, AccountState, Branch, Inbound, InboundState, SourceAccount
from service.net.guard import Guard
from service.secrets import Vault
from service.sentences import say
from service.sources import accounts, inbound, mailbox
from service.sources.collect import found
from service.sources.mailbox import AUTHSERV_IDS, Credentials, Cursor, Mailbox, Wanted

MAIL_KINDS = (AccountKind.IMAP.value, AccountKind.HOOK.value)
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"  # nothing a mail server or a person could confuse
TOKEN_LENGTH = 10
FOR_A_PERSON = (InboundState.CONFIRM, InboundState.UNKNOWN, InboundState.WHICH_LISTING)
NOBODY_YET = say("Nobody has signed in to this mailbox yet.")


@dataclass(frozen=True, slots=True)
class Tried:
    """What a first look into a mailbox found: mails in the folder, and how many of them would be fetched."""

    mails: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Told:
    """One mailbox or hook, and how many of its mails stand where."""

    account: SourceAccount
    counts: dict[str, int]

    def number(self, *states: InboundState) -> int:
        """How many of its mails are in any of ``states``."""
        return sum(self.counts.get(state.value, 0) for state in states)


def attempt(
    box: Mailbox,
    credentials: Credentials,
    guard: Guard,
    wanted: Wanted,
    now: datetime,
    tls: ssl.SSLContext | None = None,
) -> Tried:
    """Sign in, open the folder, count what would be fetched, fetch nothing. Raises ``MailboxFailed``."""
    from service.sources.imap import Conversation

    with Conversation(box, credentials, guard, tls) as conversation:
        folder = conversation.examine(box.folder)
        cursor = mailbox.begin(Cursor(), folder.uidvalidity, wanted)
        return Tried(folder.mails, len(found(conversation, cursor, wanted, now)))


def add(
    session: Session,
    vault: Vault,
    box: Mailbox,
    password: str | None,
    now: datetime,
    authserv_id: str | None = None,
) -> SourceAccount:
    """The mailbox, read from now on; without a password it waits for a sign-in at its provider."""
    name, kind = box.external_id, AccountKind.IMAP
    account = accounts.add(
        session,
        kind,
        name,
        f"{box.user} ({box.folder})",
        now,
        settings=box.as_json(),
        authserv_id=authserv_id or AUTHSERV_IDS.get(box.host),
    )
    if password is not None:
        account.secret_enc = accounts.seal(vault, kind, name, {"password": password})
        signed_in(account, now)
    elif account.secret_enc is None:
        account.state, account.last_error = AccountState.SIGN_IN.value, NOBODY_YET
    session.flush()
    return account


def signed_in(account: SourceAccount, now: datetime) -> None:
    """Somebody opened it anew: it is read at once."""
    account.state, account.failures, account.last_error = AccountState.NEW.value, 0, None
    account.next_try_at = now


def listed(session: Session) -> list[Told]:
    """Every mailbox and hook, in the order they were added."""
    found = session.scalars(
        select(SourceAccount).where(col(SourceAccount.kind).in_(MAIL_KINDS)).order_by(col(SourceAccount.id))
    )
    return [Told(account, inbound.counts(session, account.id)) for account in found]


def remove(session: Session, account_id: int) -> str | None:
    """Forget a mailbox or a hook with what opens it; its mails stay. Answers its title, None for no such."""
    account = session.get(SourceAccount, account_id)
    if account is None or account.kind not in MAIL_KINDS:
        return None
    session.execute(update(Inbound).where(col(Inbound.account_id) == account_id).values(account_id=None))
    session.execute(delete(SourceAccount).where(col(SourceAccount.id) == account_id))
    return account.title


def address_of(session: Session, branch: Branch, mail_in: str | None) -> str:
    """The branch's own address, ``in+<token>@hear.example.com``; its token is made at the first asking.

    Raises ``SettingsError`` where SHOPBELL_MAIL_IN names no address to extend.
    """
    if mail_in is None:
        raise SettingsError(
            "SHOPBELL_MAIL_IN: set it to the address that mails come in at, such as in@hear.example.com; "
            "a branch's own address extends it."
        )
    if branch.mail_token is None:
        branch.mail_token = "".join(secrets.choice(BASE32) for _ in range(TOKEN_LENGTH))
        session.add(branch)
    local, _, domain = mail_in.partition("@")
    return f"{local}+{branch.mail_token}@{domain}"
