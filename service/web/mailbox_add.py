"""Mailboxes by screen: one added after it was tried, one let go, and a provider that posts to us.

What opens a mailbox is asked for once, kept encrypted, and never shown again. Where trying fails, nothing is
stored and the reason is told as it is.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for

from service import installation
from service.alerts.addresses import mail_address
from service.errors import MailboxFailed, SettingsError, UnusableChannel
from service.models import SourceAccount
from service.net.allow import AllowList
from service.net.guard import Guard
from service.secrets import Vault
from service.sites.mail.registry import sender_domains
from service.sources import hooks, mailboxes, oauth
from service.sources.hook import Provider
from service.sources.mailbox import BACK, HOSTS, PORTS, Credentials, Mailbox, Wanted, read_address
from service.sources.mailboxes import MAIL_KINDS, Tried
from service.web.desk import desk, now, rows
from service.web.phrases import gettext

screen = Blueprint("mailbox_add", __name__)

BY_WORD = "own"  # the choice that stands for a password, rather than a sign-in at a provider
LONGEST = 300
FIELDS = ("how", "user", "host", "port", "folder", "also_from", "authserv_id")

Problems = dict[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A mailbox as it was typed, and the name its server writes into Authentication-Results."""

    box: Mailbox
    authserv_id: str | None


@screen.get("/mailboxes/add")
def form() -> str:
    """The form; signing in at a provider is offered where Shopbell is registered there."""
    return _form({"how": BY_WORD, "folder": "INBOX", "port": str(PORTS["imaps"])}, {})


@screen.post("/mailboxes/add")
def add() -> Response:
    """Try it, and read it from now on; what failed comes back as it was typed, but for the password."""
    said = {field: request.form.get(field, "").strip()[:LONGEST] for field in FIELDS}
    asked, problems = _asked(said)
    password = request.form.get("password", "")
    if said["how"] == BY_WORD and not password:
        problems |= {
            "password": gettext("Give the mailbox's password; Google, Apple and Yahoo want an app password.")
        }
    if asked is None or problems:
        return make_response(_form(said, problems), 400)
    if asked.box.oauth:
        return redirect(url_for("mailbox_sign_in.form", number=_store(asked, None)), 303)  # type: ignore[return-value]
    try:
        tried = _try(asked.box, password)
    except MailboxFailed as failed:
        why = gettext("%(why)s Nothing was stored. Type the password again: it is not kept.", why=failed)
        return make_response(_form(said, {"user": why}), 400)
    _store(asked, password)
    told = {"done": "added", "mails": tried.mails, "wanted": tried.wanted}
    return redirect(url_for("mailboxes.mailboxes", **told), 303)  # type: ignore[arg-type, return-value]


@screen.get("/mailboxes/<int:number>/remove")
def ask_to_remove(number: int) -> str:
    """Ask once more."""
    return render_template("mailbox_remove.html", account=_account(number))


@screen.post("/mailboxes/<int:number>/remove")
def remove(number: int) -> Response:
    """Forget it with what opens it; its mails stay."""
    with desk().database.transaction() as session:
        if mailboxes.remove(session, number) is None:
            abort(404)
    return redirect(url_for("mailboxes.mailboxes", done="removed"), 303)  # type: ignore[return-value]


@screen.get("/mailboxes/hooks/add")
def hook_form() -> str:
    """The form for a provider that posts to us."""
    return _hook_form({}, {})


@screen.post("/mailboxes/hooks/add")
def add_hook() -> Response:
    """Make the hook and show its address, this once; the same form sent twice makes no second one."""
    said = {field: request.form.get(field, "").strip()[:LONGEST] for field in ("provider", "topic", "once")}
    key = request.form.get("secret_key", "").strip()[:2000]
    problems = _hook_problems(said, key)
    if problems:
        return make_response(_hook_form(said, problems), 400)
    known = hooks.PROVIDERS[said["provider"]]
    secret = {"topic": said["topic"]} if known.name == "ses" else {}
    path = _make_hook(known, secret | ({"key": key} if key else {}), said["once"])
    settings = desk().settings
    address = f"{settings.public_url}{path}" if path else None
    return make_response(
        render_template("hook_made.html", provider=known, address=address, reachable=settings.url is not None)
    )


def _asked(said: dict[str, str]) -> tuple[Asked | None, Problems]:
    """The mailbox that is meant; None where it cannot be told, with every reason."""
    problems: Problems = {}
    provider = said["how"] if said["how"] in HOSTS else None
    if not said["user"]:
        problems["user"] = gettext("Give the mailbox's own address or user name.")
    host = said["host"] or HOSTS.get(provider or "", "")
    if not host:
        problems["host"] = gettext("Give the mail server, such as imap.example.com.")
    forwarders = _forwarders(said["also_from"], problems)
    if provider and provider not in _providers():
        problems["how"] = gettext("Signing in there is not set up on this installation; use a password.")
    if problems:
        return None, problems
    scheme = "imap" if said["port"] == str(PORTS["imap"]) else "imaps"
    place = f"{host}:{said['port']}" if said["port"] else host
    folder = quote(said["folder"] or "INBOX", safe="")
    try:
        box = read_address(f"{scheme}://{quote(said['user'], safe='@')}@{place}/{folder}")
    except SettingsError as malformed:
        return None, {"host": str(malformed)}
    return Asked(replace(box, oauth=provider, also_from=forwarders), said["authserv_id"] or None), {}


def _forwarders(text: str, problems: Problems) -> tuple[str, ...]:
    try:
        return tuple(mail_address(part) for part in text.replace(",", " ").split())
    except UnusableChannel as refused:
        problems["also_from"] = str(refused)
        return ()


def _try(box: Mailbox, password: str) -> Tried:
    settings = desk().settings
    guard = Guard(AllowList.parse(settings.allow_hosts))
    wanted = Wanted.of(sender_domains(), box.also_from, settings.mail_in)
    return mailboxes.attempt(box, Credentials(box.user, password), guard, wanted, now())


def _store(asked: Asked, password: str | None) -> int:
    with desk().database.transaction() as session:
        installation.start_clean(session)
        vault = Vault(desk().secret)
        account = mailboxes.add(session, vault, asked.box, password, now(), asked.authserv_id)
        return account.id or 0


def _form(said: dict[str, str], problems: Problems) -> str:
    return render_template(
        "mailbox_add.html", said=said, problems=problems, providers=_providers(), days=BACK.days
    )


def _providers() -> dict[str, str]:
    """Where somebody can sign in, by name and title."""
    found = {}
    for name, provider in oauth.PROVIDERS.items():
        try:
            oauth.app_for(desk().settings, name)
        except SettingsError:
            continue
        found[name] = provider.name
    return found


def _hook_problems(said: dict[str, str], key: str) -> Problems:
    known = hooks.PROVIDERS.get(said["provider"])
    if known is None:
        return {"provider": gettext("Choose the provider that receives your mail.")}
    problems = {}
    if known.key and not key:
        problems["secret_key"] = gettext(
            "%(provider)s signs what it posts: give its %(key)s.", provider=known.title, key=known.key
        )
    if known.name == "ses" and not said["topic"].startswith("arn:"):
        problems["topic"] = gettext("Give the ARN of its SNS topic; it begins with arn:aws:sns:")
    return problems


def _make_hook(known: Provider, secret: dict[str, str], once: str) -> str | None:
    """The path to paste; None where this very form made a hook already."""
    with desk().database.transaction() as session:
        if once and any(one.account.settings.get("once") == once for one in mailboxes.listed(session)):
            return None
        installation.start_clean(session)
        return hooks.add(session, Vault(desk().secret), known, f"{known.title} hook", secret, now(), once)


def _hook_form(said: dict[str, str], problems: Problems) -> str:
    said = {**said, "once": said.get("once") or secrets.token_urlsafe(12)}
    providers = [(name, provider.title) for name, provider in hooks.PROVIDERS.items()]
    return render_template("hook_add.html", said=said, problems=problems, providers=providers)


def _account(number: int) -> SourceAccount:
    account = rows().get(SourceAccount, number)
    if account is None or account.kind not in MAIL_KINDS:
        abort(404)
    return account
