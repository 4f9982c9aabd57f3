"""What opens a mailbox: a password, or a provider's sign-in whose access is renewed before it ends."""

from __future__ import annotations

from datetime import datetime

from service.db import Database
from service.errors import SettingsError, SignInNeeded
from service.models import AccountKind, SourceAccount
from service.net.client import Client
from service.secrets import Vault
from service.sentences import say
from service.settings import Settings
from service.sources import oauth
from service.sources.accounts import seal, unseal
from service.sources.mailbox import Credentials, Mailbox


class SignIn:
    """Opens what was sealed for an account, and keeps what a provider gives anew."""

    def __init__(self, settings: Settings, database: Database, vault: Vault, client: Client) -> None:
        self._settings = settings
        self._database = database
        self._vault = vault
        self._client = client

    def credentials(self, account: SourceAccount, now: datetime, *, renew: bool = False) -> Credentials:
        """Who opens ``account``. Raises ``MailboxFailed``, ``WrongSecret``.

        ``renew`` asks a provider for a new token, though the old one should be good still.
        """
        box, secret = Mailbox.from_json(account.settings), unseal(self._vault, account)
        if box.oauth is None:
            return Credentials(box.user, password=secret.get("password", ""))
        if "refresh" not in secret:
            raise SignInNeeded(say("Nobody has signed in to this mailbox yet."))
        tokens = oauth.Tokens.from_json(secret)
        if renew or not tokens.good(now):
            tokens = oauth.refreshed(self._app(box.oauth), self._client, tokens.refresh, now)
            self.keep(account, tokens)
        return Credentials(box.user, token=tokens.access)

    def keep(self, account: SourceAccount, tokens: oauth.Tokens) -> None:
        """Store what the provider gave; it may have replaced the lasting token too."""
        sealed = seal(self._vault, AccountKind(account.kind), account.external_id, dict(tokens.as_json()))
        with self._database.transaction() as session:
            row = session.get(SourceAccount, account.id)
            if row is not None:
                row.secret_enc = sealed

    def _app(self, provider: str) -> oauth.App:
        try:
            return oauth.app_for(self._settings, provider)
        except SettingsError as error:
            raise SignInNeeded(str(error)) from None
