"""``shopbell audit``: what the chain of decisions proves, and what it cannot."""

from __future__ import annotations

import sys

import click

from service.cli import exits
from service.cli.opened import opened


@click.group("audit")
def audit_group() -> None:
    """The chain of what was decided here: by whom, about which exact words, in which order."""


@audit_group.command("verify")
@click.option("--head", "written", help="A head kept elsewhere (number:hash), from a report or a feed.")
def verify(written: str | None) -> None:
    """Read the whole chain and say what it proves. Exits with 1 where it is broken."""
    from service import audit

    try:
        held = audit.read_head(written) if written else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--head") from None
    with opened() as shop, shop.database.reading() as session:
        found = audit.verify(session, held)
    for fault in found.broken:
        click.echo(f"BROKEN: {fault}.")
    if not found.broken:
        since = f", since {found.since:%Y-%m-%d}" if found.since else ""
        click.echo(f"{found.head.seq} links are whole and in order{since}.")
    if found.erased:
        click.echo(
            f"{found.erased} bodies were erased: that something was decided stands, what it was does not."
        )
    if held is None:
        click.echo("Without a head kept elsewhere nobody can tell whether the newest links were cut off.")
    click.echo(f"The head is {found.head}. Keep it somewhere else.")
    sys.exit(exits.FAILED if found.broken else exits.DONE)


COMMANDS = (audit_group,)
