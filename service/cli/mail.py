"""``shopbell mail``: hear of reviews by the mails that the sites write to owners."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import exits
from service.cli.opened import Opened, now, opened
from service.errors import ShopbellError

if TYPE_CHECKING:
    from service.sources.mailbox import Mailbox
    from service.sources.mailboxes import Told

LARGEST = 30_000_000  # bytes


@click.group()
def mail() -> None:
    """Hear of reviews by the sites' own mails: a mailbox that is read, or a provider that posts them."""


@mail.command("add")
@click.argument("address")
@click.option("--password-from-stdin", is_flag=True, help="Read the password there; else you are asked.")
@click.option("--oauth", type=click.Choice(["google", "microsoft"]), help="Sign in at the provider instead.")
@click.option("--also-from", multiple=True, help="Fetch mails from this address too: one that forwards.")
@click.option("--authserv-id", help="The name your mail server writes into Authentication-Results.")
@click.option("--poll", type=click.IntRange(30, 86_400), default=120, help="Seconds between looks. 120.")
@click.option("--idle/--no-idle", default=True, help="Let the server tell of new mail. On by default.")
def add_mailbox(
    address: str,
    password_from_stdin: bool,
    oauth: str | None,
    also_from: tuple[str, ...],
    authserv_id: str | None,
    poll: int,
    idle: bool,
) -> None:
    """Read the mailbox at ADDRESS, after trying it: imaps://you@example.com@imap.example.com/Folder.

    Use a mailbox for nothing else. Only mails of known senders are fetched, and nothing in it is changed.
    Google, Apple and Yahoo want an app password here, or --oauth.

    \b
    Examples:
      shopbell mail add imaps://bell@shop.example@imap.shop.example/Reviews
      shopbell mail add imaps://bell@gmail.com@imap.gmail.com --oauth google
      shopbell mail add imaps://bell@shop.example@imap.shop.example --also-from boss@shop.example
    """
    from service.alerts.addresses import mail_address
    from service.sources.mailbox import read_address

    forwarders = tuple(map(mail_address, also_from))
    box = replace(read_address(address), oauth=oauth, also_from=forwarders, poll_seconds=poll, idle=idle)
    with opened() as shop:
        if oauth:
            _await_sign_in(shop, box, authserv_id)
        else:
            _add(shop, box, _secret("Password", password_from_stdin), authserv_id)


@mail.command("list")
def list_mailboxes() -> None:
    """Say which mailboxes and hooks there are, when each was last heard, and what became of its mails."""
    from service.sources.mailboxes import listed

    with opened() as shop, shop.database.reading() as session:
        told = [_line(one) for one in listed(session)]
    for line in told:
        click.echo(line)
    if not told:
        click.echo("No mail is read. Begin: shopbell mail add imaps://you@example.com@imap.example.com")
        sys.exit(exits.FAILED)


@mail.command("remove")
@click.argument("number", type=int)
def remove_mailbox(number: int) -> None:
    """Read no longer the mailbox (or hook) of that NUMBER in the list; what came by it stays."""
    from service.sources.mailboxes import remove

    with opened() as shop, shop.database.transaction() as session:
        title = remove(session, number)
    if title is None:
        raise ShopbellError(f"No mailbox has the number {number}. See: shopbell mail list")
    click.echo(f"{title} is read no longer; what opened it is forgotten, its mails stay.")


@mail.command("address")
@click.option("--branch", required=True, help="The branch whose address it is.")
def address_of_branch(branch: str) -> None:
    """Say the branch's own address: mails that are sent or forwarded to it are about that branch."""
    from sqlalchemy import select
    from sqlmodel import col

    from service.models import Branch
    from service.sources.mailboxes import address_of
    from service.watch.listings import code_of

    with opened() as shop, shop.database.transaction() as session:
        row = session.scalars(select(Branch).where(col(Branch.code) == code_of(branch))).first()
        if row is None:
            raise ShopbellError(f"No branch is named {branch!r}. Nothing was changed; see shopbell status.")
        click.echo(address_of(session, row, shop.settings.mail_in))


@mail.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--authserv-id", help="The name your mail server writes into Authentication-Results.")
def read_file(file: Path, authserv_id: str | None) -> None:
    """Print what Shopbell reads in a saved mail (.eml), as JSON. Opens nothing, stores nothing."""
    import orjson

    from service.sites.mail.printed import printed

    with click.open_file(str(file), "rb") as stream:
        raw: bytes = stream.read(LARGEST)
    shape = printed(raw, authserv_id)
    click.echo(orjson.dumps(shape, option=orjson.OPT_INDENT_2).decode())
    sys.exit(exits.DONE if shape["reviews"] else exits.NOTHING)


@mail.group()
def hook() -> None:
    """Let a mail provider post what it receives for you."""


@hook.command("add")
@click.argument("provider", type=click.Choice(["mailgun", "postmark", "sendgrid", "ses"]))
@click.option("--key-from-stdin", is_flag=True, help="Read the provider's key there; else you are asked.")
@click.option("--topic", help="The ARN of the SNS topic; for ses.")
def add_hook(provider: str, key_from_stdin: bool, topic: str | None) -> None:
    """Print the address to paste at PROVIDER, this once, and what to switch on there.

    \b
    Examples:
      shopbell mail hook add mailgun
      shopbell mail hook add sendgrid --key-from-stdin < public-key.txt
      shopbell mail hook add ses --topic arn:aws:sns:eu-west-1:123456789012:reviews
    """
    from service import installation
    from service.secrets import Vault
    from service.sources import hooks

    known = hooks.PROVIDERS[provider]
    if (provider == "ses") != bool(topic):
        raise click.UsageError("Amazon SES needs --topic with the ARN of its SNS topic, and no other does.")
    secret = {"topic": topic} if topic else {}
    if known.key or key_from_stdin:
        secret["key"] = _secret(known.key or "Key", key_from_stdin)
    with opened() as shop, shop.database.transaction() as session:
        installation.start_clean(session)
        path = hooks.add(session, Vault(shop.secret), known, f"{known.title} hook", secret, now())
    click.echo(f"{shop.settings.public_url}{path}")
    for line in known.switch_on:
        click.echo(f"  {line}")
    if shop.settings.url is None:
        click.echo(f"{known.title} cannot reach this address: set SHOPBELL_URL to one that others can open.")


def _secret(what: str, from_stdin: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().strip("\r\n")
    else:
        given = click.prompt(what, hide_input=True, err=True)
    if not given:
        raise click.UsageError(f"{what}: nothing was given. Nothing was stored.")
    return str(given)


def _add(shop: Opened, box: Mailbox, password: str, authserv_id: str | None) -> None:
    from service import installation
    from service.net.allow import AllowList
    from service.net.guard import Guard
    from service.secrets import Vault
    from service.sites.mail.registry import sender_domains
    from service.sources import mailboxes
    from service.sources.mailbox import BACK, Credentials, Wanted

    guard = Guard(AllowList.parse(shop.settings.allow_hosts))
    wanted = Wanted.of(sender_domains(), box.also_from, shop.settings.mail_in)
    click.echo("Signing in …", err=True)
    tried = mailboxes.attempt(box, Credentials(box.user, password), guard, wanted, now())
    with shop.database.transaction() as session:
        installation.start_clean(session)
        mailboxes.add(session, Vault(shop.secret), box, password, now(), authserv_id)
    click.echo(f"{box.user} is read from now on. Mails in {box.folder}: {tried.mails};")
    click.echo(f"of the last {BACK.days} days, from senders that tell of reviews: {tried.wanted}.")


def _await_sign_in(shop: Opened, box: Mailbox, authserv_id: str | None) -> None:
    from service import installation
    from service.secrets import Vault
    from service.sources import mailboxes, oauth

    oauth.app_for(shop.settings, box.oauth or "")
    with shop.database.transaction() as session:
        installation.start_clean(session)
        account = mailboxes.add(session, Vault(shop.secret), box, None, now(), authserv_id)
    click.echo(f"Sign in to {box.user} here, while Shopbell runs (shopbell serve):")
    click.echo(f"  {shop.settings.public_url}/mailboxes/{account.id}/sign-in")


def _line(one: Told) -> str:
    from service.models import InboundState
    from service.sources.mailboxes import FOR_A_PERSON

    account = one.account
    heard = f"last heard {account.last_ok_at:%Y-%m-%d %H:%M} UTC" if account.last_ok_at else "not heard yet"
    waiting = one.number(InboundState.WAITING, InboundState.FAILED)
    counts = (
        f"{one.number(InboundState.READ, InboundState.HINT)} read, {waiting} waiting, "
        f"{one.number(*FOR_A_PERSON)} for a person, {one.number(InboundState.ASIDE)} aside"
    )
    refused = account.settings.get("refused")
    told = f"; {refused} refused as forged" if refused else ""
    why = f"\n    {account.last_error}" if account.last_error else ""
    return f"{account.id}: {account.title}: {account.state}, {heard}; {counts}{told}{why}"


COMMANDS = (mail,)
