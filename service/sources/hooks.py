"""Mails that a provider posts to us: proven first, stored next, read later by others.

The address is secret (its token has 160 random bits, and only its hash is stored); where the provider signs,
the signature is checked too. What a provider says *about* a mail, outside the mail itself, is not used: proof
of origin is read in the mail's own Authentication-Results, where the receiver is known to write them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.db import Database
from service.errors import HookRefused
from service.models import AccountKind, AccountState, SourceAccount
from service.secrets import Vault
from service.sources import accounts, inbound
from service.sources.hook import Fetch, Posted, Provider, Taken, forged
from service.sources.hook_mailgun import MAILGUN, OLDEST
from service.sources.hook_postmark import POSTMARK
from service.sources.hook_sendgrid import SENDGRID
from service.sources.hook_ses import SES
from service.sources.inbound import Received
from service.sources.mailbox import LARGEST

PROVIDERS = {provider.name: provider for provider in (MAILGUN, POSTMARK, SENDGRID, SES)}
LARGEST_POST = 25_000_000  # bytes; of the mail in it, ``LARGEST`` are kept
MOST_ONCE = 2000  # proofs remembered at a time
PATH = "/hooks/mail"


@dataclass(frozen=True, slots=True)
class Opened:
    """A hook whose address was called: its account, and what proves a POST to be its provider's."""

    provider: Provider
    account: SourceAccount
    secret: dict[str, Any]


def add(
    session: Session,
    vault: Vault,
    provider: Provider,
    title: str,
    secret: dict[str, Any],
    now: datetime,
    once: str = "",
) -> str:
    """A new hook; answers the path to paste, which is shown this once. ``once`` names the form it came by."""
    token = secrets.token_urlsafe(20)
    name = _name(vault, token)
    accounts.add(
        session,
        AccountKind.HOOK,
        name,
        title,
        now,
        settings={"provider": provider.name} | ({"once": once} if once else {}),
        secret_enc=accounts.seal(vault, AccountKind.HOOK, name, secret),
        authserv_id=provider.authserv_id,
    )
    return f"{PATH}/{provider.name}/{token}{provider.suffix}"


def opened(session: Session, vault: Vault, provider: str, token: str) -> Opened | None:
    """The hook at an address; None where there is none, or it is stopped. Raises ``WrongSecret``."""
    account = accounts.named(session, AccountKind.HOOK, _name(vault, token))
    if account is None or account.settings.get("provider") != provider or provider not in PROVIDERS:
        return None
    if account.state == AccountState.PAUSED.value:
        return None
    return Opened(PROVIDERS[provider], account, accounts.unseal(vault, account))


def take(database: Database, hook: Opened, posted: Posted, now: datetime, fetch: Fetch) -> None:
    """Prove it, store its mail, and say on the account how that went. Raises ``HookRefused``."""
    try:
        taken = hook.provider.check(posted, hook.secret, now, fetch)
        mail = inbound.received(taken.raw, now, now, LARGEST) if taken.raw else None
        with database.transaction() as session:
            account = session.get_one(SourceAccount, hook.account.id, with_for_update=True)
            _spend(account, taken, mail, now)
            inbound.store(session, [mail] if mail else [], account.id or 0, now)
            accounts.heard(account, now, None)
    except HookRefused as refused:
        with database.transaction() as session:
            _count(session.get_one(SourceAccount, hook.account.id, with_for_update=True), refused, now)
        raise


def _spend(account: SourceAccount, taken: Taken, mail: Received | None, now: datetime) -> None:
    """Remember a proof that is good for one mail, for as long as it is good."""
    if taken.once is None or mail is None:
        return
    oldest = now.timestamp() - OLDEST
    seen = {name: spent for name, spent in account.cursor.get("once", {}).items() if spent[0] >= oldest}
    if seen.get(taken.once, [0, mail.key])[1] != mail.key:
        raise forged("A signature that was good for one mail came with another.")
    seen[taken.once] = [taken.once_at, mail.key]
    account.cursor = {"once": dict(list(seen.items())[-MOST_ONCE:])}


def _count(account: SourceAccount, refused: HookRefused, now: datetime) -> None:
    if refused.forged:
        number = int(account.settings.get("refused", 0)) + 1
        account.settings = account.settings | {"refused": number, "refused_at": now.isoformat()}
    else:
        account.state, account.failures = AccountState.FAILING.value, account.failures + 1
    account.last_error = str(refused)


def _name(vault: Vault, token: str) -> str:
    return vault.target_hash("mail hook", token).hex()
