"""``shopbell backup``: everything that is stored, encrypted, to keep off this machine."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.opened import Opened, now, opened

ASK = "Encrypt with a passphrase, asked for, instead of the installation's secret."


@click.group()
def backup() -> None:
    """Keep what is stored here somewhere else, and bring it back."""


@backup.command("make")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase", "ask", is_flag=True, help=ASK)
@click.option(
    "--to", metavar="ADDRESS", help="Send it there as well: a WebDAV folder, or a presigned address."
)
def make_backup(file: Path, ask: bool, to: str | None) -> None:
    """Write every row to FILE, encrypted, while everything runs on.

    The installation's secret is not in it: keep that apart. Sessions are not in it either.

    \b
    Examples:
      shopbell backup make /mnt/usb/bell-2027-01-31.backup
      shopbell backup make bell.backup --to https://user:password@dav.example.com/backups/
      shopbell backup make bell.backup && aws s3 cp bell.backup s3://ours/
    """
    from service.backups import making

    passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True) if ask else None
    with opened() as shop:
        counts = making.make(shop.database, shop.secret, file, now(), passphrase)
        click.echo(f"{sum(counts.values()):,} rows are in {file}.")
        if to:
            _send(shop, file, to)
        else:
            click.echo("Copy it off this machine, then say so: shopbell backup kept")


@backup.command("send")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.argument("address")
def send_backup(file: Path, address: str) -> None:
    """PUT a backup to ADDRESS: a WebDAV folder, or an address that S3 has signed for it."""
    with opened() as shop:
        _send(shop, file, address)


@backup.command("kept")
def backup_is_kept() -> None:
    """Say that the newest backup lies off this machine, where you copied it by other means."""
    from service.backups import making

    with opened() as shop:
        making.note(shop.database, now(), off_machine=True)
    click.echo("Noted: the screens no longer ask for it.")


@backup.command("check")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def check_backup(file: Path) -> None:
    """Read a backup to its end, and change nothing."""
    from service.backups import restoring

    passphrase = _asked(restoring.header_of(file).by)
    with opened() as shop:
        rows = restoring.check(shop.secret, file, passphrase)
    click.echo(f"Whole and in order: {sum(rows.values()):,} rows.")


@backup.command("restore")
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
def restore_backup(file: Path) -> None:
    """Bring a backup back into an empty installation; nothing is overwritten, no old alert is sent again.

    It goes into SQLite or PostgreSQL, whichever it came from. The secret must be the one it was made with.

    \b
    Example:
      SHOPBELL_DATA=/srv/bell-anew shopbell backup restore bell.backup
    """
    from service.backups import restoring

    passphrase = _asked(restoring.header_of(file).by)
    with opened() as shop:
        back = restoring.restore(shop.database, shop.secret, file, now(), passphrase)
    click.echo(f"{sum(back.rows.values()):,} rows of {back.made_at:%Y-%m-%d %H:%M} UTC are back.")
    if back.withheld:
        click.echo(f"{back.withheld} messages that were on their way then are withheld: see Alerts.")
    for fault in back.audit.broken:
        click.echo(f"The audit is BROKEN: {fault}.")
    click.echo(f"The audit's head is {back.audit.head}: compare it with one that was kept elsewhere.")


def _send(shop: Opened, file: Path, to: str) -> None:
    from service.backups import making, sending

    place = sending.send(shop.settings, file, to, now())
    making.note(shop.database, now(), off_machine=True)
    click.echo(f"Sent to {place}.")


def _asked(by: str) -> str | None:
    return click.prompt("Passphrase", hide_input=True) if by == "passphrase" else None


COMMANDS = (backup,)
