"""Signing in to a mailbox at its provider: authorization code with PKCE (RFC 6749, RFC 7636), and refreshing.

Whoever runs Shopbell registers it with the provider and names its client in the settings; we never see the
mailbox's password. Sources, read in November 2026: developers.google.com/identity/protocols/oauth2/native-app
and developers.google.com/workspace/gmail/imap/xoauth2-protocol; learn.microsoft.com (identity platform,
"Authenticate an IMAP, POP or SMTP connection using OAuth", with the scopes as used here).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson

from service.errors import MailboxFailed, Refused, SettingsError, SignInNeeded, Unreachable
from service.net.answer import Response
from service.net.client import Client
from service.secrets import derive
from service.sentences import say
from service.settings import Settings

EARLY = timedelta(minutes=2)  # a token is renewed this long before it ends
SHORTEST = timedelta(minutes=5)  # where a provider does not say how long one is good
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
OURS_TO_MEND = {"invalid_client", "unauthorized_client", "invalid_scope", "redirect_uri_mismatch"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider of mailboxes: its name for people, its addresses, and what we ask it for."""

    name: str
    authorise: str
    token: str
    scope: str
    variable: str
    more: Mapping[str, str] = field(default_factory=dict)


PROVIDERS = {
    "google": Provider(
        "Google",
        "https://accounts.google.com/o/oauth2/v2/auth",
        "https://oauth2.googleapis.com/token",
        "https://mail.google.com/",
        "SHOPBELL_GOOGLE_CLIENT",
        {"access_type": "offline", "prompt": "consent"},  # else a second sign-in brings no refresh token
    ),
    "microsoft": Provider(
        "Microsoft",
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com/common/oauth2/v2.0/token",
        "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
        "SHOPBELL_MICROSOFT_CLIENT",
    ),
}


@dataclass(frozen=True, slots=True)
class App:
    """Our registration with a provider; a public client has no secret."""

    provider: Provider
    id: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave: ``refresh`` lasts, ``access`` opens the mailbox until ``until``."""

    refresh: str
    access: str
    until: datetime

    def good(self, now: datetime) -> bool:
        """Whether ``access`` still opens."""
        return now < self.until - EARLY

    def as_json(self) -> dict[str, str]:
        """For the account's encrypted secret."""
        return {"refresh": self.refresh, "access": self.access, "until": self.until.isoformat()}

    @classmethod
    def from_json(cls, shape: Mapping[str, str]) -> Tokens:
        """What ``as_json`` wrote."""
        return cls(shape["refresh"], shape["access"], datetime.fromisoformat(shape["until"]))


def app_for(settings: Settings, provider: str) -> App:
    """Our client at ``provider``. Raises ``SettingsError`` where none is set."""
    known = PROVIDERS.get(provider)
    if known is None:
        raise SettingsError(f"Signing in is known for {' and '.join(PROVIDERS)} only. Nothing was stored.")
    value = {"google": settings.google_client, "microsoft": settings.microsoft_client}[provider]
    if value is None:
        raise SettingsError(
            f"{known.variable}: register Shopbell with {known.name} and set it to id:secret; "
            "see docs/settings.md."
        )
    name, _, secret = value.get_secret_value().partition(":")
    return App(known, name, secret)


def verifier(secret: bytes, nonce: str) -> str:
    """The proof of RFC 7636 that belongs to one sign-in: made again when it comes back, stored nowhere."""
    return _text(derive(secret, f"sign-in {nonce}"))


def authorise_url(app: App, redirect: str, state: str, proof: str, user: str) -> str:
    """Where a person agrees that we may read her mailbox."""
    asked = {
        "client_id": app.id,
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": app.provider.scope,
        "state": state,
        "code_challenge": _text(sha256(proof.encode()).digest()),
        "code_challenge_method": "S256",
        "login_hint": user,
    }
    return f"{app.provider.authorise}?{urlencode({**asked, **app.provider.more})}"


def exchange(app: App, client: Client, code: str, redirect: str, proof: str, now: datetime) -> Tokens:
    """Tokens for the code that came back. Raises ``MailboxFailed``; ``SignInNeeded`` for an old code."""
    asked = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": proof,
    }
    return _tokens(app, _ask(app, client, asked, now), "", now)


def refreshed(app: App, client: Client, refresh: str, now: datetime) -> Tokens:
    """A new access token, with the refresh token to keep from now on. Raises as ``exchange``."""
    asked = {"grant_type": "refresh_token", "refresh_token": refresh, "scope": app.provider.scope}
    return _tokens(app, _ask(app, client, asked, now), refresh, now)


def _ask(app: App, client: Client, asked: dict[str, str], now: datetime) -> dict[str, Any]:
    asked |= {"client_id": app.id} | ({"client_secret": app.secret} if app.secret else {})
    name = app.provider.name
    try:
        answer = client.send(app.provider.token, urlencode(asked).encode(), now=now, headers=FORM)
    except (Refused, Unreachable) as error:
        raise MailboxFailed(
            say("%(name)s cannot be reached: %(evidence)s.", name=name, evidence=error.evidence[0])
        ) from None
    said = _object(answer)
    if answer.status == 200:
        return said
    if said.get("error") == "invalid_grant":
        raise SignInNeeded(say("%(name)s no longer accepts this sign-in: sign in again.", name=name))
    if said.get("error") in OURS_TO_MEND:
        raise SignInNeeded(
            say(
                "%(name)s does not accept our client: check %(variable)s, then sign in again.",
                name=name,
                variable=app.provider.variable,
            )
        )
    raise MailboxFailed(
        say("%(name)s gave no access just now (%(status)s).", name=name, status=answer.status)
    )


def _tokens(app: App, said: dict[str, Any], refresh: str, now: datetime) -> Tokens:
    access, kept, seconds = (
        said.get("access_token"),
        said.get("refresh_token") or refresh,
        said.get("expires_in"),
    )
    if not isinstance(access, str) or not isinstance(kept, str) or not kept:
        raise MailboxFailed(say("%(name)s gave no lasting access.", name=app.provider.name))
    good_for = timedelta(seconds=min(seconds, 86_400)) if isinstance(seconds, int) else SHORTEST
    return Tokens(kept, access, now + good_for)


def _object(answer: Response) -> dict[str, Any]:
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
