"""Signing in at a provider: PKCE, a token renewed in time, and the truth where it ended."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from service.db import Database
from service.errors import MailboxFailed, SettingsError, SignInNeeded
from service.models import SourceAccount
from service.net.client import Client
from service.settings import read_settings
from service.sources import accounts, mailboxes, oauth
from service.sources.mailbox import Mailbox
from service.sources.sign_in import SignIn
from tests.builders import NOW
from tests.loopback import Asked, Loopback, answer
from tests.mailboxes import SECRET, VAULT, guard

SETTINGS = {"SHOPBELL_GOOGLE_CLIENT": "our-id:our-secret", "SHOPBELL_MICROSOFT_CLIENT": "public-id"}


class Tokens:
    """A token endpoint that answers what a test wants, and keeps what it was asked."""

    def __init__(self) -> None:
        self.said: dict[str, object] = {"access_token": "A2", "refresh_token": "R2", "expires_in": 3600}
        self.status = "200 OK"
        self.asked: list[dict[str, str]] = []

    def __call__(self, asked: Asked) -> bytes:
        self.asked.append({name: value[0] for name, value in parse_qs(asked.body.decode()).items()})
        return answer(orjson.dumps(self.said), self.status, content_type="application/json")


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def app(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> Iterator[oauth.App]:
    with Loopback(tokens) as server:
        google = replace(oauth.PROVIDERS["google"], token=f"{server.url}/token")
        monkeypatch.setitem(oauth.PROVIDERS, "google", google)
        yield oauth.app_for(read_settings(SETTINGS), "google")


@pytest.fixture
def client() -> Iterator[Client]:
    opened = Client(guard(), "Shopbell/test")
    yield opened
    opened.close()


def test_a_person_is_sent_with_a_challenge_that_only_we_can_answer() -> None:
    app = oauth.app_for(read_settings(SETTINGS), "google")
    proof = oauth.verifier(SECRET, "nonce")
    address = oauth.authorise_url(app, "http://127.0.0.1:8080/back", "state", proof, "ann@shop.example")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    challenge = base64.urlsafe_b64encode(sha256(proof.encode()).digest()).rstrip(b"=").decode()
    assert address.startswith("https://accounts.google.com/")
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
    assert asked["scope"] == "https://mail.google.com/"
    assert (asked["access_type"], asked["login_hint"]) == ("offline", "ann@shop.example")
    assert "our-secret" not in address
    assert proof not in address
    assert 43 <= len(proof) <= 128
    assert proof != oauth.verifier(SECRET, "other")


def test_microsoft_is_asked_for_its_own_scope_and_a_public_client_has_no_secret() -> None:
    app = oauth.app_for(read_settings(SETTINGS), "microsoft")
    assert (app.id, app.secret) == ("public-id", "")
    assert app.provider.scope == "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"


def test_a_code_is_traded_with_its_proof(app: oauth.App, tokens: Tokens, client: Client) -> None:
    got = oauth.exchange(app, client, "c0de", "http://127.0.0.1/back", "proof", NOW)
    assert (got.refresh, got.access, got.until) == ("R2", "A2", NOW + timedelta(hours=1))
    assert tokens.asked == [
        {
            "grant_type": "authorization_code",
            "code": "c0de",
            "redirect_uri": "http://127.0.0.1/back",
            "code_verifier": "proof",
            "client_id": "our-id",
            "client_secret": "our-secret",
        }
    ]


def test_a_provider_that_keeps_its_lasting_token_keeps_ours(
    app: oauth.App, tokens: Tokens, client: Client
) -> None:
    tokens.said = {"access_token": "A3"}
    got = oauth.refreshed(app, client, "R1", NOW)
    assert (got.refresh, got.access) == ("R1", "A3")
    assert got.until - NOW <= timedelta(minutes=5)


@pytest.mark.parametrize(
    ("status", "said", "kind", "words"),
    [
        ("400 Bad", {"error": "invalid_grant"}, SignInNeeded, "sign in again"),
        ("401 No", {"error": "invalid_client"}, SignInNeeded, "SHOPBELL_GOOGLE_CLIENT"),
        ("503 Oops", {}, MailboxFailed, "no access just now"),
        ("200 OK", {"access_token": 5}, MailboxFailed, "no lasting access"),
        ("200 OK", [], MailboxFailed, "no lasting access"),
    ],
)
def test_what_a_provider_refuses_is_told_as_what_it_is(
    status: str,
    said: object,
    kind: type[MailboxFailed],
    words: str,
    app: oauth.App,
    tokens: Tokens,
    client: Client,
) -> None:
    tokens.status, tokens.said = status, said  # type: ignore[assignment]
    with pytest.raises(MailboxFailed) as failed:
        oauth.exchange(app, client, "c0de", "http://127.0.0.1/back", "proof", NOW)
    assert type(failed.value) is kind
    assert words in str(failed.value)
    assert "our-secret" not in str(failed.value)


def test_without_a_client_of_ours_nobody_is_sent_anywhere() -> None:
    with pytest.raises(SettingsError, match="SHOPBELL_GOOGLE_CLIENT"):
        oauth.app_for(read_settings({}), "google")


def signed_in(database: Database, tokens: oauth.Tokens | None) -> SourceAccount:
    with database.transaction() as session:
        box = Mailbox("imap.gmail.com", 993, "ann@shop.example", oauth="google")
        account = mailboxes.add(session, VAULT, box, None, NOW)
        if tokens:
            secret = dict(tokens.as_json())
            account.secret_enc = accounts.seal(VAULT, accounts.AccountKind.IMAP, account.external_id, secret)
    return account


def test_a_token_is_renewed_before_it_ends_and_kept(
    app: oauth.App, tokens: Tokens, client: Client, sqlite_database: Database
) -> None:
    account = signed_in(sqlite_database, oauth.Tokens("R1", "A1", NOW + timedelta(minutes=10)))
    sign_in = SignIn(read_settings(SETTINGS), sqlite_database, VAULT, client)
    assert sign_in.credentials(account, NOW).token == "A1"
    assert tokens.asked == []
    later = NOW + timedelta(minutes=9)
    assert sign_in.credentials(account, later).token == "A2"
    with sqlite_database.reading() as session:
        kept = session.get_one(SourceAccount, account.id)
        assert accounts.unseal(VAULT, kept)["refresh"] == "R2"
        assert kept.secret_enc is not None
        assert b"R2" not in kept.secret_enc
    assert sign_in.credentials(kept, later).token == "A2"
    assert len(tokens.asked) == 1


def test_a_mailbox_nobody_signed_in_to_says_so(client: Client, sqlite_database: Database) -> None:
    account = signed_in(sqlite_database, None)
    assert (account.state, account.next_try_at) == ("sign_in", None)
    with pytest.raises(SignInNeeded, match="Nobody has signed in"):
        SignIn(read_settings(SETTINGS), sqlite_database, VAULT, client).credentials(account, NOW)
