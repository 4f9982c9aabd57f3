"""Signing in to a mailbox at its provider: from our page to Google or Microsoft, and back with a code.

The way back proves itself: a signed state names the mailbox and fits the cookie of the browser that went, and
only this installation can make the verifier that the code was asked with. We never see the password.
"""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from service.errors import MailboxFailed, SettingsError
from service.models import AccountKind, SourceAccount
from service.secrets import Vault
from service.sources import oauth
from service.sources.accounts import seal
from service.sources.mailbox import Mailbox
from service.sources.mailboxes import signed_in as open_anew
from service.web import outside
from service.web.desk import desk, now, rows
from service.web.forms import belongs_here, form_token
from service.web.phrases import gettext

screen = Blueprint("mailbox_sign_in", __name__)

GOOD_FOR = 3600  # seconds between leaving and coming back


@screen.get("/mailboxes/<int:number>/sign-in")
def form(number: int) -> Response:
    """Where the mailbox stands, and the way to its provider."""
    return _page(_account(number))


@screen.get("/mailboxes/signed-in")
def returned() -> Response:
    """Back from the provider: trade the code for what opens the mailbox, and keep that encrypted."""
    number, nonce = _state(request.args.get("state", ""))
    account = _account(number)
    code = request.args.get("code", "")
    if not code:
        return _page(account, gettext("The provider was told no, so nothing was changed."), 400)
    proof = oauth.verifier(desk().secret, nonce)
    try:
        app = _app(account)
        with outside.client() as client:
            tokens = oauth.exchange(app, client, code, _redirect(), proof, now())
    except (MailboxFailed, SettingsError) as failure:
        return _page(account, str(failure), 502)
    _keep(number, tokens)
    return redirect(url_for(".form", number=number), 303)  # type: ignore[return-value]


def _page(account: SourceAccount, problem: str | None = None, status: int = 200) -> Response:
    try:
        app = _app(account)
    except SettingsError as error:
        return make_response(
            render_template("mailbox_sign_in.html", account=account, app=None, problem=str(error)), 400
        )
    nonce = secrets.token_urlsafe(16)
    state = _serializer().dumps([account.id, nonce, form_token()])
    user, proof = Mailbox.from_json(account.settings).user, oauth.verifier(desk().secret, nonce)
    page = render_template(
        "mailbox_sign_in.html",
        account=account,
        app=app,
        problem=problem,
        way=oauth.authorise_url(app, _redirect(), state, proof, user),
        back=_redirect(),
    )
    return make_response(page, status)


def _account(number: int) -> SourceAccount:
    account = rows().get(SourceAccount, number)
    if account is None or account.kind != AccountKind.IMAP.value or not account.settings.get("oauth"):
        abort(404)
    return account


def _app(account: SourceAccount) -> oauth.App:
    return oauth.app_for(desk().settings, Mailbox.from_json(account.settings).oauth or "")


def _keep(number: int, tokens: oauth.Tokens) -> None:
    with desk().database.transaction() as session:
        account = session.get_one(SourceAccount, number)
        account.secret_enc = seal(
            Vault(desk().secret), AccountKind(account.kind), account.external_id, dict(tokens.as_json())
        )
        open_anew(account, now())


def _state(text: str) -> tuple[int, str]:
    try:
        number, nonce, token = _serializer().loads(text, max_age=GOOD_FOR)
    except (BadSignature, ValueError, TypeError):
        abort(
            403, gettext("This way back is stale or not ours. Nothing was changed: begin the sign-in again.")
        )
    if not belongs_here(token):
        abort(403, gettext("This sign-in was begun in another browser. Nothing was changed: begin it here."))
    return int(number), str(nonce)


def _redirect() -> str:
    return url_for(".returned", _external=True)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(desk().secret, salt="shopbell.sign-in")
