"""``shopbell channel``: who must know, and by what way."""

from __future__ import annotations

import sys

import click

from service.cli import exits
from service.cli.opened import now, opened


@click.group()
def channel() -> None:
    """Say who is told, and try it."""


@channel.command("add")
@click.argument("target")
@click.option("--name", "person", required=True, help="Whose channel it is.")
@click.option("--email", help="The person's address, where TARGET is not mailto:…")
@click.option("--test/--no-test", default=True, help="Send a test message first. On by default.")
def add_channel(target: str, person: str, email: str | None, test: bool) -> None:
    """Tell a person by TARGET: mailto:ann@example.com, or an Apprise address such as ntfys://topic.

    Alerts use a channel once its test was taken. With no rule set, every open channel is told.

    \b
    Examples:
      shopbell channel add mailto:ann@example.com --name Ann
      shopbell channel add slack://A/B/C --name "The team" --email ann@example.com
    """
    from service.alerts import joining

    kind, address = joining.read_target(target)
    with opened() as shop:
        if test:
            joining.send_test(shop.settings, shop.secret, kind, address, person, now())
        with shop.database.transaction() as session:
            joining.join(session, shop.secret, person, email, kind, address, now(), tried=test)
    if test:
        click.echo(f"A test message was taken. {person} will be told.")
    else:
        click.echo("Stored, but not used until a test was taken: give the same command without --no-test.")


@channel.command("list")
def list_channels() -> None:
    """Say who is told. Addresses are kept encrypted and never shown again."""
    from service.alerts import joining

    with opened() as shop, shop.database.reading() as session:
        told = joining.told(session)
    for line in told:
        click.echo(line)
    if not told:
        click.echo("Nobody is told yet. Begin: shopbell channel add mailto:you@example.com --name You")
        sys.exit(exits.FAILED)


COMMANDS = (channel,)
