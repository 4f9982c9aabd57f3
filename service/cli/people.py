"""``shopbell people``: who may act at the desk, and a way in where no mail can go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from service.cli.opened import Opened, now, opened
from service.domain import Role, ScopeKind
from service.errors import AccountRefused, DeliveryFailed

if TYPE_CHECKING:
    from sqlmodel import Session

    from service.models import Person
    from service.people.accounts import Account
    from service.people.may import Grant

BY = "the command line"
ROLE = click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="What she is here; see `people list`."
)
BRANCH = click.option("--branch", help="For one branch alone, by its code.")
REGION = click.option("--region", help="For one region alone.")
BRAND = click.option("--brand", help="For one brand alone.")


@click.group()
def people() -> None:
    """Say who may act at the desk, and where."""


@people.command("add")
@click.argument("name")
@click.option("--email", required=True, help="Where her links go.")
@ROLE
@BRANCH
@REGION
@BRAND
def add(
    name: str, email: str, role: str | None, branch: str | None, region: str | None, brand: str | None
) -> None:
    """Make an account, and mail its owner a link; where no mail can go out, the link is printed.

    The first account manages everything. From then on the desk asks who is there.

    \b
    Examples:
      shopbell people add "Dana Whitlock" --email dana@example.com
      shopbell people add "Kim Park" --email kim@example.com --role branch --branch harbour
    """
    from service.people import accounts, sign_in

    with opened() as shop:
        with shop.database.transaction() as session:
            is_first = not accounts.exist(session)
            if not is_first and role is None:
                raise AccountRefused("Say what she is here: --role. Nothing was changed.")
            if is_first and role in (None, Role.ADMIN.value):
                person = accounts.first(session, name, _folded(email), None, now())
            else:
                given = [_grant(role or "", branch, region, brand)]
                person = accounts.create(session, name, _folded(email), given, by=BY, now=now())
            token = sign_in.make_link(session, person.id or 0, sign_in.INVITED_FOR, now())
        click.echo(f"{person.name} has an account.")
        _hand_over(shop, person, token, email)


@people.command("list")
def list_people() -> None:
    """Say who may act here, as what, and when she was last at the desk."""
    from service.people import accounts

    with opened() as shop, shop.database.reading() as session:
        found = accounts.listed(session)
    for account in found:
        click.echo(_line(account))
    if not found:
        click.echo("Nobody has an account, so the desk opens on this machine alone.")
        click.echo('Begin: shopbell people add "Your name" --email you@example.com')


@people.command("grant")
@click.argument("email")
@ROLE
@BRANCH
@REGION
@BRAND
@click.option("--withdraw", is_flag=True, help="Take the role back instead.")
def grant(
    email: str, role: str | None, branch: str | None, region: str | None, brand: str | None, withdraw: bool
) -> None:
    """Give somebody a role more, or take one back.

    \b
    Example: shopbell people grant kim@example.com --role area --region Coast
    """
    from service.people import accounts

    if role is None:
        raise AccountRefused("Say which role: --role. Nothing was changed.")
    given = _grant(role, branch, region, brand)
    with opened() as shop, shop.database.transaction() as session:
        account = _account(session, email)
        number = account.person.id or 0
        if withdraw:
            held = next((one for one, its in account.grants if its == given), None)
            if held is None:
                raise AccountRefused(f"{account.person.name} has no such role. Nothing was changed.")
            accounts.withdraw(session, number, held, by=BY, now=now())
        else:
            accounts.grant(session, number, given, by=BY, now=now())
    click.echo(f"{account.person.name}: {_words(given)} {'taken back' if withdraw else 'given'}.")


@people.command("leave")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def leave(email: str, yes: bool) -> None:
    """Somebody leaves: her sessions, links and channels end, and what she held is free."""
    from service.people import leaving

    with opened() as shop:
        with shop.database.reading() as session:
            account = _account(session, email)
        if not yes:
            click.confirm(f"End everything that opens by {account.person.name}?", abort=True)
        with shop.database.transaction() as session:
            left = leaving.leave(session, account.person.id or 0, by=BY, now=now())
    click.echo(
        f"{left.name} has left: {left.sessions} sessions, {left.browsers} paired browsers, {left.links} "
        f"links and {left.channels} channels are ended, and {left.reviews} reviews are free."
    )
    for key in left.keys:
        click.echo(f"What she signed still counts: `shopbell keys revoke {key[:16]}` if it should not.")


@people.command("reset")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(email: str, yes: bool) -> None:
    """Take away somebody's second factor, where she has lost it: passkeys, codes and her sessions end.

    The way back in for the last administrator: then print her a link with `shopbell people link`.
    """
    from service.people import factors

    with opened() as shop:
        with shop.database.reading() as session:
            account = _account(session, email)
        if not yes:
            click.confirm(f"Take the passkeys and codes of {account.person.name} away?", abort=True)
        with shop.database.transaction() as session:
            ended = factors.reset(session, account.person.id or 0, by=BY, now=now())
    codes = "the codes" if ended.codes else "no codes"
    click.echo(
        f"{account.person.name}: {ended.passkeys} passkeys and {codes} are taken away, and {ended.sessions} "
        f"sessions ended. She signs in with her password, or by a link: `shopbell people link {email}`."
    )


@people.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a link that signs somebody in, once, within the hour: the way in where no mail can go out."""
    from service.people import sign_in

    with opened() as shop:
        with shop.database.transaction() as session:
            person = _account(session, email).person
            token = sign_in.make_link(session, person.id or 0, sign_in.PRINTED_FOR, now())
        click.echo(f"{shop.settings.public_url}/sign-in/{token}")
        click.echo(f"It signs in as {person.name}, once, within the hour. Give it to nobody else.", err=True)


def _hand_over(shop: Opened, person: Person, token: str, email: str) -> None:
    from service.alerts.door_letter import can_mail, send_link
    from service.alerts.letter import Mailbox

    address = f"{shop.settings.public_url}/sign-in/{token}"
    if can_mail(shop.settings):
        try:
            send_link(
                shop.settings, Mailbox(person.name, _folded(email)), address, now(), by="Shopbell's owner"
            )
            click.echo("A link was mailed to her; it works once, within a week.")
            return
        except DeliveryFailed as failed:
            click.echo(f"The link could not be mailed ({failed})", err=True)
    click.echo(f"Hand her this link; it works once, within a week:\n{address}")


def _grant(role: str, branch: str | None, region: str | None, brand: str | None) -> Grant:
    from service.people.may import Grant

    told = {ScopeKind.BRANCH: branch, ScopeKind.REGION: region, ScopeKind.BRAND: brand}
    scopes = [(kind, scope) for kind, scope in told.items() if scope is not None]
    if len(scopes) > 1:
        raise AccountRefused("A role is for one branch, one region or one brand. Nothing was changed.")
    return Grant(Role(role), *scopes[0]) if scopes else Grant(Role(role))


def _account(session: Session, email: str) -> Account:
    from service.people import accounts

    address = _folded(email)
    found = [one for one in accounts.listed(session) if one.person.email_folded == address]
    if not found or found[0].person.disabled_at:
        raise AccountRefused(f"Nobody with the address {address} is here: `shopbell people list`.")
    return found[0]


def _folded(email: str) -> str:
    from service.alerts.addresses import mail_address

    return mail_address(email).casefold()


def _line(account: Account) -> str:
    person = account.person
    if person.disabled_at:
        return f"{person.name} <{person.email_folded}>: left on {person.disabled_at:%Y-%m-%d}"
    seen = f"last here {account.last_seen_at:%Y-%m-%d}" if account.last_seen_at else "never signed in"
    roles = ", ".join(_words(given) for _, given in account.grants)
    return f"{person.name} <{person.email_folded}>: {roles} ({seen})"


def _words(given: Grant) -> str:
    where = f" for {given.kind.value} {given.scope}" if given.scope else ""
    return f"{given.role.value}{where}"


COMMANDS = (people,)
